/** Rules that change under a running projector: windows of what is the same go on, what changed begins anew. */
import { expect, test } from 'vitest';
import { compile, parseRules } from '../../../rules/sigma/index.ts';
import { correlationReach } from '../../../collector/detect/correlation-reach.ts';
import type { ProjectorRules } from '../../../collector/detect/projector.ts';
import { BASE, BURST, hitRow, rules, World } from '../../support/projector-bench.ts';

const T = 1_760_000_000_000;
const OTHER = '33333333-3333-4333-8333-333333333333';

function rulesOf(change: { gte?: number; base?: string; other?: boolean }): ProjectorRules {
  const { gte = 3, base = 'failed', other = false } = change;
  const text = `title: Failed login
id: ${BASE}
logsource: { product: linux }
detection:
  selection: { action: ${base} }
  condition: selection
---
title: Many failed logins
id: ${BURST}
correlation:
  type: event_count
  rules: [${BASE}]
  group-by: [ip]
  timespan: 1m
  condition: { gte: ${gte} }
  generate: true
${other ? `---\ntitle: Other\nid: ${OTHER}\nlogsource: { product: linux }\ndetection: { s: { a: b }, condition: s }\n` : ''}`;
  const parsed = parseRules(text, { source: 'rules.yml' });
  const engine = compile([parsed]);
  const digest = (id: string): string => (id === BASE ? base : id === BURST ? String(gte) : '');
  return { engine, reach: correlationReach(engine, parsed.correlations), rules: { ...rules, digest } };
}

async function halfFilled(): Promise<{ world: World; projector: ReturnType<World['projector']> }> {
  const world = new World();
  const projector = world.projector({ ...rulesOf({}), snapshotEveryBatches: 1_000 });
  await projector.start(world.place, 0);
  projector.offer(1, [hitRow(1, 0, T, '10.0.0.1'), hitRow(1, 1, T + 1_000, '10.0.0.1')]);
  await projector.settled();
  return { world, projector };
}
const fired = (world: World): number => world.projections.flatMap(({ correlations }) => correlations).length;

test('a correlation half filled before other rules come fires after it', async () => {
  const { world, projector } = await halfFilled();
  projector.use(rulesOf({ other: true }));
  projector.offer(2, [hitRow(2, 0, T + 2_000, '10.0.0.1')]);
  await projector.settled();
  expect(fired(world)).toBe(1);
  // So that a start after this one does not replay what came before by other rules.
  expect(world.place.snapshotBatch).toBe(2);
  await projector.stop();
});

test.each([
  ['the correlation', { gte: 2 }],
  ['a rule that it is made of', { base: 'refused' }],
])('it begins anew when %s has changed', async (_what, change) => {
  const { world, projector } = await halfFilled();
  projector.use(rulesOf(change));
  projector.offer(2, [hitRow(2, 0, T + 2_000, '10.0.0.1')]);
  await projector.settled();
  expect(fired(world)).toBe(0);
  projector.offer(3, [hitRow(3, 0, T + 3_000, '10.0.0.1'), hitRow(3, 1, T + 4_000, '10.0.0.1')]);
  await projector.settled();
  expect(fired(world)).toBe(1);
  await projector.stop();
});

test('hits of a rule that another collector has already are judged once it is known here', async () => {
  const world = new World();
  const before = rulesOf({});
  const facts = (ruleId: string) => (ruleId === BASE ? rules.facts(ruleId) : undefined);
  const projector = world.projector({ ...before, rules: { ...before.rules, facts } });
  let asked = 0;
  world.onUnknownRules = async () => {
    asked += 1;
    projector.use(rulesOf({ other: true }));
  };
  await projector.start(world.place, 0);
  const row = hitRow(1, 0, T, '10.0.0.1');
  projector.offer(1, [{ ...row, hits: [{ ruleId: OTHER, fields: {} }] }]);
  await projector.settled();
  expect(asked).toBe(1);
  expect(world.projections[0]?.detections.map(({ rule }) => rule.ruleId)).toEqual([OTHER]);
  await projector.stop();
});
