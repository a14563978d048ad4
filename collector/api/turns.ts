/**
 * Takes turns at what is dear, over a budget that several kinds of asking share: so many at once in all, of one kind and
 * for one principal, and a few more wait. What the stages behind need of the event store is thereby left to them, whatever
 * a page or a script asks for. A free turn goes to the principal who has fewest, and among equals to whoever waits longest.
 */
import { ApiError } from './errors.ts';

export interface TurnLimits {
  /** At once, of this kind. */
  runningMax: number;
  /** At once, of this kind and for one principal. */
  runningPerKeyMax: number;
  /** Waiting, of this kind and for one principal; more are refused. */
  waitingPerKeyMax: number;
}

/**
 * Statements that the API has run in the event store at once, of whatever kind. The engine runs eight: three are left to
 * ingest, the projector and the collector's own work.
 */
export const ENGINE_STATEMENTS_MAX = 5;

interface Waiter {
  turns: Turns;
  key: string;
  go: () => void;
}

/** What all kinds together may have at once. */
export class TurnBudget {
  readonly #runningMax: number;
  readonly #running = new Map<string, number>();
  readonly #waiting: Waiter[] = [];
  #total = 0;

  constructor(runningMax: number) {
    this.#runningMax = runningMax;
  }

  get isSpent(): boolean {
    return this.#total >= this.#runningMax;
  }

  begin(key: string): void {
    this.#total += 1;
    add(this.#running, key, 1);
  }

  /** A turn is free again: whoever it goes to begins. */
  end(key: string): void {
    this.#total -= 1;
    add(this.#running, key, -1);
    const next = this.#next();
    if (next === undefined) return;
    this.#waiting.splice(this.#waiting.indexOf(next), 1);
    next.go();
  }

  wait(waiter: Waiter): void {
    this.#waiting.push(waiter);
  }

  waiting(turns: Turns, key: string): number {
    return this.#waiting.filter((other) => other.turns === turns && other.key === key).length;
  }

  #next(): Waiter | undefined {
    let best: { waiter: Waiter; running: number } | undefined;
    for (const waiter of this.#waiting) {
      if (!waiter.turns.fits(waiter.key)) continue;
      const running = this.#running.get(waiter.key) ?? 0;
      if (best === undefined || running < best.running) best = { waiter, running };
    }
    return best?.waiter;
  }
}

/** The turns of one kind. */
export class Turns {
  readonly #limits: TurnLimits;
  readonly #budget: TurnBudget;
  readonly #running = new Map<string, number>();
  #total = 0;

  /** @param budget its own by default */
  constructor(limits: TurnLimits, budget = new TurnBudget(limits.runningMax)) {
    this.#limits = limits;
    this.#budget = budget;
  }

  /** Runs the work when its turn has come. @throws ApiError too-many-requests, or what the work throws */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    if (this.fits(key)) this.#begin(key);
    else {
      if (this.#budget.waiting(this, key) >= this.#limits.waitingPerKeyMax)
        throw new ApiError('too-many-requests');
      await new Promise<void>((resolve) => {
        const go = (): void => {
          this.#begin(key);
          resolve();
        };
        this.#budget.wait({ turns: this, key, go });
      });
    }
    try {
      return await work();
    } finally {
      this.#total -= 1;
      add(this.#running, key, -1);
      this.#budget.end(key);
    }
  }

  /** Whether a turn is free for this principal. */
  fits(key: string): boolean {
    const { runningMax, runningPerKeyMax } = this.#limits;
    return (
      !this.#budget.isSpent && this.#total < runningMax && (this.#running.get(key) ?? 0) < runningPerKeyMax
    );
  }

  #begin(key: string): void {
    this.#total += 1;
    add(this.#running, key, 1);
    this.#budget.begin(key);
  }
}

function add(counts: Map<string, number>, key: string, change: number): void {
  const count = (counts.get(key) ?? 0) + change;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
