import { expect, test } from 'vitest';
import { addLoss, clearLosses, countLost } from '../../../../agent/spool/loss-ranges.ts';
import type { LostRange } from '../../../../agent/spool/loss-ranges.ts';

const full = (fromSeq: number, toSeq: number): LostRange => ({ fromSeq, toSeq, reason: 'spool-full' });
const old = (fromSeq: number, toSeq: number): LostRange => ({ fromSeq, toSeq, reason: 'spool-age' });

test.each<[string, LostRange[], LostRange, LostRange[]]>([
  ['first', [], full(3, 4), [full(3, 4)]],
  ['adjacent above', [full(1, 2)], full(3, 4), [full(1, 4)]],
  ['adjacent below', [full(3, 4)], full(1, 2), [full(1, 4)]],
  ['between two', [full(1, 2), full(5, 6)], full(3, 4), [full(1, 6)]],
  ['apart', [full(1, 2)], full(4, 5), [full(1, 2), full(4, 5)]],
  ['of another reason', [full(1, 2)], old(3, 4), [full(1, 2), old(3, 4)]],
  ['before one of another reason', [old(3, 4)], full(1, 2), [full(1, 2), old(3, 4)]],
])('a range %s is kept in order and merged with its equals', (_, ranges, range, wanted) => {
  expect(addLoss(ranges, range)).toEqual(wanted);
});

test('clearing up to a sequence cuts the range it falls into', () => {
  expect(clearLosses([full(1, 2), full(4, 9), old(12, 13)], 6)).toEqual([full(7, 9), old(12, 13)]);
  expect(clearLosses([full(1, 2)], 2)).toEqual([]);
  const untouched = [full(5, 6)];
  expect(clearLosses(untouched, 4)).toBe(untouched);
});

test('the lost are counted one by one', () => {
  expect(countLost([full(1, 2), old(4, 4)])).toBe(3);
});
