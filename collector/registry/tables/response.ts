/** Rows of commands to hosts. Times are milliseconds UTC. */
import { COMMAND_STATES, type ResponseAction } from '../../protocol/response-names.ts';

/**
 * requested -> approved (or rejected) -> sent -> accepted -> how it ended. `expired`: not begun in time. What the host
 * says last is true, even of one that was given up.
 */
export const RESPONSE_STATES = [
  'requested',
  'approved',
  'rejected',
  'sent',
  ...COMMAND_STATES,
  'expired',
] as const;
export type ResponseState = (typeof RESPONSE_STATES)[number];

export interface ResponseCommandTable {
  /** UUID. */
  id: string;
  agent_id: string;
  action: ResponseAction;
  /** JSON: commandActionSchema. */
  command: string;
  dry_run: number;
  reason: string;
  state: ResponseState;
  requested_by: string;
  requested_ms: number;
  decided_by: string | null;
  decided_ms: number | null;
  decided_reason: string | null;
  /** Given when it is let go; grows for each agent. */
  counter: number | null;
  expires_ms: number;
  sent_ms: number | null;
  ended_ms: number | null;
  message: string | null;
  /** JSON: facts the host told. */
  detail: string | null;
  /** The job that it is part of. */
  job_id: string | null;
}

export interface ResponseTables {
  response_command: ResponseCommandTable;
}
