/**
 * Applies the migrations that a database has not had yet, in order of their names.
 * Invariants: a statement may run twice (each is written so that it may), a migration is recorded after its last
 * statement, and one whose text was changed after it had been applied stops the start.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Connection } from './connection.ts';

export interface Migration {
  /** File name without its ending, e.g. `0001-events`. */
  name: string;
  statements: readonly string[];
  /** Hex digest of the file. */
  hash: string;
}

const FOLDER = fileURLToPath(new URL('./migrations', import.meta.url));

const appliedSchema = z.object({ name: z.string(), hash: z.string() });

/** Statements end with a semicolon at the end of a line. */
function split(text: string): string[] {
  return text
    .split(/;[ \t]*(?:\r?\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement.replaceAll(/^--.*$/gm, '').trim() !== '');
}

/** The project's migrations, or those of another folder. */
export async function readMigrations(folder: string = FOLDER): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (file) => {
      const text = await readFile(path.join(folder, file), 'utf8');
      return {
        name: path.basename(file, '.sql'),
        statements: split(text),
        hash: createHash('sha256').update(text).digest('hex'),
      };
    }),
  );
}

/**
 * @param beforeChange - awaited before the first statement that changes a database which has had migrations before; told
 *   of none where there is nothing to lose
 * @returns names of the migrations that were applied now
 * @throws Error when an applied migration has changed
 */
export async function migrate(
  connection: Connection,
  migrations: readonly Migration[],
  nowMs: number,
  beforeChange: (pending: readonly string[]) => Promise<void> = () => Promise.resolve(),
): Promise<string[]> {
  await connection.command(
    `CREATE TABLE IF NOT EXISTS schema_migration (name String, hash String, applied_ms Int64)
     ENGINE = MergeTree ORDER BY name SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`,
  );
  const rows = await connection.rows(
    { query: 'SELECT name, hash FROM schema_migration ORDER BY name', params: {} },
    (row) => appliedSchema.parse(row),
  );
  const applied = new Map(rows.map((row) => [row.name, row.hash]));
  const pending = migrations.filter(({ name }) => !applied.has(name)).map(({ name }) => name);
  if (applied.size > 0)
    await beforeChange(pending.length > 0 && (await holdsNothing(connection)) ? [] : pending);
  const done: string[] = [];
  for (const { name, statements, hash } of migrations) {
    const before = applied.get(name);
    if (before === hash) continue;
    if (before !== undefined) {
      throw new Error(
        `Migration ${name} was changed after it had been applied. Write a new migration instead.`,
      );
    }
    for (const statement of statements) await connection.command(statement);
    await connection.command(
      'INSERT INTO schema_migration SELECT {name:String}, {hash:String}, {appliedMs:Int64}',
      { name, hash, appliedMs: Math.trunc(nowMs) },
    );
    done.push(name);
  }
  return done;
}

/** Whether there is nothing to lose: another collector may just be making the tables. */
async function holdsNothing(connection: Connection): Promise<boolean> {
  const tables = await connection.rows(
    {
      query: `SELECT name FROM system.tables WHERE database = currentDatabase() AND name IN ('events', 'lane_mark')`,
      params: {},
    },
    (row) => z.object({ name: z.enum(['events', 'lane_mark']) }).parse(row).name,
  );
  for (const name of tables) {
    const found = await connection.rows({ query: `SELECT 1 FROM ${name} LIMIT 1`, params: {} }, () => true);
    if (found.length > 0) return false;
  }
  return true;
}
