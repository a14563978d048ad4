/**
 * Two collectors on PostgreSQL and a ClickHouse server (the embedded engine behind TCP stands in for it) are backed up
 * while agents send to both; the backup is practised beside them, restored onto other databases of the same servers,
 * and brought onto one machine.
 */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enrolSimAgent } from '../../collector/simulate/identity.ts';
import { SimSession } from '../../collector/simulate/sim-session.ts';
import { parseClickHouseUrl } from '../../collector/store/clickhouse-home.ts';
import { Connection } from '../../collector/store/connection.ts';
import { openStore } from '../../collector/store/open-store.ts';
import { startCollectorProcess } from '../../scripts/simulate/collector-process.ts';
import { backupDiskFolder } from '../support/backup-disk.ts';
import { postgresPrograms } from '../support/postgres.ts';
import { TwoCollectors } from '../support/two-collectors.ts';
import { type CommandRun, vonggac } from '../support/vonggac-command.ts';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const FRAME_EVENTS = 50;
const AGENTS = 4;

const line = (n: number): string =>
  JSON.stringify({
    kind: 'log',
    at: n,
    channel: 'linux-syslog',
    origin: '/var/log/syslog',
    text: `line ${n}`,
  });

async function pour(session: SimSession, done: AbortSignal): Promise<void> {
  for (let n = 1; !done.aborted; n += FRAME_EVENTS) {
    session.send(
      1,
      Array.from({ length: FRAME_EVENTS }, (_, at) => line(n + at)),
    );
    await session.settled(2);
  }
  await session.settled();
}

/** Every lane has as many events as its mark says. @returns how many lanes */
async function requireWhole(options: Omit<Parameters<typeof openStore>[0], 'log'>): Promise<number> {
  const opened = await openStore({ ...options, log: quiet });
  try {
    const marks = await opened.store.readMarks();
    for (const { agentId, seq } of marks) expect(await opened.store.count(agentId)).toBe(seq);
    return marks.length;
  } finally {
    await opened.close();
  }
}

describe.skipIf(postgresPrograms() === undefined)('a backup of collectors side by side on servers', () => {
  const folders: string[] = [];
  let two: TwoCollectors;
  let place: string;
  let made: CommandRun;

  const newFolder = async (name: string): Promise<string> => {
    const folder = await mkdtemp(path.join(os.tmpdir(), `vonggac-${name}-`));
    folders.push(folder);
    return folder;
  };
  const command = (...args: string[]): Promise<CommandRun> =>
    vonggac(['--data', two.folderOf(0), ...args], two.env);
  const clickhouse = async (statement: string): Promise<string> => {
    const connection = new Connection(parseClickHouseUrl(two.clickhouse.url));
    try {
      return await connection.answer(statement);
    } finally {
      await connection.close();
    }
  };

  beforeAll(async () => {
    two = await TwoCollectors.start();
    const sessions: SimSession[] = [];
    for (let at = 0; at < AGENTS; at += 1) {
      const options = { url: two.urlOf(at % 2), token: two.token, hostname: `host-${at}` };
      const session = new SimSession(await enrolSimAgent(options));
      await session.open();
      sessions.push(session);
    }
    const pouring = new AbortController();
    const poured = Promise.all(sessions.map((session) => pour(session, pouring.signal)));
    await Promise.all(sessions.map((session) => session.settled(1)));
    made = await command('backup', 'create', '--json');
    pouring.abort();
    await poured;
    for (const session of sessions) session.close();
    if (made.code !== 0) throw new Error(made.err);
    ({ place } = JSON.parse(made.out) as { place: string });
  });

  afterAll(async () => {
    await two.stop();
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });

  test('names what the server keeps, is listed and looked at', async () => {
    const name = path.basename(place);
    expect(JSON.parse(made.out)).toMatchObject({
      held: { place: 'disk:backups', folder: `${name}/store`, database: 'default' },
    });
    const listed = await command('backup', 'list', '--json');
    expect(JSON.parse(listed.out)).toMatchObject({
      backups: expect.arrayContaining([expect.objectContaining({ name })]),
    });
    const verified = await command('backup', 'verify', name);
    expect(verified).toMatchObject({ code: 0, err: '' });
    expect(verified.out).toContain('The server has its copy of the events at disk:backups');
  });

  test('is practised on the servers beside the collectors, which go on, and leaves nothing there', async () => {
    const drilled = await command('backup', 'drill', place);
    expect(drilled).toMatchObject({ code: 0, err: '' });
    expect(drilled.out).toMatch(/Restorable: .* 4 agents/);
    expect(await clickhouse(`SELECT count() FROM system.databases WHERE name LIKE 'vonggac%'`)).toBe('0');
  });

  test('in an encrypted file says that the server’s copy is not, and is practised from there', async () => {
    const folder = await newFolder('archive');
    const passphrase = path.join(folder, 'passphrase');
    await writeFile(passphrase, 'một câu rất dài\n');
    const archive = path.join(folder, 'all.tar.age');
    const packed = await command('backup', 'create', '--to', archive, '--passphrase-file', passphrase);
    expect(packed).toMatchObject({ code: 0 });
    expect(packed.err).toContain('the events at disk:backups are not');
    const drilled = await command('backup', 'drill', '--passphrase-file', passphrase, archive);
    expect(drilled).toMatchObject({ code: 0 });
  });

  test('is restored onto an empty database of each server, and a collector starts on them', async () => {
    const target = await newFolder('onto');
    const refused = await vonggac(['--data', target, 'restore', '--replace', place], {
      ...two.env,
      VONGGAC_REGISTRY_URL: two.envFor(await two.postgres.createDatabase())['VONGGAC_REGISTRY_URL'] ?? '',
    });
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.err).toContain('VONGGAC_CLICKHOUSE_DATABASE');
    await clickhouse('CREATE DATABASE other');
    const env = {
      ...two.envFor(await two.postgres.createDatabase()),
      VONGGAC_CLICKHOUSE_DATABASE: 'other',
    };
    const restored = await vonggac(['--data', target, 'restore', place], env);
    expect(restored).toMatchObject({ code: 0 });
    expect(restored.out).toMatch(/Restored: [\d,]+ events and 4 agents/);
    const server = { ...parseClickHouseUrl(two.clickhouse.url), database: 'other' };
    expect(await requireWhole({ dataDir: target, server })).toBe(AGENTS);
    const collector = await startCollectorProcess({ dataDir: target, env });
    expect(await collector.stop()).toBe(0);
  });

  test('is brought onto one machine: SQLite and the embedded engine', async () => {
    const target = await newFolder('one');
    const without = await vonggac(['--data', target, 'restore', place]);
    expect(without).toMatchObject({ code: 1 });
    expect(without.err).toContain('copy that folder to');
    const name = path.basename(place);
    await cp(path.join(backupDiskFolder(two.engine.dataDir), name, 'store'), path.join(place, 'store'), {
      recursive: true,
    });
    const restored = await vonggac(['--data', target, 'restore', place]);
    expect(restored).toMatchObject({ code: 0 });
    expect(await requireWhole({ dataDir: target })).toBe(AGENTS);
  });
});
