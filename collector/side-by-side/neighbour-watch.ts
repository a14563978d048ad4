/**
 * Which neighbours have fallen, judged by what this process saw with its own clock: a neighbour whose lease has not
 * changed for longer than a lease and a moment. Invariant: a step of the database's clock, and a time in which the
 * control plane was away, make nobody fall: both are time in which this process has seen nothing.
 */
import type { Neighbour } from '../registry/leases.ts';

interface Seen {
  expiresMs: number;
  sinceMs: number;
}

export interface NeighbourWatchOptions {
  /** How long a lease is unchanged before its holder has fallen. */
  unchangedMs: number;
  /** The same of one that has ended its lease itself. */
  leftMs: number;
  /** Looks further apart than that do not belong together. */
  gapMsMax: number;
}

export class NeighbourWatch {
  readonly #options: NeighbourWatchOptions;
  #seen = new Map<string, Seen>();
  #lookedMs = Number.NEGATIVE_INFINITY;

  constructor(options: NeighbourWatchOptions) {
    this.#options = options;
  }

  /** The control plane could not be looked at: what was seen before says nothing any more. */
  forget(): void {
    this.#seen = new Map();
  }

  /**
   * @param nowMs of a clock that only goes forward
   * @returns those of them that have fallen
   */
  look(neighbours: readonly Neighbour[], nowMs: number): Neighbour[] {
    const { unchangedMs, leftMs, gapMsMax } = this.#options;
    const before = nowMs - this.#lookedMs > gapMsMax ? new Map<string, Seen>() : this.#seen;
    this.#lookedMs = nowMs;
    this.#seen = new Map(
      neighbours.map(({ id, expiresMs }) => {
        const seen = before.get(id);
        return [id, seen?.expiresMs === expiresMs ? seen : { expiresMs, sinceMs: nowMs }];
      }),
    );
    return neighbours.filter(({ id, hasLeft }) => {
      const seen = this.#seen.get(id);
      return seen !== undefined && nowMs - seen.sinceMs >= (hasLeft ? leftMs : unchangedMs);
    });
  }
}
