import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { FoldedText } from '../../../rules/sigma/folded-text.ts';
import { LiteralSet } from '../../../rules/sigma/literal-set.ts';
import type { Place } from '../../../rules/sigma/literal-set.ts';

// Characters that share their lower seven bits, so that hashes collide.
const text = (maxLength: number): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom('a', 'b', '\u00e1', '\u0161', ' ', '\u{1f600}'), { maxLength })
    .map((parts) => parts.join(''));
const literal = fc.record({
  literal: text(7).filter((one) => one !== ''),
  place: fc.constantFrom<Place>('anywhere', 'start', 'end'),
});

/** Many literals that differ before their last characters only. */
const crowded = fc.tuple(text(4), fc.constantFrom('aaaa', 'aabaaa', ' aaaaaaaa')).map(([start, end]) => ({
  literal: start + end,
  place: 'anywhere' as const,
}));

function stands(value: string, { literal: wanted, place }: { literal: string; place: Place }): boolean {
  if (place === 'start') return value.startsWith(wanted);
  return place === 'end' ? value.endsWith(wanted) : value.includes(wanted);
}

test('finds exactly the literals that stand in a text', { timeout: 300_000 }, () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.array(literal, { maxLength: 30 }), fc.array(crowded, { minLength: 20, maxLength: 60 })),
      fc.array(
        fc.oneof(
          text(20),
          text(12).map((start) => `${start}aaaaaaaaa`),
        ),
        { minLength: 1, maxLength: 5 },
      ),
      (literals, values) => {
        const set = new LiteralSet();
        for (const [index, one] of literals.entries()) set.add(one.literal, one.place, index);
        set.build();
        for (const value of values) {
          const found = new Set<number>();
          set.scan(new FoldedText(value), (payload) => found.add(payload));
          const want = literals.flatMap((one, index) => (stands(value, one) ? [index] : []));
          expect([...found].toSorted((left, right) => left - right)).toEqual(want);
        }
      },
    ),
    { numRuns: 3000 },
  );
});
