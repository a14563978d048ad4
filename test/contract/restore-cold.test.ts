/** A restore where old days have a second disk: what the first has no room for goes there, and a drill leaves it alone. */
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { embeddedTarget } from '../../collector/services/backup/restore-store.ts';
import { Connection } from '../../collector/store/connection.ts';
import { openStore } from '../../collector/store/open-store.ts';
import { row } from './event-store.contract.ts';
import { MemoryLog } from './store-engine.ts';

const log = new MemoryLog();
const EVENTS = 10;
let folder: string;
const below = (name: string): string => path.join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'vonggac-restore-cold-'));
  for (const name of ['cold', 'backup', 'with', 'without']) await mkdir(below(name));
  const opened = await openStore({
    dataDir: below('data'),
    log,
    coldDir: below('cold'),
    backupFolder: below('backup'),
  });
  const rows = Array.from({ length: EVENTS }, (_, at) => row({ agentId: 'a', seq: at + 1 }));
  await opened.store.insert({ batch: 1, receivedMs: 1_790_000_000_000, rows });
  await opened.backups?.copyTo('made/store', { onProgress: () => undefined });
  await opened.close();
});
afterAll(() => rm(folder, { recursive: true }));

test.each([
  ['with', 'vonggac_cold'],
  ['without', 'default'],
])('%s a second disk the events have the policy %s', async (name, policy) => {
  const before = await readdir(below('cold'));
  const dataDir = below(name);
  const target = embeddedTarget(log, name === 'with' ? below('cold') : undefined);
  const copy = { backupFolder: below('backup'), name: 'made/store', held: undefined };
  expect(await target.restoreStore(dataDir, copy, () => undefined)).toBe(EVENTS);
  const opened = await target.open(dataDir);
  const connection = new Connection({ socketPath: opened.engine?.socketPath ?? '' });
  expect(
    await connection.answer(
      `SELECT storage_policy FROM system.tables WHERE database = 'default' AND name = 'events'`,
    ),
  ).toBe(policy);
  expect(await opened.store.count()).toBe(EVENTS);
  await connection.close();
  await opened.close();
  expect(await readdir(below('cold'))).toHaveLength(before.length + (name === 'with' ? 1 : 0));
  // What did not take its place leaves nothing there.
  await target.abandon();
  expect(await readdir(below('cold'))).toEqual(before);
});
