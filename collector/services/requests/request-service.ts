/** Looks at requests every minute: reminders, overdue, escalation (registry/requests/request-watch.ts). One collector does. */
import type { Registry } from '../../registry/database.ts';
import { lookAtRequests } from '../../registry/requests/request-watch.ts';

const LOOK_MS = 60_000;

export interface RequestServiceOptions {
  registry: Registry;
  leads: () => boolean;
  onFault: (error: unknown) => void;
}

export class RequestService {
  readonly #options: RequestServiceOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: RequestServiceOptions) {
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

  /** One look at a time. */
  look(): Promise<void> {
    const { registry, leads, onFault } = this.#options;
    this.#running = this.#running
      .then(async () => {
        if (leads()) await lookAtRequests(registry);
      })
      .catch(onFault);
    return this.#running;
  }
}
