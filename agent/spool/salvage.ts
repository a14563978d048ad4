/**
 * What happens to a spool that SQLite can no longer read: it is set aside for inspection, and what its successor
 * needs is taken out of it as far as it can be read: the sources' positions (else logs would be read twice) and
 * how many records were waiting (they are named as lost).
 */
import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LANES } from '#protocol/lane.ts';
import { readState } from './database.ts';
import { countLost } from './loss-ranges.ts';
import { schemaVersion } from './schema.ts';
import { readTallyScope } from './tally-scope.ts';
import type { TallyScope } from './tally-scope.ts';
import { parseRuns, skipRuns, tallyRow } from './tally.ts';
import type { Run, TallyRow } from './tally.ts';
import { isoTime } from '../iso-time.ts';

/** Older ones are deleted: a disk that corrupts again and again must not be filled by it. */
const SET_ASIDE_MAX = 2;

export interface Salvage {
  /** The old epoch, when it could be read. */
  epoch: string | undefined;
  /** Records never acknowledged, by lane; undefined when unknown. */
  waiting: number[] | undefined;
  /** By lane: how many of those were lost, and counted so, before. */
  lostBefore: number[];
  /** By lane: what the waiting ones are, as far as it can be read. */
  runs: Run[][];
  /** All of it, or nothing: totals that went back would be told as if they had not. */
  tally: (TallyRow & { told: number })[];
  /** Whose counts they are; undefined when they could not be read. */
  tallyScope: TallyScope | undefined;
  positions: { source: string; key: string; value: string }[];
  /** What could not be read, in SQLite's words. */
  problems: string[];
}

/** Moves the database out of the way. @returns its new path, `<file without ending>.corrupt-<time>`. */
export function setAside(file: string, nowMs: number): string {
  const folder = path.dirname(file);
  const prefix = `${path.basename(file, path.extname(file))}.corrupt-`;
  const target = path.join(folder, `${prefix}${isoTime(nowMs).replaceAll(/[:.]/g, '')}`);
  fs.renameSync(file, target);
  for (const suffix of ['-wal', '-shm']) {
    if (fs.existsSync(file + suffix)) fs.renameSync(file + suffix, target + suffix);
  }
  const older = fs
    .readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && !name.endsWith('-wal') && !name.endsWith('-shm'))
    .sort()
    .slice(0, -SET_ASIDE_MAX);
  for (const name of older) {
    for (const suffix of ['', '-wal', '-shm']) fs.rmSync(path.join(folder, name + suffix), { force: true });
  }
  return target;
}

/** Reads what can be read of a database that was set aside; never throws for what cannot. */
export function salvage(file: string): Salvage {
  const found: Salvage = {
    epoch: undefined,
    waiting: undefined,
    lostBefore: LANES.map(() => 0),
    runs: LANES.map(() => []),
    tally: [],
    tallyScope: undefined,
    positions: [],
    problems: [],
  };
  const attempt = (what: string, read: () => void): void => {
    try {
      read();
    } catch (error) {
      found.problems.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  attempt('open', () => {
    const db = new DatabaseSync(file);
    try {
      attempt('lanes', () => {
        const state = readState(db);
        found.epoch = state.epoch;
        found.waiting = LANES.map((_, lane) => {
          const { next = 1, acknowledged = 0 } = state.lanes[lane] ?? {};
          return next - 1 - acknowledged;
        });
        found.lostBefore = state.lanes.map(({ losses }) => countLost(losses));
        // Row by row, here and below: what stands before the damage is kept.
        if (schemaVersion(db) >= 2) attempt('chunks', () => readRuns(db, state.lanes, found));
      });
      if (schemaVersion(db) >= 2) {
        attempt('tally', () => {
          const rows = db.prepare(TALLY).all();
          found.tallyScope = readTallyScope(db);
          found.tally = rows.map((row) => ({ ...tallyRow(row), told: Number(row['told']) }));
        });
      }
      attempt('positions', () => {
        for (const row of db.prepare('SELECT source, key, value FROM position').iterate()) {
          const { source, key, value } = row;
          if (typeof source === 'string' && typeof key === 'string' && typeof value === 'string') {
            found.positions.push({ source, key, value });
          }
        }
      });
    } finally {
      db.close();
    }
  });
  return found;
}

const TALLY = 'SELECT hour_ms, lane, channel, produced, limited, dropped, revision, told FROM tally';

function readRuns(db: DatabaseSync, lanes: readonly { acknowledged: number }[], found: Salvage): void {
  const rows = db.prepare('SELECT lane, first_seq, last_seq, runs FROM chunk').iterate();
  for (const row of rows) {
    const lane = Number(row['lane']);
    const { acknowledged } = lanes[lane] ?? { acknowledged: 0 };
    const firstSeq = Number(row['first_seq']);
    if (Number(row['last_seq']) <= acknowledged) continue;
    const runs = parseRuns(String(row['runs'])) ?? [];
    found.runs[lane]?.push(...skipRuns(runs, Math.max(0, acknowledged + 1 - firstSeq)));
  }
}
