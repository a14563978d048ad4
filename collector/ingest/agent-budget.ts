/**
 * What one agent may make the control plane write: sessions opened, losses declared and counts told, so many a
 * minute.
 * Invariant: keys are enrolled agents only, and a minute that is over is forgotten, so memory is bounded.
 */
export class AgentBudget {
  readonly #perMinute: number;
  readonly #now: () => number;
  #minute = -1;
  readonly #spent = new Map<string, number>();

  /** @param now milliseconds since 1970 */
  constructor(perMinute: number, now: () => number) {
    this.#perMinute = perMinute;
    this.#now = now;
  }

  /** Takes one; false when this minute's are spent. The agent must have proved who it is. */
  take(agentId: string): boolean {
    const minute = Math.floor(this.#now() / 60_000);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#spent.clear();
    }
    const spent = this.#spent.get(agentId) ?? 0;
    if (spent >= this.#perMinute) return false;
    this.#spent.set(agentId, spent + 1);
    return true;
  }
}
