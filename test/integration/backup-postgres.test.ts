/**
 * A collector whose control plane is on PostgreSQL is backed up under load, moved to SQLite and back to another
 * PostgreSQL database; every event that a mark speaks of is there each time.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { formatJoinToken } from '#protocol/join-token.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadOrCreateCertificate } from '../../collector/registry/certificate.ts';
import { dataFolder, prepareDataFolder } from '../../collector/registry/data-folder.ts';
import { openRegistry } from '../../collector/registry/database.ts';
import { createJoinToken } from '../../collector/registry/join-tokens.ts';
import { enrolSimAgent } from '../../collector/simulate/identity.ts';
import { SimSession } from '../../collector/simulate/sim-session.ts';
import { openStore } from '../../collector/store/open-store.ts';
import { startCollectorProcess, type CollectorProcess } from '../../scripts/simulate/collector-process.ts';
import { OWNER, postgresPrograms, startPostgres, type TestPostgres } from '../support/postgres.ts';
import { vonggac } from '../support/vonggac-command.ts';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const FRAME_EVENTS = 50;

const line = (n: number): string =>
  JSON.stringify({
    kind: 'log',
    at: n,
    channel: 'linux-syslog',
    origin: '/var/log/syslog',
    text: `line ${n}`,
  });

/** Of every lane: its mark, and how many events of it there are. */
async function lanesOf(dataDir: string): Promise<{ mark: number; events: number }[]> {
  const opened = await openStore({ dataDir, log: quiet });
  try {
    const marks = await opened.store.readMarks();
    return await Promise.all(
      marks.map(async ({ agentId, seq }) => ({ mark: seq, events: await opened.store.count(agentId) })),
    );
  } finally {
    await opened.close();
  }
}

describe.skipIf(postgresPrograms() === undefined)('a backup with the control plane on PostgreSQL', () => {
  const folders: string[] = [];
  let postgres: TestPostgres;
  let collector: CollectorProcess;
  let dataDir: string;
  let env: Record<string, string>;
  let backup: string;

  const newFolder = async (name: string): Promise<string> => {
    const folder = await mkdtemp(path.join(os.tmpdir(), `vonggac-${name}-`));
    folders.push(folder);
    return folder;
  };
  const envOf = (database: string): Record<string, string> => {
    const { host, port } = postgres.home(database);
    return {
      VONGGAC_REGISTRY_URL: `postgres://${OWNER}@${encodeURIComponent(host)}:${port}/${database}`,
    };
  };

  beforeAll(async () => {
    postgres = await startPostgres();
    const database = await postgres.createDatabase();
    env = envOf(database);
    dataDir = await newFolder('backup-pg');
    prepareDataFolder(dataFolder(dataDir));
    const { fingerprint } = await loadOrCreateCertificate({ dataDir, names: ['localhost'], now: Date.now });
    const registry = await openRegistry({ postgres: postgres.home(database) });
    const { id, secret } = await createJoinToken(registry, { uses: 5, days: 1 }, 'system');
    await registry.close();
    collector = await startCollectorProcess({ dataDir, env });
    const token = formatJoinToken({ id, secret, fingerprint });
    const session = new SimSession(await enrolSimAgent({ url: collector.url, token, hostname: 'host' }));
    await session.open();
    const made = new AbortController();
    const pour = async (): Promise<void> => {
      for (let n = 1; !made.signal.aborted; n += FRAME_EVENTS) {
        session.send(
          1,
          Array.from({ length: FRAME_EVENTS }, (_, at) => line(n + at)),
        );
        await session.settled(2);
      }
      await session.settled();
    };
    const poured = pour();
    await session.settled(1);
    const run = await vonggac(['--data', dataDir, 'backup', 'create', '--json'], env);
    made.abort();
    await poured;
    session.close();
    if (run.code !== 0) throw new Error(run.err);
    backup = (JSON.parse(run.out) as { place: string }).place;
  });

  afterAll(async () => {
    await collector.kill();
    await postgres.close();
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });

  test('is refused where a collector works, and where there is data unless told so', async () => {
    const target = await newFolder('refused');
    const busy = await vonggac(['--data', target, 'restore', '--replace', backup], env);
    expect(busy).toMatchObject({ code: 1 });
    expect(busy.err).toContain('stop every collector on it');
    await collector.stop();
    const occupied = await vonggac(['--data', target, 'restore', backup], env);
    expect(occupied).toMatchObject({ code: 2 });
    expect(occupied.err).toContain('--replace');
    expect((await readdir(target)).filter((name) => !name.startsWith('lock.'))).toEqual([]);
  });

  test('moves a collector to SQLite and back to another PostgreSQL database', async () => {
    const lite = await newFolder('lite');
    const moved = await vonggac(['--data', lite, 'restore', backup]);
    expect(moved).toMatchObject({ code: 0 });
    expect(moved.out).toMatch(/Restored: [\d,]+ events and 1 agents/);
    const again = await vonggac(['--data', lite, 'backup', 'create', '--json']);
    expect(again).toMatchObject({ code: 0 });
    const other = await postgres.createDatabase();
    const back = await newFolder('back');
    const { place } = JSON.parse(again.out) as { place: string };
    const restored = await vonggac(['--data', back, 'restore', place], envOf(other));
    expect(restored).toMatchObject({ code: 0 });
    for (const folder of [lite, back]) {
      const lanes = await lanesOf(folder);
      expect(lanes).toHaveLength(1);
      for (const { mark, events } of lanes) expect(events).toBe(mark);
    }
    const { rows } = await postgres.run(
      `select action from audit_log where action like 'backup.%' order by id`,
      other,
    );
    expect(rows.map(({ action }: { action: string }) => action)).toEqual([
      'backup.create',
      'backup.restore',
      'backup.create',
      'backup.restore',
    ]);
    // And a collector starts on it.
    const running = await startCollectorProcess({ dataDir: back, env: envOf(other) });
    expect(await running.stop()).toBe(0);
    // What was there before is moved aside when told so.
    const replaced = await vonggac(['--data', back, 'restore', '--replace', place], envOf(other));
    expect(replaced).toMatchObject({ code: 0 });
    expect(replaced.out).toMatch(/schema vonggac_before_restore_\d+/);
  });
});
