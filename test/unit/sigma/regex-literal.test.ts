import { describe, expect, test } from 'vitest';
import { requiredLiteral, requiredLiterals } from '../../../rules/sigma/regex-literal.ts';

describe('requiredLiteral', () => {
  const rows: readonly (readonly [pattern: string, literal: string | undefined])[] = [
    ['abc', 'abc'],
    ['^abc$', 'abc'],
    ['abc.*defg', 'defg'],
    ['ab+c', 'ab'],
    ['ab*c', 'a'],
    ['ab?cd', 'cd'],
    ['ab{2}cd', 'cd'],
    ['ab{0,2}?cd', 'cd'],
    ['a|b', undefined],
    ['abc(d|e)fg', 'abc'],
    ['(abc)', undefined],
    ['(?i)abc', 'abc'],
    ['(?:x(y)[)]z)abc', 'abc'],
    ['[abc]de', 'de'],
    ['[]a]de', 'de'],
    ['[^]a]de', 'de'],
    ['[[:alpha:]]de', 'de'],
    [String.raw`a\.b\\c`, String.raw`a.b\c`],
    [String.raw`\d\w\sabc\b`, 'abc'],
    [String.raw`\x41bc`, 'bc'],
    [String.raw`\x{41}bc`, 'bc'],
    [String.raw`\p{Greek}bc`, 'bc'],
    [String.raw`\pLbc`, 'bc'],
    [String.raw`\Qa*b\E`, undefined],
    [String.raw`\(a\)`, '(a)'],
    ['aéb', 'a'],
    ['.*', undefined],
    ['', undefined],
    ['(((', undefined],
    ['[abc', undefined],
    ['a{x}', 'a{x}'],
  ];
  test.each(rows)('%s: %s', (pattern, literal) => {
    expect(requiredLiteral(pattern)).toBe(literal);
  });
});

test('requiredLiterals names all of them', () => {
  expect(requiredLiterals('(?i)(set).*&&\\s?set.*(a|b).*&&.*"')).toEqual(['&&', 'set', '"']);
});
