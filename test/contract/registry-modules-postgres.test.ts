/** What the modules of the control plane do on SQLite, they do on PostgreSQL: the same tests, on the other home. */
import { afterAll, beforeAll, describe } from 'vitest';
import { emptiedPostgres } from '../support/emptied-postgres.ts';
import { postgresPrograms, startPostgres, type TestPostgres } from '../support/postgres.ts';
import { useRegistryHome } from '../unit/registry/registry-fixture.ts';

describe.skipIf(postgresPrograms() === undefined)('on a PostgreSQL server', async () => {
  let server: TestPostgres;
  let emptied: Awaited<ReturnType<typeof emptiedPostgres>>;

  beforeAll(async () => {
    server = await startPostgres();
    emptied = await emptiedPostgres(server);
    useRegistryHome(emptied.open);
  });
  afterAll(async () => {
    await emptied.close();
    await server.close();
  });

  await import('../unit/registry/enrolment.test.ts');
  await import('../unit/registry/identity.test.ts');
  await import('../unit/registry/people.test.ts');
  await import('../unit/registry/projection.test.ts');
  await import('../unit/registry/loss-book.test.ts');
  await import('../unit/registry/silences.test.ts');
  await import('../unit/registry/ledger.test.ts');
});
