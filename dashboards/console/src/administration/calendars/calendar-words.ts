/** Days of the week, states of days and sources of calendars in words. */
import type { AgencyCalendarView } from '../../../../../collector/api/contract-calendars.ts';
import { localeOf, type Language } from '../../i18n/translate.ts';
import type { LabelOf, Text } from '../../i18n/messages.ts';
import { visibleString } from '../../text/visible-text.ts';
import type { DayState } from './calendar-days.ts';
import type { messages } from './calendar-messages.ts';

type Room = typeof messages;

export const stateLabel: Readonly<Record<DayState, LabelOf<Room>>> = {
  work: 'state.work',
  rest: 'state.rest',
  holiday: 'state.holiday',
  exchange: 'state.exchange',
  'own-off': 'state.ownOff',
  'own-work': 'state.ownWork',
};

export type Mark = 'off' | 'working' | 'usual';

export const markLabel: Readonly<Record<Mark, LabelOf<Room>>> = {
  off: 'span.off',
  working: 'span.working',
  usual: 'span.usual',
};

/** 4 January 2027 is a Monday. */
const monday = Date.UTC(2027, 0, 4);
const dayMs = 86_400_000;

/** @param day 1 Monday to 7 Sunday */
export function weekDayName(language: Language, day: number, length: 'short' | 'long' | 'narrow'): string {
  const name = new Intl.DateTimeFormat(localeOf[language], { weekday: length, timeZone: 'UTC' });
  return name.format(monday + (day - 1) * dayMs);
}

export function monthName(language: Language, year: number, month: number): string {
  const name = new Intl.DateTimeFormat(localeOf[language], { month: 'long', timeZone: 'UTC' });
  const written = name.format(Date.UTC(year, month - 1, 1));
  return written.charAt(0).toLocaleUpperCase(localeOf[language]) + written.slice(1);
}

/** T2–T6, CN: runs of three and more with a dash. */
export function weekText(
  language: Language,
  { weekDays }: Pick<AgencyCalendarView['calendar'], 'weekDays'>,
): string {
  const days = weekDays.toSorted((a, b) => a - b);
  const runs: number[][] = [];
  for (const day of days) {
    const run = runs.at(-1);
    if (run !== undefined && run.at(-1) === day - 1) run.push(day);
    else runs.push([day]);
  }
  const named = (day: number) => weekDayName(language, day, 'short');
  return runs
    .map((run) => {
      const [first = 1] = run;
      return run.length < 3 ? run.map(named).join(', ') : `${named(first)}–${named(run.at(-1) ?? first)}`;
    })
    .join(', ');
}

export function sourceText(text: Text<Room>, { source, above }: AgencyCalendarView): string {
  if (source === 'own') return text('calendar.own');
  if (source === 'usual') return text('calendar.usual');
  return above === null
    ? text('calendar.aboveUnseen')
    : text('calendar.above', { name: visibleString(above.name, 120) });
}
