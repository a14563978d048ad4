/** The parts that the correlator is made of, each against a plain and slow one. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { EntryLog } from '../../../rules/sigma/correlation/entry-log.ts';
import { ExactSum } from '../../../rules/sigma/correlation/exact-sum.ts';
import { Interner } from '../../../rules/sigma/correlation/interner.ts';
import { partsOfTuple, readIdentity, tupleOf } from '../../../rules/sigma/correlation/identity.ts';
import { RefTable } from '../../../rules/sigma/correlation/ref-table.ts';
import { SortedNumbers } from '../../../rules/sigma/correlation/sorted-numbers.ts';

const numRuns = 1000;

test('sorted numbers: each rank, as numbers come and go', () => {
  const step = fc.record({
    add: fc.boolean(),
    number: fc.integer({ min: -5, max: 5 }),
    many: fc.constantFrom(1, 1, 1, 300),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
      const numbers = new SortedNumbers();
      let plain: number[] = [];
      for (const { add, number, many } of steps) {
        for (let time = 0; time < many; time += 1) {
          if (add) numbers.add(number);
          else numbers.remove(number);
          if (add) plain.push(number);
          else if (plain.includes(number)) plain.splice(plain.indexOf(number), 1);
        }
        plain = plain.toSorted((left, right) => left - right);
        expect(numbers.size).toBe(plain.length);
        expect(plain.every((one, rank) => numbers.at(rank) === one)).toBe(true);
        expect(numbers.at(plain.length)).toBeUndefined();
      }
    }),
    { numRuns: 300 },
  );
});

test('exact sum: what is taken out leaves no trace, in whatever order', () => {
  const doubles = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e308, max: 1e308 }), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(doubles, doubles, fc.array(fc.nat(), { maxLength: 24 }), (kept, passing, order) => {
      const [direct, detour] = [new ExactSum(), new ExactSum()];
      for (const number of kept) direct.add(number);
      const steps = [...kept, ...passing, ...passing.map((number) => -number)];
      for (const place of order) {
        const [moved] = steps.splice(place % (steps.length || 1), 1);
        if (moved !== undefined) steps.push(moved);
      }
      for (const number of steps) detour.add(number);
      expect(detour.value === direct.value).toBe(true);
    }),
    { numRuns },
  );
});

test('exact sum: whole numbers of any size, rounded once', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }), { maxLength: 20 }), (list) => {
      const exact = new ExactSum();
      const doubles = list.map(Number);
      for (const number of doubles) exact.add(number);
      expect(exact.value).toBe(Number(doubles.reduce((sum, number) => sum + BigInt(number), 0n)));
    }),
    { numRuns },
  );
});

test('names of matches come back, and are held only as long as they are used', () => {
  const text = fc.oneof(
    fc.string(),
    fc.tuple(fc.string(), fc.bigInt({ min: 0n, max: 10n ** 20n })).map(([head, tail]) => head + String(tail)),
  );
  fc.assert(
    fc.property(fc.array(text, { maxLength: 20 }), (texts) => {
      const refs = new RefTable();
      const kept = texts.map((one) => ({ head: refs.take(one), tail: refs.tail }));
      expect(kept.map(({ head, tail }) => refs.text(head, tail))).toEqual(texts);
      for (const { head } of kept) refs.release(head);
      expect(kept.every(({ head }) => refs.head(head) === '')).toBe(true);
    }),
    { numRuns },
  );
});

test('interned texts: one number for each text in use', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ take: fc.boolean(), text: fc.constantFrom('', 'a', 'b', '__proto__') })),
      (steps) => {
        const interner = new Interner();
        const uses = new Map<string, number[]>();
        for (const { take, text } of steps) {
          const ids = uses.get(text) ?? [];
          if (take) ids.push(interner.take(text));
          else interner.release(ids.pop() ?? interner.take(text));
          uses.set(text, ids);
          for (const [one, known] of uses) expect(known.every((id) => interner.text(id) === one)).toBe(true);
        }
        expect(interner.size).toBe([...uses.values()].filter(({ length }) => length > 0).length);
      },
    ),
    { numRuns },
  );
});

test('tuples and identities: different parts, different texts; and back again', () => {
  const part = fc.option(fc.oneof(fc.string(), fc.constantFrom('', '-', '1:', '0:', '1:a', '\u0000')), {
    nil: null,
  });
  const pair = fc.tuple(part, part);
  fc.assert(
    fc.property(pair, pair, (left, right) => {
      expect(partsOfTuple(tupleOf(left), 2)).toEqual(left);
      expect(tupleOf(left) === tupleOf(right)).toBe(JSON.stringify(left) === JSON.stringify(right));
      expect(partsOfTuple(tupleOf(left), 1)).toBeUndefined();
      expect(partsOfTuple(tupleOf(left), 3)).toBeUndefined();
    }),
    { numRuns },
  );
  const value = fc.oneof(
    fc.string(),
    fc.array(fc.string(), { minLength: 2, maxLength: 3 }),
    fc.constantFrom('["a","b"]', '\u0000["a","b"]', ['a', 'b']),
  );
  fc.assert(
    fc.property(value, value, (left, right) => {
      expect(readIdentity({ u: left }, 'u') === readIdentity({ u: right }, 'u')).toBe(
        JSON.stringify(left) === JSON.stringify(right),
      );
    }),
    { numRuns },
  );
});

test('an entry log is a list in order of time, whatever comes and goes', () => {
  const step = fc.record({
    times: fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 30 }),
    drop: fc.nat(25),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12, size: 'max' }), (steps) => {
      const log = new EntryLog(true);
      let plain: { timeMs: number; id: number }[] = [];
      let id = 0;
      for (const { times, drop } of steps) {
        const sorted = log.size;
        for (const timeMs of times) {
          log.push(timeMs, id, -id, id % 7, id * 3);
          log.setFlags(log.size - 1, id % 8);
          plain.push({ timeMs, id });
          id += 1;
        }
        const least = log.leastTimeMs(sorted);
        expect(least).toBe(Math.min(Number.POSITIVE_INFINITY, ...times));
        if (times.length > 0) log.merge(sorted, log.firstAfter(least, 0, sorted));
        plain = plain.toSorted((left, right) => left.timeMs - right.timeMs);
        for (let gone = 0; gone < Math.min(drop, plain.length); gone += 1) log.dropOldest();
        plain = plain.slice(drop);
        expect(log.size).toBe(plain.length);
        for (const [at, one] of plain.entries()) {
          expect([log.timeMs(at), log.rule(at), log.value(at)]).toEqual([one.timeMs, one.id, -one.id]);
          expect([log.flags(at), log.refHead(at), log.refTail(at)]).toEqual([
            one.id % 8,
            one.id % 7,
            one.id * 3,
          ]);
        }
        const found = plain.findIndex(({ timeMs }) => timeMs >= 25);
        expect(log.firstFrom(25, 0, log.size)).toBe(found === -1 ? plain.length : found);
      }
    }),
    { numRuns: 300 },
  );
});
