/**
 * The list of hosts as rows: agents joined with what else is known of them, filtered by what the address holds, sorted.
 * Pure. Invariant: parse(write(filters)) gives the same filters; unknown values in an address are left out.
 */
import type { Severity } from '../api/types.ts';
import { containsWords, fold, foldedWords } from '../text/fold.ts';
import type { Agent, HostFacts, PostureCounts, Silence } from './hosts-types.ts';

export type HostRow = {
  readonly agent: Agent;
  readonly facts: HostFacts | undefined;
  /** 0 to 100; undefined where nothing was assessed. */
  readonly score: number | undefined;
  readonly checks: PostureCounts | undefined;
  readonly silentSince: string | null;
  readonly silentChannels: readonly string[];
  readonly haystack: string;
};

/** Of the checks that pass or fail, so many hundredths pass. */
export function scoreOf(checks: PostureCounts | undefined): number | undefined {
  if (checks === undefined) return undefined;
  const judged = checks.pass + checks.fail;
  return judged === 0 ? undefined : Math.floor((checks.pass / judged) * 100);
}

/** Beyond this the times of events from the host mislead. */
export const skewMsNotable = 5_000;

export function joinHosts(known: {
  readonly agents: readonly Agent[];
  readonly facts?: readonly HostFacts[] | undefined;
  readonly postures?: readonly { readonly agentId: string; readonly checks: PostureCounts }[] | undefined;
  readonly silences?: readonly Silence[] | undefined;
}): readonly HostRow[] {
  const facts = new Map(known.facts?.map((host) => [host.agentId, host]));
  const postures = new Map(known.postures?.map(({ agentId, checks }) => [agentId, checks]));
  const silences = Map.groupBy(
    (known.silences ?? []).filter(({ endedAt }) => endedAt === null),
    ({ agentId }) => agentId,
  );
  return known.agents.map((agent) => {
    const own = facts.get(agent.id);
    const checks = postures.get(agent.id);
    const silent = silences.get(agent.id) ?? [];
    const words = [agent.hostname, agent.osName, agent.osVersion, agent.agencyName, agent.group ?? ''];
    return {
      agent,
      facts: own,
      checks,
      score: scoreOf(checks),
      silentSince: silent.find(({ kind }) => kind === 'agent')?.sinceAt ?? null,
      silentChannels: silent.flatMap(({ channel }) => (channel === null ? [] : [channel])),
      haystack: fold([...words, own?.system?.name ?? '', agent.agentVersion, agent.id].join(' ')),
    };
  });
}

export const hostStates = ['online', 'offline', 'pending', 'gone'] as const;
export type HostState = (typeof hostStates)[number];
export const hostMarks = ['silent', 'alerts', 'exploited', 'vulnerable', 'skewed'] as const;
export type HostMark = (typeof hostMarks)[number];
export const hostSorts = [
  'host',
  'os',
  'agency',
  'level',
  'alerts',
  'vulnerabilities',
  'posture',
  'version',
  'seen',
  'skew',
] as const;
export type HostSort = (typeof hostSorts)[number];

export type HostFilters = {
  readonly text: string;
  readonly states: readonly HostState[];
  readonly mark: HostMark | '';
  readonly os: string;
  readonly agency: string;
  readonly level: string;
  readonly group: string;
  readonly sort: HostSort;
  readonly down: boolean;
};

const unitsMax = 256;

export function parseHostFilters(search: URLSearchParams): HostFilters {
  const given = (name: string) => (search.get(name) ?? '').slice(0, unitsMax);
  const wanted = given('state').split(',');
  const [sort, order] = given('sort').split('.');
  return {
    text: given('q'),
    states: hostStates.filter((state) => wanted.includes(state)),
    mark: hostMarks.find((mark) => mark === given('mark')) ?? '',
    os: given('os'),
    agency: given('agency'),
    level: given('level'),
    group: given('group'),
    sort: hostSorts.find((known) => known === sort) ?? 'host',
    down: order === 'down',
  };
}

export function hostQuery(filters: HostFilters): Readonly<Record<string, string | readonly string[]>> {
  const { text, states, mark, os, agency, level, group, sort, down } = filters;
  return {
    q: text,
    state: states,
    mark,
    os,
    agency,
    level,
    group,
    sort: sort === 'host' && !down ? '' : `${sort}${down ? '.down' : ''}`,
  };
}

export function stateOf({ state }: Agent): HostState {
  return state === 'revoked' || state === 'replaced' ? 'gone' : state;
}

