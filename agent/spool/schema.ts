/**
 * The spool's tables, and how those of an earlier agent become today's: in one transaction, in place, without
 * copying what waits. One version is one entry; an earlier one is never edited.
 */
import type { DatabaseSync } from 'node:sqlite';
import { LANES } from '#protocol/lane.ts';

export const SCHEMA_VERSION = 2;

const SCHEMA_1 = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE lane (
    lane INTEGER PRIMARY KEY, next INTEGER NOT NULL, acknowledged INTEGER NOT NULL,
    base INTEGER NOT NULL, bytes INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE chunk (
    lane INTEGER NOT NULL, first_seq INTEGER NOT NULL, last_seq INTEGER NOT NULL,
    at INTEGER NOT NULL, crc INTEGER NOT NULL, payload BLOB NOT NULL,
    PRIMARY KEY (lane, first_seq)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE loss (
    lane INTEGER NOT NULL, from_seq INTEGER NOT NULL, to_seq INTEGER NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (lane, from_seq)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE position (
    source TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (source, key)
  ) STRICT, WITHOUT ROWID;
`;

/**
 * Chunks that are acknowledged may stay (retained_bytes of them); ack_mark says which were acknowledged before when.
 * runs: what a chunk holds, in order (tally.ts); empty for chunks of version 1.
 */
const SCHEMA_2 = `
  ALTER TABLE lane ADD COLUMN retained_bytes INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE chunk ADD COLUMN runs TEXT NOT NULL DEFAULT '';
  CREATE TABLE ack_mark (
    lane INTEGER NOT NULL, at INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (lane, at)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE tally (
    hour_ms INTEGER NOT NULL, lane INTEGER NOT NULL, channel TEXT NOT NULL, produced INTEGER NOT NULL,
    limited TEXT NOT NULL, dropped TEXT NOT NULL, revision INTEGER NOT NULL, told INTEGER NOT NULL,
    PRIMARY KEY (hour_ms, lane, channel)
  ) STRICT, WITHOUT ROWID;
`;

const STEPS: readonly ((db: DatabaseSync, epoch: string) => void)[] = [
  (db, epoch) => {
    db.exec(SCHEMA_1);
    db.prepare('INSERT INTO meta (key, value) VALUES (?, ?), (?, ?)').run('epoch', epoch, 'dropped', '0');
    const insert = db.prepare(
      'INSERT INTO lane (lane, next, acknowledged, base, bytes) VALUES (?, 1, 0, 0, 0)',
    );
    for (const lane of LANES.keys()) insert.run(lane);
  },
  (db) => db.exec(SCHEMA_2),
];

/**
 * To be called in a transaction. `epoch` names a spool made here.
 * @throws Error for a version this agent does not know.
 */
export function upgrade(db: DatabaseSync, epoch: string): void {
  const version = schemaVersion(db);
  if (version > SCHEMA_VERSION) {
    throw new Error(`the spool has schema version ${version}: made by a newer agent version`);
  }
  for (const step of STEPS.slice(version)) step(db, epoch);
  if (version < SCHEMA_VERSION) db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
}

export function schemaVersion(db: DatabaseSync): number {
  return Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
}
