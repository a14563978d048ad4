/** A control plane goes from SQLite to PostgreSQL and back through a backup's file, and nothing of it changes. */
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAgency, rootAgencyId } from '../../collector/registry/agencies.ts';
import { writeAudit } from '../../collector/registry/audit.ts';
import { openRegistry, type Registry } from '../../collector/registry/database.ts';
import { enrolAgent } from '../../collector/registry/enrolment.ts';
import { fileRows, fileTables, lastGeneratedId } from '../../collector/registry/file-tables.ts';
import { fillPostgres } from '../../collector/registry/fill-postgres.ts';
import { createJoinToken } from '../../collector/registry/join-tokens.ts';
import { enterCollector } from '../../collector/registry/leases.ts';
import type { PostgresHome } from '../../collector/registry/postgres-home.ts';
import { PostgresStaging } from '../../collector/registry/postgres-staging.ts';
import { checkSnapshot, snapshotRegistry } from '../../collector/registry/snapshot.ts';
import { snapshotPostgres } from '../../collector/registry/snapshot-postgres.ts';
import { postgresPrograms, startPostgres, type TestPostgres } from '../support/postgres.ts';
import { enrolRequest, temporaryFolder } from '../unit/registry/registry-fixture.ts';

/** What hosts and people may write, and what databases trip over. */
const TEXTS = [
  'Sở Thông tin và Truyền thông',
  `quote ' " \\ {} %`,
  '👮🏽‍♀️\u202Eabc',
  'line\nline\ttab',
  '',
  '\u0001',
];
const LOSSES = 1_200;

async function populate(registry: Registry): Promise<void> {
  const { db } = registry;
  const root = await rootAgencyId(db);
  const token = await createJoinToken(registry, { uses: 50 }, 'cli:test');
  for (const [at, hostname] of TEXTS.entries()) {
    const agency = await createAgency(
      registry,
      { name: `Phường ${at}`, kind: 'commune', parentId: root },
      'cli:test',
    );
    const host = { ...enrolRequest(token).host, hostname: `${hostname}pc`, osName: hostname };
    const enrolled = await enrolAgent(
      registry,
      enrolRequest(token, { machineId: `machine-${at}`, host }),
      '::1',
    );
    expect(enrolled.ok).toBe(true);
    await writeAudit(db, -at, {
      actor: 'system',
      action: `text.${at}`,
      target: hostname,
      detail: { agency },
    });
  }
  // More than one batch of rows.
  await db.transaction().execute(async (trx) => {
    for (let at = 0; at < LOSSES; at += 100) {
      const rows = Array.from({ length: 100 }, (_, n) => ({
        agent_id: `agent-${n}`,
        epoch: 'e',
        lane: 1,
        from_seq: 10 * (at + n),
        to_seq: 10 * (at + n) + 5,
        reason: 'expired',
        recorded_ms: Number.MAX_SAFE_INTEGER - at,
      }));
      await trx.insertInto('loss').values(rows).execute();
    }
  });
  // A parent that comes after its child, and a number that was given out and must not come again.
  const [first] = await db.selectFrom('agency').select('id').where('id', '<>', root).orderBy('id').execute();
  const last = await db.selectFrom('agency').select('id').orderBy('id', 'desc').executeTakeFirstOrThrow();
  await db
    .updateTable('agency')
    .set({ parent_id: last.id })
    .where('id', '=', first?.id ?? 0)
    .execute();
  const gone = await db
    .insertInto('agent_group')
    .values({ name: 'gone', created_ms: 0 })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db.deleteFrom('agent_group').where('id', '=', gone.id).execute();
}

/** Every row of every table, and the ids given out. */
function dump(file: string): Record<string, unknown> {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return Object.fromEntries(
      fileTables(database).map((table) => {
        const rows = [...fileRows(database, table)].flat().map((row) => JSON.stringify(row));
        const last = table.generatesId ? lastGeneratedId(database, table.name) : 0;
        return [table.name, { last, rows: rows.sort() }];
      }),
    );
  } finally {
    database.close();
  }
}

