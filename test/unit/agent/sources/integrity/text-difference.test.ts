/** Differences of texts: applied to the old text they give the new one. */
import { array, assert, constantFrom, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unifiedDifference } from '../../../../../agent/sources/integrity/text-difference.ts';

/** Applies a unified difference. */
function patch(before: readonly string[], difference: string): string[] {
  const after: string[] = [];
  let at = 0;
  for (const line of difference === '' ? [] : difference.split('\n')) {
    const hunk = /^@@ -(\d+)(?:,(\d+))? \+/.exec(line);
    if (hunk !== null) {
      const start = Number(hunk[1]) - (hunk[2] === '0' ? 0 : 1);
      after.push(...before.slice(at, start));
      at = start;
    } else if (line.startsWith('+')) after.push(line.slice(1));
    else {
      if (line.startsWith(' ')) after.push(line.slice(1));
      at += 1;
    }
  }
  return [...after, ...before.slice(at)];
}

describe('a unified difference', () => {
  test('gives the new text when it is applied to the old one', () => {
    const lines = array(constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 });
    assert(
      property(lines, lines, (before, after) => {
        expect(patch(before, unifiedDifference(before, after, 100_000))).toEqual(after);
      }),
    );
  });

  test('shows three lines around what changed', () => {
    const before = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`);
    const after = before.with(9, 'other');
    expect(unifiedDifference(before, after, 1_000).split('\n')).toEqual([
      '@@ -7,7 +7,7 @@',
      ' line 7',
      ' line 8',
      ' line 9',
      '-line 10',
      '+other',
      ' line 11',
      ' line 12',
      ' line 13',
    ]);
  });

  test('is cut at its limit, and two texts that share nothing cost no time', () => {
    const before = Array.from({ length: 5_000 }, (_, index) => `old ${index}`);
    const after = Array.from({ length: 5_000 }, (_, index) => `new ${index}`);
    const difference = unifiedDifference(before, after, 2_000);
    expect(difference.length).toBeLessThanOrEqual(2_000);
    expect(difference).toMatch(/\n… \(cut\)$/);
  });
});
