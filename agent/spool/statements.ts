/** The spool's SQL, prepared once per database. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { SpoolInconsistentError } from './spool-error.ts';

const CHUNK_COLUMNS = 'first_seq, last_seq, at, crc, length(payload) AS payload_bytes';

const SQL = {
  writeMeta: `INSERT INTO meta (value, key) VALUES (?, ?)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
  writeLane:
    'UPDATE lane SET next = ?, acknowledged = ?, base = ?, bytes = ?, retained_bytes = ? WHERE lane = ?',
  insertChunk: `INSERT INTO chunk (lane, first_seq, last_seq, at, crc, runs, payload)
    VALUES (?, ?, ?, ?, ?, ?, ?)`,
  deleteChunk: 'DELETE FROM chunk WHERE lane = ? AND first_seq = ?',
  oldestChunk: `SELECT ${CHUNK_COLUMNS} FROM chunk WHERE lane = ? ORDER BY first_seq LIMIT 1`,
  /** First chunk that reaches a sequence or lies above it: (lane, lane, seq, seq). */
  chunkFrom: `SELECT ${CHUNK_COLUMNS} FROM chunk WHERE lane = ? AND first_seq >= coalesce(
      (SELECT max(first_seq) FROM chunk WHERE lane = ? AND first_seq <= ?), 0)
    AND last_seq >= ? ORDER BY first_seq LIMIT 1`,
  payload: 'SELECT payload FROM chunk WHERE lane = ? AND first_seq = ?',
  runs: 'SELECT runs FROM chunk WHERE lane = ? AND first_seq = ?',
  /** Whole chunks above one sequence and up to another: (overhead per chunk, lane, lane, above, above, upTo, upTo). */
  bytesBetween: `SELECT sum(length(payload) + ?) AS bytes FROM chunk WHERE lane = ? AND first_seq >= coalesce(
      (SELECT max(first_seq) FROM chunk WHERE lane = ? AND first_seq <= ?), 0)
    AND last_seq > ? AND first_seq <= ? AND last_seq <= ?`,
  /** (lane, upTo, upTo) */
  deleteUpTo: 'DELETE FROM chunk WHERE lane = ? AND first_seq <= ? AND last_seq <= ?',
  writeAckMark: 'INSERT INTO ack_mark (lane, at, seq) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  /** What was acknowledged by then. */
  ackedBy: 'SELECT max(seq) AS seq FROM ack_mark WHERE lane = ? AND at <= ?',
  deleteAckMarks: 'DELETE FROM ack_mark WHERE lane = ? AND seq <= ?',
  readTally: 'SELECT produced, limited, dropped FROM tally WHERE hour_ms = ? AND lane = ? AND channel = ?',
  writeTally: `INSERT INTO tally (hour_ms, lane, channel, produced, limited, dropped, revision, told)
    VALUES (?, ?, ?, ?, ?, ?, 1, 0)
    ON CONFLICT (hour_ms, lane, channel) DO UPDATE SET produced = excluded.produced,
      limited = excluded.limited, dropped = excluded.dropped, revision = revision + 1`,
  resumeTally: 'UPDATE tally SET revision = ?, told = ? WHERE hour_ms = ? AND lane = ? AND channel = ?',
  untoldTally: `SELECT hour_ms, lane, channel, produced, limited, dropped, revision FROM tally
    WHERE told < revision ORDER BY hour_ms, lane, channel LIMIT ?`,
  tellTally: 'UPDATE tally SET told = ? WHERE hour_ms = ? AND lane = ? AND channel = ? AND told < ?',
  retellTally: 'UPDATE tally SET told = 0',
  allTally: 'SELECT hour_ms, lane, channel, produced, limited, dropped, revision FROM tally',
  deleteTally: 'DELETE FROM tally WHERE hour_ms = ? AND lane = ? AND channel = ?',
  pruneTally: 'DELETE FROM tally WHERE hour_ms < ? AND told >= revision',
  insertLoss: 'INSERT INTO loss (lane, from_seq, to_seq, reason) VALUES (?, ?, ?, ?)',
  deleteLosses: 'DELETE FROM loss WHERE lane = ?',
  readPosition: 'SELECT value FROM position WHERE source = ? AND key = ?',
  writePosition: `INSERT INTO position (source, key, value) VALUES (?, ?, ?)
    ON CONFLICT (source, key) DO UPDATE SET value = excluded.value`,
  deletePosition: 'DELETE FROM position WHERE source = ? AND key = ?',
  /** (source, from, until, limit) */
  firstPositions:
    'SELECT key, value FROM position WHERE source = ? AND key >= ? AND key < ? ORDER BY key LIMIT ?',
  /** (source, above, until, limit) */
  nextPositions:
    'SELECT key, value FROM position WHERE source = ? AND key > ? AND key < ? ORDER BY key LIMIT ?',
} as const;

export type Statements = Record<keyof typeof SQL, StatementSync>;

export function prepareStatements(db: DatabaseSync): Statements {
  const prepared = Object.entries(SQL).map(([name, sql]) => [name, db.prepare(sql)]);
  return Object.fromEntries(prepared) as Statements;
}

/** A chunk without its payload. Sequences are physical. */
export interface ChunkRow {
  firstSeq: number;
  lastSeq: number;
  /** When it was committed: milliseconds since 1970. */
  at: number;
  crc: number;
  payloadBytes: number;
}

/** @throws SpoolInconsistentError */
export function chunkRow(row: Record<string, unknown> | undefined): ChunkRow {
  const number = (column: string): number => {
    const value = row?.[column];
    if (typeof value !== 'number') throw new SpoolInconsistentError(`a chunk has no ${column}`);
    return value;
  };
  return {
    firstSeq: number('first_seq'),
    lastSeq: number('last_seq'),
    at: number('at'),
    crc: number('crc'),
    payloadBytes: number('payload_bytes'),
  };
}
