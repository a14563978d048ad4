/** How far a log was read, as it is kept in the spool with the events it covers. */
import type { LastRead } from './continuity.ts';

export interface Place {
  /** wevtutil's own words; undefined: nothing was read, or the log was made anew. */
  bookmark: Buffer | undefined;
  /** Events behind the bookmark that were read already: a page is not always committed as one. */
  read: number;
  last: LastRead | undefined;
}

export const PLACE_KEY = 'place';

export function encodePlace({ bookmark, read, last }: Place): string {
  return JSON.stringify({ bookmark: bookmark?.toString('base64'), read, last });
}

/** @returns undefined for what is no place */
export function decodePlace(value: string | undefined): Place | undefined {
  if (value === undefined) return undefined;
  const parsed: unknown = JSON.parse(value);
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const { bookmark, read, last }: Partial<Record<keyof Place, unknown>> = parsed;
  return {
    bookmark: typeof bookmark === 'string' ? Buffer.from(bookmark, 'base64') : undefined,
    read: typeof read === 'number' && Number.isSafeInteger(read) && read >= 0 ? read : 0,
    last: decodeLast(last),
  };
}

function decodeLast(value: unknown): LastRead | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { recordId, timeMs, digest }: Partial<Record<keyof LastRead, unknown>> = value;
  if (typeof digest !== 'string') return undefined;
  return {
    recordId: typeof recordId === 'number' ? recordId : undefined,
    timeMs: typeof timeMs === 'number' ? timeMs : undefined,
    digest,
  };
}
