/**
 * The filters of the list of rules: kept in the address, sent to the server where it can filter. Invariant:
 * parse(write(filters)) gives the same filters; unknown values in an address are left out.
 */
import { knownTactics, type Tactic } from '../alerts/attack.ts';
import type { Severity } from '../api/types.ts';
import type { Query } from '../api/http.ts';
import { containsWords, fold, foldedWords } from '../text/fold.ts';
import type { RuleStat, RuleState } from './rule-shapes.ts';

export const ruleStates = ['on', 'test', 'draft', 'off', 'retired'] as const satisfies readonly RuleState[];
export const ruleOrigins = ['shipped', 'folder', 'import', 'here'] as const;
export const ruleViews = ['all', 'noisy', 'dead', 'differs'] as const;
const levels = ['critical', 'high', 'medium', 'low', 'informational'] as const satisfies readonly Severity[];

export type RuleView = (typeof ruleViews)[number];
export type RuleFilters = {
  readonly view: RuleView;
  /** Empty: all. */
  readonly states: readonly RuleState[];
  readonly level: Severity | '';
  readonly product: string;
  readonly origin: (typeof ruleOrigins)[number] | '';
  readonly tactic: Tactic | '';
  /** An ATT&CK technique, such as T1059.001. */
  readonly technique: string;
  readonly text: string;
};

export const noRuleFilters: RuleFilters = {
  view: 'all',
  states: [],
  level: '',
  product: '',
  origin: '',
  tactic: '',
  technique: '',
  text: '',
};

const textMax = 256;
const technique = /^T\d{4}(?:\.\d{3})?$/u;

export function parseRuleFilters(search: URLSearchParams): RuleFilters {
  const states = (search.get('state') ?? '').split(',');
  const wanted = (name: string) => (search.get(name) ?? '').slice(0, textMax);
  return {
    view: ruleViews.find((view) => view === search.get('view')) ?? 'all',
    states: ruleStates.filter((state) => states.includes(state)),
    level: levels.find((level) => level === search.get('level')) ?? '',
    product: wanted('product'),
    origin: ruleOrigins.find((origin) => origin === search.get('origin')) ?? '',
    tactic: knownTactics.find((tactic) => tactic === search.get('tactic')) ?? '',
    technique: technique.test(wanted('technique')) ? wanted('technique') : '',
    text: wanted('q'),
  };
}

/** The query of an address; defaults are left out. */
export function ruleFilterQuery(filters: RuleFilters): Readonly<Record<string, string | readonly string[]>> {
  return {
    view: filters.view === 'all' ? '' : filters.view,
    state: filters.states,
    level: filters.level,
    product: filters.product,
    origin: filters.origin,
    tactic: filters.tactic,
    technique: filters.technique,
    q: filters.text.trim().slice(0, textMax),
  };
}

/** What the server filters by. */
export function ruleServerQuery(filters: RuleFilters): Query {
  const tag =
    filters.technique === ''
      ? filters.tactic === ''
        ? undefined
        : `attack.${filters.tactic}`
      : `attack.${filters.technique.toLowerCase()}`;
  const text = filters.text.trim();
  return {
    state: filters.states.length === 0 ? undefined : filters.states.join(','),
    level: filters.level,
    product: filters.product,
    origin: filters.origin,
    tag,
    text: text === '' ? undefined : text.slice(0, textMax),
    differs: filters.view === 'differs' ? 'true' : undefined,
  };
}

/** The same filters over a report, as far as it knows of them. */
export function matchesReport(stat: RuleStat, filters: RuleFilters): boolean {
  return (
    (filters.states.length === 0 || filters.states.includes(stat.state)) &&
    (filters.level === '' || stat.level === filters.level) &&
    (filters.product === '' || stat.product === filters.product) &&
    containsWords(fold([stat.title, stat.titleVi ?? '', stat.id].join(' ')), foldedWords(filters.text))
  );
}

export function isRuleFiltered(filters: RuleFilters): boolean {
  return Object.values(ruleFilterQuery({ ...filters, view: 'all' })).some((value) => value.length > 0);
}
