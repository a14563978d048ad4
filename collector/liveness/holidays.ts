/**
 * Public holidays of Vietnam. Source: Labour Code 45/2019/QH14, article 112 (1 January; Tết, 5 days; Giỗ Tổ, the 10th
 * day of the 3rd lunar month; 30 April; 1 May; National Day, 2 September and the day before or after) and article 111,
 * clause 3 (a holiday on a weekly day off is made up on the next working day). 2025 and 2026 as the government announced
 * them (8726/VPCP-KGVX of 26 November 2024, 9441/TB-BNV of 16 October 2025), swapped days included; 2027 and 2028 by the statute alone, until they are
 * announced: an agency's own calendar goes before this table.
 */
export interface Holidays {
  /** `YYYY-MM-DD`. Days off, those on a weekend left out. */
  daysOff: readonly string[];
  /** Saturdays and Sundays worked in exchange. */
  workDays: readonly string[];
}

const BY_YEAR: Readonly<Record<string, Holidays>> = {
  '2025': {
    daysOff: [
      '2025-01-01',
      '2025-01-27',
      '2025-01-28',
      '2025-01-29',
      '2025-01-30',
      '2025-01-31',
      '2025-04-07',
      '2025-04-30',
      '2025-05-01',
      '2025-05-02',
      '2025-09-01',
      '2025-09-02',
    ],
    workDays: ['2025-04-26'],
  },
  '2026': {
    daysOff: [
      '2026-01-01',
      '2026-01-02',
      '2026-02-16',
      '2026-02-17',
      '2026-02-18',
      '2026-02-19',
      '2026-02-20',
      '2026-04-27',
      '2026-04-30',
      '2026-05-01',
      '2026-08-31',
      '2026-09-01',
      '2026-09-02',
    ],
    workDays: ['2026-01-10', '2026-08-22'],
  },
  '2027': {
    daysOff: [
      '2027-01-01',
      '2027-02-05',
      '2027-02-08',
      '2027-02-09',
      '2027-02-10',
      '2027-02-11',
      '2027-04-16',
      '2027-04-30',
      '2027-05-03',
      '2027-09-02',
      '2027-09-03',
    ],
    workDays: [],
  },
  '2028': {
    daysOff: [
      '2028-01-03',
      '2028-01-25',
      '2028-01-26',
      '2028-01-27',
      '2028-01-28',
      '2028-01-31',
      '2028-04-04',
      '2028-05-01',
      '2028-05-02',
      '2028-09-01',
      '2028-09-04',
    ],
    workDays: [],
  },
};

const DAYS_OFF: ReadonlySet<string> = new Set(Object.values(BY_YEAR).flatMap(({ daysOff }) => daysOff));
const WORK_DAYS: ReadonlySet<string> = new Set(Object.values(BY_YEAR).flatMap(({ workDays }) => workDays));

/** Years the table knows. */
export const HOLIDAY_YEARS: readonly string[] = Object.keys(BY_YEAR);

/** @param day `YYYY-MM-DD` */
export function isHoliday(day: string): boolean {
  return DAYS_OFF.has(day);
}

/** A weekend day that is worked in exchange for a day off. */
export function isMakeUpDay(day: string): boolean {
  return WORK_DAYS.has(day);
}
