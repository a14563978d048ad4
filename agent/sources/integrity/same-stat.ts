/** Whether a path can be taken for unchanged by its attributes alone. */
import type fs from 'node:fs';
import { describe } from './read-state.ts';
import { packState } from './state-codec.ts';

/** @param packed what is known of the path. The change time among the attributes cannot be set by programs. */
export function sameStat(packed: string, stats: fs.Stats): boolean {
  const now = packState(describe(stats));
  // Up to the hash, which a reading alone would tell.
  return packed.startsWith(now) && (packed.length === now.length || now.endsWith('|'));
}
