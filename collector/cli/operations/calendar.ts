/** Working calendars of agencies, and what hosts of agent groups are expected to be. Liveness goes by them from its next look on. */
import { z } from 'zod';
import { calendarSchema } from '../../liveness/calendar.ts';
import { yearOf } from '../../liveness/calendar-year.ts';
import { PROFILES } from '../../liveness/watch.ts';
import { clearCalendar, findCalendar, listCalendars, setCalendar } from '../../registry/calendars.ts';
import { listGroups, setGroupProfile } from '../../registry/agent-groups.ts';
import { defineOperation } from './operation.ts';

const agencyId = z.int().min(1);
const day = z.iso.date();
const days = z.array(day).max(366).optional();

const foundSchema = z.object({
  agencyId: z.number(),
  /** Whose it is: its own, that of an agency above it, or null for the usual Vietnamese week. */
  ofAgencyId: z.number().nullable(),
  calendar: calendarSchema,
});
export type FoundCalendar = z.infer<typeof foundSchema>;

export const calendarList = defineOperation({
  name: 'calendar.list',
  needs: 'data',
  input: z.strictObject({}),
  output: z.array(foundSchema.extend({ agencyName: z.string() })),
  run: ({ registry }) => listCalendars(registry),
});

const yearSchema = z.object({
  year: z.int(),
  /** Days off and days worked of the year that are not as the week says, own ones included. */
  daysOff: z.array(day),
  workDays: z.array(day),
  /** Whether the government has said which days; null for a year that is not in the table, or without public holidays. */
  isAnnounced: z.boolean().nullable(),
});

export const calendarShow = defineOperation({
  name: 'calendar.show',
  needs: 'data',
  input: z.strictObject({ agencyId, year: z.int().min(1970).max(9999).optional() }),
  output: foundSchema.extend(yearSchema.shape),
  async run({ registry }, { agencyId: id, year }) {
    const found = await findCalendar(registry, id);
    return { ...found, ...yearOf(found.calendar, year ?? new Date(registry.now()).getFullYear()) };
  },
});

export const calendarSet = defineOperation({
  name: 'calendar.set',
  needs: 'data',
  input: z.strictObject({
    agencyId,
    ...calendarSchema.pick({ timeZone: true, weekDays: true, from: true, to: true }).partial().shape,
    vietnamHolidays: z.boolean().optional(),
    off: days,
    working: days,
    usual: days,
  }),
  output: foundSchema,
  run: ({ registry, actor }, { agencyId: id, ...change }) => setCalendar(registry, id, change, actor),
});

export const calendarClear = defineOperation({
  name: 'calendar.clear',
  needs: 'data',
  input: z.strictObject({ agencyId }),
  output: foundSchema,
  run: ({ registry, actor }, { agencyId: id }) => clearCalendar(registry, id, actor),
});

const groupSchema = z.object({
  name: z.string(),
  agents: z.number(),
  /** Null: by the kind of host. */
  profile: z.enum(PROFILES).nullable(),
});
export type GroupView = z.infer<typeof groupSchema>;

export const groupList = defineOperation({
  name: 'group.list',
  needs: 'data',
  input: z.strictObject({}),
  output: z.array(groupSchema),
  run: ({ registry }) => listGroups(registry.db),
});

export const groupProfile = defineOperation({
  name: 'group.profile',
  needs: 'data',
  input: z.strictObject({ group: z.string().min(1).max(256), profile: z.enum(PROFILES).nullable() }),
  output: z.object({}),
  async run({ registry, actor }, { group, profile }) {
    await setGroupProfile(registry, group, profile, { actor });
    return {};
  },
});
