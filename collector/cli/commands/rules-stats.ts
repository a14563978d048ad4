/** `vonggac rules stats`: what rules of a folder there are, by platform, tactic and level. Needs no collector. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ParsedRules, RuleInfo } from '../../../rules/sigma/index.ts';
import type { CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { printable, printableJson } from '../printable.ts';
import { formatTable } from '../table.ts';
import { readRules, withInput } from './sigma-input.ts';

/** What comes with the product. */
const SHIPPED = path.resolve(import.meta.dirname, '../../../rules/detections');
const LEVELS = ['critical', 'high', 'medium', 'low', 'informational'] as const;

export interface RuleStats {
  rules: number;
  correlations: number;
  /** `deprecated` in their status. */
  deprecated: number;
  /** With a test beside them. */
  tested: number;
  techniques: number;
  byLevel: Record<string, number>;
  /** Platform -> level -> rules. */
  byPlatform: Record<string, Record<string, number>>;
  /** A rule counts under each of its tactics. */
  byTactic: Record<string, Record<string, number>>;
}

export function ruleStatsCommand(
  { m, print, complain }: Pick<CommandContext, 'm' | 'print' | 'complain'>,
  places: readonly string[],
  { json }: { json?: boolean },
): Promise<ExitCode> {
  return withInput(complain, async () => {
    const parsed = await readRules(places.length === 0 ? [SHIPPED] : places, m.sigma);
    const stats = countRules(parsed, (source) => existsSync(source.replace(/\.ya?ml$/, '.test.yml')));
    if (json === true) print(printableJson(stats, 2));
    else for (const line of linesOf(stats, m)) print(line);
    return EXIT.ok;
  });
}

/** @param hasTest whether there is a test beside a file */
export function countRules(parsed: readonly ParsedRules[], hasTest: (source: string) => boolean): RuleStats {
  const plain = parsed.flatMap(({ rules }) => rules.map(({ info }) => info));
  const correlations = parsed.flatMap((file) => file.correlations);
  const byReference = new Map(plain.flatMap((info) => namesOf(info).map((name) => [name, info] as const)));
  const platformOf = new Map<string, string>(plain.map((info) => [info.id, platformOfRule(info)]));
  for (const { info, rules } of correlations) {
    const platforms = new Set(rules.flatMap((name) => byReference.get(name) ?? []).map(platformOfRule));
    const [only] = platforms;
    platformOf.set(info.id, platforms.size === 1 && only !== undefined ? only : 'several');
  }
  const infos = [...plain, ...correlations.map(({ info }) => info)];
  return {
    rules: infos.length,
    correlations: correlations.length,
    deprecated: infos.filter(({ status }) => status === 'deprecated').length,
    tested: infos.filter(({ source }) => hasTest(source)).length,
    techniques: new Set(infos.flatMap(({ tags }) => tags.filter((tag) => /^attack\.t\d/.test(tag)))).size,
    byLevel: ordered(tally(infos, levelOf)),
    byPlatform: table(infos, ({ id }) => [platformOf.get(id) ?? '-']),
    byTactic: table(infos, ({ tags }) => {
      const tactics = tags
        .filter((tag) => /^attack\.[a-z-]+$/.test(tag))
        .map((tag) => tag.slice('attack.'.length));
      return tactics.length === 0 ? ['-'] : tactics;
    }),
  };
}

const namesOf = ({ id, name, title }: RuleInfo): string[] => [
  id,
  ...(name === undefined ? [] : [name]),
  title,
];
const levelOf = ({ level }: RuleInfo): string => level ?? '-';

/** The product; of what the agent tells itself, its service; of a category without product, that. */
function platformOfRule({ logsource }: RuleInfo): string {
  const { product, category, service } = logsource;
  if (product === 'vonggac') return service ?? product;
  return product ?? category ?? service ?? '-';
}

function tally<T>(list: readonly T[], keyOf: (one: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const one of list) counts[keyOf(one)] = (counts[keyOf(one)] ?? 0) + 1;
  return counts;
}

/** Levels from the gravest; what is no level comes last. */
function ordered(counts: Readonly<Record<string, number>>): Record<string, number> {
  const known = LEVELS.filter((level) => counts[level] !== undefined);
  const others = Object.keys(counts).filter((level) => !LEVELS.some((one) => one === level));
  return Object.fromEntries([...known, ...others].map((level) => [level, counts[level] ?? 0]));
}

function table(
  infos: readonly RuleInfo[],
  keysOf: (info: RuleInfo) => readonly string[],
): Record<string, Record<string, number>> {
  const groups = new Map<string, RuleInfo[]>();
  for (const info of infos)
    for (const key of keysOf(info)) groups.set(key, [...(groups.get(key) ?? []), info]);
  return Object.fromEntries(
    [...groups]
      .toSorted(([a, one], [b, other]) => other.length - one.length || a.localeCompare(b))
      .map(([key, list]) => [key, ordered(tally(list, levelOf))]),
  );
}

function linesOf(stats: RuleStats, m: CommandContext['m']): string[] {
  const words = m.ruleAuthoring;
  const sum = (counts: Readonly<Record<string, number>>): number =>
    Object.values(counts).reduce((all, one) => all + one, 0);
  const levels = Object.keys(stats.byLevel);
  const rowsOf = (title: string, groups: RuleStats['byPlatform']): string[] =>
    formatTable(Object.entries(groups), [
      { title, value: ([key]) => printable(key) },
      { title: words.columns.rules, value: ([, counts]) => String(sum(counts)), align: 'right' },
      ...levels.map((level) => ({
        title: printable(level).toUpperCase(),
        value: ([, counts]: [string, Record<string, number>]) => String(counts[level] ?? '-'),
        align: 'right' as const,
      })),
    ]);
  return [
    words.counted(stats),
    Object.entries(stats.byLevel)
      .map(([level, count]) => `${String(count)} ${printable(level)}`)
      .join(', '),
    '',
    ...rowsOf(words.columns.platform, stats.byPlatform),
    '',
    ...rowsOf(words.columns.tactic, stats.byTactic),
  ];
}
