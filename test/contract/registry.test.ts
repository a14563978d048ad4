import { DatabaseSync } from 'node:sqlite';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import { openRegistry, RegistryOpenError, type Registry } from '../../collector/registry/database.ts';
import { writeAudit } from '../../collector/registry/audit.ts';
import { allMigrations } from '../../collector/registry/migrations/all.ts';
import { isStorageError } from '../../collector/registry/storage-error.ts';
import { temporaryFolder } from '../unit/registry/registry-fixture.ts';
import { HOMES, type Home } from './registry-homes.ts';

describe.each(HOMES)('the control plane on a $name', (kind) => {
  describe.skipIf(!kind.installed)('keeps the contract:', () => {
    let home: Home;
    let registry: Registry;

    beforeEach(async () => {
      home = await kind.make();
      registry = await home.open();
    });
    afterEach(async () => {
      await registry.close();
      home.remove();
    });
    afterAll(() => kind.close());

    const groups = async (): Promise<string[]> => {
      const rows = await registry.db.selectFrom('agent_group').select('name').orderBy('id').execute();
      return rows.map(({ name }) => name);
    };
    const group = (name: string) => ({ name, created_ms: 1 });

    it('begins with the root agency, once, however often it is opened', async () => {
      await registry.close();
      registry = await home.open();
      const rows = await registry.db.selectFrom('agency').select(['id', 'parent_id', 'created_ms']).execute();
      expect(rows).toEqual([{ id: 1, parent_id: null, created_ms: 7 }]);
    });

    it('keeps what was committed', async () => {
      await registry.db.insertInto('agent_group').values(group('kept')).execute();
      await registry.close();
      registry = await home.open();
      expect(await groups()).toEqual(['kept']);
    });

    it('undoes the whole of a transaction that fails', async () => {
      const failing = registry.db.transaction().execute(async (trx) => {
        await trx.insertInto('agent_group').values(group('undone')).execute();
        throw new Error('stop');
      });
      await expect(failing).rejects.toThrow('stop');
      expect(await groups()).toEqual([]);
    });

    it('does not let transactions interleave', async () => {
      const steps: string[] = [];
      const work = (name: string) =>
        registry.db.transaction().execute(async (trx) => {
          steps.push(`${name} begins`);
          const count = (await trx.selectFrom('agent_group').select('id').execute()).length;
          await new Promise(setImmediate);
          await trx
            .insertInto('agent_group')
            .values(group(`${name} saw ${count}`))
            .execute();
          steps.push(`${name} ends`);
        });
      await Promise.all([work('a'), work('b'), work('c')]);
      expect(await groups()).toEqual(['a saw 0', 'b saw 1', 'c saw 2']);
      expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
    });

    it('goes on after a statement fails inside and outside a transaction', async () => {
      await registry.db.insertInto('agent_group').values(group('one')).execute();
      await expect(registry.db.insertInto('agent_group').values(group('one')).execute()).rejects.toThrow(
        /unique/i,
      );
      const twice = registry.db.transaction().execute((trx) =>
        trx
          .insertInto('agent_group')
          .values([group('two'), group('one')])
          .execute(),
      );
      await expect(twice).rejects.toThrow(/unique/i);
      expect(await groups()).toEqual(['one']);
    });

    it('refuses references to what does not exist, and values outside their set', async () => {
      const system = {
        name: 's',
        owner_agency_id: 99,
        level: 3,
        law_profile: 'vn-2026' as const,
        created_ms: 1,
      };
      await expect(registry.db.insertInto('information_system').values(system).execute()).rejects.toThrow(
        /foreign key/i,
      );
      const level6 = { ...system, owner_agency_id: 1, level: 6 };
      await expect(registry.db.insertInto('information_system').values(level6).execute()).rejects.toThrow(
        /check constraint/i,
      );
      await registry.db
        .insertInto('information_system')
        .values({ ...system, owner_agency_id: 1 })
        .execute();
    });

    it('only ever adds to the audit trail', async () => {
      await writeAudit(registry.db, 1, { actor: 'a', action: 'b' });
      await expect(registry.db.updateTable('audit_log').set({ actor: 'x' }).execute()).rejects.toThrow(
        /append only/,
      );
      await expect(registry.db.deleteFrom('audit_log').execute()).rejects.toThrow(/append only/);
      expect(await registry.db.selectFrom('audit_log').select('actor').execute()).toEqual([{ actor: 'a' }]);
    });

    it('applies a failing migration not at all, and the earlier ones stay', async () => {
      await registry.close();
      const migrations = {
        ...allMigrations(() => 7),
        '9998-good': { up: async () => undefined },
        '9999-bad': {
          up: async (db: Registry['db']) => {
            await db.schema.createTable('half').addColumn('id', 'integer').execute();
            throw new Error('broken');
          },
        },
      };
      const opening = home.open(migrations);
      await expect(opening).rejects.toThrow(/migration 9999-bad failed and was undone/);
      registry = await home.open();
      const tables = await registry.db.introspection.getTables();
      expect(tables.map(({ name }) => name)).not.toContain('half');
      expect(await groups()).toEqual([]);
    });

    it('of a newer version is refused and left alone', async () => {
      await registry.close();
      const newer = { ...allMigrations(() => 7), '9999-newer': { up: async () => undefined } };
      await (await home.open(newer)).close();
      await expect(home.open()).rejects.toThrow(RegistryOpenError);
      await expect(home.open()).rejects.toThrow(/newer or foreign version/);
      registry = await home.open(newer);
      expect(await groups()).toEqual([]);
    });

    it('gives numbers as numbers, counts and sums of large ones too', async () => {
      const created_ms = 1_764_000_000_123;
      await registry.db
        .insertInto('agent_group')
        .values([
          { name: 'a', created_ms },
          { name: 'b', created_ms },
        ])
        .execute();
      const row = await registry.db
        .selectFrom('agent_group')
        .select((eb) => [
          eb.fn.countAll<number>().as('rows'),
          eb.fn.sum<number>('created_ms').as('sum'),
          eb.fn.max('created_ms').as('max'),
        ])
        .executeTakeFirstOrThrow();
      expect(row).toEqual({ rows: 2, sum: 2 * created_ms, max: created_ms });
    });

    it('takes any text a host may send', async () => {
      const texts = [
        'Phường Bến Nghé',
        '\u{1f512}',
        "'; drop table agent; --",
        '\\',
        'x'.repeat(100_000),
        '\ud800 alone',
      ];
      for (const name of texts) await registry.db.insertInto('agent_group').values(group(name)).execute();
      expect(await groups()).toEqual(texts.map((text) => text.toWellFormed()));
      await registry.db.insertInto('agent_group').values(group('a\0b')).execute();
      expect((await groups()).at(-1)).toMatch(/^a[\0\uFFFD]b$/);
    });
  });
});

