/**
 * Everything that rejects a document: what it says, and the very line and column it points to. The last test reads the
 * engine's source, so that no message is without a row; what rejects pipelines has rows beside `parse-pipelines`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { REJECTED_ROWS } from './rows/rejected.ts';
import { errorsOf } from './rule-text.ts';

const placeholders = { many: Array.from({ length: 101 }, (_, index) => index) };

for (const [name, rows] of Object.entries(REJECTED_ROWS)) {
  describe(`rejected: ${name}`, () => {
    test.each(rows)('%s', (_, text, place, message) => {
      const [error, ...others] = errorsOf(text, { placeholders });
      expect(error?.slice(0, `test.yml:${place}: ${message}`.length)).toBe(`test.yml:${place}: ${message}`);
      expect(others).toEqual([]);
    });
  });
}

test('too many copies by "action" reject the documents behind, not the ones before', () => {
  const keys = Array.from({ length: 50_000 }, (_, index) => `k${String(index)}: 1`).join('\n');
  const rule = 'detection: {s: {x: 1}, condition: s}';
  const text = `action: global\n${keys}\n---\n${Array.from({ length: 30 }, () => rule).join('\n---\n')}`;
  const errors = errorsOf(text.replaceAll(rule, () => `id: r${String((counter += 1))}\n${rule}`));
  expect(errors[0]).toMatch(
    /^test\.yml:\d+:1: the documents of this file take over more than 1000000 values by "action": split the file$/,
  );
  expect(errors).toHaveLength(11);
});
let counter = 0;

/** No text of a rule can raise these: the table of modifiers and the YAML parser do not let it come so far. */
const UNREACHABLE: ReadonlySet<string> = new Set([
  'a value stands outside a document',
  '"…" needs text, found …',
]);

test('every message of the source has a row', () => {
  const folder = join(import.meta.dirname, '../../../rules/sigma');
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.includes('pipeline'))
    .map((file) => readFileSync(join(folder, file), 'utf8'));
  const thrown =
    /new (?:Document|Item|Condition|Yaml|Regex|Plan|Expression)Error\(\s*(?:'((?:[^'\\]|\\.)*)'|`((?:[^`\\]|\\.)*)`)/g;
  const messages = new Set(
    sources.flatMap((source) =>
      [...source.matchAll(thrown)].map(([, plain, template]) =>
        (plain ?? template ?? '').replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, '…').replaceAll("\\'", "'"),
      ),
    ),
  );
  expect(messages.size).toBeGreaterThan(60);
  const produced = Object.values(REJECTED_ROWS).flatMap((rows) =>
    rows.flatMap(([, text]) => errorsOf(text, { placeholders })),
  );
  const missing = [...messages].filter((message) => {
    const pattern = message.split('…').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`));
    const like = new RegExp(`^test\\.yml:\\d+:\\d+: ${pattern.join('[^]*')}`);
    return !produced.some((error) => like.test(error));
  });
  expect(missing.filter((message) => !UNREACHABLE.has(message))).toEqual([
    'the documents of this file take over more than … values by "action": split the file',
  ]);
});
