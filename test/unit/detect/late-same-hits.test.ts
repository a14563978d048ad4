/** Late events are correlated over history: with the same hits as if they had been in time. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { correlationReach } from '../../../collector/detect/correlation-reach.ts';
import { eventId } from '../../../collector/detect/hits.ts';
import { correlateLate, type LateHits } from '../../../collector/detect/late-pass.ts';
import type { HitRow } from '../../../collector/store/store.ts';
import { compile, parseRules, type CorrelationHit } from '../../../rules/sigma/index.ts';
import { hitRow, rules } from '../../support/projector-bench.ts';

const T = 1_700_000_000_000;

const RULES = ['a', 'b'].map(
  (id) => `title: ${id}\nid: ${id}\nlogsource: {product: linux}\ndetection: {s: {k: ${id}}, condition: s}\n`,
);

/** One or two correlations, the outer one last. */
const CASES: readonly (readonly [name: string, ...correlations: string[]])[] = [
  ['a count', 'type: event_count, rules: [a, b], group-by: [ip], timespan: 1m, condition: {gte: 3}'],
  ['a range', 'type: event_count, rules: [a, b], group-by: [ip], timespan: 1m, condition: {gte: 2, lt: 4}'],
  ['distinct values', 'type: value_count, rules: [a, b], timespan: 1m, condition: {field: ip, gte: 2}'],
  ['an order', 'type: temporal_ordered, rules: [a, b], group-by: [ip], timespan: 1m'],
  ['an absence', 'type: temporal, rules: [a, b], group-by: [ip], timespan: 1m, condition: a and not b'],
  [
    'a chain',
    'type: event_count, rules: [a], group-by: [ip], timespan: 30s, condition: {gte: 2}',
    'type: temporal_ordered, rules: [inner, b], group-by: [ip], timespan: 1m',
  ],
];

interface Row {
  second: number;
  rule: string;
  ip: string;
  late: boolean;
}

const stream: fc.Arbitrary<Row[]> = fc.array(
  fc.record({
    second: fc.integer({ min: 0, max: 600 }),
    rule: fc.constantFrom('a', 'a', 'b'),
    ip: fc.constantFrom('x', 'y'),
    // Most are in time, so that what is looked back at is less than all there is.
    late: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
  }),
  { maxLength: 60, size: 'max' },
);

test.each(CASES)('%s', async (_, ...correlations) => {
  const texts = correlations.map((body, index) => {
    const id = index < correlations.length - 1 ? 'inner' : 'outer';
    return `title: ${id}\nid: ${id}\ncorrelation: {${body}, generate: true}\n`;
  });
  const parsed = parseRules([...RULES, ...texts].join('---\n'), { source: 'x' });
  const engine = compile([parsed]);
  expect(engine.errors).toEqual([]);
  const reach = correlationReach(engine, parsed.correlations);
  await fc.assert(
    fc.asyncProperty(stream, async (list) => {
      const rows = list
        .toSorted((left, right) => left.second - right.second)
        .map(({ second, rule, ip }, index): HitRow => ({
          ...hitRow(1, index, T + second * 1000, ip),
          hits: [{ ruleId: rule, fields: { ip } }],
        }));
      const lateTimes = list.filter(({ late }) => late).map(({ second }) => T + second * 1000);
      const correlator = engine.correlator();
      correlator.advance(0);
      const inTime: CorrelationHit[] = rows.flatMap((row) =>
        correlator.push(
          { rule: { id: row.hits[0]?.ruleId ?? '' } },
          { ip: row.hits[0]?.fields.ip },
          row.timeMs,
          eventId(row),
        ),
      );
      inTime.push(...correlator.advance(T + 100_000_000));
      const readHits: LateHits = async ({ ruleIds, fromMs, toMs, limit, after }) =>
        rows
          .filter(({ hits }) => hits.some(({ ruleId }) => ruleIds.includes(ruleId)))
          .filter(({ timeMs, row }) => timeMs >= fromMs && timeMs <= toMs && row > (after?.row ?? -1))
          .slice(0, limit);
      const found = await correlateLate({
        engine,
        reach,
        rules,
        timesMs: lateTimes,
        batchMax: 1,
        readHits,
        watermarkMs: T + 100_000_000,
      });
      const name = (ruleId: string, grouping: Readonly<Record<string, string>>, timeMs: number): string =>
        `${ruleId} ${JSON.stringify({ ...grouping })} ${String(timeMs - T)}`;
      const want = inTime
        .filter(({ firstMs, timeMs }) => lateTimes.some((late) => late >= firstMs && late <= timeMs))
        .map(({ rule, group, timeMs }) => name(rule.id, group, timeMs));
      const got = found.map(({ ruleId, grouping, timeMs }) => name(ruleId, grouping, timeMs));
      expect([...new Set(got)].toSorted()).toEqual([...new Set(want)].toSorted());
      expect(found.every(({ late }) => late)).toBe(true);
    }),
    { numRuns: Number(process.env.VONGGAC_PROPERTY_RUNS ?? 500) },
  );
});
