/** How hosts stood at a moment, by the events that tell it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { normalize } from '../../collector/normalize/normalize.ts';
import type { PostureRecord } from '../../collector/protocol/posture-record.ts';
import { ClickHouseStore } from '../../collector/store/clickhouse-store.ts';
import type { EventRow } from '../../collector/store/store.ts';
import { startTestEngine, type TestEngine } from './store-engine.ts';

const DAY_MS = 86_400_000;
const DAY_1 = Date.UTC(2026, 10, 1);

let running: TestEngine;
let store: ClickHouseStore;
let batch = 0;
let seq = 0;

beforeAll(async () => {
  running = await startTestEngine();
  store = await ClickHouseStore.open({ home: { socketPath: running.engine.socketPath } });
  await tell(
    DAY_1,
    'web',
    { check: 'one', result: 'pass', observed: 'on' },
    { check: 'two', result: 'fail' },
  );
  await tell(DAY_1, 'db', { check: 'one', result: 'fail' });
  await tell(DAY_1 + 2 * DAY_MS, 'web', {
    check: 'one',
    change: 'changed',
    previousResult: 'pass',
    result: 'fail',
    observed: 'off',
  });
  await tell(DAY_1 + 2 * DAY_MS, 'web', {
    check: 'two',
    change: 'changed',
    result: 'excepted',
    reason: 'sẽ thay',
    exceptedBy: 'Lan',
    exceptedUntilMs: DAY_1 + 5 * DAY_MS,
  });
  await tell(DAY_1 + 3 * DAY_MS, 'db', { check: 'one', change: 'removed', result: 'fail' });
});

afterAll(async () => {
  await store.close();
  await running.close();
});

async function tell(
  at: number,
  agentId: string,
  ...told: (Partial<PostureRecord> & Pick<PostureRecord, 'check' | 'result'>)[]
): Promise<void> {
  const rows = told.map((facts): EventRow => {
    seq += 1;
    const record: PostureRecord = {
      kind: 'posture',
      at,
      change: 'present',
      policy: 'p',
      policyVersion: '1.0.0',
      title: 'Một điểm kiểm',
      severity: 'high',
      controls: facts.check === 'one' ? ['CF-01', 'NW-05'] : ['CF-02'],
      ...facts,
    };
    const event = normalize(record, { hostname: agentId, timeZone: 'UTC', receivedMs: at });
    const name = { agentId, epoch: 'e', lane: 1, seq };
    const common = { hostname: agentId, agencyId: 1, channel: 'posture', origin: '', hits: [] };
    return { ...name, ...common, event, readHour: Math.floor(at / 3_600_000) };
  });
  batch += 1;
  await store.insert({ batch, receivedMs: at + 1_000, rows });
}

async function states(day: number, more: { control?: string; agentIds?: string[] } = {}): Promise<string[]> {
  const query = { atMs: DAY_1 + day * DAY_MS + 1, fromMs: DAY_1 - DAY_MS, limit: 100 };
  const found = await store.posture.states({ agentIds: ['web', 'db'], ...query, ...more });
  return found.map(({ agentId, check, result }) => `${agentId} ${check} ${result}`);
}

test('a host stands as it told last before the moment', async () => {
  expect(await states(0)).toEqual(['db one fail', 'web one pass', 'web two fail']);
  expect(await states(2)).toEqual(['db one fail', 'web one fail', 'web two excepted']);
  expect(await states(-2)).toEqual([]);
});

test('what was removed is gone, and an exception ends by itself', async () => {
  expect(await states(4)).toEqual(['web one fail', 'web two excepted']);
  expect(await states(5)).toEqual(['web one fail', 'web two fail']);
});

test('it is asked by control and by agent, with evidence', async () => {
  expect(await states(2, { control: 'NW-05' })).toEqual(['db one fail', 'web one fail']);
  expect(await states(2, { control: 'NW-0' })).toEqual([]);
  expect(await states(2, { agentIds: ['db'] })).toEqual(['db one fail']);
  const query = { agentIds: ['web'], check: 'one', atMs: DAY_1 + 2 * DAY_MS, fromMs: DAY_1, limit: 10 };
  expect(await store.posture.states(query)).toEqual([
    expect.objectContaining({
      observed: 'off',
      title: 'Một điểm kiểm',
      severity: 'high',
      controls: ['CF-01', 'NW-05'],
      policyVersion: '1.0.0',
      exceptedUntilMs: undefined,
      timeMs: DAY_1 + 2 * DAY_MS,
    }),
  ]);
});

test('hosts are counted by check and result', async () => {
  const query = { atMs: DAY_1 + 2 * DAY_MS + 1, fromMs: DAY_1, limit: 100 };
  const counts = await store.posture.counts(query);
  expect(counts.map(({ check, result, hosts }) => `${check} ${result} ${hosts}`)).toEqual([
    'one fail 2',
    'two excepted 1',
  ]);
  expect(await store.posture.counts({ ...query, control: 'CF-02', agentIds: ['web'] })).toEqual([
    expect.objectContaining({ check: 'two', controls: ['CF-02'], severity: 'high', hosts: 1 }),
  ]);
});
