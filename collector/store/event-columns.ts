/**
 * The typed columns of the events' table that come from EventColumns, and those a search may compare with.
 * Invariant: a name that reaches SQL text stands in a list here.
 */
import type { EventColumns } from '../normalize/event.ts';

/** `repeats`: few distinct values, so the column is sent and stored by reference. */
const REPEATS: Readonly<Record<keyof EventColumns, boolean>> = {
  event_action: true,
  event_outcome: true,
  event_code: true,
  user_name: true,
  source_ip: false,
  process_name: true,
  process_command_line: false,
  file_path: false,
  file_hash_sha256: false,
  http_request_method: true,
  url_original: false,
  http_response_status_code: true,
  user_agent_original: true,
};

export const EVENT_COLUMNS = Object.entries(REPEATS).map(([name, repeats]) => ({
  name: name as keyof EventColumns,
  repeats,
}));

const SEARCHABLE: ReadonlySet<string> = new Set([
  ...EVENT_COLUMNS.map((column) => column.name),
  'hostname',
  'channel',
  'origin',
]);

/** Whether a search may name this column. */
export function isSearchable(name: string): boolean {
  return SEARCHABLE.has(name);
}
