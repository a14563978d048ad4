import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compile, parseRules } from '../../../rules/sigma/index.ts';
import type { CorrelationHit, CorrelatorSnapshot, Engine } from '../../../rules/sigma/index.ts';

interface Pushed {
  rule: string;
  user: string;
  value: number | undefined;
  timeMs: number;
}

const TIMESPAN_MS = 10_000;

function engineFor(type: string, condition: string): Engine {
  const base = ['a', 'b'].map((id) => `title: ${id}\nid: ${id}\ndetection: {s: {k: ${id}}, condition: s}\n`);
  const engine = compile([
    parseRules(
      `${base.join('---\n')}---\ntitle: K\nid: k\ncorrelation:\n  type: ${type}\n  rules: [a, b]\n  group-by: [user]\n  timespan: 10s\n  condition: ${condition}\n`,
      { source: 'x' },
    ),
  ]);
  expect(engine.errors).toEqual([]);
  return engine;
}

const pushes = fc.array(
  fc.record({
    rule: fc.constantFrom('a', 'b'),
    user: fc.constantFrom('x', 'y'),
    value: fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined }),
    // Whole and half seconds, so that equal times and exact spans occur.
    timeMs: fc.integer({ min: 0, max: 80 }).map((halves) => halves * 500),
  }),
  { maxLength: 40 },
);

const types: fc.Arbitrary<[string, string]> = fc.constantFrom(
  ['event_count', '{gte: 3}'],
  ['event_count', '{gt: 1, lte: 3}'],
  ['event_count', '{eq: 2}'],
  ['value_count', '{field: value, gte: 3}'],
  ['temporal', 'a and b'],
  ['temporal', '{gte: 2}'],
  ['temporal_ordered', '{gte: 2}'],
  ['value_sum', '{field: value, gte: 6}'],
  ['value_avg', '{field: value, gt: 2}'],
  ['value_median', '{field: value, gt: 2}'],
);

function fieldsOf({ user, value }: Pushed): Record<string, unknown> {
  return value === undefined ? { user } : { user, value };
}

function run(engine: Engine, list: readonly Pushed[], lateness = 100_000): CorrelationHit[] {
  const correlator = engine.correlator({ lateness });
  return list.flatMap((one) => correlator.push({ rule: { id: one.rule } }, fieldsOf(one), one.timeMs));
}

/** By the definition alone: for each entry in time order, the value over its window; a hit where a stretch begins. */
function slow(
  type: string,
  condition: string,
  list: readonly Pushed[],
): { user: string; stretches: [number, number][] }[] {
  return ['x', 'y'].map((user) => {
    const needsValue = type.startsWith('value_');
    const entries = list
      .filter((one) => one.user === user && (!needsValue || one.value !== undefined))
      .toSorted((left, right) => left.timeMs - right.timeMs);
    const stretches: [number, number][] = [];
    let previous: { timeMs: number; holds: boolean } | undefined;
    for (const [index, entry] of entries.entries()) {
      const window = entries.slice(0, index + 1).filter(({ timeMs }) => timeMs >= entry.timeMs - TIMESPAN_MS);
      const holds = judge(condition, valueOf(type, window));
      const last = stretches.at(-1);
      if (
        holds &&
        previous?.holds === true &&
        entry.timeMs - previous.timeMs <= TIMESPAN_MS &&
        last !== undefined
      )
        last[1] = entry.timeMs;
      else if (holds) stretches.push([entry.timeMs, entry.timeMs]);
      previous = { timeMs: entry.timeMs, holds };
    }
    return { user, stretches };
  });
}

function valueOf(type: string, window: readonly Pushed[]): number {
  const values = window.map(({ value }) => value ?? 0).toSorted((left, right) => left - right);
  const sum = values.reduce((total, value) => total + value, 0);
  switch (type) {
    case 'event_count':
      return window.length;
    case 'value_count':
      return new Set(values).size;
    case 'temporal':
      return new Set(window.map(({ rule }) => rule)).size;
    case 'temporal_ordered': {
      const first = window.findIndex(({ rule }) => rule === 'a');
      if (first === -1) return 0;
      return window.slice(first).some(({ rule }) => rule === 'b') ? 2 : 1;
    }
    case 'value_sum':
      return sum;
    case 'value_avg':
      return sum / values.length;
    default:
      return ((values[(values.length - 1) >> 1] ?? 0) + (values[values.length >> 1] ?? 0)) / 2;
  }
}

function judge(condition: string, value: number): boolean {
  // `a and b` of temporal: both of two rules.
  if (!condition.startsWith('{')) return value >= 2;
  return [...condition.matchAll(/\b(gte|gt|lte|lt|eq): (\d+)/g)].every(([, op, bound]) => {
    const limit = Number(bound);
    return {
      gte: value >= limit,
      gt: value > limit,
      lte: value <= limit,
      lt: value < limit,
      eq: value === limit,
    }[op ?? ''];
  });
}

