/** What parts that outlive a run of the agent have to say as records: kept, bounded, while no spool is open to take it. */
import type { SourceItem } from './sources/source.ts';

/** Beyond it the oldest goes; what it says is in the log, too. */
const ITEMS_MAX = 256;

export class Outbox {
  #waiting: SourceItem[] = [];
  #drain: ((item: SourceItem) => Promise<void>) | undefined;

  put(item: SourceItem): void {
    if (this.#drain !== undefined) void this.#drain(item);
    else this.#waiting = [...this.#waiting, item].slice(-ITEMS_MAX);
  }

  /** @param drain takes what waits and what comes from now on, and never rejects; undefined: it waits again */
  drainTo(drain: ((item: SourceItem) => Promise<void>) | undefined): void {
    this.#drain = drain;
    if (drain === undefined) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const item of waiting) void drain(item);
  }
}
