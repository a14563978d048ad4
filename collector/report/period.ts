/**
 * Periods of reports and their days. Data of a period is locked on the 14th of its last month and begins on the 15th before its
 * first (decree 09/2019/NĐ-CP, article 12; for the year as Mẫu 08 of decree 331/2026/NĐ-CP says: 15/12 to 14/12).
 */
import { addDays } from '../agency/legal-day.ts';
import { addWorkDays } from '../request/due-day.ts';
import { isWorkDay, type WorkCalendar } from '../liveness/calendar.ts';

export const PERIOD_KINDS = ['month', 'quarter', 'half', 'year'] as const;
export type PeriodKind = (typeof PERIOD_KINDS)[number];

export interface ReportPeriod {
  /** `2026`, `2026-H1`, `2026-Q4`, `2026-11`. */
  key: string;
  kind: PeriodKind;
  year: number;
  /** Which half, quarter or month; 1 for a year. */
  part: number;
  /** First and last day of its data, `YYYY-MM-DD`. */
  from: string;
  day: string;
}

const MONTHS: Readonly<Record<PeriodKind, number>> = { month: 1, quarter: 3, half: 6, year: 12 };
const PATTERN = /^(20\d{2})(?:-(?:H([12])|Q([1-4])|(0[1-9]|1[0-2])))?$/;

const two = (value: number): string => String(value).padStart(2, '0');

/** Undefined when it is no period. */
export function parsePeriod(text: string): ReportPeriod | undefined {
  const found = PATTERN.exec(text);
  if (found === null) return undefined;
  const [, year = '', half, quarter, month] = found;
  if (half !== undefined) return periodOf('half', Number(year), Number(half));
  if (quarter !== undefined) return periodOf('quarter', Number(year), Number(quarter));
  if (month !== undefined) return periodOf('month', Number(year), Number(month));
  return periodOf('year', Number(year), 1);
}

export function periodOf(kind: PeriodKind, year: number, part: number): ReportPeriod {
  const last = part * MONTHS[kind];
  const first = last - MONTHS[kind];
  const before = first === 0 ? `${year - 1}-12` : `${year}-${two(first)}`;
  return {
    key: keyOf(kind, year, part),
    kind,
    year,
    part,
    from: `${before}-15`,
    day: `${year}-${two(last)}-14`,
  };
}

function keyOf(kind: PeriodKind, year: number, part: number): string {
  switch (kind) {
    case 'year':
      return String(year);
    case 'half':
      return `${year}-H${part}`;
    case 'quarter':
      return `${year}-Q${part}`;
    case 'month':
      return `${year}-${two(part)}`;
  }
}

/** The period of that kind whose data is being gathered on a day: the next to be locked. */
export function periodAt(kind: PeriodKind, day: string): ReportPeriod {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  const counted = date > 14 ? month + 1 : month;
  const [ofYear, ofMonth] = counted > 12 ? [year + 1, 1] : [year, counted];
  return periodOf(kind, ofYear, Math.ceil(ofMonth / MONTHS[kind]));
}

export function previousPeriod({ kind, from }: ReportPeriod): ReportPeriod {
  return periodAt(kind, addDays(from, -1));
}

const ROMAN = ['I', 'II', 'III', 'IV'];

/** As a title says it: `Quý IV năm 2026`. */
export function periodWords({ kind, year, part }: ReportPeriod): string {
  switch (kind) {
    case 'year':
      return `năm ${year}`;
    case 'half':
      return part === 1 ? `6 tháng đầu năm ${year}` : `6 tháng cuối năm ${year}`;
    case 'quarter':
      return `Quý ${ROMAN[part - 1] ?? ''} năm ${year}`;
    case 'month':
      return `tháng ${part} năm ${year}`;
  }
}

/** Who a report goes to: from units to the owner of systems, and from the owner to the Ministry of Public Security. */
export const DUE_STEPS = ['lock', 'unit', 'ministry'] as const;
export type DueStep = (typeof DUE_STEPS)[number];

export interface Deadline {
  step: DueStep;
  /** The last day: of data, or of those before the 20th and the 25th. */
  on: string;
  /** The last working day by then: a weekend does not move what the law says. */
  workDay: string;
  /** Negative when it has passed. */
  daysLeft: number;
  /** Working days from tomorrow up to that day; 0 when it has passed. */
  workDaysLeft: number;
}

/** Decree 331/2026/NĐ-CP, Mẫu 08: before 20/12 and before 25/12; other periods by the same days of their last month. */
function dueDay(period: ReportPeriod, step: DueStep): string {
  if (step === 'lock') return period.day;
  return `${period.day.slice(0, 8)}${step === 'unit' ? '19' : '24'}`;
}

export function deadlineOf(
  calendar: WorkCalendar,
  period: ReportPeriod,
  step: DueStep,
  today: string,
): Deadline {
  const on = dueDay(period, step);
  const workDay = isWorkDay(calendar, on) ? on : addWorkDays(calendar, on, -1);
  const daysLeft = Math.round((Date.parse(`${on}T00:00Z`) - Date.parse(`${today}T00:00Z`)) / 86_400_000);
  let workDaysLeft = 0;
  for (let day = addDays(today, 1); day <= on && workDaysLeft < 400; day = addDays(day, 1))
    if (isWorkDay(calendar, day)) workDaysLeft += 1;
  return { step, on, workDay, daysLeft, workDaysLeft };
}
