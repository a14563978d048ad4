/** What the pages about compliance work out by themselves: which questions are asked, how a control differs between profiles. */
import { describe, expect, test } from 'vitest';
import { isAsked } from '../../../dashboards/console/src/compliance/asked.ts';
import { differenceOf } from '../../../dashboards/console/src/compliance/catalogue-diff.ts';

describe('a question of the criteria', () => {
  const question = { when: { question: 'kinds', answers: ['public-service', 'portal'] } };

  test.each([
    [{ when: null }, {}, true],
    [question, {}, false],
    [question, { kinds: ['internal'] }, false],
    [question, { kinds: ['internal', 'portal'] }, true],
    [question, { other: ['portal'] }, false],
  ])('is asked once the one that it hangs on has such an answer', (asked, answers, expected) => {
    expect(isAsked(asked, answers)).toBe(expected);
  });
});

describe('a control in both profiles', () => {
  const control = { levels: [2, 3], thresholds: { keep: { '2': 'P1M', '3': 'P3M' } }, mode: 'auto' };

  test('is the same whatever the order of its thresholds', () => {
    const other = { ...control, thresholds: { keep: { '3': 'P3M', '2': 'P1M' } } };
    expect(differenceOf(control, other)).toBe('same');
  });

  test('differs by levels, thresholds or mode', () => {
    expect(differenceOf(control, { ...control, levels: [3] })).toBe('changed');
    expect(differenceOf(control, { ...control, thresholds: { keep: { '2': 'P2M', '3': 'P3M' } } })).toBe(
      'changed',
    );
    expect(differenceOf(control, { ...control, mode: 'manual' })).toBe('changed');
  });

  test('is of one alone', () => {
    expect(differenceOf(control, undefined)).toBe('only-2026');
    expect(differenceOf(undefined, control)).toBe('only-2022');
  });
});
