/** Back-tests over the real store: what they count is what the matcher and the correlator find on the stream. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { makeRuleBook } from '../../collector/detect/rule-book.ts';
import { backTest, type BackTest } from '../../collector/hunt/back-test.ts';
import type { FieldValue } from '../../collector/normalize/event.ts';
import { CANDIDATE_COLUMNS } from '../../collector/store/clickhouse-hunts.ts';
import { ClickHouseStore } from '../../collector/store/clickhouse-store.ts';
import { SIGMA_SCHEMA } from '../../collector/store/sigma-schema.ts';
import type { EventRow } from '../../collector/store/store.ts';
import { parseRules, ShapedEvent } from '../../rules/sigma/index.ts';
import { cancelJob } from '../../collector/registry/job-acts.ts';
import { findJob } from '../../collector/registry/jobs.ts';
import { addRule } from '../../collector/registry/rules/rule-acts.ts';
import { BACK_TEST_KIND, ruleJobs } from '../../collector/services/content/rule-desk.ts';
import { JobRunner } from '../../collector/services/jobs/job-runner.ts';
import { Connection } from '../../collector/store/connection.ts';
import type { HuntStore } from '../../collector/store/hunt-store.ts';
import { memoryRegistry } from '../unit/registry/registry-fixture.ts';
import { startTestEngine, type TestEngine } from './store-engine.ts';

const START_MS = Date.UTC(2026, 10, 20);
const HOUR_MS = 3_600_000;

let engine: TestEngine;
let store: ClickHouseStore;

/** Each hour one failed login from one of two addresses, on four hosts of two agencies, six of them in a minute. */
function rows(): EventRow[] {
  return Array.from({ length: 240 }, (_, n) => {
    const hour = Math.floor(n / 10);
    const fields: Record<string, FieldValue> = {
      'event.action': n % 2 === 0 ? 'ssh_login_failed' : 'ssh_login_succeeded',
      'source.ip': `10.0.0.${String(hour % 2)}`,
      note: n % 3 === 0 ? ['a', 'b'] : 'c',
    };
    return {
      agentId: `agent-${String(n % 4)}`,
      epoch: 'e',
      lane: 0,
      seq: n,
      hostname: `pc-${String(n % 4)}`,
      agencyId: 1 + (n % 2),
      channel: 'log/sshd',
      origin: '',
      readHour: hour,
      hits: [],
      event: {
        timeMs: START_MS + hour * HOUR_MS + (n % 10) * 1_000,
        logsources: [{ product: 'linux', service: 'sshd' }],
        columns: {},
        fields: ShapedEvent.from(fields),
        message: n % 4 === 3 ? `on pc-3 login ${String(n)}` : 'login',
        parsed: true,
      },
    };
  });
}

beforeAll(async () => {
  engine = await startTestEngine();
  store = await ClickHouseStore.open({ home: { socketPath: engine.engine.socketPath } });
  await store.insert({ batch: 1, receivedMs: START_MS + 24 * HOUR_MS, rows: rows() });
});
afterAll(async () => {
  await store.close();
  await engine.close();
});

const LOGIN = `title: Failed\nid: failed\nlevel: high\nvonggac: { entity: [source.ip] }\nlogsource: { product: linux, service: sshd }\ndetection:\n  s: { event.action: ssh_login_failed }\n  condition: s\n`;

function look(
  text: string,
  ruleId: string,
  change: { agencyIds?: number[]; signal?: AbortSignal } = {},
): Promise<BackTest> {
  const book = makeRuleBook([{ parsed: parseRules(text, { source: 'test' }) }]);
  return backTest(
    store.hunts,
    { schema: SIGMA_SCHEMA, columns: CANDIDATE_COLUMNS },
    {
      engine: book.engine,
      ruleId,
      fromMs: START_MS,
      toMs: START_MS + 24 * HOUR_MS,
      entityFields: book.entityFields(ruleId),
      policy: { windowMs: 24 * HOUR_MS, alertsPerHourMax: 20 },
      limits: { secondsMax: 30, memoryBytesMax: 1_000_000_000 },
      ...change,
    },
  );
}

test('a rule that the database decides alone: matches, and the alerts that its entity and window would have given', async () => {
  const found = await look(LOGIN, 'failed');
  expect(found).toMatchObject({ matches: 120, hosts: 2, alerts: 2, held: 0, exact: true, isWhole: true });
  expect(found.days.map(({ matches }) => matches).reduce((sum, one) => sum + one, 0)).toBe(120);
  expect(found.examples[0]).toMatchObject({ hostname: expect.stringMatching(/^pc-[02]$/) as string });
});

test('lists are decided by the matcher, and nothing is counted that it does not find', async () => {
  const text = LOGIN.replace('{ event.action: ssh_login_failed }', '{ note: b }');
  const found = await look(text, 'failed');
  expect(found).toMatchObject({ matches: 80, exact: false, isWhole: true });
  expect(found.examined).toBeGreaterThanOrEqual(80);
});

test('a correlation is run in the order of time', async () => {
  const text = `${LOGIN}---\ntitle: Many\nid: many\ncorrelation:\n  type: event_count\n  rules: [failed]\n  group-by: [source.ip]\n  timespan: 1m\n  condition: { gte: 5 }\nlevel: high\n`;
  expect(await look(text, 'many')).toMatchObject({ matches: 24, alerts: 2, exact: false });
});

