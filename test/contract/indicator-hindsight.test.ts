/** Looking back for indicators, on the real engine: what matching each event would say, each find once, whatever ends it. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HINDSIGHT_RULE, INDICATOR_RULE } from '../../collector/alert/indicator-rules.ts';
import { indicatorHit } from '../../collector/detect/indicator-hits.ts';
import { Hindsight, HINDSIGHT_KIND } from '../../collector/services/indicators/indicator-hindsight.ts';
import { indicatorJobs } from '../../collector/services/indicators/indicator-jobs.ts';
import type { IndicatorKind } from '../../collector/indicator/indicator.ts';
import { JobRunner } from '../../collector/services/jobs/job-runner.ts';
import type { FieldValue } from '../../collector/normalize/event.ts';
import type { Registry } from '../../collector/registry/database.ts';
import { importIndicators } from '../../collector/registry/indicator/import-indicators.ts';
import { IMPORT_KIND } from '../../collector/registry/indicator/import-job.ts';
import { listSightings } from '../../collector/registry/indicator/sightings.ts';
import { addUploadPart, beginUpload, endUpload } from '../../collector/registry/indicator/uploads.ts';
import { cancelJob } from '../../collector/registry/job-acts.ts';
import { findJob, listJobs, type Job } from '../../collector/registry/jobs.ts';
import { ClickHouseStore } from '../../collector/store/clickhouse-store.ts';
import type { HindsightStore } from '../../collector/store/hindsight-store.ts';
import { HuntLimitError } from '../../collector/store/hunt-store.ts';
import type { EventRow } from '../../collector/store/store.ts';
import { ShapedEvent } from '../../rules/sigma/index.ts';
import { memoryRegistry, type TestClock } from '../unit/registry/registry-fixture.ts';
import { startTestEngine } from './store-engine.ts';

const EVERYWHERE = { kind: 'all' } as const;
const DAY_MS = 86_400_000;
const T = Date.UTC(2026, 10, 20);
const MD5 = '0123456789abcdef0123456789abcdef';

/** What events say, and whether an indicator is in it. */
const SAID: readonly (readonly [Record<string, FieldValue>, string | undefined])[] = [
  [{ 'source.ip': '203.0.113.7' }, '203.0.113.0/24'],
  [{ DestinationIp: '203.0.113.9' }, '203.0.113.0/24'],
  [{ 'client.ip': '203.0.113.200' }, '203.0.113.0/24'],
  [{ 'dns.question.name': 'www.EVIL.example' }, 'evil.example'],
  [{ QueryName: 'evil.example' }, 'evil.example'],
  [{ 'dns.answers.data': ['192.0.2.1', '203.0.113.4'] }, '203.0.113.0/24'],
  [{ 'url.full': 'HTTP://Bad.example:80/x?a=1#b' }, 'http://bad.example/x?a=1'],
  [{ Hashes: `SHA1=${'1'.repeat(40)},MD5=${MD5.toUpperCase()}` }, MD5],
  [{ 'file.hash.md5': MD5 }, MD5],
  [{ 'email.from.address': '<A@Evil.example>' }, 'evil.example'],
  [{ 'source.ip': '198.51.100.7' }, undefined],
  [{ 'dns.question.name': 'notevil.example' }, undefined],
  [{ CommandLine: 'ping evil.example' }, undefined],
  [{ User: 'an' }, undefined],
];
const INDICATORS: readonly (readonly [IndicatorKind, string])[] = [
  ['ip', '203.0.113.0/24'],
  ['domain', 'evil.example'],
  ['url', 'http://bad.example/x?a=1'],
  ['hash', MD5],
];

const DAYS = 3;
/** Of each day, in a time order that is not the order of the list. */
const EVENTS = Array.from({ length: DAYS * SAID.length * 4 }, (_, at) => at);

function rowOf(at: number): EventRow {
  const [fields = {}] = SAID[at % SAID.length] ?? [];
  return {
    agentId: `agent-${at % 3}`,
    epoch: 'e',
    lane: 0,
    seq: at,
    hostname: `pc-${at % 3}`,
    agencyId: 1,
    channel: 'log/x',
    origin: '',
    readHour: 0,
    hits: [],
    event: {
      timeMs: T + Math.floor((at * DAYS * DAY_MS) / EVENTS.length),
      logsources: [],
      columns: {},
      fields: ShapedEvent.from(fields),
      message: `event ${at}`,
      parsed: true,
    },
  };
}

