/** How a long queue becomes short, and what must never be hidden by it. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ALERT_POLICY } from '../../../collector/alert/alert-policy.ts';
import { arrangeQueue, type QueueFacts, type QueueRow } from '../../../collector/alert/arrange-queue.ts';
import { rarity, type RiskPart } from '../../../collector/alert/risk.ts';
import { scoreSeverity, severityRank } from '../../../collector/alert/severity-score.ts';
import type { Severity } from '../../../collector/api/contract.ts';

const T0 = 1_760_000_000_000;
let serial = 0;

function row(severity: Severity, change: Partial<QueueRow> = {}): QueueRow {
  serial += 1;
  const why = scoreSeverity({ rule: severity, systemLevel: null, system: null, role: null });
  const ruleId = change.ruleId ?? `r${serial}`;
  return {
    id: `a${String(serial).padStart(6, '0')}`,
    kind: 'detection',
    ruleId,
    title: ruleId,
    agentId: `host-${serial}`,
    agencyId: 1,
    hosts: 1,
    risk: why.score,
    why,
    untouched: true,
    ...change,
  };
}

function facts(rows: readonly QueueRow[], change: Partial<QueueFacts> = {}): QueueFacts {
  return {
    rows,
    total: rows.length,
    parts: new Map(),
    hostsWith: new Map(),
    worstFolded: new Map(),
    rootAgencyId: 1,
    ...change,
  };
}

const part = (ruleId: string, points: number): RiskPart => ({
  ruleId,
  title: ruleId,
  points,
  atMs: T0,
  weight: 1,
});
const many = (count: number, severity: Severity): QueueRow[] =>
  Array.from({ length: count }, () => row(severity));
const arrange = (given: QueueFacts) => arrangeQueue(given, ALERT_POLICY);

test('a short queue is left as it is', () => {
  const rows = [row('low'), row('low', { agentId: 'a' }), row('medium', { agentId: 'a' }), row('high')];
  expect(arrange(facts(rows))).toEqual({ hosts: [], digest: { rows: [], agentIds: [] } });
});

test("a host whose risk raised a row has its findings in that row, and the row's worth is their sum", () => {
  const own = row('high', { kind: 'risk', ruleId: 'house-risk-host', agentId: 'a', risk: 100 });
  const members = ['x', 'y', 'z'].map((ruleId) => row('high', { ruleId, agentId: 'a' }));
  const parts = new Map([['a', ['x', 'y', 'z'].map((ruleId) => part(ruleId, 40))]]);
  const { hosts } = arrange(facts([own, ...members, row('low')], { parts }));
  expect(hosts).toMatchObject([
    { agentId: 'a', rowId: own.id, members, why: { score: 120, severity: 'high' } },
  ]);
  expect(hosts[0]?.why.parts.reduce((sum, { points }) => sum + points, 0)).toBe(120);
});

test('what many hosts have says less of one: its row falls, and what is rare keeps its weight', () => {
  const risk = (agentId: string) =>
    row('high', { kind: 'risk', ruleId: 'house-risk-host', agentId, risk: 120 });
  const parts = new Map([
    ['usual', ['admin-1', 'admin-2', 'admin-3'].map((id) => part(id, 40))],
    ['rare', ['x', 'y', 'z'].map((id) => part(id, 40))],
  ]);
  const hostsWith = new Map(['admin-1', 'admin-2', 'admin-3'].map((id) => [id, 9] as const));
  const { hosts } = arrange(facts([risk('usual'), risk('rare')], { parts, hostsWith }));
  expect(hosts.map(({ agentId, why }) => [agentId, why.score, why.severity])).toEqual([
    ['usual', 40, 'medium'],
    ['rare', 120, 'high'],
  ]);
});

test('a high finding that no other host has keeps its host high, however little the sum is', () => {
  const rows = [
    row('high', { ruleId: 'x', agentId: 'a' }),
    row('low', { agentId: 'a' }),
    ...many(30, 'medium'),
  ];
  const { hosts } = arrange(facts(rows, { parts: new Map([['a', [part('x', 40)]]]) }));
  expect(hosts).toMatchObject([{ agentId: 'a', rowId: undefined, why: { score: 70, severity: 'high' } }]);
  const shared = arrange(facts(rows, { hostsWith: new Map([['x', 5]]) }));
  expect(shared.hosts[0]?.why).toMatchObject({
    score: 50,
    severity: 'medium',
    parts: [{ part: 'rule' }, { part: 'prevalence', value: '5', points: -20 }],
  });
});

test('three rules that whole fleets share go into the digest even of a short queue; one that is high stays', () => {
  const fleet = (severity: Severity) => row(severity, { kind: 'fleet', agentId: null });
  const [a, b, c, high] = [fleet('medium'), fleet('medium'), fleet('low'), fleet('high')];
  expect(arrange(facts([a, b, high])).digest.rows).toEqual([]);
  expect(arrange(facts([a, b, c, high])).digest.rows).toEqual([a, b, c]);
});

test('of a long queue the low go first, then the least of the medium, and nothing that somebody has', () => {
  const mine = row('low', { untouched: false });
  const rows = [...many(20, 'low'), ...many(60, 'medium'), mine, ...many(5, 'high')];
  const { digest } = arrange(facts(rows));
  expect(digest.rows).not.toContain(mine);
  expect(rows.length - digest.rows.length).toBe(ALERT_POLICY.queueRowsMax);
  expect(digest.rows.filter(({ why }) => why.severity === 'low')).toHaveLength(20);
});

test('nothing high is ever in the digest, nothing is in two rows, and nothing touched moves', () => {
  const severities: readonly Severity[] = ['informational', 'low', 'medium', 'high', 'critical'];
  const anyRow = fc
    .record({
      severity: fc.constantFrom(...severities),
      kind: fc.constantFrom('detection' as const, 'fleet' as const, 'risk' as const, 'budget' as const),
      host: fc.nat(30),
      untouched: fc.boolean(),
      ruleId: fc.constantFrom('x', 'y', 'z', 'house-risk-host'),
    })
    .map(({ severity, kind, host, ...rest }) =>
      row(severity, { kind, ...rest, agentId: kind === 'fleet' ? null : `h${host}` }),
    );
  fc.assert(
    fc.property(fc.array(anyRow, { maxLength: 120 }), fc.nat(20), (rows, hosts) => {
      const { hosts: ofHosts, digest } = arrange(facts(rows, { hostsWith: new Map([['x', hosts]]) }));
      const moved = [...ofHosts.flatMap(({ members }) => members), ...digest.rows];
      expect(new Set(moved).size).toBe(moved.length);
      expect(moved.every(({ untouched }) => untouched)).toBe(true);
      for (const one of digest.rows) {
        const host = ofHosts.find(({ rowId }) => rowId === one.id);
        expect(severityRank((host?.why ?? one.why).severity)).toBeLessThan(severityRank('high'));
      }
    }),
  );
});

test('rarity is all of one host and never rises with more', () => {
  expect(rarity(0)).toBe(1);
  expect(rarity(1)).toBe(1);
  for (let hosts = 1; hosts < 40; hosts += 1) expect(rarity(hosts + 1)).toBeLessThanOrEqual(rarity(hosts));
});
