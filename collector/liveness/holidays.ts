/**
 * Public holidays of Vietnam. The statute: Labour Code 45/2019/QH14, article 112, clause 1 (1 January; Tết, 5 days; Giỗ Tổ,
 * the 10th day of the 3rd lunar month; 30 April; 1 May; National Day, 2 September and the day before or after), Resolution
 * 28/2026/QH16 (24 November, Vietnam's Culture Day, from 2026 on) and article 111, clause 3 (a holiday on a weekly day off
 * is made up on the next working day). Which days Tết and National Day take, and which are exchanged, the government says
 * each year (article 112, clause 3), for offices of the state: 9859/VPCP-KGVX and 9441/TB-BNV (Tết and September 2026),
 * 12729/VPCP-KGVX (2 against 10 January 2026), 10065/VPCP-KGVX of 2 October 2026 (24 November 2026; Tết and September
 * 2027). These were read of in other people's calendars that cite them, not in the letters themselves; the exchange of
 * 2025 (2 May against 26 April) is from memory; 2028 follows the statute alone. So look at `vonggac calendar show`, and
 * correct what is different: an agency's own calendar goes before this table.
 */
export interface Holidays {
  /** `YYYY-MM-DD`. Days off, those on a weekend left out. */
  daysOff: readonly string[];
  /** Saturdays and Sundays worked in exchange. */
  workDays: readonly string[];
  /** The government has said which days; otherwise they follow the statute alone. */
  isAnnounced: boolean;
}

const BY_YEAR: Readonly<Record<string, Holidays>> = {
  '2025': {
    isAnnounced: true,
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
    isAnnounced: true,
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
      '2026-11-24',
    ],
    workDays: ['2026-01-10', '2026-08-22'],
  },
  '2027': {
    isAnnounced: true,
    daysOff: [
      '2027-01-01',
      '2027-02-04',
      '2027-02-05',
      '2027-02-08',
      '2027-02-09',
      '2027-02-10',
      '2027-04-16',
      '2027-04-30',
      '2027-05-03',
      '2027-09-02',
      '2027-09-03',
      '2027-11-24',
    ],
    workDays: [],
  },
  '2028': {
    isAnnounced: false,
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
      '2028-11-24',
    ],
    workDays: [],
  },
};

const DAYS_OFF: ReadonlySet<string> = new Set(Object.values(BY_YEAR).flatMap(({ daysOff }) => daysOff));
const WORK_DAYS: ReadonlySet<string> = new Set(Object.values(BY_YEAR).flatMap(({ workDays }) => workDays));

/** Years the table knows. */
export const HOLIDAY_YEARS: readonly string[] = Object.keys(BY_YEAR);

/** @param year e.g. `2027`; undefined for one that the table does not know */
export function holidaysOf(year: string): Holidays | undefined {
  return BY_YEAR[year];
}

/** @param day `YYYY-MM-DD` */
export function isHoliday(day: string): boolean {
  return DAYS_OFF.has(day);
}

/** A weekend day that is worked in exchange for a day off. */
export function isMakeUpDay(day: string): boolean {
  return WORK_DAYS.has(day);
}
