import { describe, expect, test } from 'vitest';
import { regexNeeds, requiredLiterals } from '../../../rules/sigma/regex-literal.ts';

const r = String.raw;

describe('regexNeeds', () => {
  const rows: readonly (readonly [
    pattern: string,
    anyOf: readonly (readonly string[])[],
    lengthMin: number,
  ])[] = [
    ['abc', [['abc']], 3],
    ['^abc$', [['abc']], 3],
    ['abc.*defg', [['abc'], ['defg']], 7],
    ['ab+c', [['ab'], ['c']], 3],
    ['ab*c', [['a'], ['c']], 2],
    ['ab?cd', [['a'], ['cd']], 3],
    ['ab{2}cd', [['ab'], ['cd']], 5],
    ['ab{1}cd', [['abcd']], 4],
    ['ab{1,3}?cd', [['ab'], ['cd']], 4],
    ['ab{0,2}?cd', [['a'], ['cd']], 3],
    ['ab{12,}', [['ab']], 13],
    ['a|b', [], 0],
    ['abc(d|e)fg', [['abcdfg', 'abcefg']], 6],
    ['abc(d|e)+fg', [['abcd', 'abce'], ['fg']], 6],
    ['abc(d|e)*fg', [['abc'], ['fg']], 5],
    ['abc(?:d|)fg', [['abcdfg', 'abcfg']], 5],
    ['(abc)', [['abc']], 3],
    ['(a|)', [], 0],
    [r`(a\|b|c\.)`, [['a|b', 'c.']], 2],
    ['(a|b(c))d', [['d']], 1],
    ['(a|.)d', [['d']], 1],
    ['(é|b)d', [['d']], 1],
    ['(?i)abc', [['abc']], 3],
    ['(?i:abc)d', [['d']], 1],
    ['(?P<name>abc)d', [['d']], 1],
    ['ABC', [['abc']], 3],
    ['[Rr][Uu][Nn]32', [['run32']], 5],
    ['(?:x(y)[)]z)abc', [['abc']], 3],
    ['[abc]de', [['ade', 'bde', 'cde']], 3],
    ['[a-c]de', [['de']], 3],
    ['[-a]d', [['-d', 'ad']], 2],
    ['[a-]d', [['ad', '-d']], 2],
    ['[abcdefg]de', [['de']], 3],
    [`[ "']{1}`, [[' ', '"', "'"]], 1],
    [
      '[ab][ab][ab][ab][ab]',
      [
        [
          'aaaa',
          'aaab',
          'aaba',
          'aabb',
          'abaa',
          'abab',
          'abba',
          'abbb',
          'baaa',
          'baab',
          'baba',
          'babb',
          'bbaa',
          'bbab',
          'bbba',
          'bbbb',
        ],
        ['a', 'b'],
      ],
      5,
    ],
    ['[]a]de', [[']de', 'ade']], 3],
    ['[^]a]de', [['de']], 3],
    ['[^a]de', [['de']], 3],
    ['[[:alpha:]]de', [['de']], 3],
    [r`[\\/]de`, [[r`\\de`.slice(1), '/de']], 3],
    [r`[\w]de`, [['de']], 3],
    [r`a\.b\\c`, [[r`a.b\c`]], 5],
    [r`\d\w\sabc\b`, [['abc']], 6],
    [r`\x41bc`, [['bc']], 3],
    [r`\x{41}bc`, [['bc']], 3],
    [r`\p{Greek}bc`, [['bc']], 3],
    [r`\pLbc`, [['bc']], 3],
    [r`\Qa*b\E`, [], 0],
    [r`\(a\)`, [['(a)']], 3],
    ['aéb', [['a'], ['b']], 3],
    ['.{1000,}', [], 1_000],
    ['.*', [], 0],
    ['', [], 0],
    ['(((', [], 0],
    ['[abc', [['a', 'b', 'c']], 1],
    ['a{x}', [['a{x}']], 4],
  ];
  test.each(rows)('%s: %j, at least %i', (pattern, anyOf, lengthMin) => {
    expect(regexNeeds(pattern)).toEqual({ anyOf, lengthMin });
  });
});

test('requiredLiterals names those that every match must hold', () => {
  expect(requiredLiterals('(?i)(set).*&&\\s?set.*(a|b).*&&.*"')).toEqual(['set', '&&', '"']);
});
