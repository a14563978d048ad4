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
  ])('%s on %s: %s', (pattern, text, matches) => {
    expect(compilePattern(pattern).test(text)).toBe(matches);
  });

  test.each([
    ['(a', 'nothing closes'],
    ['a)', 'nothing opens'],
    ['[a', 'nothing closes'],
    ['*a', 'nothing to repeat'],
    ['a**', 'directly after'],
    ['(?=a)', 'only (?: )'],
    ['\\1', '\\1 is not known'],
    ['a{300}', 'outside 0 to 200'],
    ['a{3,1}', 'outside'],
    ['[z-a]', 'ends before it begins'],
    ['a\\', 'backslash at the end'],
    [`${'('.repeat(50)}a${')'.repeat(50)}`, 'groups inside each other'],
    ['((a{200}){200}){200}', 'too long'],
  ])('refuses %s', (pattern, why) => {
    expect(() => compilePattern(pattern)).toThrow(PatternError);
    expect(() => compilePattern(pattern)).toThrow(why);
  });

  test('what would take others for ever takes no time', () => {
    const text = 'a'.repeat(4_096);
    for (const pattern of ['^(a+)+$x', '^(a|a)*$b', '(.*a){20}b', '(((){200}){200}){200}x']) {
      const startedMs = performance.now();
      expect(compilePattern(pattern).test(text)).toBe(false);
      // Generous: backtracking would take longer than the universe has been there.
      expect(performance.now() - startedMs).toBeLessThan(2_000);
    }
  });
});
