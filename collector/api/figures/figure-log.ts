/**
 * Who reads figures, in the audit trail: each view once a day for a token or person, and what was refused once in ten minutes, since
 * dashboards ask anew every few seconds.
 */
import { writeAudit } from '../../registry/audit.ts';
import type { Registry } from '../../registry/database.ts';
import type { Principal } from '../principal.ts';

const DAY_MS = 86_400_000;
const REFUSAL_MS = 600_000;
const NOTES_MAX = 20_000;
const SHOWN_CHARS = 200;

export class FigureLog {
  readonly #registry: Pick<Registry, 'db' | 'now'>;
  /** What was written, and until when it needs not be again. */
  readonly #noted = new Map<string, number>();

  constructor(registry: Pick<Registry, 'db' | 'now'>) {
    this.#registry = registry;
  }

  async read({ actor, agencyId }: Principal, view: string): Promise<void> {
    if (!this.#isDue(`${actor} ${view}`, DAY_MS)) return;
    await this.#write({ actor, action: 'figures.read', target: `view:${view}`, agencyId });
  }

  async refused({ actor, agencyId }: Principal, sql: string, reason: string): Promise<void> {
    if (!this.#isDue(`${actor} !`, REFUSAL_MS)) return;
    const detail = { statement: sql.slice(0, SHOWN_CHARS), reason: reason.slice(0, SHOWN_CHARS) };
    await this.#write({ actor, action: 'figures.refused', agencyId, detail });
  }

  #isDue(key: string, everyMs: number): boolean {
    const nowMs = this.#registry.now();
    if ((this.#noted.get(key) ?? 0) > nowMs) return false;
    if (this.#noted.size >= NOTES_MAX) this.#noted.clear();
    this.#noted.set(key, nowMs + everyMs);
    return true;
  }

  #write(entry: Parameters<typeof writeAudit>[2]): Promise<void> {
    return writeAudit(this.#registry.db, this.#registry.now(), entry);
  }
}