const expected = new Map<string, number>();
for (const at of EVENTS) {
  const value = SAID[at % SAID.length]?.[1];
  if (value !== undefined) expected.set(value, (expected.get(value) ?? 0) + 1);
}
const TOTAL = [...expected.values()].reduce((sum, count) => sum + count, 0);

let engine: Awaited<ReturnType<typeof startTestEngine>>;
let store: ClickHouseStore;
let registry: Registry;
let clock: TestClock;
let jobs: JobRunner | undefined;
let alerted: string[];

beforeAll(async () => {
  engine = await startTestEngine();
  store = await ClickHouseStore.open({ home: { socketPath: engine.engine.socketPath } });
  await store.insert({ batch: 1, receivedMs: T, rows: EVENTS.map(rowOf) });
});
afterAll(async () => {
  await store.close();
  await engine.close();
});
beforeEach(async () => {
  ({ registry, clock } = await memoryRegistry());
  clock.ms = T + 30 * DAY_MS;
  alerted = [];
  await registry.db.transaction().execute((trx) =>
    importIndicators(
      trx,
      INDICATORS.map(([kind, value]) => ({
        kind,
        value,
        source: 'feed',
        confidence: 80,
        validUntilMs: null,
        tlp: null,
        tags: [],
        description: '',
      })),
      { actor: 'user:lan', nowMs: clock.ms },
    ),
  );
});
afterEach(async () => {
  await jobs?.stop();
  await registry.close();
});

function runner(history: HindsightStore = store.hindsight, lookBackDays = 0): JobRunner {
  const hindsight = new Hindsight(registry, history, (ids) => alerted.push(...ids));
  jobs = new JobRunner({
    registry,
    kinds: indicatorJobs(registry, { hindsight, onChanged: () => undefined, lookBackDays }),
    onProgress: () => undefined,
    onFault: () => undefined,
  });
  return jobs;
}

const by = { actor: 'user:lan', scope: EVERYWHERE };
const look = (running: JobRunner, more: object = {}): Promise<Job> =>
  running.request(
    HINDSIGHT_KIND,
    {
      params: { fromMs: T, toMs: T + DAYS * DAY_MS, actor: 'user:lan', ...more },
      reason: 'new list',
      agencyId: 1,
    },
    by,
  );
const jobOf = ({ id }: Job): Promise<Job> => findJob(registry.db, id, EVERYWHERE);

const alerts = async () =>
  (
    await registry.db
      .selectFrom('alert')
      .select(['rule_id', 'entity', 'detections', 'first_seen_ms', 'last_seen_ms'])
      .where('kind', '=', 'detection')
      .execute()
  ).map((row) => ({ ...row, value: Object.values(JSON.parse(row.entity) as Record<string, string>)[0] }));

async function isAllFoundOnce(): Promise<void> {
  const found = await alerts();
  expect(new Map(found.map(({ value = '', detections }) => [value, detections]))).toEqual(expected);
  expect(found.every(({ rule_id }) => rule_id === HINDSIGHT_RULE)).toBe(true);
}

