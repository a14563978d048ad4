/** Reminds of deadlines of dossiers and attestations. One look at a time; one that fails is told of and tried again. */
import { tellDeadlines } from '../../registry/compliance/deadlines.ts';
import type { Registry } from '../../registry/database.ts';

/** Deadlines are days: ten minutes late is in time. */
const LOOK_MS = 600_000;

export interface DeadlineWatchOptions {
  registry: Registry;
  /** Of several collectors one looks. */
  leads: () => boolean;
  onAlerts: (ids: readonly string[]) => void;
  onFault: (error: unknown) => void;
}

export class DeadlineWatch {
  readonly #options: DeadlineWatchOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: DeadlineWatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(), LOOK_MS);
    this.#timer.unref();
    void this.look();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  look(): Promise<void> {
    this.#running = this.#running.then(async () => {
      const { registry, leads, onAlerts, onFault } = this.#options;
      try {
        if (!leads()) return;
        const ids = await tellDeadlines(registry);
        if (ids.length > 0) onAlerts(ids);
      } catch (error) {
        onFault(error);
      }
    });
    return this.#running;
  }
}
