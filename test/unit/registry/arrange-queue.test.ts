/** The queue as it is written: what is folded stands below its row, comes back when it becomes high, and closes with it. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { deterministicId, type Detection } from '../../../collector/alert/detection.ts';
import type { Severity } from '../../../collector/api/contract.ts';
import { createAgency } from '../../../collector/registry/agencies.ts';
import { changeAlert } from '../../../collector/registry/alert-acts.ts';
import { listAlerts, readAlert } from '../../../collector/registry/alert-book.ts';
import type { AlertFilter } from '../../../collector/registry/alert-filter.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { applyProjection } from '../../../collector/registry/projection.ts';
import { arrangeOpenQueue } from '../../../collector/registry/queue/arrange.ts';
import { addRule } from '../../../collector/registry/rules/rule-acts.ts';
import { emptyRegistry } from './registry-fixture.ts';

const T0 = 1_760_000_000_000;
const ALL = { kind: 'all' } as const;

let registry: Registry;
let batch = 0;
let commune = 0;
beforeEach(async () => {
  registry = await emptyRegistry(() => T0);
  batch = 0;
  ({ id: commune } = await createAgency(registry, { name: 'Xã A', kind: 'commune' }, 'test'));
});
afterEach(() => registry.close());

let serial = 0;
function found(ruleId: string, severity: Severity, host: string, confidence?: number): Detection {
  serial += 1;
  return {
    id: deterministicId('rule', ruleId, String(serial)),
    rule: {
      ruleId,
      title: `Title of ${ruleId}`,
      titleVi: null,
      description: '',
      descriptionVi: null,
      advice: null,
      adviceVi: null,
      severity,
      tags: [],
      falsePositives: [],
      references: [],
    },
    entity: { 'host.name': host },
    timeMs: T0 + serial,
    eventId: `${host}/e/0/${serial}`,
    agentId: host,
    hostname: host,
    agencyId: commune,
    message: `${ruleId} on ${host}`,
    matched: { Image: `C:\\${ruleId}.exe` },
    confidence,
  };
}

async function apply(...detections: Detection[]): Promise<void> {
  batch += 1;
  const rest = { correlations: [], lateTimes: [], nowMs: T0 };
  await applyProjection(registry.db, { afterBatch: batch - 1, batch, detections, ...rest });
}

const arrange = () => arrangeOpenQueue(registry.db, { nowMs: T0 });
const list = (filter: AlertFilter = {}, scope: Parameters<typeof listAlerts>[2] = ALL) =>
  listAlerts(registry.db, { filter: { states: ['new'], ...filter }, sort: 'risk', limit: 500 }, scope, T0);

test("an attack on one host is one row with all its proofs; the host's agency sees the same", async () => {
  await apply(
    ...['one', 'two', 'three'].map((rule) => found(rule, 'high', 'pc-1')),
    found('four', 'low', 'pc-2'),
  );
  expect(await list()).toHaveLength(5);
  await arrange();
  const [host, other, ...more] = await list();
  expect(more).toEqual([]);
  expect(other).toMatchObject({ ruleId: 'four' });
  expect(host).toMatchObject({ kind: 'risk', hostname: 'pc-1', severity: 'high', risk: 120, count: 3 });
  const detail = await readAlert(registry.db, host?.id ?? '', ALL, T0);
  expect(detail).toMatchObject({ members: 3, severityWhy: { score: 120 } });
  expect(detail?.detections.map(({ message }) => message)).toEqual([
    'three on pc-1',
    'two on pc-1',
    'one on pc-1',
  ]);
  expect((await list({}, { kind: 'some', agencyIds: [commune] })).map(({ id }) => id)).toEqual(
    (await list()).map(({ id }) => id),
  );
  expect(await list({ fleetId: host?.id ?? '' })).toHaveLength(3);
  // Done again it changes nothing, and what joins later joins its alert below the row.
  expect(await arrange()).toEqual([]);
  await apply(found('one', 'high', 'pc-1'));
  await arrange();
  expect(await list()).toHaveLength(2);
});

test('why a host is at risk is told with the rules, in Vietnamese where they have a title', async () => {
  const id = '11111111-1111-4111-8111-111111111111';
  const text = `title: Odd\nid: ${id}\ntitle_vi: Lạ\nlogsource: {product: linux}\ndetection: {a: {b: c}, condition: a}\n`;
  await addRule(registry, { text, why: '' }, { actor: 'user:an', scope: ALL });
  await registry.db.updateTable('rule').set({ state: 'on' }).where('id', '=', id).execute();
  await apply(...[id, 'two', 'three'].map((rule) => found(rule, 'high', 'pc-1')));
  await arrange();
  const [host] = await list();
  const detail = await readAlert(registry.db, host?.id ?? '', ALL, T0);
  const told = Object.fromEntries(
    detail?.severityWhy.parts.map(({ ruleId, value, valueVi }) => [ruleId, [value, valueVi]]) ?? [],
  );
  expect(told).toEqual({
    [id]: [`Title of ${id}`, 'Lạ'],
    two: ['Title of two', null],
    three: ['Title of three', null],
  });
});

test('closing the row closes what nobody has taken up below it', async () => {
  await apply(...['one', 'two', 'three'].map((rule) => found(rule, 'high', 'pc-1')));
  await arrange();
  const [host] = await list();
  const closing = { state: 'closed', verdict: 'benign', reason: 'kiểm thử' } as const;
  const ids = await changeAlert(registry, host?.id ?? '', closing, { actor: 'user:an', scope: ALL });
  expect(ids).toHaveLength(4);
  expect(await list({ folded: true })).toEqual([]);
});

test('the low of a long queue are one row for the province; what becomes high comes back', async () => {
  await apply(...Array.from({ length: 40 }, (_, n) => found(`low-${n}`, 'low', `pc-${n}`)));
  expect(await list()).toHaveLength(40);
  await arrange();
  const [digest, ...others] = await list();
  expect(others).toEqual([]);
  expect(digest).toMatchObject({ kind: 'digest', severity: 'low', count: 40, hosts: 40 });
  // The commune sees its own, as long as it does not see the province's.
  expect(await list({}, { kind: 'some', agencyIds: [commune] })).toHaveLength(40);
  expect(await arrange()).toEqual([]);
  await apply(found('low-3', 'high', 'pc-3', 100));
  await arrange();
  expect((await list()).map(({ kind, severity }) => [kind, severity])).toEqual([
    ['detection', 'critical'],
    ['digest', 'low'],
  ]);
});

test('what turns out to be usual lowers the host that had it first', async () => {
  const rules = ['one', 'two', 'three'];
  await apply(...rules.map((rule) => found(rule, 'high', 'pc-0')));
  await arrange();
  expect(await list()).toMatchObject([{ kind: 'risk', risk: 120, severity: 'high' }]);
  for (let n = 1; n < 9; n += 1) await apply(...rules.map((rule) => found(rule, 'high', `pc-${n}`)));
  await arrange();
  const first = (await list({ folded: true })).find(
    ({ kind, hostname }) => kind === 'risk' && hostname === 'pc-0',
  );
  expect(first).toMatchObject({ severity: 'medium', risk: 40 });
  const detail = await readAlert(registry.db, first?.id ?? '', ALL, T0);
  expect(detail?.severityWhy.parts.map(({ points }) => points)).toEqual([13, 13, 13]);
});
