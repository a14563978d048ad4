/**
 * The filters of the alert list: kept in the address, answered by the server. What arrives live is held against them here.
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

/** `queue`: what is worth looking at first, hosts and fleets gathered into rows; `plain`: every alert, the newest first. */
export const views = ['queue', 'plain'] as const;
export type View = (typeof views)[number];

const kinds = ['detection', 'fleet', 'risk', 'digest', 'budget', 'house'] as const;
export type Kind = (typeof kinds)[number];
const verdicts = ['true-positive', 'benign', 'false-positive', 'duplicate'] as const;

/** Filters that are a word, and their key in the address; '' is all. */
export const wordKeys = {
  ruleId: 'rule',
  agentId: 'agent',
  host: 'host',
  user: 'user',
  agencyId: 'agency',
  systemId: 'system',
  assignee: 'assignee',
  tag: 'tag',
  kind: 'kind',
  verdict: 'verdict',
  due: 'due',
  createdFrom: 'from',
  createdTo: 'to',
  fleetId: 'fleet',
} as const;
export type WordFilter = keyof typeof wordKeys;
export const wordFilters = Object.keys(wordKeys) as readonly WordFilter[];

export type AlertFilters = {
  /** Empty: all. */
  readonly severities: readonly Severity[];
  readonly state: StateFilter;
  readonly text: string;
  readonly view: View;
} & Readonly<Record<WordFilter, string>>;

const noWords: Readonly<Record<WordFilter, string>> = {
  ruleId: '',
  agentId: '',
  host: '',
  user: '',
  agencyId: '',
  systemId: '',
  assignee: '',
  tag: '',
  kind: '',
  verdict: '',
  due: '',
  createdFrom: '',
  createdTo: '',
  fleetId: '',
};

export const noFilters: AlertFilters = { severities: [], state: 'open', text: '', view: 'queue', ...noWords };

const textUnitsMax = 256;
const unitsMax: Readonly<Partial<Record<WordFilter, number>>> = { agentId: 64, fleetId: 64, tag: 128 };

/** What the server would refuse is left out. */
function wordOf(name: WordFilter, value: string): string {
  switch (name) {
    case 'agencyId':
    case 'systemId':
      return /^[1-9]\d{0,8}$/u.test(value) ? value : '';
    case 'kind':
      return kinds.find((known) => known === value) ?? '';
    case 'verdict':
      return verdicts.find((known) => known === value) ?? '';
    case 'due':
      return value === 'overdue' ? value : '';
    case 'createdFrom':
    case 'createdTo':
      return Number.isNaN(Date.parse(value)) ? '' : new Date(value).toISOString();
    case 'ruleId':
    case 'agentId':
    case 'host':
    case 'user':
    case 'assignee':
    case 'tag':
    case 'fleetId':
      return value.slice(0, unitsMax[name] ?? textUnitsMax);
  }
}

/** Reads the filters of an address. */
export function parseFilters(search: URLSearchParams): AlertFilters {
  const wanted = (search.get('severity') ?? '').split(',');
  const state = search.get('state');
  const words = Object.fromEntries(
    wordFilters.map((name) => [name, wordOf(name, search.get(wordKeys[name]) ?? '')]),
  );
  return {
    severities: severities.filter((severity) => wanted.includes(severity)),
    state: stateFilters.find((known) => known === state) ?? 'open',
    text: (search.get('q') ?? '').slice(0, textUnitsMax),
    view: views.find((known) => known === search.get('view')) ?? 'queue',
    ...noWords,
    ...words,
  };
}

/** The query of an address; defaults are left out. */
export function filterQuery(filters: AlertFilters): Readonly<Record<string, string | readonly string[]>> {
  return {
    severity: filters.severities,
    state: filters.state === 'open' ? '' : filters.state,
    q: filters.text.slice(0, textUnitsMax),
    view: filters.view === 'queue' ? '' : filters.view,
    ...Object.fromEntries(wordFilters.map((name) => [wordKeys[name], filters[name]])),
  };
}

type ServerFilter = Omit<AlertQuery, 'sort' | 'order' | 'limit' | 'after'>;

/** What the server filters by: of the list, of facets, of bulk acts and of the export alike. */
export function serverFilter(filters: AlertFilters): ServerFilter {
  const words = Object.fromEntries(
    wordFilters.flatMap((name) => (filters[name] === '' ? [] : [[name, filters[name]]])),
  );
  return {
    ...(filters.severities.length > 0 ? { severity: filters.severities.join(',') } : {}),
    ...(filters.state === 'all' ? {} : { state: filters.state }),
    ...(filters.text.trim() === '' ? {} : { text: filters.text.trim() }),
    ...(filters.view === 'plain' ? { folded: 'show' as const } : {}),
    ...words,
  };
}

/** The same, with the order of the view. */
export function serverQuery(filters: AlertFilters): AlertQuery {
  return { ...serverFilter(filters), sort: filters.view === 'queue' ? 'risk' : 'last-seen' };
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

/** What an alert has of a filter; null: only the server can tell. */
function valueOf(alert: Alert, name: WordFilter, me: string): readonly string[] | null {
  switch (name) {
    case 'ruleId':
      return [alert.ruleId];
    case 'agentId':
      return [alert.agentId ?? ''];
    case 'host':
      return [alert.hostname ?? ''];
    case 'user':
      return [alert.userName ?? ''];
    // Those of agencies below come with the next reading.
    case 'agencyId':
      return [String(alert.agencyId)];
    case 'systemId':
      return [String(alert.systemId ?? '')];
    case 'assignee':
      return alert.assignee === null ? ['none'] : [alert.assignee, ...(alert.assignee === me ? ['me'] : [])];
    case 'tag':
      return alert.tags;
    case 'kind':
      return [alert.kind];
    case 'verdict':
      return [alert.verdict ?? ''];
    case 'fleetId':
      return [alert.fleetId ?? ''];
    case 'due':
      return alert.overdue ? ['overdue'] : [];
    case 'createdFrom':
    case 'createdTo':
      return null;
  }
}

function inTime(alert: Alert, { createdFrom, createdTo }: AlertFilters): boolean {
  const at = Date.parse(alert.createdAt);
  return (
    (createdFrom === '' || at >= Date.parse(createdFrom)) && (createdTo === '' || at < Date.parse(createdTo))
  );
}

/** Whether an alert's state is one the filter asks for. */
export function matchesState(alert: Alert, state: StateFilter): boolean {
  if (state === 'all') return true;
  if (state === 'open') return alert.state !== 'closed';
  return alert.state === state;
}

/** Whether an alert that arrived belongs in the list. @param me user name of who looks */
export function matchesFilters(alert: Alert, filters: AlertFilters, me = ''): boolean {
  return (
    matchesState(alert, filters.state) &&
    (filters.severities.length === 0 || filters.severities.includes(alert.severity)) &&
    (filters.view === 'plain' || filters.fleetId !== '' || alert.fleetId === null) &&
    wordFilters.every((name) => {
      const wanted = filters[name];
      return wanted === '' || (valueOf(alert, name, me)?.includes(wanted) ?? true);
    }) &&
    inTime(alert, filters) &&
    containsWords(foldedText(alert), foldedWords(filters.text))
  );
}

/** Whether anything but state and view is asked for. */
export function isFiltered(filters: AlertFilters): boolean {
  return (
    filters.severities.length > 0 ||
    filters.text.trim() !== '' ||
    wordFilters.some((name) => filters[name] !== '')
  );
}

/** Whether a name is hidden from who may not read personal data: what stands in its place finds no alert. */
export const isMasked = (name: string): boolean => /^\[[a-z-]+\]$/u.test(name);
