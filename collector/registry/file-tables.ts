/**
 * The tables of a control plane's SQLite file, read and written row by row: the form in which every backup holds the
 * control plane, whichever database it came from. Memory is bounded by a batch of rows.
 */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { z } from 'zod';
import { type Cell, RowDigest, toCell } from './row-digest.ts';

export interface FileTable {
  name: string;
  /** By name, so that every database gives them in the same order. */
  columns: readonly string[];
  /** Its `id` is generated and never given twice. */
  generatesId: boolean;
}

/** Rows, and characters in them, that are held at once. */
const BATCH_ROWS = 200;
const BATCH_CHARS = 4_194_304;

const tableSchema = z.object({ name: z.string(), sql: z.string() });
const columnSchema = z.object({ name: z.string() });
const idSchema = z.object({ seq: z.number() });

/** Written by the migrations themselves. */
const MIGRATION_TABLES = /^(sqlite_|kysely_migration)/;

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function fileTables(database: DatabaseSync): FileTable[] {
  const rows = database.prepare(`select name, sql from sqlite_master where type = 'table' order by name`);
  return rows
    .all()
    .map((row) => tableSchema.parse(row))
    .filter(({ name }) => !MIGRATION_TABLES.test(name))
    .map(({ name, sql }) => ({
      name,
      columns: database
        .prepare('select name from pragma_table_info(?)')
        .all(name)
        .map((row) => columnSchema.parse(row).name)
        .sort(),
      generatesId: /\bautoincrement\b/i.test(sql),
    }));
}

/** The table's rows in batches. */
export function* fileRows(database: DatabaseSync, { name, columns }: FileTable): Generator<Cell[][]> {
  const statement = database.prepare(`select ${columns.map(quoted).join(', ')} from ${quoted(name)}`);
  let batch: Cell[][] = [];
  let chars = 0;
  for (const row of statement.iterate()) {
    const cells = columns.map((column) => toCell(row[column]));
    batch.push(cells);
    for (const cell of cells) if (typeof cell === 'string') chars += cell.length;
    if (batch.length < BATCH_ROWS && chars < BATCH_CHARS) continue;
    yield batch;
    batch = [];
    chars = 0;
  }
  if (batch.length > 0) yield batch;
}

/** @returns a function that adds a row */
export function rowWriter(database: DatabaseSync, { name, columns }: FileTable): (row: Cell[]) => void {
  const marks = columns.map(() => '?').join(', ');
  const statement = database.prepare(
    `insert into ${quoted(name)} (${columns.map(quoted).join(', ')}) values (${marks})`,
  );
  return (row: SQLInputValue[]) => void statement.run(...row);
}

/** The highest id ever given out; 0 when none was. */
export function lastGeneratedId(database: DatabaseSync, table: string): number {
  const row = database.prepare('select seq from sqlite_sequence where name = ?').get(table);
  return row === undefined ? 0 : idSchema.parse(row).seq;
}

/** Ids go on after that one. */
export function setLastGeneratedId(database: DatabaseSync, table: string, id: number): void {
  database.prepare('delete from sqlite_sequence where name = ?').run(table);
  if (id > 0) database.prepare('insert into sqlite_sequence (name, seq) values (?, ?)').run(table, id);
}

/** Of a table in a file, yielding to the event loop between batches. @param alter what the other database holds instead */
export async function digestFileTable(
  database: DatabaseSync,
  table: FileTable,
  alter: (cell: Cell) => Cell = (cell) => cell,
): Promise<RowDigest> {
  const digest = new RowDigest();
  for (const batch of fileRows(database, table)) {
    for (const row of batch) digest.add(row.map(alter));
    await new Promise(setImmediate);
  }
  return digest;
}
