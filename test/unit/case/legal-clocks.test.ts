/** When terms of law are over: a table over time zones, ends of years, weekends, holidays; and the files that ship. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  CaseRulesError,
  dueAfter,
  loadCaseRules,
  warnAt,
  type Term,
} from '../../../collector/case/legal-clocks.ts';
import { CASE_CLASSES } from '../../../collector/case/case-words.ts';

const FOLDER = path.join(import.meta.dirname, '../../../rules/cases');
const HOLIDAYS = { days: ['2026-04-27', '2026-04-30', '2026-05-01', '2026-09-02'], worked: ['2026-05-09'] };

const ROWS: readonly [what: string, started: string, term: Term, due: string][] = [
  ['at once is due when it begins', '2026-11-22T10:00:00+07:00', 'at-once', '2026-11-22T10:00:00+07:00'],
  ['hours run through the night', '2026-11-22T23:30:00+07:00', { hours: 24 }, '2026-11-23T23:30:00+07:00'],
  [
    'hours do not care for the zone they are told in',
    '2026-11-22T16:30:00Z',
    { hours: 72 },
    '2026-11-25T23:30:00+07:00',
  ],
  ['hours run through holidays', '2026-04-29T12:00:00+07:00', { hours: 72 }, '2026-05-02T12:00:00+07:00'],
  [
    'hours run over the end of a year',
    '2026-12-31T20:00:00+07:00',
    { hours: 24 },
    '2027-01-01T20:00:00+07:00',
  ],
  ['the first day is not counted', '2026-11-02T00:00:00+07:00', { days: 5 }, '2026-11-08T00:00:00+07:00'],
  [
    'also when it has just begun to end',
    '2026-11-02T23:59:59+07:00',
    { days: 5 },
    '2026-11-08T00:00:00+07:00',
  ],
  [
    'the day is that of Vietnam, not of UTC',
    '2026-11-02T17:00:00Z',
    { days: 5 },
    '2026-11-09T00:00:00+07:00',
  ],
  [
    'days run through February of a leap year',
    '2028-02-27T08:00:00+07:00',
    { days: 2 },
    '2028-03-01T00:00:00+07:00',
  ],
  [
    'five working days of a plain week',
    '2026-11-02T08:00:00+07:00',
    { 'working-days': 5 },
    '2026-11-10T00:00:00+07:00',
  ],
  [
    'begun on a Friday night',
    '2026-11-06T22:00:00+07:00',
    { 'working-days': 1 },
    '2026-11-10T00:00:00+07:00',
  ],
  ['begun on a Saturday', '2026-11-07T08:00:00+07:00', { 'working-days': 1 }, '2026-11-10T00:00:00+07:00'],
  [
    'Friday in UTC is Saturday in Vietnam',
    '2026-11-06T18:00:00Z',
    { 'working-days': 1 },
    '2026-11-10T00:00:00+07:00',
  ],
  ['holidays do not count', '2026-04-24T08:00:00+07:00', { 'working-days': 3 }, '2026-05-05T00:00:00+07:00'],
  [
    'a Saturday that is worked instead counts',
    '2026-05-08T08:00:00+07:00',
    { 'working-days': 1 },
    '2026-05-10T00:00:00+07:00',
  ],
  ['over the end of a year', '2026-12-31T08:00:00+07:00', { 'working-days': 1 }, '2027-01-02T00:00:00+07:00'],
];

describe('a term', () => {
  test.each(ROWS)('%s', (_what, started, term, due) => {
    expect(new Date(dueAfter(Date.parse(started), term, HOLIDAYS)).toISOString()).toBe(
      new Date(due).toISOString(),
    );
  });

  test('without any working day in ten years is said so', () => {
    const days = Array.from({ length: 4_000 }, (_none, n) =>
      new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10),
    );
    expect(() => dueAfter(Date.UTC(2026, 0, 1), { 'working-days': 1 }, { days, worked: [] })).toThrow(
      RangeError,
    );
  });

  test('is warned of before it ends, never before it began', () => {
    expect(warnAt(1_000, 7_200_000, 60)).toBe(3_600_000);
    expect(warnAt(1_000, 7_200_000, 600)).toBe(1_000);
  });
});

describe('the files that ship', () => {
  test('are read, name a source for every clock, and have first steps for every class', async () => {
    const { clocks, checklists } = await loadCaseRules(FOLDER, undefined);
    expect(clocks.clocks.map(({ id }) => id)).toEqual([
      'vn-2026-at-once',
      'vn-2026-24h',
      'vn-2026-72h',
      'personal-data-72h',
      'vn-2022-5d',
    ]);
    expect(clocks.holidays.days).toContain('2026-09-02');
    expect(Object.keys(checklists).toSorted()).toEqual([...CASE_CLASSES].toSorted());
  });

  test('mark each clock as the table of the documentation does', async () => {
    const { clocks } = await loadCaseRules(FOLDER, undefined);
    const said = await readFile(path.join(FOLDER, '..', '..', 'docs', 'incidents.md'), 'utf8');
    const rows = [...said.matchAll(/^\| `([a-z0-9-]+)` .*\| ([ABCD]) +\|$/gm)].map(
      ([, id, mark]) => `${id} ${mark}`,
    );
    expect(rows).toEqual(clocks.clocks.map(({ id, confidence }) => `${id} ${confidence}`));
  });

  test('call what was not verified to bind doubtful', async () => {
    const { clocks } = await loadCaseRules(FOLDER, undefined);
    const unverified = clocks.clocks.filter(({ text }) => text.includes('not verified'));
    expect(unverified.map(({ id, confidence }) => [id, confidence])).toEqual([['vn-2022-5d', 'D']]);
  });

  test('an own file that is not of this form is refused by its name', async () => {
    const own = path.join(FOLDER, 'checklists.yml');
    await expect(loadCaseRules(FOLDER, own)).rejects.toThrow(CaseRulesError);
    await expect(loadCaseRules(FOLDER, own)).rejects.toThrow(own);
  });
});
