/** Working calendars of agencies: what holds, changing it, and days of a year from a file. */
import type { z } from 'zod';
import type {
  AgencyCalendarView,
  calendarBodySchema,
  calendarListSchema,
  importedDaysSchema,
} from '../../../../../collector/api/contract-calendars.ts';
import { queryString } from '../../api/http.ts';
import { http } from '../../session/session-store.ts';

export type CalendarList = z.infer<typeof calendarListSchema>;
export type AgencyCalendar = AgencyCalendarView;
export type Calendar = AgencyCalendar['calendar'];
export type CalendarBody = z.input<typeof calendarBodySchema>;
export type ImportedDays = z.infer<typeof importedDaysSchema>;

/** What all reads of calendars begin with. */
export const calendarsKey = ['calendars'] as const;

const at = (id: number) => `/agencies/${id}/calendar`;

export const readCalendars = (signal?: AbortSignal) => http.read<CalendarList>('/calendars', signal);
export const readCalendar = (id: string, year: number, signal?: AbortSignal) =>
  http.tagged<AgencyCalendar>(`/agencies/${encodeURIComponent(id)}/calendar${queryString({ year })}`, signal);
export const setCalendar = (id: number, body: CalendarBody, ifMatch?: string) =>
  http.change<AgencyCalendar>('PUT', at(id), body, { ifMatch });
export const clearCalendar = (id: number, ifMatch?: string) =>
  http.change<AgencyCalendar>('DELETE', at(id), undefined, { ifMatch });
export const importDays = (
  id: number,
  file: Blob,
  { dryRun, ifMatch }: { dryRun: boolean; ifMatch?: string | undefined },
) =>
  http.upload<ImportedDays>(
    'POST',
    `${at(id)}/days${queryString({ dryRun })}`,
    new Blob([file], { type: 'text/csv' }),
    ifMatch === undefined ? {} : { 'if-match': ifMatch },
  );

/** Puts back what held before: a calendar of its own, or none. */
export const putBack = (before: AgencyCalendar) =>
  before.source === 'own' ? setCalendar(before.agencyId, before.calendar) : clearCalendar(before.agencyId);
