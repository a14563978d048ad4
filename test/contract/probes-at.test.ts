/** Uptime and state of probed systems: the agent's reporter tells, the store keeps, and what comes out is what was. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { probeSchema } from '../../agent/probe-config.ts';
import type { Look } from '../../agent/sources/probe/finding.ts';
import { report } from '../../agent/sources/probe/reporter.ts';
import { newTargetState } from '../../agent/sources/probe/target-state.ts';
import { normalize } from '../../collector/normalize/normalize.ts';
import type { ProbeRecord } from '../../collector/protocol/probe-record.ts';
import { ClickHouseStore } from '../../collector/store/clickhouse-store.ts';
import { startTestEngine, type TestEngine } from './store-engine.ts';

let running: TestEngine;
let store: ClickHouseStore;
let batch = 0;

beforeAll(async () => {
  running = await startTestEngine();
  store = await ClickHouseStore.open({ home: { socketPath: running.engine.socketPath } });
});

afterAll(async () => {
  await store.close();
  await running.close();
});

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const START_MS = Date.UTC(2026, 10, 1);

/** @param answers whether the target answers at a minute since the start */
function watch(name: string, minutes: number, answers: (minute: number) => boolean): ProbeRecord[] {
  const config = probeSchema().parse({
    name,
    target: 'https://portal.example.gov.vn/',
    intervalMs: 5 * MINUTE_MS,
  });
  const page = { url: config.target, accepted: false };
  const records: ProbeRecord[] = [];
  let state = newTargetState(config.target, START_MS);
  for (let minute = 0; minute <= minutes; minute += 5) {
    const up = answers(minute);
    const look: Look = { findings: up ? [] : ['no-answer'], facts: { totalMs: 10 } };
    const outcome = {
      looks: new Map([['reachability' as const, look]]),
      state,
      page,
      responseMs: up ? 10 : undefined,
    };
    const told = report(config, outcome, START_MS + minute * MINUTE_MS, { all: 0, down: 0 });
    records.push(...told.records);
    ({ state } = told);
  }
  return records;
}

async function keep(agentId: string, records: readonly ProbeRecord[]): Promise<void> {
  batch += 1;
  const rows = records.map((record, index) => ({
    agentId,
    epoch: `epoch-${batch}`,
    lane: 1,
    seq: index + 1,
    event: normalize(record, { hostname: 'watcher', timeZone: 'UTC', receivedMs: record.at }),
    hostname: 'watcher',
    agencyId: 1,
    channel: 'probe',
    origin: '',
    readHour: Math.floor(record.at / HOUR_MS),
    hits: [],
  }));
  await store.insert({ batch, receivedMs: Date.now(), rows });
}

test('is what was watched: a day and a month apart, by agent and name', async () => {
  // Two days; down for the third hour of the second.
  const down = (minute: number): boolean => minute >= 26 * 60 && minute < 27 * 60;
  const records = watch('portal', 48 * 60, (minute) => !down(minute));
  expect(records.filter(({ change }) => change === 'change').map(({ state }) => state)).toEqual([
    'failed',
    'ok',
  ]);
  await keep('agent-1', records);
  await keep(
    'agent-2',
    watch('portal', 180, () => false),
  );
  const nowMs = START_MS + 48 * HOUR_MS + MINUTE_MS;
  const [first, second, ...more] = await store.probes.targets({ nowMs, limit: 100 });
  expect(more).toEqual([]);
  expect(first).toMatchObject({
    agentId: 'agent-1',
    name: 'portal',
    target: 'https://portal.example.gov.vn/',
  });
  expect(first?.aspects).toMatchObject([{ aspect: 'reachability', state: 'ok', findings: [] }]);
  expect(first?.summary?.facts).toMatchObject({ 'state.reachability': 'ok', responseMsMean: 10 });
  // The second of three checks makes it sure, so five minutes of the outage count as up.
  expect(first?.day.downMs).toBe(55 * MINUTE_MS);
  expect((first?.day.upMs ?? 0) + (first?.day.downMs ?? 0)).toBe(24 * HOUR_MS);
  expect((first?.month.upMs ?? 0) + (first?.month.downMs ?? 0)).toBe(48 * HOUR_MS);
  expect(second).toMatchObject({
    agentId: 'agent-2',
    aspects: [{ aspect: 'reachability', state: 'failed', findings: ['no-answer'] }],
    day: { upMs: 0 },
  });
  expect(await store.probes.targets({ nowMs, agentIds: ['agent-2'], limit: 100 })).toHaveLength(1);
  expect(await store.probes.targets({ nowMs, agentIds: [], limit: 100 })).toEqual([]);
  expect(await store.probes.targets({ nowMs, limit: 1 })).toHaveLength(1);
  expect(await store.probes.targets({ nowMs: START_MS + 60 * 24 * HOUR_MS, limit: 100 })).toEqual([]);
});