test('in order: hits are exactly the beginnings of the stretches', { timeout: 300_000 }, () => {
  fc.assert(
    fc.property(types, pushes, ([type, condition], list) => {
      const sorted = list.toSorted((left, right) => left.timeMs - right.timeMs);
      const hits = run(engineFor(type, condition), sorted).map(
        ({ group, timeMs }) => `${group.user ?? ''} ${String(timeMs)}`,
      );
      const want = slow(type, condition, sorted).flatMap(({ user, stretches }) =>
        stretches.map(([start]) => `${user} ${String(start)}`),
      );
      expect(hits.toSorted()).toEqual(want.toSorted());
    }),
    { numRuns: 2000 },
  );
});

test(
  'in any order within the lateness: every stretch has a hit, and every hit lies in a stretch',
  { timeout: 300_000 },
  () => {
    // Conditions that more events cannot undo; for the others a hit may be given before the event that contradicts it.
    const monotone = types.filter(
      ([type, condition]) => /^\{(field: value, )?gte/.test(condition) && type !== 'temporal_ordered',
    );
    fc.assert(
      fc.property(monotone, pushes, ([type, condition], list) => {
        const hits = run(engineFor(type, condition), list);
        for (const { user, stretches } of slow(type, condition, list)) {
          const times = hits.filter(({ group }) => group.user === user).map(({ timeMs }) => timeMs);
          for (const [start, end] of stretches)
            expect(times.some((time) => time >= start && time <= end)).toBe(true);
          for (const time of times)
            expect(stretches.some(([start, end]) => time >= start && time <= end)).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  },
);

test('a snapshot taken anywhere changes nothing', { timeout: 300_000 }, () => {
  fc.assert(
    fc.property(types, pushes, fc.nat(40), ([type, condition], list, cut) => {
      const engine = engineFor(type, condition);
      const options = { lateness: 20_000, entriesMax: 8, groupsMax: 2 };
      const through = engine.correlator(options);
      const before = engine.correlator(options);
      const push = (to: typeof through, one: Pushed): unknown =>
        to.push({ rule: { id: one.rule } }, fieldsOf(one), one.timeMs);
      for (const one of list.slice(0, cut)) expect(push(before, one)).toEqual(push(through, one));
      const after = engine.correlator(options);
      after.restore(JSON.parse(JSON.stringify(before.snapshot())) as CorrelatorSnapshot);
      for (const one of list.slice(cut)) expect(push(after, one)).toEqual(push(through, one));
      expect(after.stats()).toEqual(through.stats());
      expect(after.snapshot()).toEqual(through.snapshot());
    }),
    { numRuns: 2000 },
  );
});

test('state never exceeds its bounds, whatever is pushed', { timeout: 300_000 }, () => {
  fc.assert(
    fc.property(types, pushes, ([type, condition], list) => {
      const correlator = engineFor(type, condition).correlator({
        entriesMax: 7,
        groupsMax: 1,
        lateness: 5000,
      });
      for (const one of list) {
        correlator.push({ rule: { id: one.rule } }, fieldsOf(one), one.timeMs);
        const { groups, entries } = correlator.stats();
        expect(groups).toBeLessThanOrEqual(1);
        expect(entries).toBeLessThanOrEqual(7);
      }
      const { pushed } = correlator.stats();
      expect(pushed).toBe(list.length);
    }),
    { numRuns: 1000 },
  );
});

test('absence: the same hits in any order, exactly those of the definition', { timeout: 300_000 }, () => {
  const engine = engineFor('temporal', 'a and not b');
  fc.assert(
    fc.property(pushes, fc.integer({ min: 1, max: 5 }), (list, step) => {
      const correlator = engine.correlator({ lateness: 100_000 });
      correlator.advance(0);
      const hits: CorrelationHit[] = [];
      for (const [index, one] of list.entries()) {
        hits.push(...correlator.push({ rule: { id: one.rule } }, fieldsOf(one), one.timeMs));
        if (index % step === 0) hits.push(...correlator.advance(index * 1000));
      }
      hits.push(...correlator.advance(1_000_000));
      const want = ['x', 'y'].flatMap((user) => {
        const of = (rule: string): Pushed[] => list.filter((one) => one.user === user && one.rule === rule);
        const near = (one: Pushed, other: Pushed): boolean =>
          Math.abs(one.timeMs - other.timeMs) <= TIMESPAN_MS;
        // Every entry is judged by whether an `a` lies in the timespan up to it and no `b` around it.
        const entries = list.filter((one) => one.user === user).map(({ timeMs }) => timeMs);
        const held = [...new Set(entries)]
          .toSorted((left, right) => left - right)
          .filter((timeMs) => {
            const at: Pushed = { rule: 'a', user, value: undefined, timeMs };
            return (
              of('a').some((one) => one.timeMs <= timeMs && near(one, at)) &&
              !of('b').some((one) => near(one, at))
            );
          });
        return held
          .filter((timeMs, index) => index === 0 || timeMs - (held[index - 1] ?? 0) > TIMESPAN_MS)
          .map((timeMs) => `${user} ${String(timeMs + TIMESPAN_MS)}`);
      });
      expect(hits.map(({ group, timeMs }) => `${group.user ?? ''} ${String(timeMs)}`).toSorted()).toEqual(
        want.toSorted(),
      );
    }),
    { numRuns: 2000 },
  );
});
