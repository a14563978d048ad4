import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  deterministicId,
  type CorrelationRecord,
  type Detection,
} from '../../../collector/alert/detection.ts';
import { createAgency } from '../../../collector/registry/agencies.ts';
import { changeAlert } from '../../../collector/registry/alert-acts.ts';
import { findAlerts, listAlerts, pageAlerts, readAlert } from '../../../collector/registry/alert-book.ts';
import type { AlertPlace } from '../../../collector/registry/alert-filter.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { applyLate, takeLateBatches } from '../../../collector/registry/late-book.ts';
import { applyProjection, readProjectorPlace } from '../../../collector/registry/projection.ts';
import { emptyRegistry } from './registry-fixture.ts';

const ALL = { kind: 'all' } as const;
const HOUR = 3_600_000;
const T0 = 1_760_000_000_000;

let registry: Registry;
beforeEach(async () => {
  registry = await emptyRegistry(() => T0);
});
afterEach(() => registry.close());

const detection = (n: number, changes: Partial<Detection> = {}): Detection => ({
  id: deterministicId('rule', 'r1', String(n)),
  rule: {
    ruleId: 'r1',
    title: 'Failed logins',
    titleVi: 'Đăng nhập thất bại',
    description: 'd',
    descriptionVi: null,
    advice: null,
    adviceVi: null,
    severity: 'medium',
    tags: ['attack.t1110'],
    falsePositives: [],
    references: [],
  },
  entity: { 'source.ip': '203.0.113.9' },
  timeMs: T0 + n * 1_000,
  eventId: `a/e/0/${n}`,
  agentId: 'a',
  hostname: 'web-01',
  agencyId: 1,
  message: `Failed password ${n}`,
  matched: { 'source.ip': '203.0.113.9' },
  ...changes,
});

let batch = 0;
const apply = (
  detections: Detection[],
  correlations: CorrelationRecord[] = [],
  snapshot?: string,
  lateTimes: number[] = [],
) => {
  const afterBatch = batch;
  batch += 1;
  return applyProjection(registry.db, {
    afterBatch,
    batch,
    detections,
    correlations,
    lateTimes,
    snapshot,
    nowMs: T0,
  });
};
beforeEach(() => {
  batch = 0;
});

const alerts = () => listAlerts(registry.db, { limit: 100 }, ALL);

describe('grouping', () => {
  test('keeps agencies apart, so that nobody reads or changes an alert by the events of another agency', async () => {
    const other = await createAgency(registry, { name: 'Other', kind: 'commune' }, 'system');
    await apply([
      detection(1),
      detection(2, { agencyId: other.id, agentId: 'b', hostname: 'theirs', message: 'their secret' }),
    ]);
    const seen = await listAlerts(registry.db, { limit: 100 }, { kind: 'some', agencyIds: [1] });
    expect(seen.map(({ hostname, count, message }) => [hostname, count, message])).toEqual([
      ['web-01', 1, 'Failed password 1'],
    ]);
    const detail = await readAlert(registry.db, seen[0]?.id ?? '', { kind: 'some', agencyIds: [1] });
    expect(JSON.stringify(detail)).not.toContain('their');
    const theirs = await listAlerts(registry.db, { limit: 100 }, { kind: 'some', agencyIds: [other.id] });
    expect(theirs.map(({ hostname }) => hostname)).toEqual(['theirs']);
  });

  test('detections of one rule and entity become one alert with their count, first and last time', async () => {
    await apply([detection(5), detection(1)]);
    await apply([detection(9)]);
    expect(await alerts()).toMatchObject([
      {
        count: 3,
        state: 'new',
        severity: 'medium',
        titleVi: 'Đăng nhập thất bại',
        firstSeen: new Date(T0 + 1_000).toISOString(),
        lastSeen: new Date(T0 + 9_000).toISOString(),
        message: 'Failed password 9',
        hostname: 'web-01',
      },
    ]);
  });

  test('another entity is another alert', async () => {
    await apply([detection(1), detection(2, { entity: { 'source.ip': '198.51.100.2' } })]);
    expect(await alerts()).toHaveLength(2);
  });

  test('a day of quiet ends an alert, within one batch as between batches', async () => {
    await apply([detection(0), detection(1, { timeMs: T0 + 25 * HOUR })]);
    await apply([detection(2, { timeMs: T0 + 50 * HOUR + 1 })]);
    expect((await alerts()).map(({ count }) => count)).toEqual([1, 1, 1]);
  });

  test('a closed alert is not reopened: new detections are a new alert', async () => {
    await apply([detection(1)]);
    const [first] = await alerts();
    const closing = { state: 'closed', verdict: 'benign', reason: 'test' } as const;
    await changeAlert(registry, first?.id ?? '', closing, { actor: 'user:an', scope: ALL });
    await apply([detection(2)]);
    expect(
      (await alerts())
        .map(({ state, count }) => [state, count])
        .toSorted((a, b) => a.join().localeCompare(b.join())),
    ).toEqual([
      ['closed', 1],
      ['new', 1],
    ]);
  });

  test('an alert over several hosts names none of them', async () => {
    await apply([detection(1)]);
    await apply([detection(2, { agentId: 'b', hostname: 'web-02' })]);
    expect(await alerts()).toMatchObject([{ agentId: null, hostname: null, count: 2 }]);
  });

  test('keeps the newest hundred proofs while the count goes on', async () => {
    await apply(Array.from({ length: 250 }, (_, n) => detection(n)));
    await apply(Array.from({ length: 30 }, (_, n) => detection(250 + n)));
    const [alert] = await alerts();
    const detail = await readAlert(registry.db, alert?.id ?? '', ALL);
    expect(detail?.count).toBe(280);
    expect(detail?.detections.map(({ eventId }) => eventId)).toEqual(
      Array.from({ length: 100 }, (_, n) => `a/e/0/${279 - n}`),
    );
  });
});

