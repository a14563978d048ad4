/** What one place of many events had last. */
import { expect, test } from 'vitest';
import { RecentValues } from '../../../collector/normalize/recent-values.ts';

const cut = (recent: RecentValues, value: string): string => recent.cut(`<${value}>`, 1, 1 + value.length);

test('gives the text between two places, known or not', () => {
  const recent = new RecentValues();
  const values = ['a', '', 'Microsoft-Windows-Sysmon', 'ế', 'x'.repeat(1_000), '\u{1F600} dài hơn mười ba'];
  for (let round = 0; round < 3; round += 1) {
    for (const value of values) expect(cut(recent, value)).toBe(value);
  }
});

test('stays right where values change all the time, and when it tries again', () => {
  const recent = new RecentValues();
  const values = Array.from(
    { length: 20_000 },
    (_, at) => `{5770385F-C22A-43E0-${String(at).padStart(17, '0')}}`,
  );
  expect(values.filter((value) => cut(recent, value) !== value)).toEqual([]);
  for (let at = 0; at < 100; at += 1) expect(cut(recent, 'Security')).toBe('Security');
});

test('values of equal length are not mistaken for each other', () => {
  const recent = new RecentValues();
  for (let at = 0; at < 200; at += 1) {
    const value = `host-${String(at % 7)}`;
    expect(cut(recent, value)).toBe(value);
  }
});
