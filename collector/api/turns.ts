/**
 * Takes turns at what is dear: so many at once in all and for one principal, and a few more wait in order. What the
 * stages behind need of the event store is thereby left to them, whatever a page or a script asks for.
 */
import { ApiError } from './errors.ts';

export interface TurnLimits {
  /** At once, in all. */
  runningMax: number;
  /** At once, for one principal. */
  runningPerKeyMax: number;
  /** Waiting, for one principal; more are refused. */
  waitingPerKeyMax: number;
}

export class Turns {
  readonly #limits: TurnLimits;
  readonly #running = new Map<string, number>();
  readonly #waiting: { key: string; go: () => void }[] = [];
  #total = 0;

  constructor(limits: TurnLimits) {
    this.#limits = limits;
  }

  /** Runs the work when its turn has come. @throws ApiError too-many-requests, or what the work throws */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    if (this.#fits(key)) this.#begin(key);
    else {
      const own = this.#waiting.filter((other) => other.key === key).length;
      if (own >= this.#limits.waitingPerKeyMax) throw new ApiError('too-many-requests');
      await new Promise<void>((resolve) => this.#waiting.push({ key, go: resolve }));
    }
    try {
      return await work();
    } finally {
      this.#end(key);
    }
  }

  #fits(key: string): boolean {
    return (
      this.#total < this.#limits.runningMax && (this.#running.get(key) ?? 0) < this.#limits.runningPerKeyMax
    );
  }

  #begin(key: string): void {
    this.#total += 1;
    this.#running.set(key, (this.#running.get(key) ?? 0) + 1);
  }

  #end(key: string): void {
    this.#total -= 1;
    const left = (this.#running.get(key) ?? 1) - 1;
    if (left === 0) this.#running.delete(key);
    else this.#running.set(key, left);
    const next = this.#waiting.findIndex((waiter) => this.#fits(waiter.key));
    const [waiter] = next === -1 ? [] : this.#waiting.splice(next, 1);
    if (waiter === undefined) return;
    this.#begin(waiter.key);
    waiter.go();
  }
}
