/** How hosts stood at a moment, by the events that tell it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { normalize } from '../../collector/normalize/normalize.ts';
import type { PostureRecord } from '../../collector/protocol/posture-record.ts';
import { ClickHouseStore } from '../../collector/store/clickhouse-store.ts';
import type { EventRow } from '../../collector/store/store.ts';
import { showPosture, summarizePosture } from '../../collector/api/posture-view.ts';
import { createAgency } from '../../collector/registry/agencies.ts';
import { readAgent } from '../../collector/registry/agents.ts';
import { enrolAgent } from '../../collector/registry/enrolment.ts';
import { approveException, requestException } from '../../collector/registry/exceptions/exception-acts.ts';
import { revokeException } from '../../collector/registry/exceptions/exception-ends.ts';
import { createJoinToken } from '../../collector/registry/join-tokens.ts';
import { enrolRequest, memoryRegistry, START_MS } from '../unit/registry/registry-fixture.ts';
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

test('a failed check that the register covers is excepted, from its approval to its end', async () => {
  const { registry, clock } = await memoryRegistry();
  const all = { kind: 'all' } as const;
  const enrol = async (agencyId: number): Promise<string> => {
    const token = await createJoinToken(registry, { agencyId, uses: 1 }, 'test');
    const outcome = await enrolAgent(registry, enrolRequest(token, { machineId: `m${agencyId}` }), '::1');
    if (!outcome.ok) throw new Error('not enrolled');
    await tell(
      START_MS,
      outcome.agentId,
      { check: 'one', result: 'fail', observed: 'off' },
      { check: 'two', result: 'fail' },
    );
    return outcome.agentId;
  };
  const commune = (await createAgency(registry, { name: 'Xã', kind: 'commune', parentId: 1 }, 'test')).id;
  const [here, there] = [await enrol(commune), await enrol(1)];
  const by = (actor: string) => ({ actor, agencyId: 1, scope: all });
  const { id } = await requestException(
    registry,
    {
      name: 'until the new version',
      kind: 'posture',
      condition: 'selection: {posture.observed: off}\ncondition: selection',
      window: null,
      agencyId: commune,
      agentId: null,
      groupId: null,
      rules: ['one', 'two'],
      categories: null,
      takesAll: false,
      reason: 'r',
      startsMs: null,
      expiresMs: START_MS + 10 * DAY_MS,
      reviewMs: START_MS + 5 * DAY_MS,
    },
    by('user:lan'),
  );
  clock.ms += DAY_MS;
  const term = { severities: [], isWindow: false };
  await approveException(registry, { id, version: undefined, by: by('user:binh'), reason: 'r', term });

  const ports = { registry, posture: store.posture };
  const shown = async (agentId: string, day: number) => {
    const agent = await readAgent(registry, agentId);
    if (agent === undefined) throw new Error('no such agent');
    return showPosture(ports, agent, { atMs: START_MS + day * DAY_MS });
  };
  const results = async (agentId: string, day: number) =>
    (await shown(agentId, day)).results.map(({ result }) => result);
  const { counts, results: covered } = await shown(here, 2);
  const ends = new Date(START_MS + 10 * DAY_MS).toISOString();
  expect(covered).toMatchObject([
    { check: 'one', result: 'excepted', exceptionId: id, exceptedUntil: ends, observed: 'off' },
    { check: 'two', result: 'fail', exceptionId: null, exceptedUntil: null },
  ]);
  expect(counts).toMatchObject({ fail: 1, excepted: 1 });
  // Neither elsewhere, nor before its approval, nor after its end.
  expect(await results(there, 2)).toEqual(['fail', 'fail']);
  expect(await results(here, 0)).toEqual(['fail', 'fail']);
  expect(await results(here, 11)).toEqual(['fail', 'fail']);
  const checks = async () => {
    const asked = { scope: all, atMs: START_MS + 2 * DAY_MS };
    return (await summarizePosture(ports, asked)).checks.map(({ hosts }) => [hosts.fail, hosts.excepted]);
  };
  expect(await checks()).toEqual([
    [1, 1],
    [2, 0],
  ]);
  await revokeException(registry, { id, version: undefined, by: by('user:binh'), reason: 'r' });
  expect(await checks()).toEqual([
    [2, 0],
    [2, 0],
  ]);
  await registry.close();
});
