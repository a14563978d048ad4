import { describe, expect, it } from 'vitest';
import { DEFAULT_CALENDAR } from '../../../collector/liveness/calendar.ts';
import {
  deadlineOf,
  parsePeriod,
  periodAt,
  periodWords,
  previousPeriod,
} from '../../../collector/report/period.ts';

const period = (text: string) => {
  const parsed = parsePeriod(text);
  if (parsed === undefined) throw new Error(text);
  return parsed;
};

describe('a period', () => {
  it.each([
    ['2026', '2025-12-15', '2026-12-14', 'năm 2026', '2025'],
    ['2026-H1', '2025-12-15', '2026-06-14', '6 tháng đầu năm 2026', '2025-H2'],
    ['2026-H2', '2026-06-15', '2026-12-14', '6 tháng cuối năm 2026', '2026-H1'],
    ['2026-Q1', '2025-12-15', '2026-03-14', 'Quý I năm 2026', '2025-Q4'],
    ['2026-Q4', '2026-09-15', '2026-12-14', 'Quý IV năm 2026', '2026-Q3'],
    ['2026-01', '2025-12-15', '2026-01-14', 'tháng 1 năm 2026', '2025-12'],
  ])('%s is %s to %s', (key, from, day, words, before) => {
    expect(period(key)).toMatchObject({ key, from, day });
    expect(periodWords(period(key))).toBe(words);
    expect(previousPeriod(period(key)).key).toBe(before);
  });

  it.each(['2026-13', '2026-Q5', '2026-H3', '26', '2026-1', '1999', ''])('is not %j', (text) => {
    expect(parsePeriod(text)).toBeUndefined();
  });

  it('of a day is the one whose data is still gathered', () => {
    expect(periodAt('year', '2026-12-14').key).toBe('2026');
    expect(periodAt('year', '2026-12-15').key).toBe('2027');
    expect(periodAt('month', '2026-11-26').key).toBe('2026-12');
    expect(periodAt('quarter', '2026-03-15').key).toBe('2026-Q2');
  });
});

describe('a deadline', () => {
  it('is the last day before the one of the law, with the last working day by then', () => {
    const year = period('2026');
    // 19 December 2026 is a Saturday.
    expect(deadlineOf(DEFAULT_CALENDAR, year, 'unit', '2026-12-15')).toEqual({
      step: 'unit',
      on: '2026-12-19',
      workDay: '2026-12-18',
      daysLeft: 4,
      workDaysLeft: 3,
    });
    expect(deadlineOf(DEFAULT_CALENDAR, year, 'ministry', '2026-12-25')).toMatchObject({
      on: '2026-12-24',
      daysLeft: -1,
      workDaysLeft: 0,
    });
    expect(deadlineOf(DEFAULT_CALENDAR, year, 'lock', '2026-12-14')).toMatchObject({
      on: '2026-12-14',
      daysLeft: 0,
    });
  });
});
