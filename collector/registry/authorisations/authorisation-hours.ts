/** When an authorisation holds: between its days, at its hours, and all day on days off where it says so. */
import { isWorkDay, localDay, localTime, type WorkCalendar } from '../../liveness/calendar.ts';

export interface AuthorisedHours {
  validFromMs: number;
  validToMs: number;
  fromTime: string;
  toTime: string;
  daysOff: boolean;
}

export function holdsAt(hours: AuthorisedHours, calendar: WorkCalendar, ms: number): boolean {
  const { validFromMs, validToMs, fromTime, toTime, daysOff } = hours;
  if (ms < validFromMs || ms >= validToMs) return false;
  if (daysOff && !isWorkDay(calendar, localDay(calendar, ms))) return true;
  const time = localTime(calendar, ms);
  if (fromTime === toTime) return true;
  return fromTime < toTime ? time >= fromTime && time < toTime : time >= fromTime || time < toTime;
}
