/**
 * The chain of the audit trail: the hash of an entry covers the entry and the hash before it, so that none can be
 * changed, left out, put in or moved without all that follow being others. The first one covers the trail's own name,
 * which is random, so that an entry of one installation never fits into another's. What a chain cannot show, that its
 * end was cut off or that all of it was made anew, its heads show that were kept elsewhere (anchor.ts).
 */
import { createHash } from 'node:crypto';

/** Part of what is hashed: another form of an entry is another version. */
const VERSION = 'vonggac-audit-1';

export interface ChainedEntry {
  /** 1, 2, 3, ... without gaps. */
  seq: number;
  atMs: number;
  actor: string;
  action: string;
  target: string;
  /** Whose affair it is; null: everybody's, seen by whoever sees the whole tree. */
  agencyId: number | null;
  /** JSON text, as it is kept. */
  detail: string;
  /** SHA-256, lower-case hex. */
  hash: string;
}

/** Where a chain stands: the last entry's number and hash. */
export interface ChainHead {
  seq: number;
  hash: string;
}

function digest(parts: readonly (string | number | null)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** What stands for the hash before the first entry. */
export function genesisHash(trailId: string): string {
  return digest([VERSION, trailId]);
}

/** @param previousHash of the entry before, or of the genesis */
export function entryHash(previousHash: string, entry: Omit<ChainedEntry, 'hash'>): string {
  const { seq, atMs, actor, action, target, agencyId, detail } = entry;
  return digest([VERSION, previousHash, seq, atMs, actor, action, target, agencyId, detail]);
}

/** As every store of rows gives it back: well-formed, and without NUL, which PostgreSQL cannot keep. */
export function keepableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}
