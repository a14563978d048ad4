/**
 * Backups by a server: BACKUP and RESTORE of the real engine behind TCP, which stands in for a ClickHouse server, to a
 * disk that an administrator has configured. S3 and a cluster do not run here: their statements are parsed.
 */
import { access } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyHeld } from '../../collector/services/backup/restore-store.ts';
import { parseBackupPlace, placeSql } from '../../collector/store/backup-place.ts';
import { parseClickHouseUrl, type ServerHome } from '../../collector/store/clickhouse-home.ts';
import { ClickHouseStore } from '../../collector/store/clickhouse-store.ts';
import { Connection } from '../../collector/store/connection.ts';
import { openBackups } from '../../collector/store/open-store.ts';
import { ServerScratch, requireEmptyDatabase } from '../../collector/store/server-scratch.ts';
import { BACKUP_DISK, backupDiskFolder, configureBackupDisk } from '../support/backup-disk.ts';
import { startStandIn, type StandIn } from '../support/clickhouse-stand-in.ts';
import { row } from './event-store.contract.ts';
import { startTestEngine, type TestEngine } from './store-engine.ts';

let engine: TestEngine;
let server: StandIn;
let home: ServerHome;
let store: ClickHouseStore;
const disk = { kind: 'disk', name: BACKUP_DISK } as const;

beforeAll(async () => {
  engine = await startTestEngine(configureBackupDisk);
  server = await startStandIn(engine.engine.socketPath);
  home = parseClickHouseUrl(server.url);
  store = await ClickHouseStore.open({ home });
  for (let batch = 1; batch <= 3; batch += 1) {
    const rows = Array.from({ length: 100 }, (_, at) =>
      row({ agentId: 'a', seq: 100 * (batch - 1) + at + 1 }),
    );
    await store.insert({ batch, receivedMs: 1_790_000_000_000, rows });
  }
  await store.checkpointMarks();
});
afterAll(async () => {
  await store.close();
  await server.close();
  await engine.close();
});

async function copy(folder: string, beforeEvents = async (): Promise<void> => undefined) {
  const { backups, close } = openBackups({ ...home, backup: disk });
  try {
    return await backups.copyTo(folder, { beforeEvents, onProgress: () => undefined });
  } finally {
    await close();
  }
}

/** Restores into a database of its own. @returns what a store finds there */
async function restored(folder: string, database: string) {
  const scratch = new ServerScratch(home, { database });
  await scratch.make();
  try {
    const { backups, close } = openBackups({ ...scratch.home, backup: disk });
    const { events } = await backups.copyFrom({ folder, database: 'default' }, () => undefined);
    await close();
    const opened = await ClickHouseStore.open({ home: scratch.home });
    const found = { events, count: await opened.count(), marks: await opened.readMarks() };
    await opened.close();
    return found;
  } finally {
    await scratch.drop();
  }
}

