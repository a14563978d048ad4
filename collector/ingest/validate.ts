/** Peer's bytes to records: each is validated alone, so one bad record does not cost the others. */
import { LIMITS } from '../protocol/limits.ts';
import { recordSchema, type LogRecord } from '../protocol/record.ts';
import { LOG_CHANNELS } from '../protocol/record-names.ts';
import type { AdmittedRecord, RecordClaims } from './admitted.ts';

/** A refused record is kept as JSON text of at most this many UTF-16 units. */
const REJECTED_TEXT_MAX = 16_384;

/**
 * Lone surrogates cannot be stored as UTF-8 nor matched alike everywhere: they are mended here, once,
 * before anything else looks at the strings.
 */
function wellFormed<T>(value: T): T {
  if (typeof value === 'string') return (value.isWellFormed() ? value : value.toWellFormed()) as T;
  if (typeof value !== 'object' || value === null) return value;
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === 'string' ? !inner.isWellFormed() : typeof inner === 'object') {
      (value as Record<string, unknown>)[key] = wellFormed<unknown>(inner);
    }
  }
  return value;
}

function textOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // The parser takes any depth, the writer does not.
    if (error instanceof RangeError) return '(nested too deep to be written down)';
    throw error;
  }
}

const CHANNELS: ReadonlySet<unknown> = new Set(LOG_CHANNELS);
const TIME_MS_MAX = 8.64e15;

function isText(value: unknown, max: number): value is string {
  return typeof value === 'string' && value.length <= max;
}

/**
 * Whether the value is a line without optional facts, as nearly all records are. What this accepts the schema accepts
 * as it is, five times as slowly; whatever this does not accept is the schema's to judge.
 */
function isPlainLine(value: unknown): value is LogRecord {
  if (typeof value !== 'object' || value === null || !('kind' in value) || value.kind !== 'log') return false;
  const { at, channel, origin, text }: Partial<Record<keyof LogRecord, unknown>> = value;
  let keys = 0;
  for (const _ in value) keys += 1;
  return (
    keys === 5 &&
    typeof at === 'number' &&
    Number.isSafeInteger(at) &&
    at >= 0 &&
    at <= TIME_MS_MAX &&
    CHANNELS.has(channel) &&
    isText(origin, LIMITS.shortStringMax) &&
    isText(text, LIMITS.recordTextBytesMax)
  );
}

/** Where a record says it belongs, whatever else is wrong with it. */
export function claimsOf(value: unknown): RecordClaims {
  if (typeof value !== 'object' || value === null) return { channel: 'unknown', atMs: undefined };
  const { kind, channel, at }: { kind?: unknown; channel?: unknown; at?: unknown } = value;
  const isTime = typeof at === 'number' && Number.isSafeInteger(at) && at >= 0 && at <= TIME_MS_MAX;
  return { channel: claimedChannel(kind, channel), atMs: isTime ? at : undefined };
}

function claimedChannel(kind: unknown, channel: unknown): string {
  if (kind === 'log' && isText(channel, LIMITS.nameMax)) return `log/${channel}`.toWellFormed();
  return isText(kind, LIMITS.nameMax) && kind !== '' ? kind.toWellFormed() : 'unknown';
}

/** @param value fresh from JSON.parse: it is kept, and may be mended in place */
export function admitRecord(seq: number, value: unknown): AdmittedRecord {
  if (isPlainLine(value)) {
    if (!value.text.isWellFormed()) value.text = value.text.toWellFormed();
    if (!value.origin.isWellFormed()) value.origin = value.origin.toWellFormed();
    return { seq, record: value };
  }
  const parsed = recordSchema.safeParse(value);
  if (parsed.success) return { seq, record: wellFormed(parsed.data) };
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'record' : issue.path.join('.');
  return {
    seq,
    rejected: `${where}: ${issue?.message ?? 'invalid'}`.toWellFormed(),
    raw: textOf(value).slice(0, REJECTED_TEXT_MAX).toWellFormed(),
    claims: claimsOf(value),
  };
}
