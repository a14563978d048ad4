/**
 * Arranges the queue a moment after alerts have changed, one go at a time (registry/queue/arrange.ts). Invariants: goes are
 * short and apart, so that the projector never waits for a long one; a go that fails is tried again with the next change.
 */
import { setTimeout as sleep } from 'node:timers/promises';

export interface QueueKeeperOptions {
  /** One go. @returns ids of the alerts that changed */
  arrange: () => Promise<string[]>;
  /** From the end of a go to the next, milliseconds. */
  pauseMs: number;
  onAlerts: (ids: readonly string[]) => void;
  onFault: (error: unknown) => void;
}

export class QueueKeeper {
  readonly #options: QueueKeeperOptions;
  readonly #stop = new AbortController();
  #wanted = false;
  #running: Promise<void> | undefined;

  constructor(options: QueueKeeperOptions) {
    this.#options = options;
  }

  /** Alerts have changed. */
  kick(): void {
    this.#wanted = true;
    if (this.#running !== undefined || this.#stop.signal.aborted) return;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** Ends after the go under way. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { arrange, pauseMs, onAlerts, onFault } = this.#options;
    const { signal } = this.#stop;
    while (this.#wanted && !signal.aborted) {
      this.#wanted = false;
      try {
        const ids = await arrange();
        if (ids.length > 0) {
          onAlerts(ids);
          // What was folded makes room for others to be looked at.
          this.#wanted = true;
        }
      } catch (error) {
        onFault(error);
      }
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