describe.skipIf(postgresPrograms() === undefined)('a copy of the control plane', () => {
  let server: TestPostgres;
  let home: PostgresHome;
  let folder: ReturnType<typeof temporaryFolder>;
  let copies = 0;
  const newFile = (): string => path.join(folder.path, `copy-${(copies += 1)}.sqlite`);
  const database = (): string => home.database;

  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    home = server.home(await server.createDatabase());
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  async function populatedFile(): Promise<string> {
    const file = path.join(folder.path, 'registry.sqlite');
    const registry = await openRegistry({ file, now: () => 7 });
    await populate(registry);
    await registry.close();
    return file;
  }

  /** Restores the file as `vonggac restore` does. @returns whether something was moved aside */
  async function restore(file: string, aside = 'before'): Promise<boolean> {
    const staging = await PostgresStaging.make(home, 'restoring');
    try {
      const registry = await openRegistry({ postgres: staging.home, now: () => 7 });
      try {
        await fillPostgres(registry.db, file);
      } finally {
        await registry.close();
      }
      return await staging.takePlace(aside);
    } finally {
      await staging.drop();
    }
  }

  it('moves from SQLite to PostgreSQL and back without a change, and ids go on', async () => {
    const file = await populatedFile();
    const there = newFile();
    await snapshotRegistry(file, there);
    expect(await restore(there)).toBe(false);
    const registry = await openRegistry({ postgres: home, now: () => 7 });
    const back = newFile();
    await snapshotPostgres(registry, back);
    checkSnapshot(back);
    expect(dump(back)).toEqual(dump(file));
    const group = await registry.db
      .insertInto('agent_group')
      .values({ name: 'new', created_ms: 0 })
      .returning('id')
      .executeTakeFirstOrThrow();
    expect(group.id).toBe(2);
    const refused = registry.db.deleteFrom('audit_log').execute();
    await expect(refused).rejects.toThrow('append only');
    await registry.close();
    const reopened = await openRegistry({ file: back, now: () => 7 });
    expect(await reopened.db.selectFrom('loss').select('lane').execute()).toHaveLength(LOSSES);
    await reopened.close();
  });

  it('mends what PostgreSQL cannot hold', async () => {
    const file = await populatedFile();
    const registry = await openRegistry({ file, now: () => 7 });
    await writeAudit(registry.db, 1, { actor: 'system', action: 'nul', target: 'a\0b' });
    await registry.close();
    await restore(file);
    const { rows } = await server.run(`select target from audit_log where action = 'nul'`, database());
    expect(rows).toEqual([{ target: 'a\uFFFDb' }]);
  });

  it('is of one moment while others write, and holds none of them up', async () => {
    const registry = await openRegistry({ postgres: home, now: () => 7 });
    await populate(registry);
    const other = await openRegistry({ postgres: home, now: () => 7 });
    let writes = 0;
    const stop = new AbortController();
    const writing = (async () => {
      while (!stop.signal.aborted) {
        // One transaction, two tables: a copy has both or neither.
        await other.db.transaction().execute(async (trx) => {
          await writeAudit(trx, writes, { actor: 'system', action: 'pair' });
          await trx
            .insertInto('agent_group')
            .values({ name: `pair-${writes}`, created_ms: 0 })
            .execute();
        });
        writes += 1;
      }
    })();
    const before = writes;
    const copy = newFile();
    let during = 0;
    await snapshotPostgres(registry, copy, () => (during = writes));
    stop.abort();
    await writing;
    expect(during).toBeGreaterThan(before);
    const file = new DatabaseSync(copy, { readOnly: true });
    const count = (query: string): unknown => Object.values(file.prepare(query).get() ?? {})[0];
    expect(count(`select count(*) from audit_log where action = 'pair'`)).toBe(
      count(`select count(*) from agent_group where name like 'pair-%'`),
    );
    file.close();
    await other.close();
    await registry.close();
  });

  it('moves what was there aside, whole, and refuses while a collector is at work', async () => {
    const registry = await openRegistry({ postgres: home, now: () => 7 });
    await registry.db.insertInto('agent_group').values({ name: 'mine', created_ms: 0 }).execute();
    const file = await populatedFile();
    const collector = { id: 'c', name: 'node-1', leaseMs: 60_000, head: 0, ownStore: true };
    await enterCollector(registry.db, collector);
    await expect(restore(file)).rejects.toThrow(/in use by the collector node-1/);
    await expect(PostgresStaging.isOccupied(home)).rejects.toThrow(/node-1/);
    await sql`update collector set expires_ms = 0`.execute(registry.db);
    expect(await PostgresStaging.isOccupied(home)).toBe(true);
    await registry.close();
    expect(await restore(file, 'before_1')).toBe(true);
    const { rows } = await server.run('select name from before_1.agent_group', database());
    expect(rows).toEqual([{ name: 'mine' }]);
    // And it would start again.
    const aside = await openRegistry({ postgres: { ...home, schema: 'before_1' }, now: () => 7 });
    await aside.close();
    const { rows: schemas } = await server.run(
      `select nspname from pg_namespace where nspname in ('restoring', 'before_1')`,
      database(),
    );
    expect(schemas).toEqual([{ nspname: 'before_1' }]);
  });

  it('that does not hold together changes nothing', async () => {
    const file = await populatedFile();
    const broken = new DatabaseSync(file, { enableForeignKeyConstraints: false });
    broken.exec(`update agent set join_token_id = 'none'`);
    broken.close();
    expect(() => checkSnapshot(file)).toThrow(/refer to missing/);
    await expect(restore(file)).rejects.toThrow(/agent_join_token_id_fkey/);
    expect(await PostgresStaging.isOccupied(home)).toBe(false);
  });

  it('says what the user may not do', async () => {
    await server.run('create role restorer login');
    const guest = { ...home, user: 'restorer' };
    await expect(PostgresStaging.make(guest, 'restoring')).rejects.toThrow(
      `grant create on database ${home.database} to restorer`,
    );
  });
});
