/**
 * A hunt as the address holds it. Invariants: parse(write(search)) gives the same search; what other pages link with (host,
 * user, address, words) becomes a query, so that one can go on from it; a relative range is turned into times when asked.
 */
import { parseSearch, searchQuery, type SearchTime } from '../events/event-search.ts';
import { quoted, term } from './hunt-terms.ts';

export type HuntSearch = {
  readonly query: string;
  /** A rule in force instead of a query. */
  readonly ruleId: string;
  /** A kept hunt whose text is a Sigma rule, instead of a query. */
  readonly huntId: string;
  readonly time: SearchTime;
  /** Fields shown as columns beside time, host and message. */
  readonly columns: readonly string[];
};

const queryMax = 4_096;
const columnsMax = 12;
const nameMax = 256;

const rangeMs = {
  '15m': 15 * 60_000,
  '1h': 3_600_000,
  '24h': 86_400_000,
  '7d': 7 * 86_400_000,
  '30d': 30 * 86_400_000,
} as const;
/** Before any event that is kept. */
const beginning = '2000-01-01T00:00:00.000Z';

/** The fields that older links name, as the language of hunts calls them. */
const linked = {
  agentId: 'agent.id',
  user: 'user.name',
  sourceIp: 'source.ip',
  channel: 'event.dataset',
  action: 'event.action',
  file: 'file.path',
} as const;

function queryOfLink(params: URLSearchParams): string {
  const search = parseSearch(params);
  const words = search.text
    .split(/\s+/u)
    .filter((word) => word !== '')
    .map(quoted);
  const names = ['agentId', 'user', 'sourceIp', 'channel', 'action', 'file'] as const;
  const terms = names.flatMap((name) => {
    const value = search[name].trim();
    return value === '' ? [] : [term(linked[name], value)];
  });
  return [...terms, ...words].join(' and ');
}

export function parseHuntSearch(params: URLSearchParams): HuntSearch {
  return {
    query: (params.get('query') ?? queryOfLink(params)).slice(0, queryMax),
    ruleId: (params.get('rule') ?? '').slice(0, nameMax),
    huntId: (params.get('hunt') ?? '').slice(0, 64),
    time: parseSearch(params).time,
    columns: (params.get('cols') ?? '')
      .split(',')
      .filter((name) => name !== '' && name.length <= nameMax)
      .slice(0, columnsMax),
  };
}

/** The query of an address; defaults are left out. */
export function huntSearchQuery(
  search: Partial<HuntSearch>,
): Readonly<Record<string, string | readonly string[]>> {
  return {
    ...(search.time === undefined ? {} : searchQuery({ time: search.time })),
    query: search.query?.trim() ?? '',
    rule: search.ruleId ?? '',
    hunt: search.huntId ?? '',
    cols: search.columns ?? [],
  };
}

/** The times that are asked for. @param nowMs where a relative range ends */
export function spanOf(time: SearchTime, nowMs: number): { readonly from: string; readonly to?: string } {
  if (time.kind === 'between') {
    return { from: time.from ?? beginning, ...(time.to === null ? {} : { to: time.to }) };
  }
  return { from: time.range === 'all' ? beginning : new Date(nowMs - rangeMs[time.range]).toISOString() };
}

/** Seconds that a kept hunt looks back: as far as the time that is shown. */
export function spanSecondsOf(time: SearchTime, nowMs: number): number {
  const { from, to } = spanOf(time, nowMs);
  const seconds = Math.round(((to === undefined ? nowMs : Date.parse(to)) - Date.parse(from)) / 1_000);
  return Math.min(3_660 * 86_400, Math.max(3_600, seconds));
}
