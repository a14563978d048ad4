/**
 * A spool as the agent before made it (schema version 1): the statements of that version, copied and never edited, so that today's code
 * cannot make the fixture that it is tested with.
 */
import { DatabaseSync } from 'node:sqlite';
import zlib from 'node:zlib';

const DDL_1 = `
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
const LANES_1 = 3;
/** What that version counted for a row beside its payload. */
const CHUNK_BYTES_1 = 64;

export interface OldSpool {
  epoch: string;
  chunks: readonly { lane: number; firstSeq: number; records: readonly string[]; at: number }[];
  /** Highest acknowledged sequence, by lane; a chunk may hold some of them. */
  acknowledged: Readonly<Record<number, number>>;
  losses: readonly { lane: number; fromSeq: number; toSeq: number; reason: string }[];
  positions: readonly { source: string; key: string; value: string }[];
  dropped: number;
}

/** @param file that is not there yet */
export function writeOldSpool(file: string, spool: OldSpool): void {
  const db = new DatabaseSync(file);
  db.exec('PRAGMA journal_mode = WAL');
  db.exec(DDL_1);
  db.prepare('INSERT INTO meta (key, value) VALUES (?, ?), (?, ?)').run(
    'epoch',
    spool.epoch,
    'dropped',
    String(spool.dropped),
  );
  const chunk = db.prepare('INSERT INTO chunk VALUES (?, ?, ?, ?, ?, ?)');
  const lane = db.prepare('INSERT INTO lane VALUES (?, ?, ?, ?, ?)');
  const loss = db.prepare('INSERT INTO loss VALUES (?, ?, ?, ?)');
  const position = db.prepare('INSERT INTO position VALUES (?, ?, ?)');
  for (let number = 0; number < LANES_1; number += 1) {
    let bytes = 0;
    let last = spool.acknowledged[number] ?? 0;
    for (const { firstSeq, records, at } of spool.chunks.filter((one) => one.lane === number)) {
      const payload = Buffer.from(records.join('\n'), 'utf8');
      const lastSeq = firstSeq + records.length - 1;
      chunk.run(number, firstSeq, lastSeq, at, zlib.crc32(payload), payload);
      bytes += payload.length + CHUNK_BYTES_1;
      last = Math.max(last, lastSeq);
    }
    for (const { fromSeq, toSeq, reason } of spool.losses.filter((one) => one.lane === number)) {
      loss.run(number, fromSeq, toSeq, reason);
      last = Math.max(last, toSeq);
    }
    lane.run(number, last + 1, spool.acknowledged[number] ?? 0, 0, bytes);
  }
  for (const { source, key, value } of spool.positions) position.run(source, key, value);
  db.exec('PRAGMA user_version = 1');
  db.close();
}
