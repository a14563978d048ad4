/** Moments and days as documents of Vietnam write them. */
import type { WorkCalendar } from '../liveness/calendar.ts';

/**
 * Decree 30/2020/NĐ-CP, annex I, section II, point 4: days below 10 and months below 3 have a zero before them.
 * @param day `YYYY-MM-DD`
 */
export function dayInWords(day: string): string {
  const [year = '', month = '', date = ''] = day.split('-');
  const shortMonth = Number(month) < 3 ? month : String(Number(month));
  return `ngày ${date} tháng ${shortMonth} năm ${year}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  formats.set(timeZone, made);
  return made;
}

/** e.g. `17 giờ 00, ngày 05 tháng 02 năm 2026`. */
export function momentInWords({ timeZone }: Pick<WorkCalendar, 'timeZone'>, ms: number): string {
  const [day = '', time = ''] = formatOf(timeZone).format(ms).split(' ');
  const [hours = '', minutes = ''] = time.split(':');
  return `${hours} giờ ${minutes}, ${dayInWords(day)}`;
}

/** e.g. `05/02/2026 17:00`. */
export function momentShort({ timeZone }: Pick<WorkCalendar, 'timeZone'>, ms: number): string {
  const [day = '', time = ''] = formatOf(timeZone).format(ms).split(' ');
  return `${day.split('-').toReversed().join('/')} ${time}`;
}
