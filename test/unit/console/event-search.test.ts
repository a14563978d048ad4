import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  apiQuery,
  aroundTime,
  emptySearch,
  parseSearch,
  pivotField,
  ranges,
  searchQuery,
  type EventSearch,
} from '../../../dashboards/console/src/events/event-search.ts';
import { href } from '../../../dashboards/console/src/router/location.ts';

const read = (address: string) => parseSearch(new URL(address, 'https://x').searchParams);
const nowMs = Date.parse('2026-03-01T12:00:00Z');

const instant = fc
  .integer({ min: 0, max: 4_000_000_000 })
  .map((seconds) => new Date(seconds * 1_000).toISOString());
const word = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.trim());
const search = fc.record<EventSearch>({
  time: fc.oneof(
    fc.constantFrom(...ranges).map((range) => ({ kind: 'range' as const, range })),
    fc.record({ kind: fc.constant('between' as const), from: instant, to: fc.option(instant) }),
  ),
  text: word,
  agentId: word,
  user: word,
  sourceIp: word,
  channel: word,
  action: word,
  file: word,
});

describe('a search in the address', () => {
  test('comes back as it was written', () => {
    fc.assert(
      fc.property(search, (asked) => {
        expect(read(href('/events', searchQuery(asked)))).toEqual(asked);
      }),
    );
  });

  test('is short when nothing is asked, and malformed parts are left out', () => {
    expect(href('/events', searchQuery(emptySearch))).toBe('/events');
    expect(read('/events?from=tomorrow&range=5000y')).toEqual(emptySearch);
    expect(read(`/events?ip=${'9'.repeat(500)}`).sourceIp).toHaveLength(64);
  });
});

describe('what the API is asked', () => {
  test('a relative range ends now, a fixed one stays', () => {
    expect(apiQuery({ ...emptySearch, time: { kind: 'range', range: '1h' } }, nowMs)).toEqual({
      from: '2026-03-01T11:00:00.000Z',
    });
    expect(apiQuery({ ...emptySearch, time: { kind: 'range', range: 'all' } }, nowMs)).toEqual({});
    expect(apiQuery({ ...emptySearch, time: { kind: 'between', from: null, to: 'T' } }, nowMs)).toEqual({
      to: 'T',
    });
  });

  test('fields are trimmed and empty ones left out', () => {
    expect(
      apiQuery(
        { ...emptySearch, time: { kind: 'range', range: 'all' }, user: ' hoa ', sourceIp: '  ' },
        nowMs,
      ),
    ).toEqual({ user: 'hoa' });
  });
});

test('around a moment is as much before as after', () => {
  expect(aroundTime('2026-03-01T12:00:00Z', 15)).toEqual({
    kind: 'between',
    from: '2026-03-01T11:45:00.000Z',
    to: '2026-03-01T12:15:00.000Z',
  });
  expect(aroundTime('soon', 15)).toEqual({ kind: 'range', range: '24h' });
});

test('values pivot to the field that finds them', () => {
  expect(pivotField('source.ip')).toBe('sourceIp');
  expect(pivotField('user.name')).toBe('user');
  expect(pivotField('file.hash')).toBeNull();
});
