/** However batches are cut and whenever the projector is stopped, it finds what an undisturbed one finds. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HitRow } from '../../../collector/store/store.ts';
import { hitRow, World } from '../../support/projector-bench.ts';

const T = 1_760_000_000_000;

/** Events in order of time, a few addresses, bursts and pauses. */
const history = fc
  .array(fc.record({ stepMs: fc.integer({ min: 0, max: 40_000 }), ip: fc.integer({ min: 1, max: 3 }) }), {
    minLength: 1,
    maxLength: 60,
  })
  .map((steps) => {
    let timeMs = T;
    return steps.map(({ stepMs, ip }) => ({ timeMs: (timeMs += stepMs), ip: `203.0.113.${ip}` }));
  });

/** Cuts the events into batches of the given sizes. */
function cut(events: readonly { timeMs: number; ip: string }[], sizes: readonly number[]): HitRow[][] {
  const batches: HitRow[][] = [];
  for (let from = 0; from < events.length;) {
    const size = sizes[batches.length % sizes.length] ?? 1;
    const batch = batches.length + 1;
    batches.push(
      events.slice(from, from + size).map(({ timeMs, ip }, row) => hitRow(batch, row, timeMs, ip)),
    );
    from += size;
  }
  return batches;
}

async function project(
  batches: readonly HitRow[][],
  stops: ReadonlySet<number>,
  snapshotEveryBatches: number,
): Promise<World> {
  const world = new World();
  let projector = world.projector({ snapshotEveryBatches });
  await projector.start(world.place, 0);
  for (const [index, rows] of batches.entries()) {
    world.add(projector, index + 1, rows);
    if (!stops.has(index)) continue;
    // Stopped at once: the batch may or may not be projected yet.
    await projector.stop();
    projector = world.projector({ snapshotEveryBatches });
    await projector.start(world.place, index + 1);
  }
  await projector.settled();
  return world;
}

test('stops and snapshots change nothing about what is found', async () => {
  await fc.assert(
    fc.asyncProperty(
      history,
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
      fc.uniqueArray(fc.nat(60), { maxLength: 6 }),
      fc.integer({ min: 1, max: 7 }),
      async (events, sizes, stops, snapshotEvery) => {
        const batches = cut(events, sizes);
        const undisturbed = await project(batches, new Set(), 1_000);
        const disturbed = await project(batches, new Set(stops), snapshotEvery);
        expect(disturbed.hitIds()).toEqual(undisturbed.hitIds());
        expect(disturbed.detectionIds()).toEqual(undisturbed.detectionIds());
        expect(disturbed.place.cursor).toBe(batches.length);
      },
    ),
    { numRuns: 150 },
  );
});
