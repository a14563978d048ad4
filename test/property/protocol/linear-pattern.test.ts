/** Whatever a pattern of the language says, it matches as JavaScript's own engine does. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compilePattern } from '#protocol/linear-pattern.ts';

const atom = fc.oneof(
  fc.constantFrom('a', 'b', 'c', '.', '\\d', '\\w', '\\s', '\\S', '[ab]', '[^a]', '[a-c1]', '\\.', '1', ' '),
);
const repeat = fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,3}', '{0,2}', '{2,}');

const pattern: fc.Arbitrary<string> = fc.letrec<{ choice: string; sequence: string; item: string }>(
  (tie) => ({
    choice: fc.array(tie('sequence'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('|')),
    sequence: fc.array(tie('item'), { maxLength: 4 }).map((items) => items.join('')),
    item: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.tuple(atom, repeat).map(([one, times]) => one + times),
      fc.tuple(tie('choice'), repeat).map(([inside, times]) => `(?:${inside})${times}`),
    ),
  }),
).choice;

test('it matches as JavaScript does', () => {
  fc.assert(
    fc.property(
      pattern,
      fc.boolean(),
      fc.boolean(),
      fc.boolean(),
      fc.string({ unit: fc.constantFrom('a', 'b', 'A', 'C', '1', '.', ' '), maxLength: 8 }),
      (body, fromStart, toEnd, ignoreCase, text) => {
        const source = `${fromStart ? '^' : ''}(?:${body})${toEnd ? '$' : ''}`;
        const ours = compilePattern((ignoreCase ? '(?i)' : '') + source).test(text);
        expect(ours).toBe(new RegExp(source, ignoreCase ? 'is' : 's').test(text));
      },
    ),
    { numRuns: Number(process.env['VONGGAC_PROPERTY_RUNS'] ?? 300) },
  );
});
