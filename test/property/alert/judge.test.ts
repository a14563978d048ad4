/** The same detections in the same order give the same alerts, however they are cut into batches. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ALERT_POLICY } from '../../../collector/alert/alert-policy.ts';
import { deterministicId, type Detection } from '../../../collector/alert/detection.ts';
import type { Severity } from '../../../collector/api/contract.ts';
import { createAgency } from '../../../collector/registry/agencies.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { migratedMemory } from '../../unit/registry/migrated-memory.ts';
import { applyProjection } from '../../../collector/registry/projection.ts';

const T0 = 1_760_000_000_000;
const HOUR_MS = 3_600_000;
const POLICY = { ...ALERT_POLICY, alertsPerHourMax: 1, fleetHostsMin: 3, windowMs: 6 * HOUR_MS, riskMin: 80 };
const SEVERITIES: readonly Severity[] = ['low', 'medium', 'high', 'critical'];

interface Step {
  stepMs: number;
  rule: number;
  host: number;
  value: number;
  user: number;
}

function detectionOf({ rule, host, value, user }: Step, n: number, timeMs: number): Detection {
  const ruleId = `r${rule}`;
  const file = `/tmp/${value}`;
  return {
    id: deterministicId('rule', ruleId, String(n)),
    rule: {
      ruleId,
      title: `Rule ${rule}`,
      titleVi: null,
      description: '',
      descriptionVi: null,
      advice: null,
      adviceVi: null,
      severity: SEVERITIES[rule] ?? 'low',
      tags: [`attack.t100${rule}`],
      falsePositives: [],
      references: [],
    },
    entity: rule % 2 === 0 ? { 'host.name': `h${host}` } : { 'host.name': `h${host}`, 'file.path': file },
    timeMs,
    eventId: `a${host}/e/0/${n}`,
    agentId: `a${host}`,
    hostname: `h${host}`,
    agencyId: (host % 3) + 1,
    message: `${ruleId} on ${host}`,
    matched: { 'file.path': file, 'user.name': user === 0 ? 'root' : `u${user}` },
  };
}

const history = fc
  .array(
    fc.record({
      stepMs: fc.integer({ min: -2 * HOUR_MS, max: 3 * HOUR_MS }),
      rule: fc.nat(3),
      host: fc.nat(8),
      value: fc.nat(2),
      user: fc.nat(2),
    }),
    { minLength: 1, maxLength: 80 },
  )
  .map((steps) => {
    let timeMs = T0;
    return steps.map((step, n) => detectionOf(step, n, (timeMs += step.stepMs)));
  });

async function open(): Promise<Registry> {
  const registry = await migratedMemory(() => T0);
  await createAgency(registry, { name: 'A', kind: 'commune' }, 'test');
  await createAgency(registry, { name: 'B', kind: 'commune' }, 'test');
  return registry;
}

async function empty({ db }: Registry): Promise<void> {
  for (const table of [
    'alert_detection',
    'alert_tag',
    'alert_text',
    'alert',
    'risk_part',
    'rule_budget',
    'projector_state',
  ] as const) {
    await db.deleteFrom(table).execute();
  }
}

/** All that is written, in an order of its own. */
async function outcome(registry: Registry, detections: readonly Detection[], sizes: readonly number[]) {
  let batch = 0;
  for (let from = 0; from < detections.length;) {
    const size = sizes[batch % sizes.length] ?? 1;
    const projection = {
      afterBatch: batch,
      batch: (batch += 1),
      detections: detections.slice(from, from + size),
      correlations: [],
      lateTimes: [],
      nowMs: T0,
      policy: POLICY,
    };
    await applyProjection(registry.db, projection);
    // Found again, as after a kill between commit and answer, it is refused and changes nothing.
    await expect(applyProjection(registry.db, projection)).rejects.toThrow('the cursor is at');
    from += size;
  }
  const { db } = registry;
  return {
    alerts: await db.selectFrom('alert').selectAll().orderBy('id').execute(),
    proofs: await db
      .selectFrom('alert_detection')
      .selectAll()
      .orderBy('alert_id')
      .orderBy('detection_id')
      .execute(),
    tags: await db.selectFrom('alert_tag').selectAll().orderBy('alert_id').orderBy('tag').execute(),
    risks: await db.selectFrom('risk_part').selectAll().orderBy('subject').orderBy('rule_id').execute(),
    budgets: await db
      .selectFrom('rule_budget')
      .selectAll()
      .orderBy('rule_id')
      .orderBy('agency_id')
      .orderBy('hour')
      .execute(),
  };
}

test('batches change nothing about alerts, fleets, budgets and risk', { timeout: 60_000 }, async () => {
  const kinds = new Set<string>();
  const [one, many] = [await open(), await open()];
  await fc.assert(
    fc.asyncProperty(
      history,
      fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 5 }),
      async (detections, sizes) => {
        try {
          const whole = await outcome(one, detections, [detections.length]);
          expect(await outcome(many, detections, sizes)).toEqual(whole);
          for (const { kind } of whole.alerts) kinds.add(kind);
          // Nothing is lost: each detection is in an alert of its rule, or counted with the rule's budget.
          const counted = whole.alerts
            .filter(({ kind }) => kind === 'detection' || kind === 'budget')
            .filter(({ entity }) => !entity.includes('house-risk'))
            .reduce((sum, alert) => sum + alert.detections, 0);
          expect(counted).toBe(detections.length);
        } finally {
          await Promise.all([empty(one), empty(many)]);
        }
      },
    ),
    { numRuns: 40 },
  );
  await Promise.all([one.close(), many.close()]);
  expect([...kinds].toSorted()).toEqual(['budget', 'detection', 'fleet', 'risk']);
});
