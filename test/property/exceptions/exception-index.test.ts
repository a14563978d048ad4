/** Whatever the register holds, the index takes a detection exactly when asking every exception in turn would. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  ExceptionIndex,
  isDecided,
  type ActingException,
} from '../../../collector/exceptions/exception-index.ts';

const FIELDS = ['user.name', 'source.ip', 'process.name'] as const;
const VALUES = ['a', 'ab', 'B', '10.0.0.1'] as const;
const RULES = ['r1', 'r2', 'r3'] as const;

const lines = fc.array(
  fc.record({
    field: fc.constantFrom(...FIELDS),
    modifier: fc.constantFrom('', '|contains', '|startswith'),
    value: fc.constantFrom(...VALUES),
  }),
  { minLength: 1, maxLength: 2 },
);
type Line = { field: string; modifier: string; value: string };

const exceptions = fc.array(
  fc.record({
    lines,
    isNot: fc.boolean(),
    agencyIds: fc.option(fc.subarray([1, 2, 3]), { nil: undefined }),
    agentId: fc.option(fc.constantFrom('x', 'y'), { nil: null }),
    groupId: fc.option(fc.constantFrom(7, 8), { nil: null }),
    rules: fc.option(fc.subarray([...RULES], { minLength: 1 }), { nil: null }),
    startsMs: fc.option(fc.nat(50), { nil: null }),
    expiresMs: fc.integer({ min: 10, max: 100 }),
  }),
  { maxLength: 12 },
);
const detections = fc.array(
  fc.record({
    ruleId: fc.constantFrom(...RULES),
    agencyId: fc.constantFrom(1, 2, 3),
    agentId: fc.constantFrom('x', 'y'),
    groupId: fc.option(fc.constantFrom(7, 8), { nil: null }),
    timeMs: fc.nat(110),
    event: fc.dictionary(fc.constantFrom(...FIELDS), fc.constantFrom(...VALUES)),
  }),
  { maxLength: 30 },
);

function holds({ field, modifier, value }: Line, event: Readonly<Record<string, string>>): boolean {
  const found = event[field]?.toLowerCase();
  if (found === undefined) return false;
  const wanted = value.toLowerCase();
  if (modifier === '|contains') return found.includes(wanted);
  return modifier === '|startswith' ? found.startsWith(wanted) : found === wanted;
}

const textOf = (one: { lines: readonly Line[]; isNot: boolean }): string =>
  [
    ...one.lines.map(({ field, modifier, value }, at) => `s${at}:\n  ${field}${modifier}: '${value}'`),
    `condition: ${one.isNot ? 'not ' : ''}(${one.lines.map((_line, at) => `s${at}`).join(' and ')})`,
  ].join('\n');

test('the index finds what asking each finds', () => {
  fc.assert(
    fc.property(exceptions, detections, (asked, found) => {
      const acting = asked.map(
        ({ lines: _lines, isNot: _isNot, agencyIds, ...one }, at): ActingException => ({
          ...one,
          id: at + 1,
          kind: 'rule',
          condition: textOf(asked[at] ?? { lines: [], isNot: false }),
          window: null,
          categories: null,
          agencyIds: agencyIds && new Set(agencyIds),
        }),
      );
      const index = new ExceptionIndex(acting, { categories: () => [], logsource: () => ({}) }, []);
      expect(index.rejected).toEqual([]);
      for (const { ruleId, agencyId, agentId, groupId, timeMs, event } of found) {
        const naive = asked.findIndex((one) => {
          if (one.agencyIds?.includes(agencyId) === false) return false;
          if (one.agentId !== null && one.agentId !== agentId) return false;
          if (one.groupId !== null && one.groupId !== groupId) return false;
          if (one.rules?.includes(ruleId) === false) return false;
          if (timeMs >= one.expiresMs || (one.startsMs !== null && timeMs < one.startsMs)) return false;
          return one.lines.every((line) => holds(line, event)) !== one.isNot;
        });
        const detection = { rule: { ruleId }, agencyId, agentId, hostname: agentId, timeMs, matched: {} };
        const candidates = index.candidates({ detection, isCorrelation: false, groupId });
        expect(index.find(candidates, event)).toBe(naive === -1 ? undefined : naive + 1);
        // Where the fields at hand are said to decide, the rest of the event changes nothing.
        const more = isDecided(candidates, event) ? { ...event, 'other.field': 'a' } : event;
        expect(index.find(candidates, more)).toBe(naive === -1 ? undefined : naive + 1);
      }
    }),
    { numRuns: 150 },
  );
});