describe('the SQLite file', () => {
  it('says that the disk is full, undoes the transaction, and goes on when there is room again', async () => {
    const registry = await openRegistry({ file: ':memory:' });
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(registry.db);
    await sql`pragma max_page_count = ${sql.lit(rows[0]?.page_count)}`.execute(registry.db);
    const fill = registry.db.transaction().execute(async (trx) => {
      for (let count = 0; count < 1_000; count += 1) {
        await trx
          .insertInto('agent_group')
          .values({ name: `${count} ${'x'.repeat(500)}`, created_ms: 1 })
          .execute();
      }
    });
    await expect(fill).rejects.toThrow(/database or disk is full/);
    await expect(fill).rejects.toSatisfy(isStorageError);
    await sql`pragma max_page_count = 1000000`.execute(registry.db);
    expect(await registry.db.selectFrom('agent_group').select('id').execute()).toEqual([]);
    await registry.db.insertInto('agent_group').values({ name: 'again', created_ms: 1 }).execute();
    await registry.close();
  });

  it('streams rows while other statements run', async () => {
    const registry = await openRegistry({ file: ':memory:' });
    await registry.db
      .insertInto('agent_group')
      .values(Array.from({ length: 10 }, (_, place) => ({ name: `g${place}`, created_ms: 1 })))
      .execute();
    const seen: string[] = [];
    for await (const row of registry.db.selectFrom('agent_group').select('name').orderBy('id').stream()) {
      seen.push(row.name);
    }
    expect(seen).toHaveLength(10);
    await registry.close();
  });

  it('syncs every commit, keeps a write-ahead log, and enforces references', async () => {
    const folder = temporaryFolder();
    const registry = await openRegistry({ file: path.join(folder.path, 'r.sqlite') });
    const pragma = async (name: string): Promise<unknown> => {
      const { rows } = await sql<Record<string, unknown>>`${sql.raw(`pragma ${name}`)}`.execute(registry.db);
      return Object.values(rows[0] ?? {})[0];
    };
    expect([await pragma('journal_mode'), await pragma('synchronous'), await pragma('foreign_keys')]).toEqual(
      ['wal', 2, 1],
    );
    await registry.close();
    folder.remove();
  });

  it('that is no database is refused with what to do', async () => {
    const folder = temporaryFolder();
    const missing = path.join(folder.path, 'none', 'r.sqlite');
    await expect(openRegistry({ file: missing })).rejects.toThrow(/check that the folder exists/);
    folder.remove();
  });

  it('holds every acknowledged commit after kill -9, and nothing of the open transaction', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder.path, 'r.sqlite');
    const script = `
      const { openRegistry } = await import(${JSON.stringify(path.resolve(import.meta.dirname, '../../collector/registry/database.ts'))});
      const { db } = await openRegistry({ file: ${JSON.stringify(file)} });
      for (let n = 1; n <= 25; n += 1) {
        await db.insertInto('agent_group').values({ name: 'g' + n, created_ms: n }).execute();
        process.stdout.write(n + '\\n');
      }
      await db.transaction().execute(async (trx) => {
        await trx.insertInto('agent_group').values({ name: 'open', created_ms: 0 }).execute();
        process.stdout.write('open\\n');
        await new Promise(() => setInterval(() => {}, 1000));
      });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let told = '';
    child.stdout.setEncoding('utf8');
    while (!told.includes('open')) {
      const [text] = (await once(child.stdout, 'data')) as [string];
      told += text;
    }
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    const database = new DatabaseSync(file);
    const rows = database.prepare('select name from agent_group order by id').all();
    expect(rows.map((row) => row['name'])).toEqual(Array.from({ length: 25 }, (_, place) => `g${place + 1}`));
    expect(database.prepare('pragma integrity_check').get()).toEqual({ integrity_check: 'ok' });
    database.close();
    folder.remove();
  });
});
