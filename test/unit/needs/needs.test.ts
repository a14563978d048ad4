/** What rules need, what hosts are blind to, and the layer; docs/coverage.md is what comes of our own rules. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { AUDIT_SETTINGS } from '../../../agent/windows-audit/wanted-settings.ts';
import { parseRules } from '../../../rules/sigma/index.ts';
import { kindSights } from '../../../collector/services/content/rule-coverage.ts';
import {
  HOST_KINDS,
  LOG_NEEDS,
  navigatorLayer,
  needsOfPack,
  sightOfHost,
  sightOfKind,
  techniquesOf,
} from '../../../rules/needs/index.ts';
import { eventIdsOf } from '../../../rules/needs/needs-of-rule.ts';
import { DETECTIONS, ROOT, ruleFiles } from '../../rules/pack.ts';
import { COVERAGE_PAGE, coveragePage } from '../../../scripts/coverage.ts';

const rule = (id: string, logsource: string, detection: string, more = ''): string => `title: ${id}
id: ${id}
name: ${id.replaceAll('-', '_')}
level: high
tags: [attack.execution, attack.t1059.001]
logsource: ${logsource}
detection:
  selection: ${detection}
  condition: selection
${more}`;
const PROCESS = rule('a', '{ product: windows, category: process_creation }', '{ Image: a.exe }');
const REPLICATED = rule('b', '{ product: windows, service: security }', '{ EventID: [4662, 4769], x: y }');
const REGISTRY = rule('c', '{ product: windows, category: registry_set }', '{ TargetObject: a }');
const WEB = rule('d', '{ category: webserver }', '{ sc-status: 404 }');
const BOTH = `title: e
id: e
level: high
correlation:
  type: temporal
  rules: [a, c]
  group-by: [Computer]
  timespan: 5m
`;
const RULES = needsOfPack([
  parseRules([PROCESS, REPLICATED, REGISTRY, WEB, BOTH].join('---\n'), { source: 'test.yml' }),
]);
const OWN = ruleFiles().map((name) =>
  parseRules(readFileSync(path.join(DETECTIONS, name), 'utf8'), { source: name }),
);
/** By Windows itself, whatever is audited: the log was cleared. */
const ALWAYS_WRITTEN = [1102];
/** Need -> the logs that show it. */
const LOGS_OF = new Map<string, string[]>();
const sourceSchema = z.looseObject({ service: z.string().optional() });
const channelsSchema = z.looseObject({
  routes: z.array(
    z.looseObject({
      when: z.looseObject({ Channel: z.union([z.string(), z.array(z.string())]) }),
      logsource: z.union([sourceSchema, z.array(sourceSchema)]),
    }),
  ),
});
const CHANNELS = path.join(ROOT, 'rules', 'pipelines', 'windows-channels.yml');
for (const { when, logsource } of channelsSchema.parse(load(readFileSync(CHANNELS, 'utf8'))).routes) {
  for (const { service = '' } of [logsource].flat()) {
    LOGS_OF.set(`windows-${service}`, [when.Channel].flat());
  }
}
const idsOf = (id: string): string[] =>
  RULES.find((one) => one.id === id)?.needs.map((need) => need.id) ?? [];

