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

/** Older ones are deleted: a disk that corrupts again and again must not be filled by it. */
const SET_ASIDE_MAX = 2;

export interface Salvage {
  /** The old epoch, when it could be read. */
  epoch: string | undefined;
  /** Records never acknowledged, by lane; undefined when unknown. */
  waiting: number[] | undefined;
  positions: { source: string; key: string; value: string }[];
  /** What could not be read, in SQLite's words. */
  problems: string[];
}

/** Moves the database out of the way. @returns its new path, `<file without ending>.corrupt-<time>`. */
export function setAside(file: string, nowMs: number): string {
  const folder = path.dirname(file);
  const prefix = `${path.basename(file, path.extname(file))}.corrupt-`;
  const target = path.join(folder, `${prefix}${new Date(nowMs).toISOString().replaceAll(/[:.]/g, '')}`);
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
  const found: Salvage = { epoch: undefined, waiting: undefined, positions: [], problems: [] };
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
      });
      attempt('positions', () => {
        // Row by row: what stands before the damage is kept.
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
