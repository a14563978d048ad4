/**
 * Whose counts the tally holds, and since when: kept beside it. The collector adds the totals of different counts up,
 * so they are named anew whenever totals may have gone back: when the spool was lost with them, and when an older disk
 * image was put back, which then leaves what it had counted under the old name.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { SpoolState } from './database.ts';
import type { Statements } from './statements.ts';
import { HOUR_MS, tallyRow } from './tally.ts';
import type { TallyRow } from './tally.ts';

export interface TallyScope {
  /** Random, 128 bits of hex. */
  countsId: string;
  /** Records that were read before were not counted; 0 when all were. Milliseconds since 1970. */
  sinceMs: number;
}

const COUNTS_ID = /^[0-9a-f]{32}$/;

function readMeta(db: DatabaseSync, key: string): string | undefined {
  const value = db.prepare('SELECT value FROM meta WHERE key = ?').get(key)?.['value'];
  return typeof value === 'string' ? value : undefined;
}

/** What the spool says; undefined when it has none yet. */
export function readTallyScope(db: DatabaseSync): TallyScope | undefined {
  const countsId = readMeta(db, 'counts-id');
  const sinceMs = Number(readMeta(db, 'tally-since'));
  if (countsId === undefined || !COUNTS_ID.test(countsId) || !Number.isSafeInteger(sinceMs)) return undefined;
  return { countsId, sinceMs };
}

export function writeTallyScope(sql: Statements, { countsId, sinceMs }: TallyScope): void {
  sql.writeMeta.run(countsId, 'counts-id');
  sql.writeMeta.run(String(sinceMs), 'tally-since');
}

/** A spool of an agent that could not count begins with the next full hour, so that every hour counted is whole. */
export function firstTallyScope(state: SpoolState, nowMs: number, countsId: string): TallyScope {
  const isNew = state.lanes.every(({ next }) => next === 1);
  return { countsId, sinceMs: isNew ? 0 : (Math.floor(nowMs / HOUR_MS) + 1) * HOUR_MS };
}

/** Names a row among all. */
export const placeKey = ({ hourMs, lane, channel }: TallyRow): string => `${hourMs} ${lane} ${channel}`;

/** All rows by their place, as they are now. */
export function readTally(sql: Statements): Map<string, TallyRow> {
  return new Map(sql.allTally.all().map((row) => [placeKey(tallyRow(row)), tallyRow(row)]));
}

/** Leaves in the tally what was counted since `before`; to be called in a transaction. */
export function keepSince(sql: Statements, before: ReadonlyMap<string, TallyRow>): void {
  for (const row of readTally(sql).values()) {
    const old = before.get(placeKey(row));
    const produced = row.produced - (old?.produced ?? 0);
    const limited = minus(row.limited, old?.limited);
    const dropped = minus(row.dropped, old?.dropped);
    sql.deleteTally.run(row.hourMs, row.lane, row.channel);
    if (produced === 0 && Object.keys(limited).length + Object.keys(dropped).length === 0) continue;
    sql.writeTally.run(
      row.hourMs,
      row.lane,
      row.channel,
      produced,
      JSON.stringify(limited),
      JSON.stringify(dropped),
    );
  }
}

function minus(
  counts: Readonly<Record<string, number>>,
  before: Readonly<Record<string, number>> = {},
): Record<string, number> {
  const rest = Object.entries(counts).map(([reason, count]): [string, number] => [
    reason,
    count - (before[reason] ?? 0),
  ]);
  return Object.fromEntries(rest.filter(([, count]) => count !== 0));
}
