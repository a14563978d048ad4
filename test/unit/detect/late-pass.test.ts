import { expect, test } from 'vitest';
import { correlationReach } from '../../../collector/detect/correlation-reach.ts';
import { correlateLate, type LateHits } from '../../../collector/detect/late-pass.ts';
import type { HitRow } from '../../../collector/store/store.ts';
import { BASE, BURST, engine, hitRow, parsed, rules } from '../../support/projector-bench.ts';

const T = 1_700_000_000_000;
const HOUR = 3_600_000;
const reach = correlationReach(engine, parsed.correlations);

/** Bursts of three, each in an hour of its own. */
const rows: HitRow[] = Array.from({ length: 3_000 }, (_, at) => {
  const burst = Math.floor(at / 3);
  // Uneven, so that some gaps are smaller than others.
  const timeMs = T + (burst * 10 + (burst % 7)) * HOUR + (at % 3) * 1_000;
  return hitRow(1, at, timeMs, `198.51.100.${String(burst)}`);
});

test('events of a thousand different times cost a bounded number of reads, and each burst is found', async () => {
  let reads = 0;
  const readHits: LateHits = async ({ fromMs, toMs, limit, after }) => {
    reads += 1;
    return rows
      .filter(({ timeMs, row }) => timeMs >= fromMs && timeMs <= toMs && row > (after?.row ?? -1))
      .slice(0, limit);
  };
  const found = await correlateLate({
    engine,
    reach,
    rules,
    timesMs: rows.map(({ timeMs }) => timeMs).toReversed(),
    batchMax: 1,
    readHits,
    closedMs: T + 100_000 * HOUR,
    isLate: () => true,
    earlier: { timesMs: [], hits: [] },
  });
  expect(reach.ruleIds).toEqual([BASE]);
  expect(found.added.filter(({ ruleId }) => ruleId === BURST)).toHaveLength(1_000);
  expect(reads).toBeLessThan(300);
});
