/** What an engine remembers of values must never show: every event is answered as if it were the first. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compile, matchNaive, parseRules, ShapedEvent } from '../../../rules/sigma/index.ts';
import type { EventInput } from '../../../rules/sigma/index.ts';
import { event, logsources, ruleText } from './generate.ts';

const RUNS = Number(process.env.VONGGAC_PROPERTY_RUNS ?? 1_000);

/** The same event as rules may also meet it. */
const FORMS: readonly ((one: Record<string, unknown>) => EventInput)[] = [
  (one) => one,
  (one) => ({ ...one }),
  (one) => Object.freeze(Object.assign(Object.create({ inherited: 'a' }) as object, one)) as EventInput,
  // Every name as a literal key: an accessor knows no paths.
  (one) => ({
    get: (field: string) => (Object.hasOwn(one, field) ? one[field] : undefined),
    has: (field: string) => Object.hasOwn(one, field),
    values: () => Object.values(one),
  }),
  (one) => ShapedEvent.from(one),
];

test('an engine answers a long stream of repeating values as a naive scan does', { timeout: 300_000 }, () => {
  let asked = 0;
  fc.assert(
    fc.property(
      ruleText,
      fc.array(event, { minLength: 1, maxLength: 5 }),
      fc.array(fc.tuple(fc.nat(), fc.nat(FORMS.length - 1), logsources), { minLength: 10, maxLength: 40 }),
      (text, events, stream) => {
        const engine = compile([parseRules(text, { source: 'generated' })]);
        for (const [pick, form, source] of stream) {
          const one = FORMS[form]?.(events[pick % events.length] ?? {}) ?? {};
          const fast = engine.match(one, source).map(({ rule }) => rule.id);
          expect(fast.toSorted()).toEqual(matchNaive(engine, one, source));
          asked += 1;
        }
      },
    ),
    { numRuns: RUNS },
  );
  expect(asked).toBeGreaterThan(RUNS * 10);
});

test(
  'the fields of a match are the same the first time and when its values are known',
  { timeout: 300_000 },
  () => {
    fc.assert(
      fc.property(ruleText, event, logsources, (text, one, source) => {
        const parsed = parseRules(text, { source: 'generated' });
        const engine = compile([parsed]);
        const first = engine.match(one, source);
        const again = engine.match(one, source);
        expect(again).toEqual(first);
        expect(first.map(({ rule }) => rule.id).toSorted()).toEqual(matchNaive(engine, one, source));
      }),
      { numRuns: RUNS },
    );
  },
);
