/** A neighbour falls by what was seen of it, whatever the database's clock says. */
import { expect, test } from 'vitest';
import type { Neighbour } from '../../../collector/registry/leases.ts';
import { NeighbourWatch } from '../../../collector/side-by-side/neighbour-watch.ts';

const neighbour = (expiresMs: number): Neighbour => ({ id: 'b', expiresMs, hasLeft: expiresMs < 0 });
const newWatch = (): NeighbourWatch =>
  new NeighbourWatch({ unchangedMs: 6_000, leftMs: 1_000, gapMsMax: 3_000 });

/** Looks once a second. @returns seconds at which it had fallen */
function fallsAt(watch: NeighbourWatch, leases: readonly (number | 'away' | 'stalled')[]): number[] {
  return leases.flatMap((lease, second) => {
    if (lease === 'stalled') return [];
    if (lease === 'away') {
      watch.forget();
      return [];
    }
    return watch.look([neighbour(lease)], second * 1_000).length > 0 ? [second] : [];
  });
}

const same = (lease: number, seconds: number): number[] => Array.from({ length: seconds }, () => lease);

test.each([
  ['one that renews never falls', [1, 2, 3, 4, 5, 6, 7, 8, 9], []],
  ['one that stops falls after a lease and a moment', [1, 2, ...same(3, 8)], [8, 9]],
  ['one that has left falls after a moment', [1, -2, -2, -2], [2, 3]],
  ['one that stalled and renews in time does not', [...same(1, 6), 2, ...same(3, 6)], []],
  [
    'a time in which the control plane was away counts for nobody',
    [...same(1, 5), 'away', ...same(1, 6)],
    [],
  ],
  [
    'neither does a time in which this process stood still',
    [...same(1, 5), 'stalled', 'stalled', 'stalled', 'stalled', ...same(1, 6)],
    [],
  ],
  ['a clock set forward or back changes the lease and no more', [1, 9e12, 9e12 + 1, 5, 6, 7, 8, 9, 10], []],
] as const)('%s', (_name, leases, expected) => {
  expect(fallsAt(newWatch(), leases)).toEqual(expected);
});

test('one that is buried is forgotten, and a new one begins anew', () => {
  const watch = newWatch();
  fallsAt(watch, same(1, 8));
  expect(watch.look([], 8_000)).toEqual([]);
  expect(watch.look([neighbour(1)], 9_000)).toEqual([]);
});
