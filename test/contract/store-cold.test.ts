/** Old days on a second disk: moved, read, deleted from, copied and found again, on the embedded engine and at a server's URL. */
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ColdDiskError } from '../../collector/engine/cold-disk.ts';
import { COLD_POLICY } from '../../collector/engine/engine-options.ts';
import { startEngine } from '../../collector/engine/supervisor.ts';
import { checkServer } from '../../collector/store/check-server.ts';
import { ServerUnfitError } from '../../collector/store/server-unfit-error.ts';
import { renderForCluster } from '../../collector/store/cluster.ts';
import { ClickHouseStore } from '../../collector/store/clickhouse-store.ts';
import { parseClickHouseUrl } from '../../collector/store/clickhouse-home.ts';
import { Connection } from '../../collector/store/connection.ts';
import { openBackups, openStore, type OpenedStore } from '../../collector/store/open-store.ts';
import type { EventStore } from '../../collector/store/store.ts';
import { ColdVolumeFullError, moveOldDays } from '../../collector/retention/cold-run.ts';
import { addDays, dayStartMs, type Day } from '../../collector/retention/day.ts';
import { RetentionService } from '../../collector/retention/service.ts';
import { memoryRegistry } from '../unit/registry/registry-fixture.ts';
import { newAgent, newBatch, row } from './event-store.contract.ts';
import { makeFolder, MemoryLog, serveOverTcp } from './store-engine.ts';

const TODAY = 20261122;
const AFTER_DAYS = 30;
const OLD: readonly Day[] = [20260801, 20260802, 20261022];
const YOUNG: readonly Day[] = [20261023, TODAY];
const ROWS = 20;

let folder: string;
const dataDir = (): string => path.join(folder, 'data');
const coldDir = (): string => path.join(folder, 'second');

beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function fill(store: EventStore, agentId: string, days: readonly Day[]): Promise<void> {
  for (const day of days) {
    const receivedMs = dayStartMs(day) + 3_600_000;
    const rows = Array.from({ length: ROWS }, (_, at) => row({ agentId, seq: day * 100 + at }));
    await store.insert({ batch: newBatch(), receivedMs, rows });
  }
}

const move = (store: EventStore, problems: unknown[] = [], reserveOf = () => 0) =>
  moveOldDays({
    cold: store.retention.cold,
    today: TODAY,
    afterDays: AFTER_DAYS,
    reserveOf,
    msMax: 60_000,
    clock: () => performance.now(),
    signal: new AbortController().signal,
    onProblem: (error) => problems.push(error),
  });

/** What the daily run moves. */
async function movedByRetention(store: EventStore): Promise<Day[]> {
  const { registry, clock } = await memoryRegistry();
  clock.ms = dayStartMs(TODAY) + 3 * 3_600_000;
  const moved: Day[] = [];
  const fail = (error: unknown): never => {
    throw error;
  };
  const service = new RetentionService({
    registry,
    store: store.retention,
    projectedBatch: async () => Number.MAX_SAFE_INTEGER,
    disk: async () => ({ freeBytes: 5e9, totalBytes: 10e9 }),
    coldAfterDays: AFTER_DAYS,
    reserveOf: () => 0,
    leads: () => true,
    hour: 2,
    runMsMax: 600_000,
    clock: () => performance.now(),
    onRun: () => undefined,
    onMoved: (days) => moved.push(...days),
    onProblem: fail,
    onClockHeldBack: fail,
  });
  await service.run({ dryRun: false, isClockTrusted: true, actor: 'test' });
  await registry.close();
  return moved;
}

