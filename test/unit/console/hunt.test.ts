/** The language of hunts in the console: terms, what could come at a place, addresses, steps of a histogram. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseHunt } from '../../../collector/hunt/parse-hunt.ts';
import {
  huntSearchQuery,
  parseHuntSearch,
  spanOf,
  type HuntSearch,
} from '../../../dashboards/console/src/hunt/hunt-address.ts';
import { addTerm, quoted, term } from '../../../dashboards/console/src/hunt/hunt-terms.ts';
import { histogramBars } from '../../../dashboards/console/src/hunt/histogram-bars.ts';
import { completed, suggestionsAt, wordAt } from '../../../dashboards/console/src/hunt/query-words.ts';
import { href } from '../../../dashboards/console/src/router/location.ts';

describe('terms', () => {
  const line = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });

  test('any value means itself to the parser of the server', () => {
    fc.assert(
      fc.property(line, (value) => {
        const expr = parseHunt(term('user.name', value));
        expect(expr).toMatchObject({ kind: 'test', test: { field: 'user.name', values: [{ text: value }] } });
      }),
    );
  });

  test.each([
    ['', 'a: b', 'a: b'],
    ['x: 1', 'a: b', 'x: 1 and a: b'],
    ['x: 1 or y: 2', 'a: b', '(x: 1 or y: 2) and a: b'],
    ['x: "this or that"', 'a: b', 'x: "this or that" and a: b'],
  ])('a term is added to %j', (query, added, want) => {
    expect(addTerm(query, added)).toBe(want);
  });

  test.each([
    ['root', 'root'],
    ['and', '"and"'],
    ['C:\\Windows', '"C:\\\\Windows"'],
    ['a"b', '"a\\"b"'],
    ['10.0.0.0/8', '"10.0.0.0/8"'],
  ])('%j is written %s', (value, want) => {
    expect(quoted(value)).toBe(want);
  });
});

describe('completion', () => {
  const words = {
    fields: ['user.name', 'source.ip', 'event.action'],
    valuesOf: (field: string) => (field === 'user.name' ? ['root', 'nguyễn văn an'] : []),
  };
  const labels = (text: string) => suggestionsAt(wordAt(text, text.length), words).map(({ label }) => label);

  test.each<[string, string[]]>([
    ['us', ['user.name']],
    ['ip', ['source.ip']],
    ['user.name: ', ['root', 'nguyễn văn an']],
    ['user.name: nguyen', ['nguyễn văn an']],
    ['user.name: (root or ', ['root', 'nguyễn văn an']],
    ['user.name: "ro', ['root']],
    ['user.name: root ', ['and', 'or', 'not', 'user.name', 'source.ip', 'event.action']],
    ['user.name: root and so', ['source.ip']],
    ['message: "user.name: ', []],
  ])('after %j', (text, want) => {
    expect(labels(text)).toEqual(want);
  });

  test('takes the place of the word, also in the middle', () => {
    const text = 'us and source.ip: 1';
    const context = wordAt(text, 2);
    const [first] = suggestionsAt(context, words);
    expect(first && completed(text, context, first)).toEqual({
      text: 'user.name: and source.ip: 1',
      cursor: 10,
    });
  });
});

describe('addresses', () => {
  const read = (address: string) => parseHuntSearch(new URL(address, 'https://x').searchParams);

  test('a search is read as it was written', () => {
    const search: HuntSearch = {
      query: 'a: "b, c" or d > 1',
      ruleId: '',
      huntId: '',
      time: { kind: 'range', range: '7d' },
      columns: ['user.name', 'source.ip'],
    };
    expect(read(href('/events', huntSearchQuery(search)))).toEqual(search);
  });

  test('links by host, user and words become a query', () => {
    expect(read('/events?agent=a1&user=An%20B&q=two%20words').query).toBe(
      'agent.id: a1 and user.name: "An B" and two and words',
    );
  });

  test('a relative time ends with now, an absolute one where it says', () => {
    const now = Date.parse('2026-11-26T12:00:00Z');
    expect(spanOf({ kind: 'range', range: '1h' }, now)).toEqual({ from: '2026-11-26T11:00:00.000Z' });
    expect(spanOf({ kind: 'between', from: null, to: '2026-01-01T00:00:00.000Z' }, now)).toEqual({
      from: '2000-01-01T00:00:00.000Z',
      to: '2026-01-01T00:00:00.000Z',
    });
  });
});

test('a histogram has its empty steps, and of all time only what lies between events', () => {
  const byTime = [{ from: '2026-01-01T01:00:00Z', count: 3 }];
  const bars = histogramBars(
    { stepSeconds: 3_600, byTime },
    '2026-01-01T00:00:00Z',
    '2026-01-01T03:00:00Z',
    0,
  );
  expect(bars.map(({ count }) => count)).toEqual([0, 3, 0]);
  const now = Date.parse('2026-01-01T04:00:00Z');
  const all = histogramBars({ stepSeconds: 3_600, byTime }, '2000-01-01T00:00:00Z', undefined, now);
  expect(all.map(({ count }) => count)).toEqual([3, 0, 0]);
});
