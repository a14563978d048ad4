/** What the modules of the control plane do on SQLite, they do on PostgreSQL: the same tests, on the other home. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
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

  const unit = path.join(import.meta.dirname, '../unit');
  // The queue of the exchange is a service over nothing but its tables.
  const files = ['registry', 'services/exchange'].flatMap((folder) =>
    readdirSync(path.join(unit, folder))
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => path.join(unit, folder, name)),
  );
  for (const file of files) {
    // Those that open no control plane of the fixture's would only run twice.
    if (!/\b(memoryRegistry|emptyRegistry)\b/.test(readFileSync(file, 'utf8'))) continue;
    describe(`tests of ${path.basename(file)}`, async () => {
      await import(file);
    });
  }
});
