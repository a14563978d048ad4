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

  const folder = path.join(import.meta.dirname, '../unit/registry');
  const files = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));
  for (const file of files) {
    // Those that open no control plane of the fixture's would only run twice.
    const text = readFileSync(path.join(folder, file), 'utf8');
    if (!/\b(memoryRegistry|emptyRegistry)\b/.test(text)) continue;
    describe(`tests of ${file}`, async () => {
      await import(path.join(folder, file));
    });
  }
});
