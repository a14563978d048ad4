/** What fits on a screen that is shown again and again. */
import { expect, test } from 'vitest';
import { fitted } from '../../../agent/paint.ts';

test('of more lines than a screen has rows the first and the last stay, and nothing scrolls', () => {
  const lines = ['agent', 'collector', 'spool', 'cost', '! wrong'];
  expect(fitted(lines, 6)).toEqual(lines);
  expect(fitted(lines, 5)).toEqual(['agent', '…', 'cost', '! wrong']);
  expect(fitted(lines, 4)).toEqual(['agent', '…', '! wrong']);
  expect(fitted(lines, undefined)).toEqual(lines);
  // No screen is so small.
  expect(fitted(lines, 2)).toEqual(lines);
});