test('what is read of candidates decides as the whole events do', async () => {
  const text = `${LOGIN.replace('{ event.action: ssh_login_failed }', '{ note: [b, c] }')}---\ntitle: Notes\nid: notes\ncorrelation:\n  type: value_count\n  rules: [failed]\n  group-by: [source.ip, event.action]\n  timespan: 2h\n  condition: { field: note, gte: 2 }\nlevel: high\n`;
  const { engine } = makeRuleBook([{ parsed: parseRules(text, { source: 'test' }) }]);
  const correlator = engine.correlator({ lateness: 0 });
  let hits = 0;
  for (const { event } of rows()) {
    for (const match of engine.match(event.fields, event.logsources))
      hits += correlator.push(match, event.fields, event.timeMs).length;
  }
  expect(hits).toBeGreaterThan(1);
  const found = await look(text, 'notes');
  expect(found).toMatchObject({ matches: hits, examined: 240, isWhole: true });
  expect(found.examples[0]?.message).toMatch(/login/);
});

test('a word is found in messages and fields, whatever the event is made of', async () => {
  const text = LOGIN.replace('{ event.action: ssh_login_failed }', "[ 'LOGIN_failed', 'no-such-word' ]");
  expect(await look(text, 'failed')).toMatchObject({ matches: 120, isWhole: true });
  const message = LOGIN.replace('{ event.action: ssh_login_failed }', "[ 'pc-3 Log' ]");
  expect(await look(message, 'failed')).toMatchObject({ matches: 60, isWhole: true });
});

test('who sees one agency is told of that one, and who gives up stops it', async () => {
  expect(await look(LOGIN, 'failed', { agencyIds: [2] })).toMatchObject({ matches: 0, hosts: 0 });
  expect(await look(LOGIN, 'failed', { agencyIds: [1] })).toMatchObject({ matches: 120 });
  const signal = AbortSignal.abort(new Error('the job was cancelled'));
  await expect(look(LOGIN, 'failed', { signal })).rejects.toThrow('the job was cancelled');
});

/** The same store, but what a back-test asks for takes for ever. */
const slow = (hunts: HuntStore): HuntStore =>
  new Proxy(hunts, {
    get(target, name, receiver) {
      const method: unknown = Reflect.get(target, name, receiver);
      if (typeof method !== 'function') return method;
      return (asked: object, ...rest: unknown[]) => {
        if (!('candidates' in asked)) return Reflect.apply(method, target, [asked, ...rest]);
        const { candidates } = asked as { candidates: { query: string } };
        const query = `SELECT * FROM (${candidates.query})
          WHERE seq IN (SELECT number AS never FROM numbers(1000000000000) WHERE cityHash64(number) = 7)`;
        return Reflect.apply(method, target, [{ ...asked, candidates: { ...candidates, query } }, ...rest]);
      };
    },
  });

test('one that is under way ends in the engine when its job is cancelled, also by another collector', async () => {
  const connection = new Connection({ socketPath: engine.engine.socketPath });
  const { registry } = await memoryRegistry();
  const faults: unknown[] = [];
  const jobs = new JobRunner({
    registry,
    kinds: ruleJobs(registry, { hunts: slow(store.hunts) }, { refresh: async () => undefined }),
    onProgress: () => undefined,
    onFault: (error) => faults.push(error),
  });
  const by = { actor: 'user:an', scope: { kind: 'all' } } as const;
  const text = LOGIN.replace('id: failed', 'id: 11111111-1111-4111-8111-111111111111');
  await addRule(registry, { text, why: 'a look' }, by);
  const running = async (): Promise<number> => {
    const query = `SELECT count() AS running FROM system.processes
      WHERE query LIKE '%AS never FROM numbers%' AND query NOT LIKE '%system.processes%'`;
    const [count] = await connection.rows({ query, params: {} }, (row) =>
      Number((row as { running: unknown }).running),
    );
    return count ?? 0;
  };
  const params = {
    ruleId: '11111111-1111-4111-8111-111111111111',
    fromMs: START_MS,
    toMs: START_MS + 24 * HOUR_MS,
  };
  const { id } = await jobs.request(BACK_TEST_KIND, { params, reason: 'back-test', agencyId: 1 }, by);
  await vi.waitFor(async () => expect(await running()).toBe(1), { timeout: 60_000 });
  // Nobody tells this runner: it looks by itself.
  await cancelJob(registry, id, by);
  await vi.waitFor(async () => expect(await running()).toBe(0), { timeout: 60_000 });
  await jobs.settled();
  expect(await findJob(registry.db, id, by.scope)).toMatchObject({
    state: 'cancelled',
    error: null,
    cancelledBy: 'user:an',
  });
  expect(faults).toEqual([]);
  await jobs.stop();
  await connection.close();
  await registry.close();
});

test('which log sources arrive and which rules matched is told by agency', async () => {
  const limits = { secondsMax: 30, memoryBytesMax: 1_000_000_000 };
  expect(await store.hunts.logSources({ fromMs: START_MS }, limits)).toEqual([
    { product: 'linux', category: '', service: 'sshd' },
  ]);
  expect(await store.hunts.logSources({ fromMs: START_MS, agencyIds: [9] }, limits)).toEqual([]);
  expect(await store.hunts.ruleCounts({ fromMs: START_MS }, limits)).toEqual([]);
});
