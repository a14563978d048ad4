/**
 * The spool's SQLite file: its tables and the state read from them at opening. One process at a time
 * (exclusive locking), WAL, every commit synced to disk.
 *
 * Sequences in the tables are physical: they only ever grow. The wire's are physical - base, and a new epoch
 * only moves the base, so it renumbers a spool of any size in one small write.
 */
import fs from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { LANES } from '#protocol/lane.ts';
import { SpoolInconsistentError } from './spool-error.ts';
import { schemaVersion, upgrade } from './schema.ts';
import { addLoss } from './loss-ranges.ts';
import type { LostRange } from './loss-ranges.ts';
import type { LossReason } from '#protocol/up.ts';

const WAL_BYTES_KEPT = 8 * 1_048_576;
const EPOCH = /^[0-9a-f]{32}$/;

export interface LaneState {
  /** Physical sequence the next record gets. */
  readonly next: number;
  /** Physical sequence up to which everything is acknowledged. */
  readonly acknowledged: number;
  /** What is subtracted from a physical sequence to get the wire's. */
  readonly base: number;
  /** Size of the chunks that hold anything unacknowledged, CHUNK_OVERHEAD_BYTES included. */
  readonly bytes: number;
  /** The same of those that are acknowledged and kept. */
  readonly retainedBytes: number;
  /** Begin of the span of time whose acknowledgements were last set a border before; see ack_mark. */
  readonly markedAt: number;
  readonly losses: readonly LostRange[];
}

export interface SpoolState {
  readonly epoch: string;
  /** By lane number. */
  readonly lanes: readonly LaneState[];
  /** Records lost in this spool since it was made. */
  readonly dropped: number;
  /** A session was open since `sentBefore` was taken: what is in the spool may be sent. */
  readonly online: boolean;
  /** By lane: physical sequence up to which an earlier process may have sent. */
  readonly sentBefore: readonly number[];
}

/** What a row costs beside its payload, roughly: key, checksum, page slack. */
export const CHUNK_OVERHEAD_BYTES = 64;

/** Runs `work` in one transaction; on any error nothing of it remains. */
export function transaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    // SQLite has rolled back by itself after some errors (a full disk).
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/**
 * Opens the file, making it and its tables when absent. `newEpoch` names a spool made here.
 * @throws node:sqlite's errors; SpoolInconsistentError when the rows make no sense.
 */
export function openDatabase(file: string, newEpoch: () => string): { db: DatabaseSync; state: SpoolState } {
  // Made by hand first: SQLite would make it readable for everybody, and its WAL takes the same mode.
  fs.closeSync(fs.openSync(file, 'a', 0o600));
  const db = new DatabaseSync(file);
  try {
    db.exec(`
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA auto_vacuum = INCREMENTAL;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA journal_size_limit = ${WAL_BYTES_KEPT};
      PRAGMA cache_size = -512;
    `);
    transaction(db, () => upgrade(db, newEpoch()));
    return { db, state: readState(db, fs.existsSync(offlineMarkerOf(file))) };
  } catch (error) {
    db.close();
    throw error;
  }
}

function integer(row: Record<string, unknown>, column: string): number {
  const value = row[column];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new SpoolInconsistentError(`column ${column} holds ${String(value)}`);
  }
  return value;
}

function metaIfAny(db: DatabaseSync, key: string): unknown {
  return db.prepare('SELECT value FROM meta WHERE key = ?').get(key)?.['value'];
}

function meta(db: DatabaseSync, key: string): string {
  const value = metaIfAny(db, key);
  if (typeof value !== 'string') throw new SpoolInconsistentError(`meta ${key} is missing`);
  return value;
}

/**
 * Beside the spool while what it says of `sent-before` is true. A session takes it away where a full disk does not let
 * the database be written: to take a file away needs no room.
 */
export const offlineMarkerOf = (file: string): string => `${file}-offline`;

/** What an offline process wrote down, else all that there is. @throws SpoolInconsistentError */
function readSentBefore(db: DatabaseSync, lanes: readonly LaneState[], isOffline: boolean): number[] {
  const all = lanes.map(({ next }) => next - 1);
  if (!isOffline) return all;
  const value = metaIfAny(db, 'sent-before');
  if (typeof value !== 'string' || value === '') return all;
  const parts = value.split(',').map(Number);
  if (parts.length !== all.length || !parts.every((part) => Number.isSafeInteger(part) && part >= 0)) {
    throw new SpoolInconsistentError(`sent-before holds ${value}`);
  }
  return parts;
}

/** @param isOffline - the marker is there. @throws SpoolInconsistentError */
export function readState(db: DatabaseSync, isOffline = false): SpoolState {
  const epoch = meta(db, 'epoch');
  if (!EPOCH.test(epoch)) throw new SpoolInconsistentError('the epoch is not 128 bits of hex');
  const losses = LANES.map((): readonly LostRange[] => []);
  for (const row of db
    .prepare('SELECT lane, from_seq, to_seq, reason FROM loss ORDER BY lane, from_seq')
    .all()) {
    const lane = integer(row, 'lane');
    const range = {
      fromSeq: integer(row, 'from_seq'),
      toSeq: integer(row, 'to_seq'),
      reason: String(row['reason']) as LossReason,
    };
    losses[lane] = addLoss(losses[lane] ?? [], range);
  }
  // A spool that was set aside before it was upgraded is read, too.
  const upgraded = schemaVersion(db) >= 2;
  const retained = upgraded ? 'retained_bytes' : '0 AS retained_bytes';
  const rows = db
    .prepare(`SELECT lane, next, acknowledged, base, bytes, ${retained} FROM lane ORDER BY lane`)
    .all();
  const newestMark = upgraded ? db.prepare('SELECT max(at) AS at FROM ack_mark WHERE lane = ?') : undefined;
  const lanes = rows.map((row, index): LaneState => {
    const next = integer(row, 'next');
    const acknowledged = integer(row, 'acknowledged');
    const base = integer(row, 'base');
    if (integer(row, 'lane') !== index || base > acknowledged || acknowledged >= next) {
      throw new SpoolInconsistentError(`the counters of lane ${index} contradict each other`);
    }
    return {
      next,
      acknowledged,
      base,
      bytes: integer(row, 'bytes'),
      retainedBytes: integer(row, 'retained_bytes'),
      markedAt: Number(newestMark?.get(index)?.['at'] ?? 0),
      losses: losses[index] ?? [],
    };
  });
  if (lanes.length !== LANES.length)
    throw new SpoolInconsistentError(`${lanes.length} lanes instead of ${LANES.length}`);
  return {
    epoch,
    lanes,
    dropped: Number.parseInt(meta(db, 'dropped'), 10),
    online: false,
    sentBefore: readSentBefore(db, lanes, isOffline),
  };
}
