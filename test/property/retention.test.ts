/** Retention deletes exactly what nobody needs, judged hour by hour by someone slow and simple. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays, DAY_MS, dayStartMs } from '../../collector/retention/day.ts';
import { monthsInForce } from '../../collector/retention/law-months.ts';
import { expiresOn, planDay, type RetentionFacts } from '../../collector/retention/retention-policy.ts';

const runs = Number(process.env['VONGGAC_PROPERTY_RUNS'] ?? 300);
const START = 20250101;
const DAYS = 700;
const HOUR_MS = 3_600_000;
const MONTHS = [12, 1, 1, 3, 6, 12] as const; // by level; 0 is unknown
const startMs = dayStartMs(START);

const hour = fc.integer({ min: 0, max: DAYS * 24 });
const spans = <T>(value: fc.Arbitrary<T>) =>
  fc.array(fc.record({ from: hour, hours: fc.option(fc.integer({ min: 1, max: 5_000 })), value }), {
    maxLength: 4,
  });

const world = fc.record({
  /** Levels of two systems, each from an hour on; 0 is not decided. */
  levels: fc.array(
    fc.uniqueArray(fc.record({ at: hour, level: fc.integer({ min: 0, max: 5 }) }), {
      minLength: 1,
      maxLength: 3,
      selector: ({ at }) => at,
    }),
    { minLength: 2, maxLength: 2 },
  ),
  memberships: spans(fc.integer({ min: 0, max: 1 })),
  enrolled: fc.integer({ min: 0, max: 400 * 24 }),
  holds: spans(fc.integer({ min: 0, max: 1 })),
  day: fc.integer({ min: 0, max: 350 }),
  today: fc.integer({ min: 0, max: DAYS }),
  batchMax: fc.integer({ min: 1, max: 4 }),
});

test('deletes exactly what nobody needs', () => {
  fc.assert(
    fc.property(world, (given) => {
      const at = (hours: number): number => startMs + hours * HOUR_MS;
      const levels = given.levels.map((changes) =>
        changes
          .toSorted((a, b) => a.at - b.at)
          .map((change, place, all) => ({ ...change, end: all[place + 1]?.at ?? Infinity })),
      );
      const memberships = given.memberships.map(({ from, hours, value }) => ({
        systemId: value,
        from,
        to: hours === null ? Infinity : from + hours,
      }));
      const orNull = (hours: number): number | null => (hours === Infinity ? null : at(hours));
      const facts: RetentionFacts = {
        hosts: new Map([
          [
            'a',
            {
              enrolledMs: at(given.enrolled),
              agencyId: 1,
              memberships: memberships.map(({ systemId, from, to }) => ({
                systemId,
                fromMs: at(from),
                toMs: orNull(to),
              })),
            },
          ],
        ]),
        levels: new Map(
          levels.map((periods, id) => [
            id,
            periods.map(({ at: from, end, level }) => ({
              level: level === 0 ? null : level,
              lawProfile: 'vn-2026' as const,
              fromMs: at(from),
              toMs: orNull(end),
            })),
          ]),
        ),
        holds: given.holds.map(({ from, hours, value }, id) => ({
          id,
          agentId: value === 0 ? 'a' : 'b',
          systemId: null,
          agencyIds: null,
          fromMs: at(from),
          toMs: hours === null ? null : at(from + hours),
        })),
        months: monthsInForce(new Map()),
      };
      const first = given.day * 24;
      // What anybody could ask of any hour of the day.
      const needs: number[] = [];
      for (let now = Math.max(first, given.enrolled); now < first + 24; now += 1) {
        if (!memberships.some(({ from, to }) => from <= now && now < to)) needs.push(MONTHS[0]);
      }
      if (given.enrolled >= first + 24) needs.push(MONTHS[0]);
      for (const { systemId, to } of memberships) {
        if (to <= first - 31 * 24) continue;
        const periods = levels[systemId] ?? [];
        if (periods.at(-1)?.level === 0) needs.push(MONTHS[0]);
        for (const { level, end } of periods) {
          if (level > 0 && end > first - 31 * 24) needs.push(MONTHS[level] ?? 12);
        }
      }
      const months = needs.length === 0 ? MONTHS[0] : Math.max(...needs);
      const isHeld = given.holds.some(
        ({ from, hours, value }) =>
          value === 0 && from < first + 24 && (hours === null || from + hours >= first),
      );
      const day = addDays(START, given.day);
      const today = addDays(START, given.today);
      const mayGo = today >= expiresOn(day, months) && !isHeld && given.batchMax >= 3;
      const host = {
        agentId: 'a',
        agencyIds: [1],
        rows: 1,
        firstMs: dayStartMs(day),
        lastMs: dayStartMs(day) + DAY_MS - 1,
        batchMax: 3,
      };
      const plan = planDay(facts, day, [host], { today, batchMax: given.batchMax });
      expect(plan.kind).toBe(mayGo ? 'partition' : 'keep');
    }),
    { numRuns: runs },
  );
});
