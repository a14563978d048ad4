/** What an agency's own days and the public holidays come to in a year. */
import type { WorkCalendar } from './calendar.ts';
import { holidaysOf } from './holidays.ts';

export interface CalendarYear {
  year: number;
  /** Days off and days worked of the year that are not as the week says, own ones included. */
  daysOff: string[];
  workDays: string[];
  /** Whether the government has said which days; null for a year that is not in the table, or without public holidays. */
  isAnnounced: boolean | null;
}

export function yearOf(calendar: WorkCalendar, year: number): CalendarYear {
  const table = calendar.vietnamHolidays ? holidaysOf(String(year)) : undefined;
  const ofYear = (list: readonly string[]): string[] => list.filter((one) => one.startsWith(`${year}-`));
  const [off, work] = [ofYear(calendar.daysOff), ofYear(calendar.workDays)];
  const unless = (list: readonly string[] = [], not: readonly string[]): string[] =>
    list.filter((one) => !not.includes(one));
  return {
    year,
    daysOff: [...new Set([...unless(table?.daysOff, work), ...unless(off, work)])].toSorted(),
    workDays: [...new Set([...work, ...unless(table?.workDays, off)])].toSorted(),
    isAnnounced: table?.isAnnounced ?? null,
  };
}
