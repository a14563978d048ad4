/** What looking back found and took back, and what becomes of the alerts. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { deterministicId, type CorrelationRecord } from '../../../collector/alert/detection.ts';
import { changeAlert } from '../../../collector/registry/alert-acts.ts';
import { listAlerts, readAlert } from '../../../collector/registry/alert-book.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { applyLate, findLateHits } from '../../../collector/registry/late-book.ts';
import { applyProjection } from '../../../collector/registry/projection.ts';
import { emptyRegistry } from './registry-fixture.ts';

const ALL = { kind: 'all' } as const;
const T0 = 1_760_000_000_000;

let registry: Registry;
beforeEach(async () => {
  registry = await emptyRegistry(() => T0);
});
afterEach(() => registry.close());

/** A hit that a second of the hour names. */
function hit(second: number, late = false): CorrelationRecord {
  const id = deterministicId('correlation', 'burst', String(second));
  const timeMs = T0 + second * 1_000;
  return {
    id,
    ruleId: 'burst',
    grouping: { 'source.ip': '203.0.113.9' },
    timeMs,
    firstMs: timeMs - 1_000,
    matches: 5,
    late,
    detection: {
      id,
      rule: {
        ruleId: 'burst',
        title: 'Many failed logins',
        titleVi: null,
        description: '',
        descriptionVi: null,
        advice: null,
        adviceVi: null,
        severity: 'high',
        tags: [],
        falsePositives: [],
        references: [],
      },
      entity: { 'source.ip': '203.0.113.9' },
      timeMs,
      eventId: `a/e/0/${second}`,
      agentId: 'a',
      hostname: 'web-01',
      agencyId: 1,
      message: `burst at ${second}`,
      matched: { count: 5 },
    },
  };
}

const live = (...correlations: CorrelationRecord[]) =>
  applyProjection(registry.db, {
    afterBatch: 0,
    batch: 1,
    detections: [],
    correlations,
    lateTimes: [T0],
    nowMs: T0,
  });
const look = (added: CorrelationRecord[], removed: CorrelationRecord[], batch = 1) =>
  applyLate(registry.db, { batch, batches: [], added, removed: removed.map(({ id }) => id), nowMs: T0 + 5 });
const alerts = () => listAlerts(registry.db, { limit: 100 }, ALL);
const iso = (second: number) => new Date(T0 + second * 1_000).toISOString();

test('a hit that moves to its true beginning stays one detection of its alert', async () => {
  await live(hit(20), hit(300));
  const [before] = await alerts();
  const applied = await look([hit(10, true)], [hit(20), hit(21)]);
  expect(applied).toMatchObject({ alertIds: [before?.id], correlationHits: 1 });
  expect(await alerts()).toMatchObject([
    { id: before?.id, count: 2, firstSeen: iso(10), lastSeen: iso(300), message: 'burst at 300' },
  ]);
  const detail = await readAlert(registry.db, before?.id ?? '', ALL);
  expect(detail?.detections.map(({ id }) => id)).toEqual([hit(300).id, hit(10).id]);
});

test('looking back twice changes nothing the second time', async () => {
  await live(hit(20));
  await look([hit(10, true)], [hit(20)]);
  const once = await alerts();
  expect(await look([hit(10, true)], [hit(20)])).toMatchObject({ alertIds: [], correlationHits: 0 });
  expect(await alerts()).toEqual(once);
});

test('an alert that has no detection left closes itself, and says why', async () => {
  await live(hit(20));
  const [before] = await alerts();
  expect((await look([], [hit(20)])).alertIds).toEqual([before?.id]);
  expect(await readAlert(registry.db, before?.id ?? '', ALL)).toMatchObject({
    state: 'closed',
    count: 0,
    stateBy: 'system',
    stateReason: expect.stringContaining('late'),
  });
});

test('an alert that a person has taken up stays theirs', async () => {
  await live(hit(20));
  const [before] = await alerts();
  await changeAlert(registry, before?.id ?? '', { state: 'acknowledged' }, { actor: 'user:lan', scope: ALL });
  await look([], [hit(20)]);
  expect(await alerts()).toMatchObject([{ state: 'acknowledged', count: 0 }]);
});

test('hits found by looking back are found again by the batch they were found for', async () => {
  await live(hit(5));
  await look([hit(10, true)], [], 3);
  await look([hit(20, true)], [], 7);
  expect(await findLateHits(registry.db, 4)).toEqual([{ id: hit(20).id, timeMs: hit(20).timeMs }]);
  expect(await findLateHits(registry.db, 3)).toHaveLength(2);
});
