import { describe, expect, it } from 'vitest';
import { parsePeriod, periodAfter, periodBefore } from '../../../collector/compliance/iso-period.ts';

const must = (iso: string) => parsePeriod(iso) ?? expect.unreachable(iso);

describe('a period', () => {
  it.each([
    ['P3M', 3, 0],
    ['P1Y6M', 18, 0],
    ['P2W', 0, 14 * 86_400_000],
    ['P45D', 0, 45 * 86_400_000],
    ['PT15M', 0, 900_000],
    ['P1DT1H', 0, 25 * 3_600_000],
  ])('%s is %i months and %i ms', (iso, months, ms) => {
    expect(parsePeriod(iso)).toEqual({ iso, months, ms });
  });

  it.each(['', 'P', 'PT', 'P1DT', '3M', 'P3', 'P-1D', 'P1.5M', ' P1D', 'p1d', 'P1M2Y'])(
    'is not "%s"',
    (text) => {
      expect(parsePeriod(text)).toBeUndefined();
    },
  );

  it('counts calendar months, and the 31st becomes the last day', () => {
    const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
    expect(day(periodBefore(Date.UTC(2026, 11, 31), must('P6M')))).toBe('2026-06-30');
    expect(day(periodBefore(Date.UTC(2028, 1, 29), must('P1Y')))).toBe('2027-02-28');
    expect(day(periodAfter(Date.UTC(2026, 0, 31), must('P1M')))).toBe('2026-02-28');
    expect(day(periodBefore(Date.UTC(2026, 2, 1), must('P1D')))).toBe('2026-02-28');
  });
});
