/** Keeps made-up hosts connected: each comes back by itself when its session ends, until all are let go. */
import type { SimIdentity } from '../simulate/identity.ts';
import { SimSession } from '../simulate/sim-session.ts';

export interface HostKeeperOptions {
  sleep: (ms: number) => Promise<void>;
  signal: AbortSignal;
}

const AT_ONCE = 8;
/** Between tries, unless the collector says when. */
const AGAIN_AFTER_MS = 5_000;

export class HostKeeper {
  readonly #options: HostKeeperOptions;
  readonly #online = new Set<SimSession>();
  readonly #left: Promise<void>[] = [];
  #opening = 0;
  #waiting: (() => void)[] = [];

  constructor(options: HostKeeperOptions) {
    this.#options = options;
  }

  /** How many are connected now. */
  get online(): number {
    return this.#online.size;
  }

  keep(identities: readonly SimIdentity[]): void {
    for (const identity of identities) this.#left.push(this.#keepOne(identity));
  }

  async #keepOne(identity: SimIdentity): Promise<void> {
    const { signal, sleep } = this.#options;
    const session = new SimSession(identity);
    let leave = (): void => undefined;
    const left = new Promise<void>((resolve) => {
      leave = () => {
        session.close();
        resolve();
      };
    });
    signal.addEventListener('abort', leave);
    try {
      while (!signal.aborted) {
        if (await this.#open(session)) await session.whenClosed();
        this.#online.delete(session);
        if (!signal.aborted) await Promise.race([left, sleep(session.retryAfterMs ?? AGAIN_AFTER_MS)]);
      }
    } finally {
      signal.removeEventListener('abort', leave);
      this.#online.delete(session);
      session.close();
    }
  }

  /** A few at a time. @returns whether it is open; a collector that is busy or away is asked again */
  async #open(session: SimSession): Promise<boolean> {
    while (this.#opening >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.#options.signal.aborted) return false;
    this.#opening += 1;
    try {
      await session.open();
      this.#online.add(session);
      return true;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return false;
    } finally {
      this.#opening -= 1;
      this.#waiting.shift()?.();
    }
  }

  /** Resolves when all have gone; the signal has been given. */
  async gone(): Promise<void> {
    for (const wake of this.#waiting.splice(0)) wake();
    await Promise.all(this.#left);
  }
}
