/** `docs/coverage.md`: which logs rules need, and what hosts of each kind are blind to. Made by `npm run coverage`. */
import { sightOfKind } from './blind-spots.ts';
import { HOST_KINDS, LOG_NEEDS, type CoverageKind } from './log-needs.ts';
import { techniquesOf } from './navigator.ts';
import type { RuleNeeds } from './needs-of-rule.ts';

const TITLES: Readonly<Record<CoverageKind, string>> = {
  'office-pc': 'Office PC (Windows)',
  'domain-controller': 'Domain controller',
  'linux-server': 'Linux server',
  'web-server': 'Web server (Linux)',
  'network-device': 'Network device',
};

const STAGES = [
  ['nothing done', { auditInstalled: false, sysmon: false }],
  ['`audit install`', { auditInstalled: true, sysmon: false }],
  ['and Sysmon', { auditInstalled: true, sysmon: true }],
] as const;

const COMES = {
  itself: 'there of itself',
  'audit-install': 'after `vonggac-agent audit install`',
  'by-hand': 'by hand',
} as const;

/** @param rules of our own pack */
export function coverageDocument(rules: readonly RuleNeeds[]): string {
  const byLevel = rules.filter(({ level }) => level !== 'informational');
  const needed = LOG_NEEDS.map((need) => ({
    need,
    rules: rules.filter((rule) => rule.needs.includes(need)),
  }));
  const kinds = HOST_KINDS.map((kind) => {
    const [whole, ...rest] = STAGES.map(([, set]) => sightOfKind(kind, byLevel, set));
    return `| ${[TITLES[kind], whole?.rules ?? 0, whole?.blind ?? 0, ...rest.map(({ blind }) => blind)].join(' | ')} |`;
  });
  return [
    '# Coverage',
    '',
    '<!-- Made by `npm run coverage`; a test refuses it when it is stale. -->',
    '',
    `${rules.length} rules of our own (${byLevel.length} of which raise alerts) name ${techniquesOf(byLevel).length} techniques of ATT&CK. A rule sees nothing where the`,
    'log it needs is not written. `vonggac rules coverage --host HOST` says it of one host, from what came of it; `--kind KIND` of a',
    'kind of hosts; `--navigator FILE` writes a layer for the ATT&CK Navigator, imported rules included.',
    '',
    '## Rules that see nothing, by kind of host',
    '',
    '| Kind of host | Rules about it | Blind with nothing done | Blind after `audit install` | Blind with Sysmon, too |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...kinds,
    '',
    '## Logs, the rules that need them, and how to switch them on',
    '',
    '| Log | Kinds of host | Rules | When it is there | How |',
    '| --- | --- | ---: | --- | --- |',
    ...needed
      .filter((one) => one.rules.length > 0)
      .map(
        ({ need, rules: those }) =>
          `| ${[need.title.en, need.kinds.join(', '), those.length, COMES[need.comes], need.how.en].join(' | ')} |`,
      ),
    '',
    '## What each rule needs',
    '',
    '| Rule | Level | Logs |',
    '| --- | --- | --- |',
    ...byLevel
      .toSorted((a, b) => (a.title < b.title ? -1 : 1))
      .map(
        ({ title, level, needs }) =>
          `| ${title.replaceAll('|', '\\|')} | ${level ?? ''} | ${needs.map(({ title: log }) => log.en).join('; ') || 'any'} |`,
      ),
    '',
  ].join('\n');
}
