import { afterEach, beforeEach, expect, test } from 'vitest';
import { HighWater } from '../../../agent/high-water.ts';
import type { Spool } from '../../../agent/spool/spool.ts';
import { logItem, makeFolder, openTestSpool, removeFolder } from '../../support/agent/spool-fixture.ts';

const SECURITY = 0;
const BULK = 2;

let folder: string;
let spool: Spool;

beforeEach(() => {
  folder = makeFolder();
  spool = openTestSpool(folder, { bytesMax: 100_000 });
});

afterEach(() => {
  spool.close();
  removeFolder(folder);
});

test('a spool full of bulk logs holds what is of any lane, not what is of the security lane', async () => {
  const any = new HighWater(spool);
  const security = new HighWater(spool, SECURITY);
  spool.commit('s', [logItem('bulk', ['x'.repeat(50_000)]), logItem('bulk', ['x'.repeat(40_000)])]);
  const stopping = new AbortController();
  const held = any.room(stopping.signal);
  await security.room(stopping.signal);
  expect([any.holding, security.holding]).toEqual([true, false]);
  spool.acknowledge(BULK, 2);
  any.update();
  await held;
  expect(any.holding).toBe(false);
});

test('a full security lane holds its own sources, with a gap between holding and release', () => {
  const security = new HighWater(spool, SECURITY);
  const holds = (): boolean => {
    security.update();
    return security.holding;
  };
  spool.commit('s', [logItem('security', ['x'.repeat(74_000)])]);
  expect(holds()).toBe(false);
  spool.commit('s', [logItem('security', ['x'.repeat(10_000)])]);
  expect(holds()).toBe(true);
  spool.acknowledge(SECURITY, 1);
  expect(holds()).toBe(false);
});
