import { describe, expect, it } from 'vitest';
import {
  believableMs,
  calendarMs,
  inferYearMs,
  parseIsoMs,
  wallToUtcMs,
  zoneOffsetMs,
} from '../../../collector/normalize/time.ts';

const HOUR = 3_600_000;
const at = (text: string): number => Date.parse(text);

describe('zone offsets', () => {
  it('knows Viet Nam, half-hour zones and daylight saving', () => {
    expect(zoneOffsetMs('Asia/Ho_Chi_Minh', at('2025-01-01T00:00:00Z'))).toBe(7 * HOUR);
    expect(zoneOffsetMs('Asia/Kolkata', at('2025-01-01T00:00:00Z'))).toBe(5.5 * HOUR);
    expect(zoneOffsetMs('America/New_York', at('2025-01-15T12:00:00Z'))).toBe(-5 * HOUR);
    expect(zoneOffsetMs('America/New_York', at('2025-07-15T12:00:00Z'))).toBe(-4 * HOUR);
  });

  it('reads a zone it does not know as UTC', () => {
    expect(zoneOffsetMs('Sao/Hoa', at('2025-01-01T00:00:00Z'))).toBe(0);
    expect(zoneOffsetMs('', at('2025-01-01T00:00:00Z'))).toBe(0);
    expect(zoneOffsetMs('__proto__', at('2025-01-01T00:00:00Z'))).toBe(0);
  });
});

describe('wall clock to UTC', () => {
  const wall = (text: string): number => Date.parse(`${text}Z`);

  it('reads an hour that the clock shows twice as the later one, unless that has not come yet', () => {
    const twice = wall('2025-11-02T01:30:00');
    expect(wallToUtcMs(twice, 'America/New_York')).toBe(at('2025-11-02T06:30:00Z'));
    expect(wallToUtcMs(twice, 'America/New_York', at('2025-11-02T05:31:00Z'))).toBe(
      at('2025-11-02T05:30:00Z'),
    );
  });

  it('reads an hour that the clock skips with the offset before the jump', () => {
    expect(wallToUtcMs(wall('2025-03-09T02:30:00'), 'America/New_York')).toBe(at('2025-03-09T07:30:00Z'));
  });

  it('is right on both sides of a jump', () => {
    expect(wallToUtcMs(wall('2025-03-09T01:59:59'), 'America/New_York')).toBe(at('2025-03-09T06:59:59Z'));
    expect(wallToUtcMs(wall('2025-03-09T03:00:00'), 'America/New_York')).toBe(at('2025-03-09T07:00:00Z'));
  });
});

describe('the year a line leaves out', () => {
  const infer = (
    reading: readonly [number, number, number, number, number, number],
    received: string,
    zone = 'Asia/Ho_Chi_Minh',
  ): string | undefined => {
    const ms = inferYearMs(reading, zone, at(received));
    return ms === undefined ? undefined : new Date(ms).toISOString();
  };

  it('is this year for a time just past', () => {
    expect(infer([6, 15, 9, 0, 0, 0], '2025-06-15T03:00:00Z')).toBe('2025-06-15T02:00:00.000Z');
  });

  it('is last year for a December line that arrives in January', () => {
    expect(infer([12, 31, 23, 59, 59, 0], '2025-01-01T00:00:00Z')).toBe('2024-12-31T16:59:59.000Z');
  });

  it('is next year for a January line of a host whose clock is ahead', () => {
    expect(infer([1, 1, 0, 10, 0, 0], '2025-12-31T16:00:00Z')).toBe('2025-12-31T17:10:00.000Z');
  });

  it('tolerates a day in the future and no more', () => {
    expect(infer([6, 16, 9, 0, 0, 0], '2025-06-15T03:00:00Z')).toBe('2025-06-16T02:00:00.000Z');
    expect(infer([6, 16, 11, 0, 0, 0], '2025-06-15T03:00:00Z')).toBe('2024-06-16T04:00:00.000Z');
  });

  it('finds the last leap year for 29 February', () => {
    expect(infer([2, 29, 12, 0, 0, 0], '2025-06-15T03:00:00Z')).toBe('2024-02-29T05:00:00.000Z');
  });

  it('has none for a day that never comes', () => {
    expect(infer([2, 30, 12, 0, 0, 0], '2025-06-15T03:00:00Z')).toBeUndefined();
  });
});

describe('ISO times', () => {
  it.each([
    ['2024-05-01T12:00:00.123456+07:00', '2024-05-01T05:00:00.123Z'],
    ['2024-05-01T12:00:00Z', '2024-05-01T12:00:00.000Z'],
    ['2024-05-01T12:00:00.5-0330', '2024-05-01T15:30:00.500Z'],
    ['2024-05-01 12:00:00', '2024-05-01T05:00:00.000Z'],
    ['2024-05-01T12:00:00.1234567Z', '2024-05-01T12:00:00.123Z'],
    ['2024-05-01T12:00:00.123Z', '2024-05-01T12:00:00.123Z'],
    ['2024-05-01T12:00:00.123456789Z', '2024-05-01T12:00:00.123Z'],
    ['2016-12-31T23:59:60.999Z', '2016-12-31T23:59:59.999Z'],
    ['2016-12-31T23:59:60Z', '2016-12-31T23:59:59.000Z'],
  ])('reads %s', (text, want) => {
    const ms = parseIsoMs(text, 'Asia/Ho_Chi_Minh');
    expect(ms === undefined ? undefined : new Date(ms).toISOString()).toBe(want);
  });

  it.each([
    '2024-02-30T12:00:00.000Z',
    '2024-13-01T12:00:00.000Z',
    '202x-01-01T12:00:00.000Z',
    '2024-01-01T12:00:0:.000Z',
    '2024-01-01T12:00:00.00xZ',
    '2024-01-01T12:00:00.000xZ',
    '2024-01-01T12:00:00.0000000000Z',
    '2024-01-01x12:00:00.000Z',
    '2024-02-30T12:00:00Z',
    '2024-13-01T12:00:00Z',
    '2024-05-01T25:00:00Z',
    'yesterday',
    '',
  ])('refuses %j', (text) => {
    expect(parseIsoMs(text, 'UTC')).toBeUndefined();
  });
});

it('does not believe a time beyond a day after arrival, nor an agent clock that is as wrong', () => {
  expect(believableMs(1_000, 5_000, 10_000)).toBe(1_000);
  expect(believableMs(undefined, 5_000, 10_000)).toBe(5_000);
  expect(believableMs(10_000 + 2 * 86_400_000, 5_000, 10_000)).toBe(5_000);
  expect(believableMs(undefined, 8.64e15, 10_000)).toBe(10_000);
  expect(believableMs(-5, 5_000, 10_000)).toBe(5_000);
});

it('knows which days exist', () => {
  expect(calendarMs(2024, 2, 29, 0, 0, 0)).toBeDefined();
  expect(calendarMs(2023, 2, 29, 0, 0, 0)).toBeUndefined();
  expect(calendarMs(2023, 4, 31, 0, 0, 0)).toBeUndefined();
  expect(calendarMs(1969, 1, 1, 0, 0, 0)).toBeUndefined();
});
