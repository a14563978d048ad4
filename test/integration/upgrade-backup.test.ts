/** A version that changes the databases makes a backup first, and the backup is what was there before. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifyBackup } from '../../collector/backup/restore-backup.ts';
import { startEngine } from '../../collector/engine/supervisor.ts';
import { openRegistry } from '../../collector/registry/database.ts';
import { allMigrations } from '../../collector/registry/migrations/all.ts';
import { Connection } from '../../collector/store/connection.ts';
import { readMigrations } from '../../collector/store/migrate.ts';
import { prepareJoinToken, startCollectorProcess } from '../../scripts/simulate/collector-process.ts';
import { enrolSimAgent } from '../../collector/simulate/identity.ts';
import { SimSession } from '../../collector/simulate/sim-session.ts';
import { OWNER, postgresPrograms, startPostgres } from '../support/postgres.ts';
import { vonggac } from '../support/vonggac-command.ts';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const EVENTS = 20;
let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'vonggac-upgrade-'));
  const token = await prepareJoinToken(dataDir, 1);
  const collector = await startCollectorProcess({ dataDir });
  const session = new SimSession(await enrolSimAgent({ url: collector.url, token, hostname: 'host' }));
  await session.open();
  const line = (n: number): string =>
    JSON.stringify({
      kind: 'log',
      at: n,
      channel: 'linux-syslog',
      origin: '/var/log/syslog',
      text: `line ${n}`,
    });
  session.send(
    1,
    Array.from({ length: EVENTS }, (_, n) => line(n)),
  );
  await session.settled();
  session.close();
  await collector.stop();
  await forgetLastMigration();
});

afterEach(async () => {
  await rm(dataDir, { recursive: true, force: true });
});

/** Makes the store one that an earlier version has written: migrations may be applied twice. */
async function forgetLastMigration(): Promise<void> {
  const engine = await startEngine({ dataDir, log: quiet });
  const connection = new Connection({ socketPath: engine.socketPath });
  const last = (await readMigrations()).at(-1)?.name;
  await connection.command('DELETE FROM schema_migration WHERE name = {last:String}', { last });
  await connection.close();
  await engine.stop();
}

async function backups(): Promise<string[]> {
  return readdir(path.join(dataDir, 'backup')).catch(() => []);
}

test('it is made once, before the change, and is whole', async () => {
  for (let start = 0; start < 2; start += 1) {
    const collector = await startCollectorProcess({ dataDir });
    await collector.stop();
    const made = await backups();
    expect(made).toHaveLength(1);
    const manifest = await verifyBackup(path.join(dataDir, 'backup', made[0] ?? ''), () => undefined);
    expect(manifest).toMatchObject({ eventsMin: EVENTS, eventsMax: EVENTS });
  }
});

test('it is left out when the operator says so', async () => {
  const collector = await startCollectorProcess({ dataDir, env: { VONGGAC_UPGRADE_BACKUP: 'off' } });
  await collector.stop();
  expect(await backups()).toEqual([]);
});

test.skipIf(postgresPrograms() === undefined)(
  'it holds the control plane on PostgreSQL as the earlier version had it',
  async () => {
    const postgres = await startPostgres();
    try {
      const home = postgres.home(await postgres.createDatabase());
      const all = Object.entries(allMigrations(() => 7));
      const earlier = Object.fromEntries(all.slice(0, -1));
      await (await openRegistry({ postgres: home, migrations: earlier })).close();
      const env = {
        VONGGAC_REGISTRY_URL: `postgres://${OWNER}@${encodeURIComponent(home.host)}:${home.port}/${home.database}`,
      };
      const early = await vonggac(['--data', dataDir, 'user', 'list'], env);
      expect(early).toMatchObject({ code: 1 });
      expect(early.err).toContain('start the collector first');
      const collector = await startCollectorProcess({ dataDir, env });
      await collector.stop();
      const [made = ''] = await backups();
      const manifest = await verifyBackup(path.join(dataDir, 'backup', made), () => undefined);
      expect(manifest).toMatchObject({ eventsMin: EVENTS, registryMigrations: Object.keys(earlier) });
      const { rows } = await postgres.run('select name from kysely_migration order by name', home.database);
      expect(rows).toEqual(all.map(([name]) => ({ name })));
    } finally {
      await postgres.close();
    }
  },
);
