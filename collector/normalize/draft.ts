/**
 * Building blocks of an event: an empty event, and the one way to set a field.
 * Invariant: a typed column is filled from the first of its fields that is set and is not empty.
 */
import { isIP } from 'node:net';
import { ShapedEvent } from '../../rules/sigma/index.ts';
import type { EventColumns, FieldValue, LogSource, NormalEvent } from './event.ts';

/** Which field fills which typed column: ECS names, and Sigma's taxonomy where SigmaHQ has one. */
const COLUMN_OF: ReadonlyMap<string, keyof EventColumns> = new Map([
  ['event.action', 'event_action'],
  ['event.outcome', 'event_outcome'],
  ['event.code', 'event_code'],
  ['user.name', 'user_name'],
  ['source.ip', 'source_ip'],
  ['process.name', 'process_name'],
  ['process.command_line', 'process_command_line'],
  ['file.path', 'file_path'],
  ['file.hash.sha256', 'file_hash_sha256'],
  ['c-ip', 'source_ip'],
  ['cs-username', 'user_name'],
  ['cs-method', 'http_request_method'],
  ['cs-uri', 'url_original'],
  ['sc-status', 'http_response_status_code'],
  ['cs-user-agent', 'user_agent_original'],
]);

/** An event that says nothing yet: not parsed, no log source. */
export function newEvent(timeMs: number, message: string): NormalEvent {
  return { timeMs, logsources: [], columns: {}, fields: new ShapedEvent(), message, parsed: false };
}

export function setColumn(event: NormalEvent, column: keyof EventColumns, value: string): void {
  if (value !== '' && event.columns[column] === undefined) event.columns[column] = value;
}

/** Frozen, so that the engine knows the list again without reading it. */
export function logSources(...sources: readonly LogSource[]): readonly LogSource[] {
  return Object.freeze(sources.map((source) => Object.freeze({ ...source })));
}

/** Sets a field, and the column it feeds; undefined leaves both alone. */
export function put(event: NormalEvent, field: string, value: FieldValue | undefined): void {
  if (value === undefined) return;
  event.fields.set(field, value);
  const column = COLUMN_OF.get(field);
  if (column !== undefined && value !== null && typeof value !== 'object') {
    setColumn(event, column, String(value));
  }
}

/** What happened and how it ended. */
export function putAction(event: NormalEvent, action: string, outcome?: 'success' | 'failure'): void {
  put(event, 'event.action', action);
  put(event, 'event.outcome', outcome);
}

/** A peer named by address or by name: `source.address` always, `source.ip` or `source.domain` by its form. */
export function putSource(event: NormalEvent, address: string): void {
  if (address === '') return;
  put(event, 'source.address', address);
  put(event, isIP(address) === 0 ? 'source.domain' : 'source.ip', address);
}

/** Decimal digits to a number; anything else, and what a double cannot hold exactly, stays text. */
export function numberOrText(text: string): number | string {
  const { length } = text;
  if (length === 0 || length > DIGITS_MAX || (length > 1 && text.charCodeAt(0) === ZERO)) return text;
  let number = 0;
  for (let at = 0; at < length; at += 1) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return text;
    number = number * 10 + digit;
  }
  return number;
}

const ZERO = 48;
const DIGITS_MAX = 15;
