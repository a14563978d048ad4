import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  filterQuery,
  isFiltered,
  matchesFilters,
  noFilters,
  parseFilters,
  serverQuery,
  severities,
  stateFilters,
  views,
  type AlertFilters,
} from '../../../dashboards/console/src/alerts/alert-filters.ts';
import {
  filtersOfKept,
  isAsKept,
  keptFilter,
} from '../../../dashboards/console/src/alerts/alert-view-filter.ts';
import { href } from '../../../dashboards/console/src/router/location.ts';
import { alertOf } from './alert-fixture.ts';

const read = (address: string) => parseFilters(new URL(address, 'https://x').searchParams);

const anyFilters = fc.record({
  severities: fc.subarray([...severities]),
  state: fc.constantFrom(...stateFilters),
  text: fc.string({ unit: 'grapheme', maxLength: 40 }),
  view: fc.constantFrom(...views),
  ruleId: fc.string({ maxLength: 20 }),
  agentId: fc.string({ maxLength: 20 }),
  host: fc.string({ maxLength: 20 }),
  user: fc.string({ maxLength: 20 }),
  agencyId: fc.constantFrom('', '7'),
  systemId: fc.constantFrom('', '12'),
  assignee: fc.constantFrom('', 'me', 'none', 'lan'),
  tag: fc.constantFrom('', 'attack.t1110'),
  kind: fc.constantFrom('', 'fleet'),
  verdict: fc.constantFrom('', 'benign'),
  due: fc.constantFrom('', 'overdue'),
  createdFrom: fc.constantFrom('', '2026-11-22T03:00:00.000Z'),
  createdTo: fc.constantFrom('', '2026-11-23T03:00:00.000Z'),
  fleetId: fc.string({ maxLength: 20 }),
});

describe('filters in the address', () => {
  test('come back as they were written', () => {
    fc.assert(
      fc.property(anyFilters, (filters) => {
        expect(read(href('/alerts', filterQuery(filters)))).toEqual(filters);
      }),
    );
  });

  test('defaults are not written, unknown values are left out', () => {
    expect(href('/alerts', filterQuery(noFilters))).toBe('/alerts');
    expect(
      read('/alerts?severity=high,apocalyptic&state=nowhere&agency=-1&kind=odd&from=x&view=none'),
    ).toEqual({
      ...noFilters,
      severities: ['high'],
    });
  });
});

describe('which alerts belong', () => {
  const matches = (changes: Partial<AlertFilters>, alert = alertOf()) =>
    matchesFilters(alert, { ...noFilters, ...changes });

  test.each([
    ['nguyen trai', true],
    ['NGUYỄN'.normalize('NFD'), true],
    ['203.0.113', true],
    ['do mat khau', true],
    ['brute ketoan', true],
    ['t1110', true],
    ['nguyen web', false],
  ])('%j: %s', (text, belongs) => {
    expect(matches({ text })).toBe(belongs);
  });

  test('open is everything not closed', () => {
    expect(matches({ state: 'open' }, alertOf({ state: 'acknowledged' }))).toBe(true);
    expect(matches({ state: 'open' }, alertOf({ state: 'closed' }))).toBe(false);
    expect(matches({ state: 'all' }, alertOf({ state: 'closed' }))).toBe(true);
    expect(matches({ state: 'new' }, alertOf({ state: 'acknowledged' }))).toBe(false);
  });

  test('severity, rule and agent narrow', () => {
    expect(matches({ severities: ['high', 'low'] })).toBe(true);
    expect(matches({ severities: ['low'] })).toBe(false);
    expect(matches({ ruleId: 'other' })).toBe(false);
    expect(matches({ agentId: 'agent-1' })).toBe(true);
    expect(isFiltered({ ...noFilters, state: 'all' })).toBe(false);
    expect(isFiltered({ ...noFilters, text: 'x' })).toBe(true);
  });

  test('people, agencies, tags and times narrow; a folded alert stands in the plain view only', () => {
    const mine = alertOf({ assignee: 'lan', agencyId: 7, createdAt: '2026-11-22T03:00:00.000Z' });
    expect(matchesFilters(mine, { ...noFilters, assignee: 'me' }, 'lan')).toBe(true);
    expect(matchesFilters(mine, { ...noFilters, assignee: 'me' }, 'binh')).toBe(false);
    expect(matches({ assignee: 'none' }, mine)).toBe(false);
    expect(matches({ agencyId: '7' }, mine)).toBe(true);
    expect(matches({ tag: 'attack.t9999' }, mine)).toBe(false);
    expect(matches({ createdFrom: '2026-11-22T03:00:00.000Z' }, mine)).toBe(true);
    expect(matches({ createdTo: '2026-11-22T03:00:00.000Z' }, mine)).toBe(false);
    const folded = alertOf({ fleetId: 'f' });
    expect(matches({}, folded)).toBe(false);
    expect(matches({ view: 'plain' }, folded)).toBe(true);
  });

  test('the server is asked for all of it, in the order of the view', () => {
    expect(serverQuery({ ...noFilters, severities: ['high', 'low'], text: ' x ', agencyId: '7' })).toEqual({
      severity: 'high,low',
      state: 'open',
      text: 'x',
      agencyId: '7',
      sort: 'risk',
    });
    expect(serverQuery({ ...noFilters, view: 'plain', state: 'all', ruleId: 'r' })).toEqual({
      ruleId: 'r',
      folded: 'show',
      sort: 'last-seen',
    });
  });
});

describe('a kept filter', () => {
  test('is what the page showed, and the page then shows what it says', () => {
    fc.assert(
      fc.property(anyFilters, (filters) => {
        const kept = keptFilter(filters);
        const shown = read(href('/alerts', filterQuery(filters)));
        expect(filtersOfKept(kept)).toEqual({ ...shown, text: shown.text.trim() });
        expect(isAsKept({ ...shown, text: shown.text.trim() }, kept)).toBe(true);
        const other: AlertFilters = { ...shown, host: `${shown.host}x` };
        expect(isAsKept(other, kept)).toBe(false);
      }),
    );
  });

  test.each([
    [{}, { ...noFilters, state: 'all' }],
    [{ state: 'open' }, noFilters],
    [{ state: 'new,acknowledged,in-progress', nonsense: 'x' }, noFilters],
    [
      { state: 'open', folded: 'show', severity: 'high,odd' },
      { ...noFilters, view: 'plain', severities: ['high'] },
    ],
  ])('%j is read, and what the page does not know left out', (kept, want) => {
    expect(filtersOfKept(kept)).toEqual(want);
  });
});
