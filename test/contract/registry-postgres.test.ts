/** What only a control plane on a server can meet: other collectors, a network, passwords, and a server that goes. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { enrolAgent } from '../../collector/registry/enrolment.ts';
import { openRegistry, type Registry } from '../../collector/registry/database.ts';
import { createJoinToken } from '../../collector/registry/join-tokens.ts';
import { readPostgresHome, type PostgresHome } from '../../collector/registry/postgres-home.ts';
import { isStorageError } from '../../collector/registry/storage-error.ts';
import { retryUndone } from '../../collector/registry/transaction-queue.ts';
import { makeCertificate, type TestCertificate } from '../support/agent/certificate.ts';
import { postgresPrograms, startPostgres, type TestPostgres } from '../support/postgres.ts';
import { enrolRequest, temporaryFolder } from '../unit/registry/registry-fixture.ts';

describe.skipIf(postgresPrograms() === undefined)('a control plane on PostgreSQL', () => {
  let server: TestPostgres;
  let certificate: TestCertificate;
  let folder: ReturnType<typeof temporaryFolder>;
  let home: PostgresHome;
  let one: Registry;
  let two: Registry;

  beforeAll(async () => {
    certificate = await makeCertificate(undefined, ['localhost']);
    folder = temporaryFolder();
    writeFileSync(path.join(folder.path, 'ca.pem'), certificate.cert);
    writeFileSync(path.join(folder.path, 'password'), 'mật khẩu:@/\n');
    server = await startPostgres({ tls: certificate });
    await server.run("create role guest login password 'mật khẩu:@/'");
  });
  afterAll(async () => {
    await server.close();
    folder.remove();
  });
  beforeEach(async () => {
    home = server.home(await server.createDatabase());
    [one, two] = await Promise.all([openRegistry({ postgres: home }), openRegistry({ postgres: home })]);
  });
  afterEach(async () => {
    await one.close();
    await two.close();
  });

  it('is migrated once when two collectors start at the same time', async () => {
    const rows = await one.db.selectFrom('agency').select('id').execute();
    expect(rows).toEqual([{ id: 1 }]);
  });

  it('gives transactions of several collectors one turn after the other, so nothing read is out of date', async () => {
    const bump = (registry: Registry) =>
      registry.db.transaction().execute(async (trx) => {
        const { created_ms } = await trx
          .selectFrom('agent_group')
          .select('created_ms')
          .where('name', '=', 'count')
          .executeTakeFirstOrThrow();
        await new Promise(setImmediate);
        await trx
          .updateTable('agent_group')
          .set({ created_ms: created_ms + 1 })
          .where('name', '=', 'count')
          .execute();
      });
    await one.db.insertInto('agent_group').values({ name: 'count', created_ms: 0 }).execute();
    await Promise.all(Array.from({ length: 60 }, (_, at) => bump(at % 2 === 0 ? one : two)));
    expect(await two.db.selectFrom('agent_group').select('created_ms').execute()).toEqual([
      { created_ms: 60 },
    ]);
  });

  it('lets exactly as many hosts in as a token says, whichever collector they ask', async () => {
    const token = await createJoinToken(one, { uses: 7 }, 'cli:test');
    const outcomes = await Promise.all(
      Array.from({ length: 30 }, (_, at) =>
        enrolAgent(at % 2 === 0 ? one : two, enrolRequest(token, { machineId: `m${at}` }), '127.0.0.1'),
      ),
    );
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(7);
    expect(await one.db.selectFrom('agent').select('id').execute()).toHaveLength(7);
  });

  it('reads while a transaction is open, and many waiting transactions leave reads their connections', async () => {
    const begun = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const open = one.db.transaction().execute(() => {
      begun.resolve();
      return finish.promise;
    });
    await begun.promise;
    const waiting = Array.from({ length: 50 }, () => two.db.transaction().execute(async () => undefined));
    const more = Array.from({ length: 50 }, () => one.db.transaction().execute(async () => undefined));
    expect(await one.db.selectFrom('agency').select('id').execute()).toHaveLength(1);
    expect(await two.db.selectFrom('agency').select('id').execute()).toHaveLength(1);
    finish.resolve();
    await Promise.all([open, ...waiting, ...more]);
  });

  it('says that it is away while its server is, and goes on when it is back', async () => {
    await one.db.insertInto('agent_group').values({ name: 'kept', created_ms: 1 }).execute();
    await server.stop();
    await expect(two.db.selectFrom('agency').select('id').execute()).rejects.toSatisfy(isStorageError);
    await server.start();
    expect(await two.db.selectFrom('agent_group').select('name').execute()).toEqual([{ name: 'kept' }]);
    await one.db.transaction().execute(async (trx) => trx.selectFrom('agency').select('id').execute());
  });

  describe('over a network', () => {
    const url = (user: string, host = 'localhost'): string =>
      `postgres://${user}@${host}:${server.port}/${home.database}`;
    const files = (): { passwordFile: string; caFile: string } => ({
      passwordFile: path.join(folder.path, 'password'),
      caFile: path.join(folder.path, 'ca.pem'),
    });
    const opening = async (settings: Parameters<typeof readPostgresHome>[0]): Promise<void> => {
      await (await openRegistry({ postgres: readPostgresHome(settings) })).close();
    };

    it('speaks TLS, knows the server by its authority, and takes the password from a file', async () => {
      await server.run(`grant all on database ${home.database} to guest`);
      await server.run(
        'grant all on schema public to guest; grant all on all tables in schema public to guest',
        home.database,
      );
      const registry = await openRegistry({ postgres: readPostgresHome({ url: url('guest'), ...files() }) });
      expect(await registry.db.selectFrom('agency').select('id').execute()).toHaveLength(1);
      await registry.close();
    });

    it('refuses a server it cannot know', async () => {
      const { caFile: _none, ...passwordOnly } = files();
      // As from another machine: with system authorities only.
      const postgres = {
        ...readPostgresHome({ url: url('guest'), ...passwordOnly }),
        tls: { caPem: undefined },
      };
      await expect(openRegistry({ postgres })).rejects.toThrow(/not trusted: name its authority/);
      await expect(opening({ url: url('guest', '127.0.0.1'), ...files() })).rejects.toThrow(
        /another name than the one in the URL/,
      );
    });

    it('says in words that the password is wrong, and never the password itself', async () => {
      const wrong = opening({ url: url('guest:hunter2'), caFile: files().caFile });
      await expect(wrong).rejects.toThrow(/password is wrong: set VONGGAC_REGISTRY_PASSWORD_FILE/);
      await expect(wrong).rejects.not.toThrow(/hunter2/);
    });

    it('says what to grant, and that a database is missing or nobody answers', async () => {
      const empty = await server.createDatabase();
      const hidden = await server.createDatabase();
      await server.run('revoke all on schema public from public', hidden);
      const of = (database: string) => ({ url: url('guest').replace(home.database, database), ...files() });
      await expect(opening(of(empty))).rejects.toThrow(/may not make tables: grant/);
      await expect(opening(of(hidden))).rejects.toThrow(/may not make tables: grant/);
      await expect(opening(of('nowhere'))).rejects.toThrow(/there is no such database/);
      const postgres = { ...home, port: 1 };
      await expect(openRegistry({ postgres })).rejects.toThrow(/there is no such socket/);
    });
  });

  it('refuses a database that cannot keep every text', async () => {
    await server.run("create database latin template template0 encoding 'SQL_ASCII' locale 'C'");
    await expect(openRegistry({ postgres: server.home('latin') })).rejects.toThrow(/kept in SQL_ASCII/);
  });
});

describe('a transaction the server has undone for the sake of another', () => {
  const failing = (code: string, times: number) => {
    let tries = 0;
    return async (): Promise<number> => {
      tries += 1;
      if (tries <= times) throw Object.assign(new Error('undone'), { code });
      return tries;
    };
  };

  it.each(['40001', '40P01'])('is tried again: %s', async (code) => {
    await expect(retryUndone(failing(code, 3), 0)).resolves.toBe(4);
  });

  it('is given up after some tries, and other errors are not retried', async () => {
    await expect(retryUndone(failing('40001', 99), 0)).rejects.toThrow('undone');
    await expect(retryUndone(failing('23505', 1), 0)).rejects.toThrow('undone');
  });
});
