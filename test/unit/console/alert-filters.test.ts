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
  type AlertFilters,
} from '../../../dashboards/console/src/alerts/alert-filters.ts';
import { href } from '../../../dashboards/console/src/router/location.ts';
import { alertOf } from './alert-fixture.ts';

const read = (address: string) => parseFilters(new URL(address, 'https://x').searchParams);

describe('filters in the address', () => {
  test('come back as they were written', () => {
    fc.assert(
      fc.property(
        fc.record({
          severities: fc.subarray([...severities]),
          state: fc.constantFrom(...stateFilters),
          text: fc.string({ unit: 'grapheme', maxLength: 40 }),
          ruleId: fc.string({ maxLength: 20 }),
          agentId: fc.string({ maxLength: 20 }),
        }),
        (filters) => {
          expect(read(href('/alerts', filterQuery(filters)))).toEqual(filters);
        },
      ),
    );
  });

  test('defaults are not written, unknown values are left out', () => {
    expect(href('/alerts', filterQuery(noFilters))).toBe('/alerts');
    expect(read('/alerts?severity=high,apocalyptic&state=nowhere')).toEqual({
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

  test('the server is asked for what it knows: severities, states', () => {
    expect(serverQuery({ ...noFilters, severities: ['high'], state: 'new', ruleId: 'r' })).toEqual({
      severity: 'high',
      state: 'new',
      ruleId: 'r',
    });
    expect(serverQuery({ ...noFilters, severities: ['high', 'low'], text: 'x' })).toEqual({
      severity: 'high,low',
      state: 'open',
    });
  });
});
