/** Commits to the spool, waiting while the disk refuses: the caller holds its source back meanwhile. */
import type { Clock } from './clock.ts';
import { SpoolFullError } from './spool/spool-error.ts';
import type { Spool } from './spool/spool.ts';
import type { SourceItem } from './sources/source.ts';
import type { BackOff } from './transport/back-off.ts';

export interface PatienceOptions {
  spool: Spool;
  clock: Clock;
  backOff: BackOff;
  /** Gives up waiting. */
  signal: AbortSignal;
  /** Told once when waiting begins and once when it is over. */
  onHeld: (error: SpoolFullError | undefined) => void;
}

/** @returns false when it was given up: nothing was committed, the positions have not moved. */
export async function commitPatiently(
  options: PatienceOptions,
  sourceName: string,
  items: readonly SourceItem[],
): Promise<boolean> {
  const { spool, clock, backOff, signal, onHeld } = options;
  let held = false;
  for (;;) {
    try {
      spool.commit(sourceName, items);
      if (held) {
        backOff.reset();
        onHeld(undefined);
      }
      return true;
    } catch (error) {
      if (!(error instanceof SpoolFullError)) throw error;
      if (!held) onHeld(error);
      held = true;
    }
    if (signal.aborted) return false;
    await clock.sleep(backOff.next(), signal);
  }
}
