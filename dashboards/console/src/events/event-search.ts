/**
 * A search over events as the address holds it, and as the API wants it. Invariants: parse(write(search)) gives the
 * same search; a relative range is turned into times only when it is asked, so a kept link stays "the last hour".
 */
import type { EventQuery } from '../api/types.ts';

export const ranges = ['15m', '1h', '24h', '7d', '30d', 'all'] as const;
export type Range = (typeof ranges)[number];

const rangeMs: Readonly<Record<Exclude<Range, 'all'>, number>> = {
  '15m': 15 * 60_000,
  '1h': 3_600_000,
  '24h': 86_400_000,
  '7d': 7 * 86_400_000,
  '30d': 30 * 86_400_000,
};

export type SearchTime =
  | { readonly kind: 'range'; readonly range: Range }
  /** ISO 8601; null is open. */
  | { readonly kind: 'between'; readonly from: string | null; readonly to: string | null };

/** Text fields of the search: address key, API key and longest value in UTF-16 units. */
export const searchFields = {
  text: { key: 'q', unitsMax: 1_024 },
  agentId: { key: 'agent', unitsMax: 64 },
  user: { key: 'user', unitsMax: 256 },
  sourceIp: { key: 'ip', unitsMax: 64 },
  channel: { key: 'channel', unitsMax: 256 },
  action: { key: 'action', unitsMax: 256 },
  file: { key: 'file', unitsMax: 4_096 },
} as const;
export type SearchField = keyof typeof searchFields;
const searchFieldNames = Object.keys(searchFields) as readonly SearchField[];

export type EventSearch = { readonly time: SearchTime } & Readonly<Record<SearchField, string>>;

export const emptySearch: EventSearch = {
  time: { kind: 'range', range: '24h' },
  text: '',
  agentId: '',
  user: '',
  sourceIp: '',
  channel: '',
  action: '',
  file: '',
};

function isoOf(text: string | null): string | null {
  if (text === null) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}

/** Reads the search of an address; what is malformed is left out. */
export function parseSearch(params: URLSearchParams): EventSearch {
  const from = isoOf(params.get('from'));
  const to = isoOf(params.get('to'));
  const range = ranges.find((known) => known === params.get('range')) ?? '24h';
  const field = (name: SearchField) =>
    (params.get(searchFields[name].key) ?? '').slice(0, searchFields[name].unitsMax);
  return {
    time: from === null && to === null ? { kind: 'range', range } : { kind: 'between', from, to },
    text: field('text'),
    agentId: field('agentId'),
    user: field('user'),
    sourceIp: field('sourceIp'),
    channel: field('channel'),
    action: field('action'),
    file: field('file'),
  };
}

/** The query of an address; defaults are left out. */
export function searchQuery(search: Partial<EventSearch>): Readonly<Record<string, string>> {
  const query: Record<string, string> = {};
  const { time } = search;
  if (time?.kind === 'range' && time.range !== '24h') query['range'] = time.range;
  if (time?.kind === 'between') {
    if (time.from !== null) query['from'] = time.from;
    if (time.to !== null) query['to'] = time.to;
  }
  for (const name of searchFieldNames) {
    const value = search[name]?.trim() ?? '';
    if (value !== '') query[searchFields[name].key] = value;
  }
  return query;
}

/** What the API is asked. @param nowMs where a relative range ends. */
export function apiQuery(search: EventSearch, nowMs: number): EventQuery {
  const query: EventQuery = {};
  if (search.time.kind === 'between') {
    if (search.time.from !== null) query.from = search.time.from;
    if (search.time.to !== null) query.to = search.time.to;
  } else if (search.time.range !== 'all') {
    query.from = new Date(nowMs - rangeMs[search.time.range]).toISOString();
  }
  for (const name of searchFieldNames) {
    const value = search[name].trim();
    if (value !== '') query[name] = value;
  }
  return query;
}

/** A search for what happened around a moment: `minutes` before and after. */
export function aroundTime(iso: string, minutes: number): SearchTime {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return { kind: 'range', range: '24h' };
  return {
    kind: 'between',
    from: new Date(at - minutes * 60_000).toISOString(),
    to: new Date(at + minutes * 60_000).toISOString(),
  };
}

/** The search field a value of an alert's entity pivots to; null when events cannot be searched by it. */
export function pivotField(entityKey: string): SearchField | null {
  switch (entityKey) {
    case 'source.ip':
    case 'client.ip':
      return 'sourceIp';
    case 'user.name':
    case 'related.user':
      return 'user';
    case 'file.path':
      return 'file';
    case 'event.action':
      return 'action';
    default:
      return null;
  }
}
