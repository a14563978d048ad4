/** Marks and batch numbers outlive the events they came from, however often they were saved. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ClickHouseStore } from '../../collector/store/clickhouse-store.ts';
import { Connection } from '../../collector/store/connection.ts';
import { row } from '../contract/event-store.contract.ts';
import { startTestEngine, type TestEngine } from '../contract/store-engine.ts';

let running: TestEngine;
let store: ClickHouseStore;
let connection: Connection;

beforeAll(async () => {
  running = await startTestEngine();
  const home = { socketPath: running.engine.socketPath };
  store = await ClickHouseStore.open({ home });
  connection = new Connection(home);
});
afterAll(async () => {
  await store.close();
  await connection.close();
  await running.close();
});

async function insert(batch: number, agentId: string, seq: number): Promise<void> {
  await store.insert({ batch, receivedMs: 1_700_000_000_000, rows: [row({ agentId, seq })] });
}

async function marks(): Promise<Record<string, number>> {
  const list = await store.readMarks();
  return Object.fromEntries(list.map((mark) => [mark.agentId, mark.seq]));
}

test('a new store has none', async () => {
  await store.checkpointMarks();
  expect(await marks()).toStrictEqual({});
  expect(await store.lastBatch()).toBe(0);
});

test('events before and after a checkpoint count alike', async () => {
  await insert(1, 'a', 10);
  await insert(2, 'b', 5);
  await store.checkpointMarks();
  await insert(3, 'a', 11);
  await insert(4, 'c', 1);
  expect(await marks()).toStrictEqual({ a: 11, b: 5, c: 1 });
  await store.checkpointMarks();
  await store.checkpointMarks();
  expect(await marks()).toStrictEqual({ a: 11, b: 5, c: 1 });
  expect(await store.lastBatch()).toBe(4);
});

test('marks and the last batch stay when their events are gone', async () => {
  await insert(5, 'd', 7);
  await store.checkpointMarks();
  await connection.command('TRUNCATE TABLE events');
  expect(await store.count()).toBe(0);
  expect(await marks()).toStrictEqual({ a: 11, b: 5, c: 1, d: 7 });
  const home = { socketPath: running.engine.socketPath };
  const again = await ClickHouseStore.open({ home });
  expect(await again.lastBatch()).toBe(5);
  await again.close();
});

test('a migration that was changed after it had been applied stops the start', async () => {
  await connection.command(
    "ALTER TABLE schema_migration UPDATE hash = 'other' WHERE name = '0001-events'",
    {},
    {
      mutations_sync: '1',
    },
  );
  const opening = ClickHouseStore.open({ home: { socketPath: running.engine.socketPath } });
  await expect(opening).rejects.toThrow(/0001-events was changed/);
});
