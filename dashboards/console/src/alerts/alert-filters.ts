/**
 * The filters of the alert list: kept in the address, sent to the server where it can filter, finished here.
 * Invariant: parse(write(filters)) gives the same filters; unknown values in an address are left out.
 */
import type { Alert, AlertQuery, Severity } from '../api/types.ts';
import { containsWords, fold, foldedWords } from '../text/fold.ts';

/** Most serious first: the order of every list and strip. */
export const severities = [
  'critical',
  'high',
  'medium',
  'low',
  'informational',
] as const satisfies readonly Severity[];

export const stateFilters = ['open', 'new', 'acknowledged', 'in-progress', 'closed', 'all'] as const;
export type StateFilter = (typeof stateFilters)[number];

export type AlertFilters = {
  /** Empty: all. */
  readonly severities: readonly Severity[];
  readonly state: StateFilter;
  readonly text: string;
  readonly ruleId: string;
  readonly agentId: string;
};

export const noFilters: AlertFilters = { severities: [], state: 'open', text: '', ruleId: '', agentId: '' };

const textUnitsMax = 256;

/** Reads the filters of an address. */
export function parseFilters(search: URLSearchParams): AlertFilters {
  const wanted = (search.get('severity') ?? '').split(',');
  const state = search.get('state');
  return {
    severities: severities.filter((severity) => wanted.includes(severity)),
    state: stateFilters.find((known) => known === state) ?? 'open',
    text: (search.get('q') ?? '').slice(0, textUnitsMax),
    ruleId: (search.get('rule') ?? '').slice(0, textUnitsMax),
    agentId: (search.get('agent') ?? '').slice(0, 64),
  };
}

/** The query of an address; defaults are left out. */
export function filterQuery(filters: AlertFilters): Readonly<Record<string, string | readonly string[]>> {
  return {
    severity: filters.severities,
    state: filters.state === 'open' ? '' : filters.state,
    q: filters.text.slice(0, textUnitsMax),
    rule: filters.ruleId,
    agent: filters.agentId,
  };
}

/** What the server filters itself; the rest is `matchesFilters`. */
export function serverQuery(filters: AlertFilters): AlertQuery {
  return {
    ...(filters.severities.length > 0 ? { severity: filters.severities.join(',') } : {}),
    ...(filters.state === 'all' ? {} : { state: filters.state }),
    ...(filters.ruleId === '' ? {} : { ruleId: filters.ruleId }),
    ...(filters.agentId === '' ? {} : { agentId: filters.agentId }),
  };
}

const foldedTexts = new WeakMap<Alert, string>();

function foldedText(alert: Alert): string {
  const known = foldedTexts.get(alert);
  if (known !== undefined) return known;
  const parts = [
    alert.title,
    alert.titleVi ?? '',
    ...Object.values(alert.entity),
    alert.hostname ?? '',
    alert.agencyName,
    alert.ruleId,
    ...alert.tags,
    alert.message.slice(0, 2_000),
  ];
  const folded = fold(parts.join(' \n '));
  foldedTexts.set(alert, folded);
  return folded;
}

/** Whether an alert belongs in the list, but for its state. */
export function matchesApartFromState(alert: Alert, filters: AlertFilters): boolean {
  return (
    (filters.severities.length === 0 || filters.severities.includes(alert.severity)) &&
    (filters.ruleId === '' || alert.ruleId === filters.ruleId) &&
    (filters.agentId === '' || alert.agentId === filters.agentId) &&
    containsWords(foldedText(alert), foldedWords(filters.text))
  );
}

/** Whether an alert's state is one the filter asks for. */
export function matchesState(alert: Alert, state: StateFilter): boolean {
  if (state === 'all') return true;
  if (state === 'open') return alert.state !== 'closed';
  return alert.state === state;
}

/** Whether an alert belongs in the list. */
export function matchesFilters(alert: Alert, filters: AlertFilters): boolean {
  return matchesState(alert, filters.state) && matchesApartFromState(alert, filters);
}

/** Whether anything but the default is asked for. */
export function isFiltered(filters: AlertFilters): boolean {
  return (
    filters.severities.length > 0 ||
    filters.text.trim() !== '' ||
    filters.ruleId !== '' ||
    filters.agentId !== ''
  );
}
