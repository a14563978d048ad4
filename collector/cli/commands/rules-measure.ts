/** `vonggac rules duplicates|recommend`: rules of folders against recorded events, without any collector. */
import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { needsOfPack, sightOfKind, type CoverageKind } from '../../../rules/needs/index.ts';
import { builtInPipelines } from '../../../rules/pipelines/index.ts';
import {
  compile,
  formatError,
  type Engine,
  type LogSource,
  type ParsedRule,
  type ParsedRules,
} from '../../../rules/sigma/index.ts';
import { logicOf, type Logic } from '../../content/rule-logic.ts';
import { overlap, RuleMeasure } from '../../content/rule-measure.ts';
import { recommend, REASONS, type Measured } from '../../content/rule-recommend.ts';
import type { CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { printable } from '../printable.ts';
import { formatTable } from '../table.ts';
import { BadLines, openLines, type Fields } from './event-stream.ts';
import { eventTimeMs } from './event-time.ts';
import { terminalProgress } from './progress.ts';
import { readRules, withInput } from './sigma-input.ts';
import { routeBy, type Route } from './sigma-route.ts';

export interface MeasureFlags {
  rules: string[];
  baseline: string[];
  attacks?: string[];
  json?: boolean;
}
export interface RecommendFlags extends MeasureFlags {
  profile: CoverageKind;
  /** Rules that are on already: what they find needs no other. */
  beside?: string[];
  auditInstalled?: boolean;
  sysmon?: boolean;
  out?: string;
}

/** A line of a scripted day; other lines are events as such. */
const daySchema = z.strictObject({
  host: z.string(),
  timeMs: z.number(),
  logsources: z.array(z.object({ product: z.string(), category: z.string(), service: z.string() }).partial()),
  event: z.record(z.string(), z.unknown()),
});
const TITLE_CHARS = 60;
/** Days are those of Việt Nam. */
const HERE_MS = 7 * 3_600_000;
/** From such a share of a rule's events on another one is said to find the same. */
const SAME_SHARE = 0.95;
const SAME_EVENTS_MIN = 3;

const hostOf = (event: Fields): string => {
  const name = event['Computer'] ?? event['Hostname'] ?? event['host.name'] ?? event['host'];
  return typeof name === 'string' ? name.toLowerCase() : '';
};

async function measure(
  { m, complain }: Pick<CommandContext, 'm' | 'complain'>,
  engine: Engine,
  route: Route,
  places: readonly string[],
): Promise<RuleMeasure> {
  const measured = new RuleMeasure();
  const progress = terminalProgress();
  for (const place of places) {
    const bad = new BadLines(place, m.sigma, complain);
    for await (const { first, lines } of openLines(place, process.stdin)) {
      for (const { event } of bad.parse(lines, first)) {
        const day = daySchema.safeParse(event);
        const { host, timeMs, found } = day.success ? ofDay(engine, day.data) : asSuch(engine, route, event);
        measured.add({ host, day: new Date(timeMs + HERE_MS).toISOString().slice(0, 10) }, found);
      }
      progress.tick(() => m.sigma.progress(first + lines.length - 1, measured.events));
    }
    bad.end();
  }
  progress.clear();
  return measured;
}

function ofDay(engine: Engine, { host, timeMs, logsources, event }: z.infer<typeof daySchema>) {
  return { host, timeMs, found: engine.match(event, logsources as LogSource[]).map(({ rule }) => rule.id) };
}

function asSuch(engine: Engine, route: Route, raw: Fields) {
  const { event, logsource } = route(raw);
  const found = engine.match(event, logsource).map(({ rule }) => rule.id);
  return { host: hostOf(raw), timeMs: eventTimeMs(raw) ?? 0, found };
}

interface Loaded {
  pack: ParsedRules[];
  rules: ParsedRule[];
  engine: Engine;
  route: Route;
}

async function load({ m, complain }: CommandContext, places: readonly string[]): Promise<Loaded> {
  const pack = await readRules(places, m.sigma);
  const pipelines = builtInPipelines();
  const engine = compile(pack, { pipelines });
  for (const error of engine.errors) complain(formatError(error));
  const usable = new Set(engine.rules.map(({ id }) => id));
  const rules = pack.flatMap((one) => one.rules).filter(({ info }) => usable.has(info.id));
  return { pack, rules, engine, route: routeBy('pipelines', pipelines, undefined) };
}

interface Pair {
  a: ParsedRule;
  b: ParsedRule;
  logic: Logic;
  baseline: ReturnType<typeof overlap>;
  attacks: ReturnType<typeof overlap>;
}

/** Pairs of one log source, the surest first. */
function duplicates(
  rules: readonly ParsedRule[],
  baseline: RuleMeasure,
  attacks: RuleMeasure | undefined,
): Pair[] {
  const pairs: Pair[] = [];
  // What only feeds a correlation says nothing by itself.
  const telling = rules.filter(({ info }) => info.level !== 'informational');
  for (const group of Map.groupBy(telling, keyOf).values()) {
    for (const [at, a] of group.entries()) {
      for (const b of group.slice(at + 1)) pairs.push(...pairOf(a, b, baseline, attacks));
    }
  }
  return pairs.toSorted((x, y) => worth(y) - worth(x));
}

const keyOf = ({ info: { logsource } }: ParsedRule): string =>
  `${logsource.product ?? ''}/${logsource.category ?? ''}/${logsource.service ?? ''}`;

const worth = ({ logic, baseline, attacks }: Pair): number =>
  (logic === 'same' ? 4 : logic === 'within' ? 2 : 0) +
  Math.max(baseline?.ofA ?? 0, baseline?.ofB ?? 0, attacks?.ofA ?? 0, attacks?.ofB ?? 0);

function pairOf(a: ParsedRule, b: ParsedRule, base: RuleMeasure, hits: RuleMeasure | undefined): Pair[] {
  const one = {
    baseline: overlap(base.of(a.info.id), base.of(b.info.id)),
    attacks: hits && overlap(hits.of(a.info.id), hits.of(b.info.id)),
  };
  const bySame =
    isSame(base, a, b) || isSame(base, b, a) || (hits && (isSame(hits, a, b) || isSame(hits, b, a))) === true;
  const [within, around] = [logicOf(a, b), logicOf(b, a)];
  if (within !== undefined) return [{ a, b, logic: within, ...one }];
  if (around !== undefined)
    return [{ a: b, b: a, logic: around, baseline: turned(one.baseline), attacks: turned(one.attacks) }];
  return bySame ? [{ a, b, logic: undefined, ...one }] : [];
}

/** Nearly all events of the first, and enough of them, are found by the second. */
function isSame(measured: RuleMeasure, rule: ParsedRule, other: ParsedRule): boolean {
  const [a, b] = [measured.of(rule.info.id), measured.of(other.info.id)];
  return a.hits >= SAME_EVENTS_MIN && (overlap(a, b)?.ofA ?? 0) >= SAME_SHARE;
}

const RANKS: readonly (string | undefined)[] = ['low', 'medium', 'high', 'critical'];
const rankOf = ({ info }: ParsedRule): number => RANKS.indexOf(info.level);

const turned = (both: ReturnType<typeof overlap>): ReturnType<typeof overlap> =>
  both && { ofA: both.ofB, ofB: both.ofA };

function titleOf({ info }: ParsedRule, language: 'vi' | 'en'): string {
  const own = info.custom['title_vi'];
  return printable(language === 'vi' && typeof own === 'string' ? own : info.title).slice(0, TITLE_CHARS);
}

const share = (both: ReturnType<typeof overlap>): string =>
  both === undefined ? '-' : `${Math.round(both.ofA * 100)} % / ${Math.round(both.ofB * 100)} %`;

export function duplicatesCommand(context: CommandContext, flags: MeasureFlags): Promise<ExitCode> {
  return withInput(context.complain, async () => {
    const { m, print, language } = context;
    const { rules, engine, route } = await load(context, flags.rules);
    const baseline = await measure(context, engine, route, flags.baseline);
    const attacks = flags.attacks && (await measure(context, engine, route, flags.attacks));
    const pairs = duplicates(rules, baseline, attacks);
    if (flags.json === true) {
      const rows = pairs.map(({ a, b, ...rest }) => ({ a: a.info.id, b: b.info.id, ...rest }));
      print(JSON.stringify(rows, undefined, 2));
      return EXIT.ok;
    }
    formatTable(pairs, [
      { title: m.rules.columns.finds, value: ({ a }) => titleOf(a, language) },
      { title: m.rules.columns.alsoFinds, value: ({ b }) => titleOf(b, language) },
      { title: m.rules.columns.logic, value: ({ logic }) => m.rules.logic[logic ?? 'none'] },
      { title: m.rules.columns.baseline, value: (pair) => share(pair.baseline), align: 'right' },
      { title: m.rules.columns.attacks, value: (pair) => share(pair.attacks), align: 'right' },
    ]).forEach(print);
    print(m.rules.duplicates(pairs.length, rules.length, baseline.events, baseline.hostDays));
    return EXIT.ok;
  });
}

export function recommendCommand(context: CommandContext, flags: RecommendFlags): Promise<ExitCode> {
  return withInput(context.complain, async () => {
    const { m, print } = context;
    const beside = flags.beside === undefined ? undefined : await load(context, flags.beside);
    const all = await load(context, [...(flags.beside ?? []), ...flags.rules]);
    const baseline = await measure(context, all.engine, all.route, flags.baseline);
    const attacks = flags.attacks && (await measure(context, all.engine, all.route, flags.attacks));
    const own = beside?.rules ?? [];
    const isOwn = new Set(own.map(({ info }) => info.id));
    const set = { auditInstalled: flags.auditInstalled === true, sysmon: flags.sysmon === true };
    const needs = needsOfPack(all.pack);
    const sight = sightOfKind(flags.profile, needs, set);
    const seen = new Set(
      sight.lines.filter(({ state }) => state === 'seen').flatMap(({ rules }) => rules.map(({ id }) => id)),
    );
    const candidates = all.rules.filter(({ info }) => !isOwn.has(info.id));
    const measured = candidates.map((rule): Measured => {
      const { id, title, level, status } = rule.info;
      return {
        id,
        title,
        level,
        status,
        hasLog: seen.has(id),
        duplicateOf: own.find((other) => isSaidBy(rule, other, baseline, attacks))?.info.id,
        baseline: baseline.of(id),
        attackHits: attacks?.of(id).hits,
      };
    });
    const list = {
      profile: flags.profile,
      hostDays: baseline.hostDays,
      events: baseline.events,
      rules: recommend(measured, baseline.hostDays),
    };
    if (flags.out !== undefined) await writeFile(flags.out, `${JSON.stringify(list, undefined, 2)}\n`);
    if (flags.json === true) {
      print(JSON.stringify(list, undefined, 2));
      return EXIT.ok;
    }
    const counts = REASONS.map((reason) => ({
      reason,
      rules: list.rules.filter((rule) => rule.reason === reason),
    })).filter(({ rules }) => rules.length > 0);
    formatTable(counts, [
      { title: m.rules.columns.why, value: ({ reason }) => m.rules.reasons[reason] },
      { title: m.columns.state, value: ({ rules }) => m.rules.states[rules[0]?.state ?? 'off'] },
      { title: m.rules.columns.rules, value: ({ rules }) => String(rules.length), align: 'right' },
    ]).forEach(print);
    const on = list.rules.filter(({ state }) => state === 'on').length;
    print(m.rules.recommended(on, list.rules.length, baseline.events, baseline.hostDays));
    if (flags.out !== undefined) print(m.rules.listWritten(flags.out));
    return EXIT.ok;
  });
}

/** What it finds, a rule that is on finds, too: by its conditions, or by nearly all of enough events. */
function isSaidBy(
  rule: ParsedRule,
  other: ParsedRule,
  baseline: RuleMeasure,
  attacks: RuleMeasure | undefined,
): boolean {
  // What only feeds others, or is less serious, does not say it.
  if (rankOf(other) < Math.max(0, rankOf(rule))) return false;
  return (
    logicOf(rule, other) !== undefined ||
    isSame(baseline, rule, other) ||
    (attacks !== undefined && isSame(attacks, rule, other))
  );
}
