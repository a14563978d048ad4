/**
 * What exactly one of the collectors does. Each tries for it; whoever has it keeps it for life, so its end is the end of
 * that collector's lease. Invariant: what the duty writes is written in a transaction that asks whether it still is ours.
 */
import type { RegistryDb } from '../registry/database.ts';
import { requireDuty, takeDuty } from '../registry/leases.ts';

export interface DutyOptions {
  db: RegistryDb;
  name: string;
  collectorId: string;
  /** The duty is ours. Called once; when it fails it is called again. */
  begin: () => Promise<void>;
  /** Called again and again while it is ours. */
  goOn: () => Promise<void>;
  onFault: (what: string, error: unknown) => void;
}

const TICK_MS = 250;

export class Duty {
  readonly #options: DutyOptions;
  #term: number | undefined;
  #begun = false;
  #timer: NodeJS.Timeout | undefined;
  #ticking: Promise<void> | undefined;

  constructor(options: DutyOptions) {
    this.#options = options;
  }

  get isOurs(): boolean {
    return this.#begun;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#ticking ??= this.#tick().finally(() => {
        this.#ticking = undefined;
      });
    }, TICK_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#ticking;
  }

  /** To be called inside each transaction of the duty. @throws LeaseLostError when it is another's */
  async guard(trx: RegistryDb): Promise<void> {
    await requireDuty(trx, this.#options.name, this.#options.collectorId, this.#term ?? 0);
  }

  async #tick(): Promise<void> {
    const { db, name, collectorId, begin, goOn, onFault } = this.#options;
    try {
      this.#term ??= await takeDuty(db, name, collectorId);
      if (this.#term === undefined) return;
      if (!this.#begun) await begin();
      this.#begun = true;
      await goOn();
    } catch (error) {
      onFault(`the duty "${name}" is delayed`, error);
    }
  }
}
