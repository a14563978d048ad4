/**
 * When agents were last heard of: kept in memory and written in one transaction per flush, so that thousands of
 * acknowledgements cost one commit. Losing the last few seconds of it in a crash harms nobody.
 */
import type { Registry } from './database.ts';

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

  /** @returns how many agents were written. What could not be written is kept for the next flush. */
  async flush(): Promise<number> {
    const seen = this.#seen;
    if (seen.size === 0) return 0;
    this.#seen = new Map();
    try {
      await this.#registry.db.transaction().execute(async (trx) => {
        for (const [agentId, atMs] of seen) {
          await trx
            .updateTable('agent')
            .set({ last_seen_ms: atMs })
            .where('id', '=', agentId)
            .where((eb) => eb.or([eb('last_seen_ms', 'is', null), eb('last_seen_ms', '<', atMs)]))
            .execute();
        }
      });
    } catch (error) {
      for (const [agentId, atMs] of seen) this.note(agentId, atMs);
      throw error;
    }
    return seen.size;
  }
}
