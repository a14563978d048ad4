/** What a lane leaves of the window to the lanes before it. */
import { expect, test } from 'vitest';
import { hasRoom } from '../../../../agent/transport/window.ts';

const MIB = 1_048_576;

/** Batches that a lane may have under way when it is alone. */
function most(lane: number, batchesMax: number): number {
  let batches = 0;
  while (hasRoom(lane, { batches, bytes: 0, batchesMax })) batches += 1;
  return batches;
}

test.each([
  { batchesMax: 1, want: [1, 1, 1] },
  { batchesMax: 2, want: [2, 1, 1] },
  { batchesMax: 4, want: [4, 3, 2] },
  { batchesMax: 16, want: [16, 14, 12] },
  { batchesMax: 32, want: [32, 28, 24] },
])('of a window of $batchesMax the lanes may fill $want', ({ batchesMax, want }) => {
  expect([0, 1, 2].map((lane) => most(lane, batchesMax))).toEqual(want);
});

test('one frame more than a lane’s bytes leaves room for the lane before it', () => {
  const frameBytes = MIB + 64;
  let bytes = 0;
  for (const lane of [2, 1]) {
    while (hasRoom(lane, { batches: 0, bytes, batchesMax: 32 })) bytes += frameBytes;
    expect(hasRoom(0, { batches: 0, bytes, batchesMax: 32 })).toBe(true);
  }
});
