/** Writes until it is done: only a refusal of the data is for the caller to deal with. */
import { BatchRefusedError } from './store.ts';

export interface PatienceOptions {
  /** The pause doubles from one attempt to the next. */
  retryMs: { min: number; max: number };
  onRetry: (error: unknown, attempt: number) => void;
  /** Gives up. */
  signal: AbortSignal;
}

export class Patience {
  readonly #options: PatienceOptions;

  constructor(options: PatienceOptions) {
    this.#options = options;
  }

  /**
   * @returns false when given up.
   * @param final there is nothing left to try instead, so a refusal is retried too.
   * @throws BatchRefusedError
   */
  async persist(write: () => Promise<void>, final: boolean): Promise<boolean> {
    const { retryMs, onRetry, signal } = this.#options;
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      try {
        await write();
        return true;
      } catch (error) {
        if (error instanceof BatchRefusedError && !final) throw error;
        // Whatever else went wrong, the rows are not known to be stored: the agents keep them until they are.
        onRetry(error, attempt);
        await this.#pause(Math.min(retryMs.max, retryMs.min * 2 ** (attempt - 1)));
      }
    }
    return false;
  }

  async #pause(ms: number): Promise<void> {
    const { signal } = this.#options;
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done);
    });
  }
}
