/**
 * A copy of the control plane's SQLite file as it is at one moment, taken beside its writers: neither waits for the
 * other. It is made in a thread of its own, since SQLite would hold up the event loop.
 */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

/** The copy could not be made or does not hold together. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
}

const WORKER = new URL('./snapshot-worker.ts', import.meta.url);

/**
 * @param file - the control plane's file; it may be in use
 * @param to - must not exist
 * @throws SnapshotError
 */
export async function snapshotRegistry(file: string, to: string): Promise<void> {
  const worker = new Worker(WORKER, { workerData: { file, to } });
  try {
    const [code] = await once(worker, 'exit');
    if (code !== 0) throw new SnapshotError(`the copying thread ended with ${code}`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new SnapshotError(`the control plane ${file} cannot be copied: ${why}`, { cause: error });
  }
}

/** What SQLite finds wrong with the file in a quick look, beside its writers; empty when nothing. */
export function quickCheck(file: string): string {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly: true });
    const [first] = database.prepare('PRAGMA quick_check(1)').all();
    const found = first === undefined ? 'nothing' : String(Object.values(first)[0]);
    return found === 'ok' ? '' : found;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    database?.close();
  }
}

const migrationSchema = z.object({ name: z.string() });

function appliedMigrations(database: DatabaseSync): string[] {
  const rows = database.prepare('SELECT name FROM kysely_migration ORDER BY name').all();
  return rows.map((row) => migrationSchema.parse(row).name);
}

/** Migrations that `known` has and the control plane has not; undefined when there is no such file yet. */
export function pendingMigrations(file: string, known: readonly string[]): string[] | undefined {
  if (!existsSync(file)) return undefined;
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const applied = new Set(appliedMigrations(database));
    return known.filter((name) => !applied.has(name));
  } finally {
    database.close();
  }
}

export interface SnapshotFacts {
  /** Names of the migrations that were applied to it. */
  migrations: readonly string[];
}

/** Looks a copy over as SQLite does. @throws SnapshotError */
export function checkSnapshot(file: string): SnapshotFacts {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly: true });
    const [first] = database.prepare('PRAGMA integrity_check(1)').all();
    const found = first === undefined ? 'nothing' : String(Object.values(first)[0]);
    if (found !== 'ok') throw new SnapshotError(`${file} is damaged: ${found}`);
    const [orphan] = database.prepare('PRAGMA foreign_key_check').all();
    if (orphan !== undefined) throw new SnapshotError(`${file} has rows that refer to missing ones`);
    return { migrations: appliedMigrations(database) };
  } catch (error) {
    if (error instanceof SnapshotError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new SnapshotError(`${file} cannot be read as a control plane: ${message}`, { cause: error });
  } finally {
    database?.close();
  }
}
