/** The spool's SQL, prepared once per database. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { SpoolInconsistentError } from './spool-error.ts';

const CHUNK_COLUMNS = 'first_seq, last_seq, at, crc, length(payload) AS payload_bytes';

const SQL = {
  writeMeta: `INSERT INTO meta (value, key) VALUES (?, ?)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
  writeLane: 'UPDATE lane SET next = ?, acknowledged = ?, base = ?, bytes = ? WHERE lane = ?',
  insertChunk: 'INSERT INTO chunk (lane, first_seq, last_seq, at, crc, payload) VALUES (?, ?, ?, ?, ?, ?)',
  deleteChunk: 'DELETE FROM chunk WHERE lane = ? AND first_seq = ?',
  oldestChunk: `SELECT ${CHUNK_COLUMNS} FROM chunk WHERE lane = ? ORDER BY first_seq LIMIT 1`,
  /** First chunk that reaches a sequence or lies above it: (lane, lane, seq, seq). */
  chunkFrom: `SELECT ${CHUNK_COLUMNS} FROM chunk WHERE lane = ? AND first_seq >= coalesce(
      (SELECT max(first_seq) FROM chunk WHERE lane = ? AND first_seq <= ?), 0)
    AND last_seq >= ? ORDER BY first_seq LIMIT 1`,
  payload: 'SELECT payload FROM chunk WHERE lane = ? AND first_seq = ?',
  /** (overhead per chunk, lane, seq, seq) */
  bytesUpTo:
    'SELECT sum(length(payload) + ?) AS bytes FROM chunk WHERE lane = ? AND first_seq <= ? AND last_seq <= ?',
  deleteUpTo: 'DELETE FROM chunk WHERE lane = ? AND first_seq <= ? AND last_seq <= ?',
  insertLoss: 'INSERT INTO loss (lane, from_seq, to_seq, reason) VALUES (?, ?, ?, ?)',
  deleteLosses: 'DELETE FROM loss WHERE lane = ?',
  readPosition: 'SELECT value FROM position WHERE source = ? AND key = ?',
  writePosition: `INSERT INTO position (source, key, value) VALUES (?, ?, ?)
    ON CONFLICT (source, key) DO UPDATE SET value = excluded.value`,
  deletePosition: 'DELETE FROM position WHERE source = ? AND key = ?',
  firstPositions: 'SELECT key, value FROM position WHERE source = ? ORDER BY key LIMIT ?',
  nextPositions: 'SELECT key, value FROM position WHERE source = ? AND key > ? ORDER BY key LIMIT ?',
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
