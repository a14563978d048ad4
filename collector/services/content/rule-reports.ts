/**
 * What rules are worth: noisy ones, dead ones, and ATT&CK techniques where data is arriving. Invariant: a rule is silent for
 * one of two reasons, and the report says which: nothing of its log source arrives, or nothing of what arrives matches.
 */
import type { AgencyScope } from '../../registry/agencies.ts';
import type { Registry } from '../../registry/database.ts';
import { countRuleAlerts } from '../../registry/rules/rule-alert-counts.ts';
import { listRules, type Rule } from '../../registry/rules/rule-rows.ts';
import type { EventStore } from '../../store/store.ts';
import { navigatorLayer, type Layer } from '../../../rules/needs/index.ts';
import { type Engine, tacticsOfTechnique } from '../../../rules/sigma/index.ts';

export interface RuleStat {
  id: string;
  title: string;
  titleVi: string | null;
  state: Rule['state'];
  level: string | null;
  product: string | null;
  tags: string[];
  matches: number;
  lastMatchMs: number | null;
  alerts: number;
  alertsPerDay: number;
  /** Closed with a verdict, and of these the share that was no incident; null while none is closed. */
  closed: number;
  falseShare: number | null;
  /** Detections beyond the rule's budget. */
  throttled: number;
  /** Events of its log source arrived in the time. */
  hasData: boolean;
}

export interface RuleReport {
  fromMs: number;
  days: number;
  rules: RuleStat[];
}

export interface TechniqueCoverage {
  technique: string;
  /** Those of ATT&CK; of a technique that it does not have, what its rules name. */
  tactics: string[];
  /** Rules that are on: with data arriving, and without. */
  withData: number;
  withoutData: number;
  /** Of these rules in the time. */
  matches: number;
}

const DAY_MS = 86_400_000;
const RULES_MAX = 100_000;
const LIMITS = { secondsMax: 30, memoryBytesMax: 1_000_000_000 };

interface Source {
  product: string;
  category: string;
  service: string;
}

const isFed = (rule: Pick<Rule, 'product' | 'category' | 'service'>, arriving: readonly Source[]): boolean =>
  arriving.some(
    ({ product, category, service }) =>
      (rule.product ?? product) === product &&
      (rule.category ?? category) === category &&
      (rule.service ?? service) === service,
  );

export async function ruleReport(
  { db, now }: Pick<Registry, 'db' | 'now'>,
  store: Pick<EventStore, 'hunts'>,
  engine: Engine,
  { days, scope, signal }: { days: number; scope: AgencyScope; signal?: AbortSignal | undefined },
): Promise<RuleReport> {
  const fromMs = now() - days * DAY_MS;
  const agencyIds = scope.kind === 'all' ? undefined : scope.agencyIds;
  const inForce = await listRules(db, { state: ['on', 'test'], limit: RULES_MAX });
  const counts = new Map(
    (await store.hunts.ruleCounts({ fromMs, agencyIds }, LIMITS, signal)).map((one) => [one.ruleId, one]),
  );
  const arriving = await store.hunts.logSources({ fromMs, agencyIds }, LIMITS, signal);
  const alerts = await countRuleAlerts(db, fromMs, scope);
  const fed = new Map(inForce.map((rule) => [rule.id, isFed(rule, arriving)]));
  const rules = inForce
    .filter(({ kind }) => kind !== 'filter')
    .map((rule): RuleStat => {
      const { id, title, titleVi, state, level, product, tags } = rule;
      const count = counts.get(id);
      const told = alerts.get(id);
      const [closed, wrong] = [told?.closed ?? 0, told?.wrong ?? 0];
      const bases = rule.kind === 'correlation' ? (engine.reach(id)?.ruleIds ?? []) : [id];
      return {
        id,
        title,
        titleVi,
        state,
        level,
        product,
        tags,
        matches: count?.count ?? told?.detections ?? 0,
        lastMatchMs: count?.lastMs ?? told?.lastMs ?? null,
        alerts: told?.alerts ?? 0,
        alertsPerDay: Math.round(((told?.alerts ?? 0) / days) * 100) / 100,
        closed,
        falseShare: closed === 0 ? null : Math.round((wrong / closed) * 100) / 100,
        throttled: told?.throttled ?? 0,
        hasData: bases.some((base) => fed.get(base) === true),
      };
    });
  return { fromMs, days, rules };
}

/** Most alerts first; throttled ones before all. */
export function noisyRules({ rules }: RuleReport, limit: number): RuleStat[] {
  return rules
    .filter(({ alerts, throttled }) => alerts > 0 || throttled > 0)
    .toSorted((a, b) => b.throttled - a.throttled || b.alerts - a.alerts || (a.id < b.id ? -1 : 1))
    .slice(0, limit);
}

/** Nothing matched in the time: first those whose data does not arrive. */
export function deadRules({ rules }: RuleReport): RuleStat[] {
  return rules
    .filter(({ matches }) => matches === 0)
    .toSorted((a, b) => Number(a.hasData) - Number(b.hasData) || (a.title < b.title ? -1 : 1));
}

const TECHNIQUE = /^attack\.(t\d{4}(?:\.\d{3})?)$/;
const TACTIC = /^attack\.([a-z][a-z_-]+)$/;

/** By technique; what is tested does not count, since nobody hears of it. @param product only of this log source */
export function coverage({ rules }: RuleReport, product?: string): TechniqueCoverage[] {
  const found = new Map<string, TechniqueCoverage & { tactics: string[] }>();
  for (const { tags, state, hasData, matches, product: own } of rules) {
    if (state !== 'on' || (product !== undefined && own !== product)) continue;
    const tactics = tags.flatMap((tag) => TACTIC.exec(tag)?.[1]?.replaceAll('_', '-') ?? []);
    for (const tag of tags) {
      const technique = TECHNIQUE.exec(tag)?.[1]?.toUpperCase();
      if (technique === undefined) continue;
      const one = found.get(technique) ?? { technique, tactics: [], withData: 0, withoutData: 0, matches: 0 };
      one[hasData ? 'withData' : 'withoutData'] += 1;
      one.matches += matches;
      one.tactics = [...(tacticsOfTechnique(technique) ?? new Set([...one.tactics, ...tactics]))].toSorted();
      found.set(technique, one);
    }
  }
  return [...found.values()].toSorted((a, b) => (a.technique < b.technique ? -1 : 1));
}

/** For the ATT&CK Navigator: rules that are on, of whatever pack, scored by those whose data arrives. */
export function ruleLayer(report: RuleReport, product?: string): Layer {
  const techniques = coverage(report, product).map(({ technique, withData, withoutData, matches }) => ({
    technique,
    rules: withData + withoutData,
    withData,
    matches,
  }));
  const what = product === undefined ? '' : ` (${product})`;
  return navigatorLayer(techniques, {
    name: `Vọng Gác${what}`,
    description: `Rules that are on, by technique; the score is the number of those whose logs arrived within ${report.days} days`,
  });
}
