/** Warnings: rows of texts that are accepted, what is said about them, and where. */
import { describe, expect, test } from 'vitest';
import { formatError, warningsOf } from '../../../rules/sigma/index.ts';
import { WARNING_ROWS } from './rows/warnings.ts';
import { goodEngine } from './rule-text.ts';

for (const [name, rows] of Object.entries(WARNING_ROWS)) {
  describe(`warnings: ${name}`, () => {
    test.each(rows)('%s', (_, text, want) => {
      const found = goodEngine(text).rules.flatMap(warningsOf);
      expect(found.map(formatError)).toEqual(want.map((warning) => `test.yml:${warning}`));
    });
  });
}

test('the texts of warnings and their places go together', () => {
  const [rule] = goodEngine('title: t\nlogsource: {}\ndetection: {s: {x|all: a}, condition: s}').rules;
  expect(rule?.warnings).toHaveLength(3);
  expect(rule?.warningsAt).toEqual([
    { line: 2, column: 1 },
    { line: 1, column: 1 },
    { line: 3, column: 19 },
  ]);
});
