/** What an integrity source has written down, as a test sees it. */
import { Baseline } from '../../../agent/sources/integrity/baseline.ts';
import { SealedRows } from '../../../agent/sources/integrity/sealed-rows.ts';
import type { KeptState } from '../../../agent/sources/integrity/state-codec.ts';
import type { PositionReader } from '../../../agent/sources/source.ts';

/** Of the sources in tests. */
export const KEY = Buffer.alloc(32, 7);

export function baselineOf(positions: PositionReader): Baseline {
  return new Baseline(new SealedRows(positions, KEY, () => undefined));
}

/** What is known of a path. */
export function known(positions: PositionReader, file: string): KeptState | undefined {
  return baselineOf(positions).get(file);
}

/** Whether the baseline of a set was made. */
export function made(positions: PositionReader, set: string): boolean {
  return baselineOf(positions).set(set) !== undefined;
}
