/**
 * A head of the audit trail as it is kept elsewhere: one line of text, for a file on another machine, a syslog server or
 * a message. Whoever can rewrite the whole trail here cannot rewrite what was sent away.
 */
import type { ChainHead } from './chain.ts';

export interface Anchor extends ChainHead {
  trailId: string;
  atMs: number;
}

const FORM =
  /\bvonggac-audit-head trail=([0-9a-f-]{36}) seq=(\d{1,15}) sha256=([0-9a-f]{64}) at=(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)(?!\S)/;

/** e.g. `vonggac-audit-head trail=3f0c... seq=1204 sha256=9a1b... at=2026-11-26T05:00:00.000Z` */
export function anchorLine({ trailId, seq, hash, atMs }: Anchor): string {
  return `vonggac-audit-head trail=${trailId} seq=${seq} sha256=${hash} at=${new Date(atMs).toISOString()}`;
}

/** Wherever in the line it stands, so that a syslog server's file can be read as it is; undefined for any other line. */
export function parseAnchor(line: string): Anchor | undefined {
  const found = FORM.exec(line);
  if (found === null) return undefined;
  const [, trailId = '', seq = '', hash = '', at = ''] = found;
  const atMs = Date.parse(at);
  return Number.isNaN(atMs) ? undefined : { trailId, seq: Number(seq), hash, atMs };
}