describe('exactly once', () => {
  test('the same events give the same alert ids', async () => {
    await apply([detection(1), detection(2)]);
    const ids = (await alerts()).map(({ id }) => id);
    const other = await emptyRegistry(() => T0);
    await applyProjection(other.db, {
      afterBatch: 0,
      batch: 9,
      detections: [detection(1), detection(2)],
      correlations: [],
      lateTimes: [],
      nowMs: T0 + 1,
    });
    expect((await listAlerts(other.db, { limit: 10 }, ALL)).map(({ id }) => id)).toEqual(ids);
    await other.close();
  });

  test('a projection that does not begin at the cursor changes nothing', async () => {
    await apply([detection(1)]);
    const again = {
      afterBatch: 0,
      batch: 1,
      detections: [detection(1)],
      correlations: [],
      lateTimes: [],
      nowMs: T0,
    };
    await expect(applyProjection(registry.db, again)).rejects.toThrow('cursor is at 1');
    expect(await alerts()).toMatchObject([{ count: 1 }]);
  });

  test('a correlation hit found twice counts once', async () => {
    const hit: CorrelationRecord = {
      id: 'c1',
      ruleId: 'corr',
      grouping: { 'source.ip': '203.0.113.9' },
      timeMs: T0,
      firstMs: T0 - 1_000,
      matches: 8,
      late: false,
      detection: detection(8),
    };
    expect((await apply([], [hit])).correlationHits).toBe(1);
    expect((await apply([], [{ ...hit, late: true }])).correlationHits).toBe(0);
    expect(await alerts()).toMatchObject([{ count: 1 }]);
  });

  test('cursor and snapshot are read back', async () => {
    expect(await readProjectorPlace(registry.db)).toEqual({ cursor: 0, snapshot: null, snapshotBatch: 0 });
    await apply([], [], '{"a":1}');
    await apply([]);
    expect(await readProjectorPlace(registry.db)).toEqual({
      cursor: 2,
      snapshot: '{"a":1}',
      snapshotBatch: 1,
    });
  });
});

test('late events are put aside with the batch, taken up oldest first, and gone once looked back for', async () => {
  await apply([], [], undefined, [T0 - 5, T0 - 4]);
  await apply([]);
  await apply([], [], undefined, [T0 - 3]);
  expect(await takeLateBatches(registry.db, 10)).toEqual([
    { batch: 1, timesMs: [T0 - 5, T0 - 4] },
    { batch: 3, timesMs: [T0 - 3] },
  ]);
  expect(await takeLateBatches(registry.db, 1)).toMatchObject([{ batch: 1 }]);
  await applyLate(registry.db, { batch: 3, batches: [1], added: [], removed: [], nowMs: T0 });
  expect(await takeLateBatches(registry.db, 10)).toMatchObject([{ batch: 3 }]);
});

describe('reading and moving', () => {
  test('pages go on where the page before ended', async () => {
    await apply(
      Array.from({ length: 7 }, (_, n) =>
        detection(n, { entity: { 'source.ip': `203.0.113.${n}` }, timeMs: T0 + (n >> 1) }),
      ),
    );
    const seen: string[] = [];
    let after: AlertPlace | undefined;
    do {
      const page = await pageAlerts(registry.db, { limit: 3, after }, ALL, T0);
      seen.push(...page.alerts.map(({ id }) => id));
      after = page.next;
    } while (after !== undefined);
    expect(new Set(seen).size).toBe(7);
    expect(seen).toHaveLength(7);
  });

  test('an alert of another agency does not exist for the caller', async () => {
    await apply([detection(1)]);
    const [alert] = await alerts();
    const id = alert?.id ?? '';
    const elsewhere = { kind: 'some', agencyIds: [99] } as const;
    expect(await listAlerts(registry.db, { limit: 10 }, elsewhere)).toEqual([]);
    expect(await readAlert(registry.db, id, elsewhere)).toBeUndefined();
    const act = changeAlert(registry, id, { state: 'acknowledged' }, { actor: 'user:x', scope: elsewhere });
    await expect(act).rejects.toMatchObject({ code: 'alert-unknown' });
    expect(await findAlerts(registry.db, [id], T0)).toMatchObject([{ state: 'new' }]);
  });
});

test('many alerts at once give way to other work', async () => {
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  const many = Array.from({ length: 600 }, (_, n) =>
    detection(n, { entity: { 'source.ip': `10.0.${n >> 8}.${n & 255}` } }),
  );
  const { alertIds } = await apply(many.map((one) => ({ ...one, policy: { alertsPerHourMax: 1_000 } })));
  clearInterval(timer);
  expect(alertIds).toHaveLength(600);
  expect(turns).toBeGreaterThan(2);
});
