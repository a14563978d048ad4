/**
 * CPU as an account: it fills at the budget's rate up to what a minute gives, and what the agent spends is taken from
 * it. So over any stretch of time the agent spends at most the budget of that stretch and one minute more.
 */
export const ACCOUNT_WINDOW_MS = 60_000;
/** Debt beyond this is forgiven: what nothing could slow must not stop scans for hours. */
const DEBT_SHARE_MAX = 1;

export class CpuAccount {
  /** CPU milliseconds per millisecond. */
  readonly #rate: number;
  readonly #capacityMs: number;
  #levelMs: number;
  #atMs: number;
  #cpuMs: number;

  /**
   * @param percentMax of the whole machine
   * @param atMs monotonic
   * @param cpuMs spent so far: not charged
   */
  constructor(percentMax: number, cores: number, atMs: number, cpuMs: number) {
    this.#rate = (percentMax / 100) * cores;
    this.#capacityMs = this.#rate * ACCOUNT_WINDOW_MS;
    this.#levelMs = this.#capacityMs;
    this.#atMs = atMs;
    this.#cpuMs = cpuMs;
  }

  /** What was spent in all, at this moment. */
  note(atMs: number, cpuMs: number): void {
    const earned = Math.max(0, atMs - this.#atMs) * this.#rate;
    // A child that ended unseen may take its share along: nothing is paid back for it.
    const spent = Math.max(0, cpuMs - this.#cpuMs);
    const levelMs = Math.min(this.#capacityMs, this.#levelMs + earned) - spent;
    this.#levelMs = Math.max(levelMs, -DEBT_SHARE_MAX * this.#capacityMs);
    this.#atMs = Math.max(atMs, this.#atMs);
    this.#cpuMs = Math.max(cpuMs, this.#cpuMs);
  }

  /** From -1 (deep in debt) to 1 (nothing spent for a minute). */
  get share(): number {
    return this.#levelMs / this.#capacityMs;
  }

  /** Until the account holds that share, if nothing is spent: milliseconds; 0 when it does. */
  waitMs(share: number): number {
    return Math.max(0, share * this.#capacityMs - this.#levelMs) / this.#rate;
  }
}
