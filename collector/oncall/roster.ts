/**
 * Who is on duty at a moment. Invariants: an override goes before every layer, the last that was written first; of layers the last
 * whose hours fit; turns go by dates on the wall, so that summer time moves no hand-over.
 */
import { z } from 'zod';
import { calendarSchema, DEFAULT_CALENDAR } from '../liveness/calendar.ts';
import { hoursSchema, inHours, localClock, timeOfDaySchema, type Place } from './hours.ts';

export const personOnDutySchema = z
  .strictObject({
    name: z.string().trim().min(1).max(120),
    email: z.email().max(254).optional(),
    /** As the gateway wants it. */
    phone: z
      .string()
      .regex(/^\+?[0-9][0-9 .-]{5,19}$/, 'a telephone number')
      .optional(),
  })
  .refine(({ email, phone }) => email !== undefined || phone !== undefined, {
    error: 'a mail address or a telephone number',
  });
export type PersonOnDuty = z.infer<typeof personOnDutySchema>;

const layerSchema = z.strictObject({
  /** First day of the first person. */
  startOn: z.iso.date(),
  /** When one hands over to the next. */
  handOver: timeOfDaySchema.default('08:00'),
  everyDays: z.int().min(1).max(28).default(7),
  people: z.array(personOnDutySchema).min(1).max(50),
  hours: hoursSchema.default('always'),
});

export const rosterSchema = z.strictObject({
  timeZone: calendarSchema.shape.timeZone.default(DEFAULT_CALENDAR.timeZone),
  layers: z.array(layerSchema).min(1).max(5),
  overrides: z
    .array(
      z
        .strictObject({
          from: z.iso.datetime({ offset: true }),
          to: z.iso.datetime({ offset: true }),
          person: personOnDutySchema,
        })
        .refine(({ from, to }) => Date.parse(from) < Date.parse(to), { error: 'it ends before it begins' }),
    )
    .max(500)
    .default([]),
});
export type Roster = z.infer<typeof rosterSchema>;

const DAY_MS = 86_400_000;
const dayNumber = (date: string): number => Date.parse(`${date}T00:00Z`) / DAY_MS;

function onTurn(
  { startOn, handOver, everyDays, people }: Roster['layers'][number],
  timeZone: string,
  ms: number,
): PersonOnDuty | undefined {
  const { date, time } = localClock(timeZone, ms);
  const days = dayNumber(date) - dayNumber(startOn) - (time < handOver ? 1 : 0);
  return days < 0 ? undefined : people[Math.floor(days / everyDays) % people.length];
}

/** Undefined: nobody. */
export function onDuty(
  { timeZone, layers, overrides }: Roster,
  { calendar }: Pick<Place, 'calendar'>,
  ms: number,
): PersonOnDuty | undefined {
  const override = overrides.findLast(({ from, to }) => Date.parse(from) <= ms && ms < Date.parse(to));
  if (override !== undefined) return override.person;
  return layers
    .filter(({ hours }) => inHours(hours, { calendar, timeZone }, ms))
    .map((layer) => onTurn(layer, timeZone, ms))
    .findLast((person) => person !== undefined);
}

export interface Turn {
  fromMs: number;
  toMs: number;
  /** Undefined: nobody. */
  person: PersonOnDuty | undefined;
}

/** Hand-overs, windows and working hours begin at whole minutes; these are looked at. */
const LOOK_MS = 5 * 60_000;

/**
 * Who is on duty from one moment to another, one after the other. Turns begin and end at whole five minutes, but for overrides, which
 * are exact.
 */
export function turnsOf(
  roster: Roster,
  place: Pick<Place, 'calendar'>,
  fromMs: number,
  toMs: number,
): Turn[] {
  const moments = new Set([fromMs]);
  for (let ms = Math.ceil(fromMs / LOOK_MS) * LOOK_MS; ms < toMs; ms += LOOK_MS) moments.add(ms);
  for (const { from, to } of roster.overrides)
    for (const ms of [Date.parse(from), Date.parse(to)]) if (ms > fromMs && ms < toMs) moments.add(ms);
  const turns: Turn[] = [];
  for (const ms of [...moments].toSorted((a, b) => a - b)) {
    const person = onDuty(roster, place, ms);
    const last = turns.at(-1);
    if (last !== undefined && isSame(last.person, person)) last.toMs = toMs;
    else {
      if (last !== undefined) last.toMs = ms;
      turns.push({ fromMs: ms, toMs, person });
    }
  }
  return turns;
}

const isSame = (a: PersonOnDuty | undefined, b: PersonOnDuty | undefined): boolean =>
  a?.name === b?.name && a?.email === b?.email && a?.phone === b?.phone;
