/** What rules are worth: noisy, dead and why, and which techniques are covered where data arrives. */
import { expect, test } from 'vitest';
import {
  coverage,
  deadRules,
  noisyRules,
  ruleReport,
  type RuleStat,
} from '../../../../collector/services/content/rule-reports.ts';
import { readDocument, splitDocuments } from '../../../../collector/content/rule-document.ts';
import { makeRuleBook } from '../../../../collector/detect/rule-book.ts';
import { syncPack } from '../../../../collector/registry/rules/sync-pack.ts';
import { memoryHunts } from '../../../support/memory-hunts.ts';
import { memoryRegistry } from '../../registry/registry-fixture.ts';

const stat = (id: string, change: Partial<RuleStat> = {}): RuleStat => ({
  id,
  title: id,
  titleVi: null,
  state: 'on',
  level: 'high',
  product: null,
  tags: [],
  matches: 0,
  lastMatchMs: null,
  alerts: 0,
  alertsPerDay: 0,
  closed: 0,
  falseShare: null,
  throttled: 0,
  hasData: true,
  ...change,
});
const reportOf = (...rules: RuleStat[]) => ({ fromMs: 0, days: 30, rules });
const ids = (rules: readonly { id: string }[]): string => rules.map(({ id }) => id).join(' ');

test.each<[string, RuleStat[], string]>([
  ['what raised nothing is not noisy', [stat('a', { matches: 90 })], ''],
  ['most alerts first', [stat('a', { alerts: 1 }), stat('b', { alerts: 5 })], 'b a'],
  ['over its budget before all', [stat('a', { alerts: 9 }), stat('b', { alerts: 1, throttled: 1 })], 'b a'],
  ['only beyond its budget is noisy, too', [stat('a', { throttled: 3 })], 'a'],
  ['alike: by their ids', [stat('b', { alerts: 2 }), stat('a', { alerts: 2 })], 'a b'],
  ['no more than asked for', ['a', 'b', 'c', 'd'].map((id) => stat(id, { alerts: 1 })), 'a b c'],
])('noisy: %s', (_what, rules, want) => {
  expect(ids(noisyRules(reportOf(...rules), 3))).toBe(want);
});

test.each<[string, RuleStat[], string]>([
  ['what matched is alive', [stat('a', { matches: 1 })], ''],
  ['no data before no match', [stat('a'), stat('b', { hasData: false })], 'b a'],
  ['alike: by their titles', [stat('x', { title: 'B' }), stat('y', { title: 'A' })], 'y x'],
  ['in test, too', [stat('a', { state: 'test' })], 'a'],
])('dead: %s', (_what, rules, want) => {
  expect(ids(deadRules(reportOf(...rules)))).toBe(want);
});

const T1059 = ['attack.execution', 'attack.t1059'];
test.each<[string, RuleStat[], unknown[]]>([
  ['no tags, no technique', [stat('a')], []],
  [
    'with data and without',
    [stat('a', { tags: T1059 }), stat('b', { tags: T1059, hasData: false })],
    [{ technique: 'T1059', tactics: ['execution'], withData: 1, withoutData: 1, matches: 0 }],
  ],
  ['what is in test does not count', [stat('a', { tags: T1059, state: 'test' })], []],
  [
    'techniques below one are their own, in order, under the tactics that ATT&CK has for them',
    [
      stat('a', { tags: ['attack.t1059.001', 'attack.defense_evasion', 'attack.persistence'] }),
      stat('b', { tags: ['attack.t1003', 'attack.credential-access', 'cve.2026-1', 'attack.g0007'] }),
      stat('c', { tags: ['attack.t1562.001', 'attack.impact'] }),
      stat('d', { tags: ['attack.t1999', 'attack.impact', 'attack.discovery'] }),
    ],
    [
      { technique: 'T1003', tactics: ['credential-access'], withData: 1, withoutData: 0, matches: 0 },
      {
        technique: 'T1059.001',
        tactics: ['execution'],
        withData: 1,
        withoutData: 0,
        matches: 0,
      },
      { technique: 'T1562.001', tactics: ['defense-impairment'], withData: 1, withoutData: 0, matches: 0 },
      { technique: 'T1999', tactics: ['discovery', 'impact'], withData: 1, withoutData: 0, matches: 0 },
    ],
  ],
])('coverage: %s', (_what, rules, want) => {
  expect(coverage(reportOf(...rules))).toEqual(want);
});

const rule = (id: string, logsource: string): string => `title: ${id}
id: ${id}
name: ${id}
level: high
logsource: ${logsource}
detection: { s: { a: b }, condition: s }
`;
const TEXTS = [
  rule('sshd', '{ product: linux, service: sshd }'),
  rule('any-linux', '{ product: linux }'),
  rule('windows', '{ product: windows, category: process_creation }'),
  `title: many\nid: many\nname: many\ncorrelation: { type: event_count, rules: [sshd], group-by: [u], timespan: 1m, condition: { gte: 2 } }\nlevel: high\n`,
  `title: far\nid: far\nname: far\ncorrelation: { type: event_count, rules: [windows], group-by: [u], timespan: 1m, condition: { gte: 2 } }\nlevel: high\n`,
];

test('a rule has data when its log source arrives, a correlation when that of its rules does; the rest is counted', async () => {
  const { registry } = await memoryRegistry();
  const documents = TEXTS.flatMap((text, n) =>
    splitDocuments(text, `${n}.yml`).map((written) => {
      const read = readDocument(written);
      if ('errors' in read) throw new Error(read.errors[0]?.message);
      return read;
    }),
  );
  await syncPack(registry, [{ origin: 'shipped', documents }]);
  const { engine } = makeRuleBook(documents.map(({ parsed }) => ({ parsed })));
  const hunts = {
    ...memoryHunts([]),
    ruleCounts: async () => [{ ruleId: 'sshd', count: 7, lastMs: 5 }],
    logSources: async () => [{ product: 'linux', category: '', service: 'sshd' }],
  };
  const scope = { kind: 'all' } as const;
  const report = await ruleReport(registry, { hunts }, engine, { days: 10, scope });
  expect(
    Object.fromEntries(report.rules.map(({ id, matches, hasData }) => [id, [matches, hasData]])),
  ).toEqual({
    sshd: [7, true],
    'any-linux': [0, true],
    windows: [0, false],
    many: [0, true],
    far: [0, false],
  });
  await registry.close();
});
