/**
 * The trail as a file that can be verified without us: NDJSON, a line of what comes before, a line for each entry, and
 * a line of the end. Times are milliseconds since 1970; `hash` is as chain.ts says.
 */
import type { ChainedEntry, ChainHead } from './chain.ts';

export const EXPORT_VERSION = 1;
/** An entry's texts are bounded where they are written; a longer line is not of ours. */
export const LINE_CHARS_MAX = 65_536;

export type ExportLine =
  | { kind: 'start'; trailId: string; start: ChainHead }
  /** Masked: personal data was left out of its detail, so its hash cannot be made again. */
  | { kind: 'entry'; entry: ChainedEntry; isMasked: boolean }
  | { kind: 'end'; head: ChainHead };

export function startLine(trailId: string, { seq, hash }: ChainHead): string {
  return JSON.stringify({ vonggacAudit: EXPORT_VERSION, trailId, afterSeq: seq, previousHash: hash });
}

/** @param masked the detail without personal data, where that is another text */
export function entryLine(
  { seq, atMs, actor, action, target, agencyId, detail, hash }: ChainedEntry,
  masked: string = detail,
): string {
  const line = { seq, atMs, actor, action, target, agencyId, detail: masked, hash };
  return JSON.stringify(masked === detail ? line : { ...line, masked: true });
}

export function endLine({ seq, hash }: ChainHead): string {
  return JSON.stringify({ end: { seq, hash } });
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);

function headOf(seq: unknown, hash: unknown): ChainHead | undefined {
  return isWhole(seq) && isText(hash) ? { seq, hash } : undefined;
}

function entryOf(row: Readonly<Record<string, unknown>>): ChainedEntry | undefined {
  const { seq, atMs, actor, action, target, agencyId, detail, hash } = row;
  if (!isWhole(seq) || typeof atMs !== 'number' || (agencyId !== null && !isWhole(agencyId)))
    return undefined;
  if (!isText(actor) || !isText(action) || !isText(target) || !isText(detail) || !isText(hash))
    return undefined;
  return { seq, atMs, actor, action, target, agencyId, detail, hash };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Undefined for what is no line of such a file. */
export function parseExportLine(text: string): ExportLine | undefined {
  if (text.length > LINE_CHARS_MAX) return undefined;
  let row: unknown;
  try {
    row = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (!isRecord(row)) return undefined;
  if (row['vonggacAudit'] === EXPORT_VERSION) {
    const { trailId } = row;
    const start = headOf(row['afterSeq'], row['previousHash']);
    return start === undefined || !isText(trailId) ? undefined : { kind: 'start', trailId, start };
  }
  if (isRecord(row['end'])) {
    const head = headOf(row['end']['seq'], row['end']['hash']);
    return head === undefined ? undefined : { kind: 'end', head };
  }
  const entry = entryOf(row);
  return entry === undefined ? undefined : { kind: 'entry', entry, isMasked: row['masked'] === true };
}
