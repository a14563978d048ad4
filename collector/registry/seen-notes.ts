/**
 * When agents were last heard of: kept in memory and written by the hundred, so that thousands of acknowledgements
 * cost few commits. Losing the last few seconds of it in a crash harms nobody.
 */
import type { Registry } from './database.ts';

/** About 10 ms of work. */
const AGENTS_AT_ONCE = 500;

/** When agents were last seen, gathered in memory and written together. */
export class SeenNotes {
  readonly #registry: Registry;
  #seen = new Map<string, number>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** Later times win. */
  note(agentId: string, atMs: number): void {
    if (atMs > (this.#seen.get(agentId) ?? 0)) this.#seen.set(agentId, atMs);
  }

  /** Time of the agent's last sign of life that is not written yet. */
  pending(agentId: string): number | undefined {
    return this.#seen.get(agentId);
  }

  /**
   * Writes in transactions of so many agents, with a breath between them for everything else the process does.
   * @returns how many agents were written. What could not be written is kept for the next flush.
   */
  async flush(): Promise<number> {
    const seen = [...this.#seen];
    this.#seen = new Map();
    for (let from = 0; from < seen.length; from += AGENTS_AT_ONCE) {
      const part = seen.slice(from, from + AGENTS_AT_ONCE);
      try {
        await this.#write(part);
      } catch (error) {
        for (const [agentId, atMs] of seen.slice(from)) this.note(agentId, atMs);
        throw error;
      }
      await new Promise(setImmediate);
    }
    return seen.length;
  }

  async #write(part: readonly [agentId: string, atMs: number][]): Promise<void> {
    await this.#registry.db.transaction().execute(async (trx) => {
      for (const [agentId, atMs] of part) {
        await trx
          .updateTable('agent')
          .set({ last_seen_ms: atMs })
          .where('id', '=', agentId)
          .where((eb) => eb.or([eb('last_seen_ms', 'is', null), eb('last_seen_ms', '<', atMs)]))
          .execute();
      }
    });
  }
}