describe('a rule needs', () => {
  test.each([
    ['a', ['windows-process']],
    // Either of the two logs shows it a part.
    ['b', ['windows-audit-923b', 'windows-audit-9240']],
    ['c', ['windows-sysmon']],
    ['d', ['webserver']],
    ['e', ['windows-process', 'windows-sysmon']],
  ])('%s: %j', (id, want) => {
    expect(idsOf(id)).toEqual(want);
  });

  test('what is by hand is what our set-up of auditing leaves alone', () => {
    const asked = new Set(
      AUDIT_SETTINGS.flatMap((one) => (one.kind === 'policy' ? [one.guid.slice(5, 9).toLowerCase()] : [])),
    );
    const wrong = LOG_NEEDS.filter(({ id, comes }) => {
      const [, digits] = /^windows-audit-(\w{4})$/.exec(id) ?? [];
      return digits !== undefined && (comes === 'audit-install') !== asked.has(digits);
    });
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });

  test('no event of the Security log that nothing is known to switch on', () => {
    const known = new Set([
      ...ALWAYS_WRITTEN,
      ...LOG_NEEDS.flatMap(({ signs }) => signs.flatMap(({ eventIds }) => eventIds ?? [])),
    ]);
    const asked = OWN.flatMap(({ rules }) => rules)
      .filter(({ info }) => info.logsource.product === 'windows' && info.logsource.service === 'security')
      .map(({ info, detection }) => ({
        file: info.source,
        ids: [...detection.selections.values()].flatMap(eventIdsOf),
      }));
    expect(asked.length).toBeGreaterThan(20);
    expect(asked.filter(({ ids }) => ids.length === 0 || ids.some((id) => !known.has(id)))).toEqual([]);
  });

  test('no log of its own that our set-up of auditing promises and leaves off', () => {
    const switchedOn = new Set(AUDIT_SETTINGS.flatMap((one) => (one.kind === 'log' ? [one.log] : [])));
    const promised = new Set(
      needsOfPack(OWN)
        .flatMap(({ needs }) => needs)
        .filter(({ id, comes }) => comes === 'audit-install' && LOGS_OF.has(id))
        .map(({ id }) => id),
    );
    expect(promised).toContain('windows-taskscheduler');
    expect(
      [...promised].filter((id) => LOGS_OF.get(id)?.some((log) => switchedOn.has(log)) !== true),
    ).toEqual([]);
  });
});

describe('sight', () => {
  const states = ({ lines }: ReturnType<typeof sightOfKind>) =>
    Object.fromEntries(lines.map(({ need, state, blind }) => [need.id, [state, blind.map(({ id }) => id)]]));

  test('of an office computer grows with what is switched on', () => {
    const of = (auditInstalled: boolean, sysmon: boolean) =>
      sightOfKind('office-pc', RULES, { auditInstalled, sysmon });
    expect(of(false, false)).toMatchObject({ rules: 3, blind: 3 });
    expect(of(true, false)).toMatchObject({ rules: 3, blind: 1 });
    expect(states(of(true, false))).toEqual({
      'windows-process': ['seen', []],
      'windows-sysmon': ['missing', ['c']],
    });
    expect(of(true, true).blind).toBe(0);
  });

  test('of all kinds at a glance has the same figures, and no kind is left out', async () => {
    const all = await kindSights(async () => RULES);
    expect(all.map(({ kind }) => kind)).toEqual([...HOST_KINDS]);
    const blind = { nothing: 3, audit: 1, sysmon: 0 };
    expect(all.find(({ kind }) => kind === 'office-pc')).toEqual({ kind: 'office-pc', rules: 3, blind });
  });

  test('of a host follows from what came of it, by the numbers of events in the Security log', () => {
    const seen = [
      { product: 'windows', service: 'security', eventId: 4769 },
      { product: 'windows', category: 'process_creation', eventId: 4688 },
    ];
    const sight = sightOfHost('domain-controller', RULES, seen);
    expect(states(sight)).toEqual({
      'windows-process': ['seen', []],
      'windows-sysmon': ['missing', ['c']],
      // Rarely written: that none came proves nothing.
      'windows-audit-923b': ['unproven', []],
      'windows-audit-9240': ['seen', []],
    });
    expect(sight.blind).toBe(1);
  });
});

test('the layer names its versions, and scores techniques by the rules whose logs arrive', () => {
  const layer = navigatorLayer(
    [
      { technique: 'T1059', rules: 2, withData: 1, matches: 7 },
      { technique: 'T1059.001', rules: 3, withData: 3, matches: 0 },
    ],
    { name: 'x', description: 'y' },
  );
  expect(layer).toMatchObject({
    domain: 'enterprise-attack',
    versions: {
      layer: '4.5',
      attack: expect.stringMatching(/^\d+$/),
      navigator: expect.stringMatching(/^\d/),
    },
    gradient: { minValue: 0, maxValue: 3 },
    techniques: [
      {
        techniqueID: 'T1059',
        score: 1,
        showSubtechniques: true,
        comment: 'rules: 2; with data: 1; matches: 7',
      },
      { techniqueID: 'T1059.001', score: 3, showSubtechniques: false },
    ],
  });
  expect(techniquesOf(RULES)).toEqual([{ technique: 'T1059.001', rules: 4 }]);
});

test('docs/coverage.md is what our rules are now: npm run coverage', () => {
  expect(readFileSync(COVERAGE_PAGE, 'utf8') === coveragePage()).toBe(true);
});
