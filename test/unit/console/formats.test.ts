import { describe, expect, test } from 'vitest';
import { formatsOf } from '../../../dashboards/console/src/format/formats.ts';
import { isoOf, localTime } from '../../../dashboards/console/src/format/local-time.ts';

const vi = formatsOf('vi', 'Asia/Ho_Chi_Minh');
const en = formatsOf('en', 'Asia/Ho_Chi_Minh');
const at = Date.parse('2026-03-01T02:00:00Z');
const before = (seconds: number) => new Date(at - seconds * 1_000).toISOString();

describe('formats', () => {
  test('numbers follow the language', () => {
    expect(vi.number(1_234_567.5)).toBe('1.234.567,5');
    expect(en.number(1_234_567.5)).toBe('1,234,567.5');
    expect(en.compact(12_345_678)).toBe('12.3M');
    expect(vi.compact(12_345_678)).toMatch(/^12,3\sTr$/u);
  });

  test('a time is written day before month, in 24 hours, in the local zone', () => {
    expect(vi.dateTime('2026-03-01T17:05:09Z')).toBe('00:05:09 02/03/2026');
    expect(en.dateTime('2026-03-01T17:05:09Z')).toBe('02/03/2026, 00:05:09');
    expect(vi.dateTimeZone('2026-03-01T17:05:09Z')).toContain('GMT+7');
  });

  test.each([
    [3, 'bây giờ', 'now'],
    [45, '45 giây trước', '45 sec ago'],
    [119, '1 phút trước', '1 min ago'],
    [3 * 3_600, '3 giờ trước', '3 hr ago'],
    [86_400, 'hôm qua', 'yesterday'],
    [40 * 86_400, 'tháng trước', 'last mo'],
  ])('%i seconds ago', (seconds, inVietnamese, inEnglish) => {
    expect(vi.relative(before(seconds), at)).toBe(inVietnamese);
    expect(en.relative(before(seconds), at)).toContain(inEnglish);
  });

  test('a host whose clock is ahead gives a time to come, not a negative age', () => {
    expect(vi.relative(before(-120), at)).toBe('sau 2 phút nữa');
  });

  test('what is no time is shown as it came', () => {
    expect(vi.dateTime('yesterday-ish')).toBe('yesterday-ish');
    expect(vi.relative('', at)).toBe('');
  });

  test('a clock skew has its sign', () => {
    expect(vi.signedSeconds(8_500)).toBe('+8,5 giây');
    expect(en.signedSeconds(-340)).toMatch(/^-0\.3 secs?$/u);
    expect(en.signedSeconds(0)).toMatch(/^0 secs?$/u);
  });
});

test.each(['2026-11-26T10:00', '2026-03-29T23:59'])('%s of a picker is a moment and comes back', (local) => {
  expect(isoOf(local)).toBe(new Date(local).toISOString());
  expect(localTime(isoOf(local))).toBe(local);
});

test.each(['', 'x'])('%o of a picker is no moment', (local) => {
  expect(isoOf(local)).toBeNull();
  expect(localTime(local)).toBe('');
});
