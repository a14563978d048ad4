/**
 * What agents say of their hosts at each hello: gathered and written together, so that ten thousand that come back at
 * once cost few commits. It is said again with the next hello, so a crash loses nothing that matters.
 */
import type { HostFacts } from '../protocol/message-fields.ts';
import { noteSession } from './agents.ts';
import type { Registry } from './database.ts';

interface Note {
  host: HostFacts;
  agentVersion: string;
  clockSkewMs: number;
  atMs: number;
}

/** About 20 ms of work. */
const NOTES_AT_ONCE = 200;

export class SessionNotes {
  readonly #registry: Registry;
  readonly #notes = new Map<string, Note>();
  #flushing: Promise<void> | undefined;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** The newest wins. */
  note(agentId: string, note: Note): void {
    this.#notes.delete(agentId);
    this.#notes.set(agentId, note);
  }

  /** Writes what was noted so far. What could not be written is kept for the next time. */
  flush(): Promise<void> {
    this.#flushing ??= this.#write().finally(() => (this.#flushing = undefined));
    return this.#flushing;
  }

  async #write(): Promise<void> {
    while (this.#notes.size > 0) {
      const part = [...this.#notes].slice(0, NOTES_AT_ONCE);
      await this.#registry.db.transaction().execute(async (db) => {
        for (const [agentId, note] of part) await noteSession({ db }, agentId, note);
      });
      for (const [agentId, note] of part) if (this.#notes.get(agentId) === note) this.#notes.delete(agentId);
      await new Promise(setImmediate);
    }
  }
}
