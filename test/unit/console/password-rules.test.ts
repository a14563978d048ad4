import { describe, expect, test } from 'vitest';
import { closeReason, noteUnitsMax } from '../../../dashboards/console/src/alerts/close-reason.ts';
import { checkPassword } from '../../../dashboards/console/src/session/password-rules.ts';

const unmet = (next: string, current = 'the first password', username = 'admin') =>
  checkPassword(next, { current, username })
    .filter((check) => !check.met)
    .map((check) => check.rule);

describe('a new password', () => {
  test('a long phrase with spaces and diacritics is fine', () => {
    expect(unmet('một câu dài dễ nhớ')).toEqual([]);
  });

  test('says each rule it breaks', () => {
    expect(unmet('')).toEqual(['length', 'variety', 'different', 'username']);
    expect(unmet('abababababab')).toEqual(['variety']);
    expect(unmet('short')).toEqual(['length']);
    expect(unmet('the first password')).toEqual(['different']);
    expect(unmet('xx-ÁDMIN-xx-long')).toEqual(['username']);
    expect(unmet('abcdef'.repeat(200))).toEqual(['length']);
  });
});

describe('the reason for closing', () => {
  test('begins with a verdict and fits the API', () => {
    expect(closeReason('false-positive', '  đã hỏi anh Bảy ')).toBe('false-positive: đã hỏi anh Bảy');
    expect(closeReason('duplicate', ' ')).toBe('duplicate');
    expect(closeReason('false-positive', 'x'.repeat(9_000)).length).toBeLessThanOrEqual(4_096);
    expect(noteUnitsMax).toBeLessThan(4_096);
  });
});
