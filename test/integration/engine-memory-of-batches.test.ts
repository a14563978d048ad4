/**
 * The engine writes a batch's token down beside the batch's part, not with it. Killed in between, it remembers a batch
 * that it does not have, and calls the repeated one a duplicate; or it has one that it does not remember.
 */
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { ClickHouseStore } from '../../collector/store/clickhouse-store.ts';
import { Connection } from '../../collector/store/connection.ts';
import { openStore, type OpenedStore } from '../../collector/store/open-store.ts';
import { BatchUnknownError } from '../../collector/store/store.ts';
import { row } from '../contract/event-store.contract.ts';
import { makeFolder, MemoryLog, serveOverTcp } from '../contract/store-engine.ts';

const RECEIVED_MS = 1_700_000_000_000;
const BATCH = { batch: 1, receivedMs: RECEIVED_MS, rows: [row({ agentId: 'a', seq: 1 })] };

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function open(dataDir: string): Promise<OpenedStore> {
  const opened = await openStore({ dataDir, log: new MemoryLog() });
  closers.push(() => opened.close());
  return opened;
}

async function newFolder(): Promise<string> {
  const dataDir = await makeFolder();
  closers.push(() => rm(dataDir, { recursive: true, force: true }));
  return dataDir;
}

/** Takes the events' parts away, tokens left as they are: the disk after a kill between token and part. */
async function loseParts(dataDir: string): Promise<number> {
  const names = await readdir(dataDir, { recursive: true, withFileTypes: true });
  const parts = names.filter((entry) => entry.isDirectory() && /^20231114_\d+_\d+_\d+$/.test(entry.name));
  for (const { parentPath, name } of parts) await rm(path.join(parentPath, name), { recursive: true });
  return parts.length;
}

test('a batch sent again to a new process is stored, whatever the engine thinks it remembers', async () => {
  const dataDir = await newFolder();
  const first = await open(dataDir);
  await first.store.insert(BATCH);
  await first.close();
  expect(await loseParts(dataDir)).toBe(1);
  const { store } = await open(dataDir);
  expect(await store.lastBatch()).toBe(0);
  await store.insert(BATCH);
  expect(await store.count()).toBe(1);
  expect(await store.readMarks()).toMatchObject([{ agentId: 'a', seq: 1 }]);
});

test('a batch that is repeated after the engine died is stored, whatever the engine thinks it remembers', async () => {
  process.env['VONGGAC_FAULT'] = 'engine.after-insert';
  closers.push(async () => {
    delete process.env['VONGGAC_FAULT'];
  });
  const dataDir = await newFolder();
  const { store, engine } = await open(dataDir);
  await expect(store.insert(BATCH)).rejects.toBeInstanceOf(BatchUnknownError);
  expect(await loseParts(dataDir)).toBe(1);
  await engine?.whenRunning();
  expect(await store.count()).toBe(0);
  await expect(store.insert(BATCH)).rejects.toBeInstanceOf(BatchUnknownError);
  await store.insert(BATCH);
  expect(await store.count()).toBe(1);
  await store.insert(BATCH);
  expect(await store.count()).toBe(1);
});

test('a batch that is repeated after the engine died is stored once, whatever the engine has forgotten', async () => {
  process.env['VONGGAC_FAULT'] = 'engine.after-insert';
  closers.push(async () => {
    delete process.env['VONGGAC_FAULT'];
  });
  const dataDir = await newFolder();
  const { store, engine } = await open(dataDir);
  await expect(store.insert(BATCH)).rejects.toBeInstanceOf(BatchUnknownError);
  const names = await readdir(dataDir, { recursive: true });
  const tokens = names.filter((name) => path.basename(name).startsWith('deduplication_log_'));
  expect(tokens.length).toBeGreaterThan(0);
  // Each is listed twice: the engine keeps a link to the table's folder.
  for (const name of tokens) await rm(path.join(dataDir, name), { force: true });
  await engine?.whenRunning();
  await store.insert(BATCH);
  expect(await store.count()).toBe(1);
});

test('a store opened while a server still works on an earlier insert sees what that insert stores', async () => {
  const { engine } = await open(await newFolder());
  const server = await serveOverTcp(engine?.socketPath ?? '');
  closers.push(() => server.close());
  const home = { url: server.url };
  const connection = new Connection(home);
  closers.push(() => connection.close());
  const earlier = connection.command(
    `INSERT INTO events (agent_id, epoch, lane, seq, batch) SELECT 'a', 'e', 0, 7, 1 + sleep(1)`,
  );
  const running = `SELECT count() AS value FROM system.processes WHERE query_kind = 'Insert'`;
  await expect
    .poll(async () => connection.rows({ query: running, params: {} }, (value) => value))
    .toEqual([{ value: '1' }]);
  const store = await ClickHouseStore.open({ home });
  closers.push(() => store.close());
  expect(await store.readMarks()).toStrictEqual([{ agentId: 'a', epoch: 'e', lane: 0, seq: 7 }]);
  await earlier;
});