describe('the embedded engine', () => {
  let opened: OpenedStore;
  const agentId = newAgent();
  const open = (change: { coldDir?: string | undefined } = {}, dir = dataDir()): Promise<OpenedStore> =>
    openStore({ dataDir: dir, log: new MemoryLog(), memoryBytesMax: 2_000_000_000, ...change });

  beforeAll(async () => {
    await mkdir(dataDir(), { recursive: true });
    opened = await open();
    await fill(opened.store, agentId, [...OLD, ...YOUNG]);
  });
  afterAll(() => opened.close());

  test('without a second disk nothing is moved', async () => {
    expect(await move(opened.store)).toEqual([]);
    expect(await opened.store.retention.cold.room()).toBeUndefined();
  });

  test('takes up a second disk, moves what is old enough, and answers as before', async () => {
    await opened.close();
    opened = await open({ coldDir: coldDir() });
    const { retention } = opened.store;
    const before = await retention.hotBytes();
    const days = await retention.days();
    expect(await move(opened.store)).toEqual(OLD);
    expect(await move(opened.store)).toEqual([]);
    expect(await retention.cold.room()).toMatchObject({ days: OLD.length });
    const [hot, cold] = [await retention.hotBytes(), (await retention.cold.room())?.storedBytes ?? 0];
    expect([hot > 0, cold > 0, hot + cold]).toEqual([true, true, before]);
    expect(await retention.days()).toEqual(days);
    expect(await opened.store.count(agentId)).toBe(ROWS * 5);
    const found = await opened.store.search({ fromMs: -8.64e15, toMs: 8.64e15, limit: 1_000, agentId });
    expect(found).toHaveLength(ROWS * 5);
  });

  test('deletes of old days where they lie, and drops them', async () => {
    const { store } = opened;
    const gone = newAgent();
    // A row that comes late into a day that was moved goes to the first disk, and is moved by the next run.
    await fill(store, gone, [20260801]);
    expect(await move(store)).toEqual([20260801]);
    const wanted = { id: 1, day: 20260801, agentIds: [gone], rowsLeft: ROWS };
    await store.retention.deleteHosts([wanted], newBatch());
    expect([await store.count(gone), await store.count(agentId)]).toEqual([0, ROWS * 5]);
    expect(await store.retention.cold.daysToMove(addDays(TODAY, -AFTER_DAYS - 1))).toEqual([]);
    await store.retention.dropDay(20260802);
    expect(await store.retention.cold.room()).toMatchObject({ days: 2 });
    expect(await store.count(agentId)).toBe(ROWS * 4);
  });

  test('killed, it has everything again, and finds the disk without the setting', async () => {
    const { engine } = opened;
    await fill(opened.store, agentId, [20260716]);
    const moving = opened.store.retention.cold.moveDay(20260716).catch((error: unknown) => error);
    process.kill(engine?.pid ?? 0, 'SIGKILL');
    await expect.poll(() => engine?.state, { timeout: 60_000 }).not.toBe('running');
    await engine?.whenRunning();
    await moving;
    expect(await opened.store.count(agentId)).toBe(ROWS * 5);
    await move(opened.store);
    expect(await opened.store.retention.cold.room()).toMatchObject({ days: 3 });
    await opened.store.retention.dropDay(20260716);
    await opened.close();
    opened = await open();
    expect(await opened.store.count(agentId)).toBe(ROWS * 4);
    expect(await opened.store.retention.cold.room()).toMatchObject({ days: 2 });
  });

  test('a second disk without room takes nothing, and that is told', async () => {
    await fill(opened.store, agentId, [20260715]);
    const problems: unknown[] = [];
    expect(await move(opened.store, problems, () => Number.MAX_SAFE_INTEGER)).toEqual([]);
    expect(problems).toEqual([expect.any(ColdVolumeFullError)]);
    expect(await move(opened.store)).toEqual([20260715]);
  });

  test('a copy holds both disks, and is brought back onto one', async () => {
    const made = await opened.backups?.copyTo('copy', { onProgress: () => undefined });
    const { database = '' } = made ?? {};
    const other = path.join(folder, 'other');
    await mkdir(path.join(other, 'backup'), { recursive: true });
    await rename(path.join(dataDir(), 'backup', 'copy'), path.join(other, 'backup', 'copy'));
    const engine = await startEngine({ dataDir: other, log: new MemoryLog(), memoryBytesMax: 2_000_000_000 });
    const copies = openBackups({ socketPath: engine.socketPath });
    expect(await copies.backups.copyFrom({ folder: 'copy', database }, () => undefined)).toEqual({
      events: ROWS * 5,
    });
    await copies.close();
    await engine.stop();
    const restored = await open({ coldDir: coldDir() }, other);
    try {
      expect(await restored.store.count(agentId)).toBe(ROWS * 5);
      expect(await restored.store.retention.cold.room()).toMatchObject({ days: 0 });
      expect(await move(restored.store)).toEqual([20260715, 20260801, 20261022]);
    } finally {
      await restored.close();
    }
  });

  test('a disk that is not there stops the start, and one that was moved elsewhere is found there', async () => {
    await opened.close();
    const elsewhere = path.join(folder, 'elsewhere');
    await rename(coldDir(), elsewhere);
    await expect(open()).rejects.toThrow(ColdDiskError);
    await mkdir(coldDir());
    await expect(open({ coldDir: coldDir() })).rejects.toThrow(/mount the disk/);
    opened = await open({ coldDir: elsewhere });
    expect(await opened.store.count(agentId)).toBe(ROWS * 5);
    const note = await readFile(path.join(dataDir(), 'engine', 'cold-disk.json'), 'utf8');
    expect(JSON.parse(note)).toMatchObject({ coldDir: elsewhere });
  });

  test('at a server’s URL events get the policy that is named, and days move to its last volume', async () => {
    const plain = path.join(folder, 'plain');
    await mkdir(plain);
    const engine = await startEngine({
      dataDir: plain,
      coldDir: path.join(folder, 'third'),
      log: new MemoryLog(),
      memoryBytesMax: 2_000_000_000,
    });
    const proxy = await serveOverTcp(engine.socketPath);
    const home = parseClickHouseUrl(`${proxy.url}/`);
    const connection = new Connection(home);
    try {
      await expect(checkServer(connection, { ...home, storagePolicy: 'none' })).rejects.toThrow(
        ServerUnfitError,
      );
      await expect(checkServer(connection, { ...home, storagePolicy: 'default' })).rejects.toThrow(
        /1 volumes/,
      );
      const store = await ClickHouseStore.open({ home, storagePolicy: COLD_POLICY });
      await fill(store, agentId, [...OLD, ...YOUNG]);
      expect(await movedByRetention(store)).toEqual(OLD);
      expect(await store.count(agentId)).toBe(ROWS * 5);
      expect(await store.retention.cold.room()).toMatchObject({ days: OLD.length });
      await store.close();
    } finally {
      await connection.close();
      await proxy.close();
      await engine.stop();
    }
  });
});

test('a cluster is told on every node', () => {
  expect(renderForCluster("ALTER TABLE events MODIFY SETTING storage_policy = 'tiers'", 'thu-duc')).toEqual([
    "ALTER TABLE events_local ON CLUSTER 'thu-duc' MODIFY SETTING storage_policy = 'tiers'",
  ]);
  expect(
    renderForCluster("ALTER TABLE events MOVE PARTITION ID '20260801' TO VOLUME 'cold'", 'thu-duc'),
  ).toEqual(["ALTER TABLE events_local ON CLUSTER 'thu-duc' MOVE PARTITION ID '20260801' TO VOLUME 'cold'"]);
});
