/**
 * Whose rows the store refused: they have batches of their own for a while. Invariant: to look for the offending rows of
 * one agent costs a bounded number of refusals; above that what is refused together is rejected together.
 */

/** How long an agent's units are set apart. */
const APART_MS = 600_000;
/** Agents that are set apart at once: with more, the store itself is what is wrong. */
const SUSPECTS_MAX = 1_000;
/** Refused inserts, in that time, for finding single rows of an agent: about twenty of them. */
const REFUSALS_MAX = 200;

interface Suspect {
  sinceMs: number;
  refusalsLeft: number;
}

export class Suspects {
  readonly #byAgent = new Map<string, Suspect>();

  has(agentId: string): boolean {
    return this.#byAgent.has(agentId);
  }

  /** @returns false when there are too many */
  add(agentId: string, nowMs: number): boolean {
    if (this.#byAgent.has(agentId)) return true;
    if (this.#byAgent.size >= SUSPECTS_MAX) return false;
    this.#byAgent.set(agentId, { sinceMs: nowMs, refusalsLeft: REFUSALS_MAX });
    return true;
  }

  /** Whether it is worth another refusal to look for the offending row of its. */
  spend(agentId: string): boolean {
    const suspect = this.#byAgent.get(agentId);
    if (suspect === undefined) return true;
    suspect.refusalsLeft -= 1;
    return suspect.refusalsLeft >= 0;
  }

  isOver(agentId: string, nowMs: number): boolean {
    const suspect = this.#byAgent.get(agentId);
    return suspect !== undefined && nowMs - suspect.sinceMs >= APART_MS;
  }

  delete(agentId: string): void {
    this.#byAgent.delete(agentId);
  }
}
