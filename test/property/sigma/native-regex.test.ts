import * as fc from 'fast-check';
import { RE2JS } from 're2js';
import { expect, test } from 'vitest';
import { nativeRegex } from '../../../rules/sigma/native-regex.ts';
import { type LinearRegex, linearRegex, RegexError } from '../../../rules/sigma/regex.ts';
import { regexNeeds } from '../../../rules/sigma/regex-literal.ts';

const r = String.raw;
const pieces = [
  'a',
  'b',
  'K',
  '-',
  ' ',
  '_',
  '/',
  '"',
  r`\.`,
  r`\\`,
  r`\-`,
  r`\n`,
  r`\t`,
  '.',
  r`\d`,
  r`\w`,
  r`\s`,
];
const odd = [
  r`\D`,
  r`\W`,
  r`\S`,
  '[ab]',
  '[^a]',
  '[a-c1-9-]',
  r`[^\s"]`,
  r`[\w-]`,
  '[]a]',
  r`[\\K]`,
  '[Z-]',
  'é',
  '{',
];
const repeat = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('', '', '', '?', '??', '{2}', '{0,2}', '{1,3}?') },
  { weight: 1, arbitrary: fc.constantFrom('*', '+', '{2,}') },
);

/** What a group may hold, and all that stands in it. */
const { pattern } = fc.letrec<{ pattern: string; part: string }>((tie) => ({
  part: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    fc.constantFrom(...pieces, ...pieces, ...odd, '^', '$', r`\b`),
    tie('pattern').chain((inside) => fc.constantFrom(`(${inside})`, `(?:${inside})`)),
  ),
  pattern: fc
    .array(fc.array(fc.tuple(tie('part'), repeat), { minLength: 1, maxLength: 3 }), {
      minLength: 1,
      maxLength: 3,
    })
    .map((alternatives) =>
      alternatives
        .map((parts) => parts.map(([part, times]) => part + (/^[\^$]|\\b$/.test(part) ? '' : times)).join(''))
        .join('|'),
    ),
}));
const text = fc
  .array(
    fc.constantFrom(
      'a',
      'A',
      'b',
      'k',
      'K',
      '1',
      '-',
      ' ',
      '_',
      '/',
      '"',
      '.',
      '\\',
      '\n',
      '\t',
      '\v',
      '\r',
      '{',
      ']',
      'é',
      '\u212a',
      '\u017f',
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

/** Undefined where the pattern is none, or too large. */
function accepted(source: string, flags: string): LinearRegex | undefined {
  try {
    return linearRegex(source, flags);
  } catch (error) {
    if (error instanceof RegexError) return undefined;
    throw error;
  }
}

test(
  'a regular expression says the same, whichever engine runs it, and needs what is said of it',
  { timeout: 120_000 },
  () => {
    let native = 0;
    fc.assert(
      fc.property(
        pattern,
        fc.constantFrom('', 'i', 's', 'is'),
        fc.array(text, { minLength: 1, maxLength: 8 }),
        (source, flags, texts) => {
          const regex = accepted(source, flags);
          if (regex === undefined) return;
          const bits =
            (flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) | (flags.includes('s') ? RE2JS.DOTALL : 0);
          const compiled = RE2JS.compile(source, bits);
          if (nativeRegex(source, flags) !== undefined) native += 1;
          const { anyOf, lengthMin } = regexNeeds(source);
          for (const one of texts) {
            const holds = compiled.test(one);
            expect({ one, holds: regex.test(one) }).toEqual({ one, holds });
            if (!holds) continue;
            expect(one.length).toBeGreaterThanOrEqual(lengthMin);
            const folded = one.toLowerCase().replaceAll('\u017f', 's');
            const missing = anyOf.filter((texts) => !texts.some((part) => folded.includes(part)));
            expect({ one, missing }).toEqual({ one, missing: [] });
          }
        },
      ),
      { numRuns: 1_500 },
    );
    expect(native).toBeGreaterThan(50);
  },
);

test.each([
  [r`\s[a-f0-9]{64}\s[a-f0-9]{16}`, true],
  [r`(?i)\s-(c|k)\s`, true],
  [r`a+b`, false],
  [r`(a?){20}`, false],
  [r`(a{0,30}){0,30}`, false],
  [r`(?:[0-9]{1,3}\.){4}`, true],
  [r`.{1000,}`, false],
  [r`(?m)^a`, false],
  [r`a{2}{3}`, false],
  [r`\x41`, false],
  [r`\pL`, false],
  [r`é`, false],
])('%s runs on the engine that goes back: %s', (source, isNative) => {
  expect(nativeRegex(source, '') !== undefined).toBe(isNative);
});