/** Level of the host's system as text; `-`: of no system, or not decided. */
export const levelOf = ({ facts }: HostRow): string => facts?.system?.level?.toString() ?? '-';

const hasMark: Readonly<Record<HostMark, (row: HostRow) => boolean>> = {
  silent: ({ silentSince, silentChannels }) => silentSince !== null || silentChannels.length > 0,
  alerts: ({ facts }) => (facts?.openAlerts ?? 0) > 0,
  exploited: ({ facts }) => (facts?.vulnerabilities?.exploited ?? 0) > 0,
  vulnerable: ({ facts }) => (facts?.vulnerabilities?.open ?? 0) > 0,
  skewed: ({ agent }) => Math.abs(agent.clockSkewMs ?? 0) >= skewMsNotable,
};

/** The rows that all conditions let through. `without` leaves one out: what a facet counts. */
export function filterHosts(
  rows: readonly HostRow[],
  filters: HostFilters,
  without?: 'states' | 'mark' | 'os' | 'agency' | 'level' | 'group',
): readonly HostRow[] {
  const words = foldedWords(filters.text);
  const { mark, states } = filters;
  return rows.filter((row) => {
    const { agent } = row;
    // Those that are gone are only shown to who asks for them.
    const state = stateOf(agent);
    if (without !== 'states' && (states.length === 0 ? state === 'gone' : !states.includes(state)))
      return false;
    if (without !== 'mark' && mark !== '' && !hasMark[mark](row)) return false;
    if (without !== 'os' && filters.os !== '' && agent.osName !== filters.os) return false;
    if (without !== 'agency' && filters.agency !== '' && String(agent.agencyId) !== filters.agency)
      return false;
    if (without !== 'level' && filters.level !== '' && levelOf(row) !== filters.level) return false;
    if (without !== 'group' && filters.group !== '' && (agent.group ?? '-') !== filters.group) return false;
    return containsWords(row.haystack, words);
  });
}

/** How many rows have each value. */
export function countBy(
  rows: readonly HostRow[],
  valueOf: (row: HostRow) => string,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const value = valueOf(row);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}

export function countMarks(rows: readonly HostRow[]): Readonly<Record<HostMark, number>> {
  const count = (mark: HostMark) => rows.filter((row) => hasMark[mark](row)).length;
  return {
    silent: count('silent'),
    alerts: count('alerts'),
    exploited: count('exploited'),
    vulnerable: count('vulnerable'),
    skewed: count('skewed'),
  };
}

const ranks: Readonly<Record<Severity, number>> = {
  informational: 1,
  low: 2,
  medium: 3,
  high: 4,
  critical: 5,
};

/** The worst counts before their number. */
function rankOf(facts: HostFacts | undefined): number {
  if (facts === undefined || facts.worst === null) return 0;
  return ranks[facts.worst] * 1_000_000 + facts.openAlerts;
}

const numberOf: Readonly<
  Record<Exclude<HostSort, 'host' | 'os' | 'agency' | 'version'>, (row: HostRow) => number>
> = {
  level: ({ facts }) => facts?.system?.level ?? 0,
  alerts: ({ facts }) => rankOf(facts),
  vulnerabilities: ({ facts }) =>
    (facts?.vulnerabilities?.exploited ?? 0) * 1_000_000 + (facts?.vulnerabilities?.open ?? -1),
  posture: ({ score }) => score ?? 101,
  seen: ({ agent }) => (agent.lastSeenAt === null ? 0 : Date.parse(agent.lastSeenAt)),
  skew: ({ agent }) => Math.abs(agent.clockSkewMs ?? 0),
};

export function sortHosts(
  rows: readonly HostRow[],
  { sort, down }: Pick<HostFilters, 'sort' | 'down'>,
  locale: string,
): readonly HostRow[] {
  const collator = new Intl.Collator(locale, { numeric: true });
  const byName = (a: HostRow, b: HostRow) => collator.compare(a.agent.hostname, b.agent.hostname);
  const textOf = ({ agent }: HostRow): string => {
    if (sort === 'os') return `${agent.osName} ${agent.osVersion}`;
    return sort === 'agency' ? agent.agencyName : agent.agentVersion;
  };
  const compare = (a: HostRow, b: HostRow): number => {
    if (sort === 'host') return byName(a, b);
    if (sort === 'os' || sort === 'agency' || sort === 'version')
      return collator.compare(textOf(a), textOf(b));
    return numberOf[sort](a) - numberOf[sort](b);
  };
  return rows.toSorted((a, b) => (down ? -compare(a, b) : compare(a, b)) || byName(a, b));
}