describe('a server’s backup', () => {
  test('lies on its disk, is of the order marks, control plane, events, and is restored beside what is used', async () => {
    let meanwhile = 0;
    const made = await copy('vonggac-a/store', async () => {
      // An event that is stored after the marks were copied is in the copy, and says so itself.
      await store.insert({
        batch: 4,
        receivedMs: 1_790_000_000_001,
        rows: [row({ agentId: 'a', seq: 301 })],
      });
      meanwhile += 1;
    });
    expect(meanwhile).toBe(1);
    expect(made).toMatchObject({ eventsMin: 300, eventsMax: 301, database: 'default' });
    await access(path.join(backupDiskFolder(engine.dataDir), 'vonggac-a', 'store', 'events', '.backup'));
    const found = await restored('vonggac-a/store', 'beside');
    expect(found).toMatchObject({ events: 301, count: 301 });
    expect(found.marks.map(({ seq }) => seq)).toEqual([301]);
    // What is used was not touched.
    expect(await store.count()).toBe(301);
  });

  test('is begun and followed over a line that breaks', async () => {
    server.fail({ kind: 'status', status: 502, body: '<html>' }, { all: true, times: 3, skip: 8 });
    const made = await copy('vonggac-b/store');
    expect(made.files).toBeGreaterThan(0);
    await verifyHeld(
      { ...home, backup: disk },
      { ...made, place: 'disk:backups', folder: 'vonggac-b/store' },
      7,
    );
    server.fail({ kind: 'none' });
  });

  test('that is not there is said to be missing, and leaves no database behind', async () => {
    const held = {
      place: 'disk:backups',
      folder: 'vonggac-x/store',
      database: 'default',
      files: 1,
      bytes: 1,
    };
    await expect(verifyHeld({ ...home, backup: disk }, held, 8)).rejects.toThrow(/not found/);
    const connection = new Connection(home);
    const databases = await connection.rows(
      {
        query: `SELECT name FROM system.databases WHERE name LIKE 'vonggac%' OR name = 'beside'`,
        params: {},
      },
      (found) => found,
    );
    await connection.close();
    expect(databases).toEqual([]);
  });

  test.each([
    [{ kind: 'disk', name: 'elsewhere' } as const, '<allowed_disk>elsewhere</allowed_disk>'],
    [{ kind: 's3', name: 'bucket' } as const, '<named_collections>'],
    [{ kind: 'file', folder: '/srv/backup' } as const, '<allowed_path>/srv/backup/</allowed_path>'],
  ])('%o that the server does not allow is refused with what to configure', async (backup, words) => {
    const { backups, close } = openBackups({ ...home, backup });
    const refused = backups.copyTo('vonggac-c/store', { onProgress: () => undefined });
    await expect(refused).rejects.toThrow(words);
    await close();
  });

  test('is not restored into a database that has tables', async () => {
    await expect(requireEmptyDatabase(home)).rejects.toThrow(/VONGGAC_CLICKHOUSE_DATABASE/);
  });
});

test.each([
  "RESTORE DATABASE `default` AS `other` ON CLUSTER 'c' FROM Disk('backups', 'a/store/marks') SETTINGS id = 'x', allow_non_empty_tables = 0, structure_only = 1 ASYNC",
  "CREATE DATABASE `vonggac_drill_1` ON CLUSTER 'c'",
  "DROP DATABASE IF EXISTS `vonggac_drill_1` ON CLUSTER 'c' SYNC",
  "DROP TABLE IF EXISTS `events_local` ON CLUSTER 'c' SYNC",
])('a cluster’s statement is parsed: %s', async (statement) => {
  const connection = new Connection({ socketPath: engine.engine.socketPath });
  const query = 'SELECT formatQuerySingleLine({statement:String}) AS text';
  const parsed = await connection.rows({ query, params: { statement } }, (found) => JSON.stringify(found));
  await connection.close();
  expect(parsed.join()).toContain('ON CLUSTER');
});

test.each([
  ['disk:backups', "Disk('backups', 'a/store/marks')"],
  ['s3:bucket', "S3(bucket, 'a/store/marks')"],
  ['file:/srv/x', "File('/srv/x/a/store/marks')"],
  ['disk:a b', undefined],
  ["disk:a'", undefined],
  ['file:relative', undefined],
  ['file:/srv/../etc', undefined],
  ['backups', undefined],
])('the place %s is %s', async (text, expected) => {
  const place = parseBackupPlace(text);
  expect(place && placeSql(place, 'a/store/marks')).toBe(expected);
  if (place === undefined) return;
  const connection = new Connection({ socketPath: engine.engine.socketPath });
  const statement = `BACKUP TABLE \`events\`, TABLE \`events_local\` ON CLUSTER 'c' TO ${expected} SETTINGS id = 'x' ASYNC`;
  const parsed = await connection.rows(
    { query: 'SELECT formatQuerySingleLine({statement:String}) AS text', params: { statement } },
    (found) => JSON.stringify(found),
  );
  await connection.close();
  expect(parsed.join()).toContain('ON CLUSTER');
});
