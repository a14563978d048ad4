/** Peer's bytes to records: each is validated alone, so one bad record does not cost the others. */
import { recordSchema } from '../protocol/record.ts';
import type { AdmittedRecord } from './admitted.ts';

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

export function admitRecord(seq: number, value: unknown): AdmittedRecord {
  const parsed = recordSchema.safeParse(value);
  if (parsed.success) return { seq, record: wellFormed(parsed.data) };
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'record' : issue.path.join('.');
  return {
    seq,
    rejected: `${where}: ${issue?.message ?? 'invalid'}`.toWellFormed(),
    raw: textOf(value).slice(0, REJECTED_TEXT_MAX).toWellFormed(),
  };
}
