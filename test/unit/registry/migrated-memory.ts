/**
 * Control planes in memory for tests: the migrations run once in a process, and each further one is a copy of what they
 * made, a tenth of the work. What they put in is of `START_MS`; its trail of audit is its own.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { z } from 'zod';
import { genesisHash } from '../../../collector/audit/chain.ts';
import { type Database, openRegistry, type Registry } from '../../../collector/registry/database.ts';
import { NodeSqliteDialect } from '../../../collector/registry/node-sqlite-dialect.ts';
import { SealError } from '../../../collector/registry/sealed-secret.ts';

export const START_MS = Date.UTC(2026, 10, 22, 3, 0, 0);

const schemaRows = z.array(z.object({ type: z.string(), name: z.string(), sql: z.string() }));

/** Statements that make and fill the tables. */
type Copy = (database: DatabaseSync) => void;

let copied: Promise<Copy> | undefined;

async function migrateOnce(): Promise<Copy> {
  const folder = mkdtempSync(path.join(tmpdir(), 'vonggac-migrated-'));
  try {
    const file = path.join(folder, 'registry.sqlite');
    const registry = await openRegistry({ file, now: () => START_MS });
    await registry.close();
    return readCopy(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readCopy(file: string): Copy {
  const migrated = new DatabaseSync(file, { readOnly: true });
  const made = schemaRows.parse(
    migrated
      .prepare(
        `select type, name, sql from sqlite_master where sql is not null and name not like 'sqlite_%' order by rowid`,
      )
      .all(),
  );
  const schema = made.map(({ sql }) => sql).join(';\n');
  const rows = made
    .filter(({ type }) => type === 'table')
    .flatMap(({ name }) =>
      migrated
        .prepare(`select * from "${name}"`)
        .all()
        .map((row) => {
          const columns = Object.keys(row);
          const places = columns.map(() => '?').join(', ');
          return {
            insert: `insert into "${name}" ("${columns.join('", "')}") values (${places})`,
            values: Object.values(row),
          };
        }),
    );
  migrated.close();
  return (database) => {
    database.exec(schema);
    for (const { insert, values } of rows) database.prepare(insert).run(...values);
    const trailId = randomUUID();
    database.prepare('update audit_head set trail_id = ?, hash = ?').run(trailId, genesisHash(trailId));
  };
}

/** A control plane of its own, as the migrations leave it. */
export async function migratedMemory(now: () => number): Promise<Registry> {
  const copy = await (copied ??= migrateOnce());
  const database = new DatabaseSync(':memory:', { enableForeignKeyConstraints: false });
  copy(database);
  database.exec('pragma foreign_keys = on; pragma trusted_schema = off');
  const db = new Kysely<Database>({ dialect: new NodeSqliteDialect(database) });
  return {
    db,
    now,
    random: randomBytes,
    sealingKey: () => {
      throw new SealError('this control plane was given no key');
    },
    close: () => db.destroy(),
  };
}
