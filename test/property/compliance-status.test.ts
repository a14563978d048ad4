/** How results count together, whatever they are and in whatever order they come. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scoreOf } from '../../collector/compliance/score.ts';
import { combine, STATUSES } from '../../collector/compliance/status.ts';

const statuses = fc.array(fc.constantFrom(...STATUSES), { maxLength: 12 });

describe('statuses that count together', () => {
  it('say the same in any order and grouping of equal parts', () => {
    fc.assert(
      fc.property(statuses, fc.nat(), (parts, turn) => {
        const at = parts.length === 0 ? 0 : turn % parts.length;
        const turned = [...parts.slice(at), ...parts.slice(0, at), ...parts];
        expect(combine(turned)).toBe(combine(parts));
      }),
    );
  });

  it('are met only when each part is met or does not apply', () => {
    fc.assert(
      fc.property(statuses, (parts) => {
        const isGood = parts.every((part) => ['met', 'not-applicable', 'provider'].includes(part));
        expect(combine(parts) === 'met').toBe(isGood && parts.includes('met'));
      }),
    );
  });

  it('are not met or not assessed only when nothing of them is met', () => {
    fc.assert(
      fc.property(statuses, (parts) => {
        const isBad = ['not-met', 'not-assessed'].includes(combine(parts));
        expect(isBad && parts.includes('met')).toBe(false);
      }),
    );
  });
});

describe('a score', () => {
  it('adds up, and is full only when everything that applies is met', () => {
    fc.assert(
      fc.property(statuses, (parts) => {
        const { total, percent, coveragePercent, ...counts } = scoreOf(parts);
        expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(total);
        const applicable = parts.filter((part) => part !== 'not-applicable');
        expect(percent === null).toBe(applicable.length === 0);
        const isFull = applicable.every((part) => part === 'met' || part === 'provider');
        expect(percent === 100).toBe(applicable.length > 0 && isFull);
        expect(coveragePercent === 100 && parts.includes('not-assessed')).toBe(false);
      }),
    );
  });
});
