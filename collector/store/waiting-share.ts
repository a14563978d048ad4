/**
 * What each agent has on the way into the store. Rows become durable in the order they were taken, so what one agent has
 * waiting delays all who come after it: above its share nothing more is taken of it, until some is durable. Invariant: an
 * agent alone is never held; what is free is for those who are there.
 */

/** What any agent may have waiting: about a thousand events, some tenths of a second of work. */
const SHARE_BYTES_MIN = 1_048_576;
/** All agents' shares together are so much of what may wait. */
const SHARED_PART = 1 / 2;

export class WaitingShare {
  readonly #bytesMax: number;
  readonly #byAgent = new Map<string, number>();

  /** @param bytesMax - of all agents together */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  add(agentId: string, bytes: number): void {
    this.#byAgent.set(agentId, (this.#byAgent.get(agentId) ?? 0) + bytes);
  }

  remove(agentId: string, bytes: number): void {
    const left = (this.#byAgent.get(agentId) ?? 0) - bytes;
    if (left > 0) this.#byAgent.set(agentId, left);
    else this.#byAgent.delete(agentId);
  }

  isOver(agentId: string): boolean {
    const { size } = this.#byAgent;
    if (size < 2) return false;
    const share = Math.max(SHARE_BYTES_MIN, (this.#bytesMax * SHARED_PART) / size);
    return (this.#byAgent.get(agentId) ?? 0) > share;
  }
}
