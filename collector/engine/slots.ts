/** At most so many at once; the rest wait in order, up to a bound. */
export class SlotsFullError extends Error {
  override readonly name = 'SlotsFullError';
}

export class Slots {
  #free: number;
  readonly #waitingMax: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number, waitingMax: number) {
    this.#free = count;
    this.#waitingMax = waitingMax;
  }

  /** Resolves with the slot's release function. @throws SlotsFullError when too many wait already */
  async take(): Promise<() => void> {
    if (this.#free > 0) this.#free -= 1;
    else {
      if (this.#waiting.length >= this.#waitingMax) throw new SlotsFullError('too many statements wait');
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    };
  }
}
