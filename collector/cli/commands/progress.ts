/** One line on the terminal that is written over and over, and gone when anything else is said. */
const EVERY_MS = 500;
const FIRST_MS = 1_500;
const CLEAR = '\r\u001b[K';

export interface ProgressOptions {
  /** Writes to the terminal; undefined where there is none. */
  write: ((text: string) => void) | undefined;
  now: () => number;
}

export class Progress {
  readonly #write: ((text: string) => void) | undefined;
  readonly #now: () => number;
  #dueMs: number;
  #isShown = false;

  constructor({ write, now }: ProgressOptions) {
    this.#write = write;
    this.#now = now;
    this.#dueMs = now() + FIRST_MS;
  }

  /** Shows `text()` now and then, nothing in the first moments: short work needs no progress. */
  tick(text: () => string): void {
    if (this.#write === undefined || this.#now() < this.#dueMs) return;
    this.#dueMs = this.#now() + EVERY_MS;
    this.#isShown = true;
    this.#write(`${CLEAR}${text()}`);
  }

  clear(): void {
    if (this.#isShown) this.#write?.(CLEAR);
    this.#isShown = false;
  }
}

/** Progress on standard error where that is a terminal. */
export function terminalProgress(): Progress {
  return new Progress({
    write: process.stderr.isTTY ? (text) => process.stderr.write(text) : undefined,
    now: () => performance.now(),
  });
}
