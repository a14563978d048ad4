/** From an event that shows an indicator to its alert: one an indicator, over hosts and agencies, with its sightings. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HINDSIGHT_RULE, INDICATOR_RULE } from '../../../collector/alert/indicator-rules.ts';
import type { Detection } from '../../../collector/alert/detection.ts';
import { indicatorDetection, indicatorHit, NAMED_MAX } from '../../../collector/detect/indicator-hits.ts';
import type { IndicatorHit } from '../../../collector/indicator/indicator-index.ts';
import { readAlert } from '../../../collector/registry/alert-book.ts';
import { createAgency } from '../../../collector/registry/agencies.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { listSightings, sumSightings } from '../../../collector/registry/indicator/sightings.ts';
import { applyProjection } from '../../../collector/registry/projection.ts';
import { memoryRegistry, START_MS } from './registry-fixture.ts';

const EVERYWHERE = { kind: 'all' } as const;
let registry: Registry;
let batch = 0;

beforeEach(async () => {
  ({ registry } = await memoryRegistry());
  batch = 0;
});
afterEach(() => registry.close());

const shown = (more: Partial<IndicatorHit> = {}): IndicatorHit => ({
  id: 7,
  kind: 'domain',
  value: 'evil.example',
  source: 'feed',
  confidence: 80,
  field: 'dns.question.name',
  found: 'www.evil.example',
  ...more,
});

const detection = (
  place: { agentId: string; agencyId: number; seq: number; timeMs?: number },
  hits: readonly IndicatorHit[] = [shown()],
  ruleId = INDICATOR_RULE,
): Detection => {
  const { agentId, agencyId, seq, timeMs = START_MS } = place;
  const hit = indicatorHit(ruleId, hits);
  return indicatorDetection(
    {
      batch: 1,
      row: 0,
      agentId,
      epoch: 'e',
      lane: 1,
      seq,
      timeMs,
      receivedMs: timeMs,
      hostname: `pc-${agentId}`,
      agencyId,
      message: 'a query',
      hits: [hit],
    },
    hit,
  );
};

const project = async (...detections: Detection[]): Promise<void> => {
  await applyProjection(registry.db, {
    afterBatch: batch,
    batch: (batch += 1),
    detections,
    correlations: [],
    lateTimes: [],
    nowMs: START_MS,
  });
};

const alerts = () =>
  registry.db
    .selectFrom('alert')
    .select(['kind', 'rule_id', 'entity', 'severity', 'agency_id', 'detections', 'hosts', 'fleet_id'])
    .orderBy('kind')
    .orderBy('agency_id')
    .execute();

describe('events that show an indicator', () => {
  it('are one alert of their agency, and one over all when a second agency has it', async () => {
    const agency = await createAgency(registry, { name: 'Sở', kind: 'department', parentId: 1 }, 'test');
    await project(
      detection({ agentId: 'a1', agencyId: 1, seq: 1 }),
      detection({ agentId: 'a1', agencyId: 1, seq: 2 }),
      detection({ agentId: 'a2', agencyId: 1, seq: 1 }),
    );
    expect(await alerts()).toMatchObject([
      {
        kind: 'detection',
        rule_id: INDICATOR_RULE,
        entity: '{"threat.indicator.name":"evil.example"}',
        detections: 3,
        hosts: 2,
      },
    ]);
    await project(detection({ agentId: 'b1', agencyId: agency.id, seq: 1 }));
    const all = await alerts();
    expect(all.map(({ kind, hosts }) => [kind, hosts])).toEqual([
      ['detection', 2],
      ['detection', 1],
      ['fleet', 3],
    ]);
    expect(all.filter(({ kind }) => kind === 'detection').every(({ fleet_id }) => fleet_id !== null)).toBe(
      true,
    );
  });

  it('name the agencies to the province, and to an agency nothing beyond its own', async () => {
    const [first, second] = [
      await createAgency(registry, { name: 'Sở Minh Họa', kind: 'department', parentId: 1 }, 'test'),
      await createAgency(registry, { name: 'Xã Minh Họa', kind: 'commune', parentId: 1 }, 'test'),
    ];
    await project(detection({ agentId: 'a1', agencyId: first.id, seq: 1 }));
    await project(
      detection({ agentId: 'a2', agencyId: first.id, seq: 1 }),
      detection({ agentId: 'b1', agencyId: second.id, seq: 1 }),
    );
    await project(detection({ agentId: 'b1', agencyId: second.id, seq: 2 }));
    const rows = await registry.db.selectFrom('alert').select(['id', 'kind', 'agency_id']).execute();
    const fleet = rows.find(({ kind }) => kind === 'fleet')?.id ?? '';
    const seen = await readAlert(registry.db, fleet, EVERYWHERE, START_MS);
    expect(seen?.count).toBe(4);
    expect(seen?.distinct[0]).toEqual({
      field: 'agency.name',
      distinct: 2,
      atLeast: false,
      values: [
        { value: 'Sở Minh Họa', count: 2 },
        { value: 'Xã Minh Họa', count: 2 },
      ],
      others: 0,
    });
    const below = { kind: 'some', agencyIds: [second.id] } as const;
    expect(await readAlert(registry.db, fleet, below, START_MS)).toBeUndefined();
    const own = rows.find(({ agency_id }) => agency_id === second.id)?.id ?? '';
    const theirs = await readAlert(registry.db, own, below, START_MS);
    expect(theirs).toMatchObject({ hosts: 1, count: 2 });
    expect(JSON.stringify(theirs)).not.toContain('Sở Minh Họa');
  });

  it.each([
    [0, 'medium'],
    [49, 'medium'],
    [100, 'high'],
  ])('are as serious as the indicator is sure: %i is %s', async (confidence, severity) => {
    await project(detection({ agentId: 'a1', agencyId: 1, seq: 1 }, [shown({ confidence })]));
    expect(await alerts()).toMatchObject([{ severity }]);
  });

  it('name several indicators, the surest first, and are one detection', async () => {
    const more = Array.from({ length: 12 }, (_, n) =>
      shown({ id: n + 1, value: `n${n}.example`, confidence: n }),
    );
    const one = detection({ agentId: 'a1', agencyId: 1, seq: 1 }, more);
    expect(one.entity).toEqual({ 'threat.indicator.name': 'n11.example' });
    expect(one.confidence).toBe(11);
    expect(one.matched['threat.indicator.id']).toEqual([12, 11, 10, 9, 8, 7, 6, 5]);
    expect(NAMED_MAX).toBe(8);
  });
});

describe('sightings', () => {
  it('count hosts, events and times of each indicator, cut by the scope', async () => {
    const agency = await createAgency(registry, { name: 'Sở', kind: 'department', parentId: 1 }, 'test');
    await project(
      detection({ agentId: 'a1', agencyId: 1, seq: 1, timeMs: START_MS - 50 }),
      detection({ agentId: 'b1', agencyId: agency.id, seq: 1 }, [
        shown(),
        shown({ id: 8, value: 'x.example' }),
      ]),
    );
    await project(
      detection({ agentId: 'a1', agencyId: 1, seq: 2, timeMs: START_MS + 50 }),
      detection({ agentId: 'a1', agencyId: 1, seq: 0, timeMs: START_MS - 90 }, [shown()], HINDSIGHT_RULE),
    );
    expect(await listSightings(registry.db, 7, EVERYWHERE)).toEqual([
      {
        agentId: 'a1',
        agencyId: 1,
        hostname: 'pc-a1',
        firstMs: START_MS - 90,
        lastMs: START_MS + 50,
        events: 3,
        hindsight: 1,
      },
      {
        agentId: 'b1',
        agencyId: agency.id,
        hostname: 'pc-b1',
        firstMs: START_MS,
        lastMs: START_MS,
        events: 1,
        hindsight: 0,
      },
    ]);
    const below = { kind: 'some', agencyIds: [agency.id] } as const;
    expect(await listSightings(registry.db, 7, below)).toHaveLength(1);
    expect((await sumSightings(registry.db, [7, 8, 9], below)).get(8)).toEqual({
      hosts: 1,
      events: 1,
      firstMs: START_MS,
      lastMs: START_MS,
    });
  });
});
