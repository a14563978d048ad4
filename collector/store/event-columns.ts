/**
 * The typed columns of the events' table, and the fields whose values stand in them instead of in the map of fields.
 * Invariants: a name that reaches SQL text stands in a list here; the order is stored (message-pattern.ts counts the
 * columns), so a new column goes to the end, and the `message` and `fields` of the migrations name the same ones.
 */
import type { EventColumns } from '../normalize/event.ts';

export interface TypedColumn {
  name: string;
  /** Few distinct values, so the column is sent and stored by reference. */
  repeats: boolean;
  /**
   * Fields that are left out of the map where their text is the column's own; the column is filled by the first of
   * them unless the event says otherwise.
   */
  fields: readonly string[];
}

/** Columns that the normaliser fills, with all names that it fills them from. */
const OF_EVENT: Readonly<Record<keyof EventColumns, Omit<TypedColumn, 'name'>>> = {
  event_action: { repeats: true, fields: ['event.action'] },
  event_outcome: { repeats: true, fields: ['event.outcome'] },
  event_code: { repeats: true, fields: ['event.code', 'EventID'] },
  user_name: {
    repeats: true,
    fields: ['user.name', 'User', 'TargetUserName', 'SubjectUserName', 'cs-username'],
  },
  source_ip: { repeats: false, fields: ['source.ip', 'source.address', 'c-ip', 'SourceIp', 'IpAddress'] },
  process_name: { repeats: true, fields: ['process.name'] },
  process_command_line: {
    repeats: false,
    fields: ['process.command_line', 'CommandLine', 'ProcessCommandLine', 'HostApplication'],
  },
  file_path: {
    repeats: false,
    fields: ['file.path', 'TargetFilename', 'ImageLoaded', 'ObjectName'],
  },
  file_hash_sha256: { repeats: false, fields: ['file.hash.sha256'] },
  http_request_method: { repeats: true, fields: ['cs-method'] },
  url_original: { repeats: false, fields: ['cs-uri', 'cs-uri-stem'] },
  http_response_status_code: { repeats: true, fields: ['sc-status'] },
  user_agent_original: { repeats: true, fields: ['cs-user-agent'] },
};

/** What rules ask most besides, and what changes of files and of the inventory are about. */
const OF_FIELDS: readonly TypedColumn[] = [
  { name: 'process_executable', repeats: true, fields: ['Image', 'NewProcessName', 'SourceImage'] },
  { name: 'process_parent_executable', repeats: true, fields: ['ParentImage', 'ParentProcessName'] },
  { name: 'process_parent_command_line', repeats: false, fields: ['ParentCommandLine'] },
  { name: 'registry_path', repeats: false, fields: ['TargetObject'] },
  { name: 'destination_ip', repeats: false, fields: ['destination.ip', 'DestinationIp', 'DestAddress'] },
  { name: 'dns_question_name', repeats: false, fields: ['dns.question.name', 'QueryName'] },
  { name: 'file_previous_hash_sha256', repeats: false, fields: ['file.previous.hash.sha256'] },
  { name: 'file_mode', repeats: true, fields: ['file.mode'] },
  { name: 'file_previous_mode', repeats: true, fields: ['file.previous.mode'] },
  { name: 'file_uid', repeats: true, fields: ['file.uid'] },
  { name: 'file_previous_uid', repeats: true, fields: ['file.previous.uid'] },
  { name: 'inventory_category', repeats: true, fields: ['inventory.category'] },
  { name: 'inventory_change', repeats: true, fields: ['inventory.change'] },
  { name: 'inventory_key', repeats: false, fields: ['inventory.key'] },
];

/** Stored with every event; the fields that repeat it are left out of the map too. */
const HOSTNAME: TypedColumn = { name: 'hostname', repeats: true, fields: ['host.name', 'Computer'] };

export const TYPED_COLUMNS: readonly TypedColumn[] = [
  HOSTNAME,
  ...Object.entries(OF_EVENT).map(([name, column]) => ({ name, ...column })),
  ...OF_FIELDS,
];

/** Columns that hold what the event says or nothing: a field never fills them. */
export const SAID_COLUMNS = 1 + Object.keys(OF_EVENT).length;

/** A field that may stand in a column: its number in `TYPED_COLUMNS`, and its own. */
export interface TypedField {
  name: string;
  column: number;
  bit: number;
}

export const TYPED_FIELDS: ReadonlyMap<string, TypedField> = new Map(
  TYPED_COLUMNS.flatMap(({ fields }, column) => fields.map((name) => ({ name, column }))).map(
    (field, bit) => [field.name, { ...field, bit }],
  ),
);

/** Where a field stands when it is not in the map: for SQL made from rules. */
export const COLUMN_OF_FIELD: Readonly<Record<string, string>> = Object.fromEntries(
  [...TYPED_FIELDS.values()].map(({ name, column }) => [name, TYPED_COLUMNS[column]?.name ?? '']),
);

const SEARCHABLE: ReadonlySet<string> = new Set([
  ...TYPED_COLUMNS.map((column) => column.name),
  'channel',
  'origin',
]);

/** Whether a search may name this column. */
export function isSearchable(name: string): boolean {
  return SEARCHABLE.has(name);
}
