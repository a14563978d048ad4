/** Shapes of working calendars: when agencies are at work, and which days of a year are not as the week says. */
import { z } from 'zod';
import { calendarSchema } from '../liveness/calendar.ts';
import { csvFaultSchema } from './contract-agencies.ts';

/** PUT /agencies/:id/calendar */
export const calendarBodySchema = calendarSchema;

/** GET /calendars: agencies with a calendar of their own. */
export const calendarListSchema = z.object({
  calendars: z.array(
    z.object({
      agencyId: z.number(),
      agencyName: z.string(),
      calendar: calendarSchema,
      /** Agencies that go by it, itself among them. */
      agencies: z.number(),
    }),
  ),
  /** What holds where nobody has one, and for how many of the agencies that the caller sees. */
  usual: z.object({ calendar: calendarSchema, agencies: z.number() }),
});

const yearQuery = { year: z.coerce.number().int().min(1970).max(9_999).optional() };
export const calendarQuerySchema = z.strictObject(yearQuery);
export const calendarDaysQuerySchema = z.strictObject({
  ...yearQuery,
  language: z.enum(['vi', 'en']).default('vi'),
});

/** GET, PUT and DELETE /agencies/:id/calendar: what holds for it. */
export const agencyCalendarSchema = z.object({
  agencyId: z.number(),
  agencyName: z.string(),
  /** Whose it is: the agency's own, that of one above it, or the usual Vietnamese week. */
  source: z.enum(['own', 'above', 'usual']),
  /** The one above; null for one that the caller does not see. */
  above: z.object({ id: z.number(), name: z.string() }).nullable(),
  calendar: calendarSchema,
  /** Agencies below that go by it as well. */
  below: z.number(),
  year: z.number(),
  /** The public holidays of that year; null when the table does not know it. */
  holidays: z
    .object({
      daysOff: z.array(z.string()),
      workDays: z.array(z.string()),
      /** The government has said which days; otherwise they follow the statute alone. */
      isAnnounced: z.boolean(),
    })
    .nullable(),
});

/** POST /agencies/:id/calendar/days */
export const importedDaysSchema = z.object({
  days: z.array(
    z.object({
      day: z.string(),
      kind: z.enum(['off', 'working', 'usual']),
      line: z.number(),
      worked: z.boolean(),
      willWork: z.boolean(),
    }),
  ),
  /** Nothing was written when there are any. */
  faults: z.array(csvFaultSchema),
  moreFaults: z.number(),
});

export type AgencyCalendarView = z.infer<typeof agencyCalendarSchema>;