describe('looking back', () => {
  it('finds what matching each event finds, one alert an indicator, with the times of the events', async () => {
    const running = runner();
    const job = await look(running);
    await running.settled();
    expect(await jobOf(job)).toMatchObject({ state: 'done', changed: TOTAL, done: (DAYS * DAY_MS) / 1_000 });
    await isAllFoundOnce();
    const network = (await alerts()).find(({ value }) => value === '203.0.113.0/24');
    expect(network?.first_seen_ms).toBe(rowOf(0).event.timeMs);
    expect(new Set(alerted).size).toBeGreaterThanOrEqual(INDICATORS.length);
    const sightings = await listSightings(registry.db, 1, EVERYWHERE);
    expect(sightings).toHaveLength(3);
    expect(sightings.reduce((sum, { hindsight }) => sum + hindsight, 0)).toBe(expected.get('203.0.113.0/24'));
  });

  it('finds nothing again, and only what is named', async () => {
    const running = runner();
    await look(running, { ids: [2] });
    await running.settled();
    expect((await alerts()).map(({ value }) => value)).toEqual(['evil.example']);
    await look(running, { source: 'feed' });
    const again = await look(running, { addedSinceMs: clock.ms + 1 });
    await running.settled();
    await isAllFoundOnce();
    expect(await jobOf(again)).toMatchObject({ state: 'done', changed: 0 });
  });

  it('goes on after it was killed between any two steps, and after a stretch that was too much', async () => {
    let asked = 0;
    const failing: HindsightStore = {
      values: async (query, ...rest) => {
        asked += 1;
        if (asked < 4) throw new HuntLimitError('memory');
        return store.hindsight.values(query, ...rest);
      },
      events: (query, ...rest) => store.hindsight.events({ ...query, limit: 7 }, ...rest),
    };
    let job = await look(runner(failing));
    await jobs?.stop();
    while ((await jobOf(job)).state !== 'done') {
      const next = runner(failing);
      next.kick();
      await new Promise((resolve) => setImmediate(resolve));
      await next.stop();
      job = await jobOf(job);
    }
    await isAllFoundOnce();
    expect(job).toMatchObject({ changed: TOTAL, done: (DAYS * DAY_MS) / 1_000 });
  });

  it('ends the reading when it is cancelled', async () => {
    const reading = Promise.withResolvers<AbortSignal | undefined>();
    const running = runner({
      values: (_query, _limits, signal) => {
        reading.resolve(signal);
        return new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason as Error));
        });
      },
      events: () => Promise.reject(new Error('not asked')),
    });
    const job = await look(running);
    const signal = await reading.promise;
    await cancelJob(registry, job.id, by);
    running.kick();
    await running.settled();
    expect(signal?.aborted).toBe(true);
    expect(await jobOf(job)).toMatchObject({ state: 'cancelled', error: null });
    expect(await alerts()).toEqual([]);
  });

  it('follows an import of something new, once, unless it is switched off', async () => {
    const names = ['notevil.example', 'nobody.example'];
    const importNow = async (lookBackDays: number): Promise<Job> => {
      const uploadId = await beginUpload(registry, 'user:lan');
      const facts = {
        source: 'feed',
        confidence: 80,
        validUntilMs: null,
        tlp: null,
        tags: [],
        description: '',
      };
      const part = names.map((value) => ({ kind: 'domain' as const, value, ...facts }));
      await addUploadPart(registry, uploadId, 0, part);
      await endUpload(registry, uploadId, {
        indicators: part.length,
        report: { refusedCount: 0, refusals: [] },
      });
      const params = { uploadId, name: 'feed.csv', actor: 'user:lan' };
      const running = runner(store.hindsight, lookBackDays);
      const job = await running.request(IMPORT_KIND, { params, reason: 'feed', agencyId: 1 }, by);
      await running.settled();
      running.kick();
      await running.settled();
      await running.stop();
      return jobOf(job);
    };
    const followed = async () =>
      (await listJobs(registry.db, { scope: EVERYWHERE, limit: 10, kinds: [HINDSIGHT_KIND] })).map(
        ({ id, state, changed, preview, requestedBy }) => ({
          id,
          state,
          changed,
          requestedBy,
          looked: preview.changes,
        }),
      );
    clock.ms += 1;
    const { result } = await importNow(31);
    const notEvil = EVENTS.length / SAID.length;
    const [retro] = await followed();
    expect(retro).toMatchObject({ state: 'done', changed: notEvil, requestedBy: 'user:lan', looked: 2 });
    expect(result).toEqual({ retroJobId: retro?.id });
    expect((await alerts()).map(({ value }) => value)).toEqual(['notevil.example']);
    clock.ms += 1;
    expect(await importNow(31)).toMatchObject({ state: 'done', result: null });
    names.push('late.example');
    clock.ms += 1;
    expect(await importNow(0)).toMatchObject({ state: 'done', changed: 1, result: null });
    expect(await followed()).toHaveLength(1);
  });

  it('leaves out what showed the indicator when it came', async () => {
    const at = EVENTS.length * 10;
    const shown = {
      id: 2,
      kind: 'domain' as const,
      value: 'evil.example',
      source: 'feed',
      confidence: 80,
      field: 'QueryName',
      found: 'evil.example',
    };
    const row = rowOf(4);
    const timeMs = T + 10 * DAY_MS;
    const rows = [
      { ...row, seq: at, event: { ...row.event, timeMs }, hits: [indicatorHit(INDICATOR_RULE, [shown])] },
      { ...row, seq: at + 1, event: { ...row.event, timeMs: timeMs + 1 } },
    ];
    await store.insert({ batch: 2, receivedMs: T + 10 * DAY_MS, rows });
    const running = runner();
    const job = await look(running, { fromMs: timeMs, toMs: timeMs + DAY_MS });
    await running.settled();
    expect(await jobOf(job)).toMatchObject({ state: 'done', changed: 1 });
  });
});
