/** Opens the spool's database; one that cannot be read is set aside, and a new one begun from what it still tells. */
import type { DatabaseSync } from 'node:sqlite';
import { openDatabase } from './database.ts';
import type { SpoolState } from './database.ts';
import { salvage, setAside } from './salvage.ts';
import { isCorruption, toSpoolError } from './spool-error.ts';
import { prepareStatements } from './statements.ts';
import type { Statements } from './statements.ts';
import { seedSuccessor } from './successor.ts';
import type { SpoolReset } from './successor.ts';

export interface OpenOptions {
  file: string;
  /** Milliseconds since 1970. */
  now: () => number;
  /** That many random bytes. */
  random: (bytes: number) => Uint8Array;
  /** Told when a corrupt database was set aside and the spool started anew. */
  onReset?: ((reset: SpoolReset) => void) | undefined;
}

const EPOCH_BYTES = 16;

export function newEpoch({ random }: Pick<OpenOptions, 'random'>): string {
  return Buffer.from(random(EPOCH_BYTES)).toString('hex');
}

export interface Opened {
  db: DatabaseSync;
  sql: Statements;
  state: SpoolState;
}

/** @throws SpoolBusyError, SpoolFullError */
export function openOrReplace(options: OpenOptions): Opened {
  try {
    const { db, state } = openDatabase(options.file, () => newEpoch(options));
    return { db, sql: prepareStatements(db), state };
  } catch (error) {
    if (!isCorruption(error)) throw toSpoolError(error, options.file);
    return replaceDatabase(options, error);
  }
}

/** @param options.file closed, or never opened. */
export function replaceDatabase(options: OpenOptions, cause: unknown): Opened {
  const { file, now, onReset } = options;
  const aside = setAside(file, now());
  const rest = salvage(aside);
  const lostRecords = rest.waiting?.reduce((sum, waiting) => sum + waiting, 0);
  const reset: SpoolReset = { cause, setAside: aside, lostRecords, positionsKept: rest.positions.length };
  const { db } = openDatabase(file, () => newEpoch(options));
  const sql = prepareStatements(db);
  const state = seedSuccessor(db, sql, rest, reset, now(), newEpoch(options));
  onReset?.(reset);
  return { db, sql, state };
}
