/**
 * Events that come too late, in any order, over any batches, between any others and over restarts: once nothing more
 * comes, the correlation hits that stand are exactly those of the same events in time.
 */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventId } from '../../../collector/detect/hits.ts';
import type { HitRow } from '../../../collector/store/store.ts';
import { parseRules } from '../../../rules/sigma/index.ts';
import { hitRow, World } from '../../support/projector-bench.ts';

const T = 1_700_000_000_000;
/** Longer than any lateness below: what is delayed is too late. */
const DELAY_SECONDS_MIN = 70;
const RUNS = Number(process.env['VONGGAC_PROPERTY_RUNS'] ?? 60);

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

interface Event {
  second: number;
  rule: string;
  ip: string;
  /** Seconds until it arrives: 0, or too many. */
  delay: number;
  /** A batch ends behind it. */
  cut: boolean;
  /** What is put aside is looked back for behind its batch, by a new process at 2. */
  look: number;
}

/** Dense, so that stretches of true windows are long, are joined, and lose and get their beginnings. */
const events: fc.Arbitrary<Event[]> = fc.array(
  fc.record({
    second: fc.integer({ min: 0, max: 400 }),
    rule: fc.constantFrom('a', 'a', 'b'),
    ip: fc.constantFrom('x', 'x', 'y'),
    delay: fc.oneof(fc.constant(0), fc.integer({ min: DELAY_SECONDS_MIN, max: 900 })),
    cut: fc.boolean(),
    look: fc.constantFrom(0, 0, 1, 1, 2),
  }),
  { maxLength: 50, size: 'max' },
);

interface Batch {
  rows: HitRow[];
  late: boolean;
  /** Of its last row: by then every row of a late batch is too late, and none only out of order. */
  arrivalMs: number;
  look: number;
}

/** The events by arrival, each kind in batches of its own; of the times no two are equal. */
function batchesOf(list: readonly Event[]): Batch[] {
  const batches: Batch[] = [];
  let cut = true;
  const arrivals = list
    .map((event, index) => ({ event, timeMs: T + event.second * 1000 + index }))
    .toSorted((x, y) => x.timeMs + x.event.delay * 1000 - (y.timeMs + y.event.delay * 1000));
  for (const { event, timeMs } of arrivals) {
    const arrivalMs = timeMs + event.delay * 1000;
    const late = event.delay > 0;
    if (cut || batches.at(-1)?.late !== late) batches.push({ rows: [], late, arrivalMs, look: 0 });
    const batch = batches.at(-1);
    if (batch === undefined) continue;
    const row = hitRow(0, batch.rows.length, timeMs, event.ip, arrivalMs);
    batch.rows.push({ ...row, hits: [{ ruleId: event.rule, fields: { ip: event.ip } }] });
    batch.arrivalMs = arrivalMs;
    batch.look = event.look;
    cut = event.cut;
  }
  return batches;
}

test.each(CASES)('%s', async (_, ...correlations) => {
  const texts = correlations.map((body, index) => {
    const id = index < correlations.length - 1 ? 'inner' : 'outer';
    return `title: ${id}\nid: ${id}\ncorrelation: {${body}, generate: true}\n`;
  });
  const parsed = parseRules([...RULES, ...texts].join('---\n'), { source: 'x' });
  await fc.assert(
    fc.asyncProperty(events, fc.constantFrom(0, 30_000), async (list, latenessMs) => {
      const world = new World([parsed]);
      expect(world.engine.errors).toEqual([]);
      const projector = world.projector({ latenessMs, rowsInMemoryMax: 100_000 });
      await projector.start(world.place, 0);
      let worker = world.lateWorker(projector);
      worker.start();
      let number = 0;
      const add = async (rows: readonly HitRow[]): Promise<void> => {
        number += 1;
        const batch = number;
        world.add(
          projector,
          batch,
          rows.map((row) => ({ ...row, batch, seq: batch * 1_000 + row.row })),
        );
        await projector.settled();
      };
      /** Time goes on for everyone. */
      const tick = (timeMs: number): Promise<void> => add([{ ...hitRow(0, 0, timeMs, 'tick'), hits: [] }]);
      for (const { rows, late, arrivalMs, look } of batchesOf(list)) {
        if (late) await tick(arrivalMs);
        await add(rows);
        if (look === 2) {
          await worker.stop();
          worker = world.lateWorker(projector);
          worker.start();
        } else if (look === 1) worker.kick();
        await worker.settled();
      }
      await tick(T + 100_000_000);
      worker.kick();
      await worker.settled();
      await projector.stop();
      await worker.stop();
      expect(world.aside).toEqual([]);

      const inTime = world.engine.correlator({ lateness: 0 });
      const rows = world.stored.filter(({ hits }) => hits.length > 0).toSorted((x, y) => x.timeMs - y.timeMs);
      const want = rows.flatMap((row) =>
        row.hits.flatMap(({ ruleId, fields }) =>
          inTime.push({ rule: { id: ruleId } }, fields, row.timeMs, eventId(row)),
        ),
      );
      want.push(...inTime.advance(T + 200_000_000));
      const name = (ruleId: string, group: Readonly<Record<string, string>>, timeMs: number): string =>
        `${ruleId} ${JSON.stringify({ ...group })} ${String(timeMs - T)}`;
      expect(
        [...world.standing.values()]
          .map(({ ruleId, grouping, timeMs }) => name(ruleId, grouping, timeMs))
          .toSorted(),
      ).toEqual(want.map(({ rule, group, timeMs }) => name(rule.id, group, timeMs)).toSorted());
    }),
    { numRuns: RUNS },
  );
});
