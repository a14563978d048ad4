/** Days off and days worked in exchange from a CSV file and into one, as the government announces them each year. */
import { DAY_COLUMNS, dayOf, readTable, type TableRow } from '../agency/csv-columns.ts';
import { type CsvFault, writeCsv } from '../agency/csv-text.ts';
import { searchKey } from '../agency/fold-name.ts';
import { addCalendarDays, isWorkDay, type WorkCalendar } from '../liveness/calendar.ts';
import { yearOf } from '../liveness/calendar-year.ts';
import { readAgency, requireAgency, requireVersion } from './agencies.ts';
import { type CalendarBy, calendarVersion, readCalendars, writeCalendar } from './calendars.ts';
import { FAULTS_MAX } from './csv-import.ts';
import type { Registry } from './database.ts';
import { RefusalError } from './refusal.ts';

export type DayKind = 'off' | 'working' | 'usual';

const WORDS: Readonly<Record<DayKind, readonly string[]>> = {
  off: ['nghỉ', 'nghỉ lễ', 'nghỉ tết', 'nghỉ bù', 'nghỉ hoán đổi', 'ngày nghỉ', 'off', 'day off', 'holiday'],
  working: ['làm bù', 'đi làm', 'làm việc', 'làm việc bù', 'working', 'work', 'make-up', 'make up'],
  usual: ['như thường', 'thường', 'bỏ', 'usual', 'none'],
};
const KIND_OF = new Map<string, DayKind>();
for (const kind of ['off', 'working', 'usual'] as const)
  for (const word of WORDS[kind]) KIND_OF.set(searchKey(word), kind);

/** Longer than any Tết; a mistyped year would be thousands of days. */
const RUN_DAYS_MAX = 31;

export interface ReadDay {
  day: string;
  kind: DayKind;
  line: number;
}

type Fault = (field: string, message: string, vi: string) => void;

function daysOf(row: TableRow, fault: Fault): ReadDay[] {
  const [fromText, toText, kindText] = [row.get('from'), row.get('to'), row.get('kind')];
  const from = dayOf(fromText);
  const to = toText === '' ? from : dayOf(toText);
  const kind = KIND_OF.get(searchKey(kindText));
  for (const [field, text, day] of [
    ['from', fromText, from],
    ['to', toText, to],
  ] as const) {
    if (day !== undefined || (field === 'to' && text === '')) continue;
    const asked = text.slice(0, 20);
    const said = `"${asked}" is no day: write 05/02/2027 or 2027-02-05`;
    fault(field, said, `"${asked}" không phải ngày: hãy viết 05/02/2027 hoặc 2027-02-05`);
  }
  if (kind === undefined) {
    const asked = kindText.slice(0, 40);
    const said = `"${asked}" is no kind of day: off, working or usual`;
    fault('kind', said, `"${asked}" không phải loại ngày: nghỉ, làm bù hoặc như thường`);
  }
  if (from === undefined || to === undefined || kind === undefined) return [];
  if (to < from) {
    fault('to', 'the last day is before the first', 'ngày cuối đứng trước ngày đầu');
    return [];
  }
  const days: ReadDay[] = [];
  for (let day = from; day <= to; day = addCalendarDays(day, 1)) {
    if (days.length === RUN_DAYS_MAX) {
      const said = `more than ${RUN_DAYS_MAX} days in one row: is the year right?`;
      fault('to', said, `một dòng dài hơn ${RUN_DAYS_MAX} ngày: năm có đúng không?`);
      return [];
    }
    days.push({ day, kind, line: row.line });
  }
  return days;
}

/** Days of a file, each once. */
function readDays(text: string): { days: ReadDay[]; faults: CsvFault[] } {
  const { rows, faults } = readTable(text, DAY_COLUMNS);
  const days = new Map<string, ReadDay>();
  for (const row of rows) {
    const fault: Fault = (field, message, vi) => {
      faults.push({ line: row.line, column: row.columnOf(field), message, vi });
    };
    for (const one of daysOf(row, fault)) {
      const before = days.get(one.day);
      if (before === undefined) days.set(one.day, one);
      else if (before.kind !== one.kind) {
        const said = `${one.day} has another kind on line ${before.line}`;
        fault('from', said, `${one.day} mang loại khác ở dòng ${before.line}`);
      }
    }
  }
  return { days: [...days.values()].toSorted((a, b) => (a.day < b.day ? -1 : 1)), faults };
}

function withDays(calendar: WorkCalendar, days: readonly ReadDay[]): WorkCalendar {
  const said = new Set(days.map(({ day }) => day));
  const put = (list: readonly string[], kind: DayKind): string[] =>
    [
      ...list.filter((day) => !said.has(day)),
      ...days.filter((one) => one.kind === kind).map(({ day }) => day),
    ].toSorted();
  return { ...calendar, daysOff: put(calendar.daysOff, 'off'), workDays: put(calendar.workDays, 'working') };
}

export interface ImportedDays {
  /** Each day of the file, and whether it is worked before and after. */
  days: (ReadDay & { worked: boolean; willWork: boolean })[];
  /** Nothing was written when there are any. */
  faults: CsvFault[];
  moreFaults: number;
}

/**
 * All or nothing; a dry run says what it would do. The agency has a calendar of its own afterwards.
 * @throws RefusalError agency-unknown, agency-ended, version-conflict
 */
export async function importDays(
  registry: Registry,
  agencyId: number,
  text: string,
  by: CalendarBy & { dryRun: boolean },
): Promise<ImportedDays> {
  const nowMs = registry.now();
  const { days, faults } = readDays(text);
  return registry.db.transaction().execute(async (trx) => {
    await readAgency(trx, agencyId, by.scope);
    await requireAgency(trx, agencyId);
    const before = (await readCalendars(trx))(agencyId);
    requireVersion(`the calendar of agency ${agencyId}`, calendarVersion(before), by.version);
    const after = withDays(before.calendar, days);
    if (faults.length === 0) {
      try {
        await writeCalendar(trx, nowMs, agencyId, by.actor, after, { dryRun: by.dryRun });
      } catch (error) {
        if (!(error instanceof RefusalError)) throw error;
        faults.push({ line: 1, column: 0, message: error.message, reason: error.code });
      }
    }
    return {
      days: days.map((one) => ({
        ...one,
        worked: isWorkDay(before.calendar, one.day),
        willWork: isWorkDay(after, one.day),
      })),
      faults: faults.slice(0, FAULTS_MAX),
      moreFaults: Math.max(0, faults.length - FAULTS_MAX),
    };
  });
}

/** What holds for an agency in a year, as import reads it. @throws RefusalError agency-unknown */
export async function exportDays(
  registry: Registry,
  agencyId: number,
  year: number,
  { scope, language }: { scope: CalendarBy['scope']; language: 'vi' | 'en' },
): Promise<string> {
  await readAgency(registry.db, agencyId, scope);
  const { calendar } = (await readCalendars(registry.db))(agencyId);
  const { daysOff, workDays } = yearOf(calendar, year);
  const [off, working] = language === 'vi' ? ['nghỉ', 'làm bù'] : ['off', 'working'];
  const rows = [
    ...daysOff.map((day) => [day, '', off, '']),
    ...workDays.map((day) => [day, '', working, '']),
  ].toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1));
  return writeCsv([DAY_COLUMNS.map((column) => column[language]), ...rows]);
}
