import { describe, expect, test } from 'vitest';
import { compilePattern, PatternError } from '#protocol/linear-pattern.ts';

describe('a linear pattern', () => {
  test.each([
    ['^\\s*PermitRootLogin\\s+no$', '  PermitRootLogin no', true],
    ['^\\s*PermitRootLogin\\s+no$', '#PermitRootLogin no', false],
    ['(?i)permitrootlogin', 'PermitRootLogin', true],
    ['permitrootlogin', 'PermitRootLogin', false],
    ['(?i)[a-c]x', 'BX', true],
    ['a{2,3}$', 'baaa', true],
    ['^a{2,3}$', 'aaaa', false],
    ['^(?:a|bc)+$', 'abcbca', true],
    ['[^a-z]', 'abc', false],
    ['[]x]', ']', true],
    ['\\d+\\.\\d+', 'v1x2', false],
    ['', 'anything', true],
    ['^$', '', true],
    ['\\\\', 'a\\b', true],
    ['đ.*ng', 'đường', true],
    ['a.b', 'a\nb', true],
  ])('%s on %s: %s', (pattern, text, matches) => {
    expect(compilePattern(pattern).test(text)).toBe(matches);
  });

  test.each([
    ['(a', 'missing closing )'],
    ['[a', 'missing closing ]'],
    ['*a', 'missing argument to repetition'],
    ['(?=a)', 'unsupported Perl syntax'],
    ['(a)\\1', 'invalid escape sequence'],
    [`${'('.repeat(5_000)}a${')'.repeat(5_000)}`, 'nests too deeply'],
    ['[ab]{400}[cd]{900}', 'above 1000: use smaller repetitions'],
  ])('refuses %s', (pattern, why) => {
    expect(() => compilePattern(pattern, 1_000)).toThrow(PatternError);
    expect(() => compilePattern(pattern, 1_000)).toThrow(why);
  });

  test('what would take others for ever takes no time', () => {
    const text = 'a'.repeat(4_096);
    for (const pattern of ['^(a+)+$x', '^(a|a)*$b', '(.*a){20}b']) {
      const startedMs = performance.now();
      expect(compilePattern(pattern).test(text)).toBe(false);
      // Generous: backtracking would take longer than the universe has been there.
      expect(performance.now() - startedMs).toBeLessThan(2_000);
    }
  });
});
