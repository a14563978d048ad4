/** Fan-out of what has just changed to whoever listens; listeners that come later ask the API for the rest. */
import type { LiveEvent, LiveFeed } from '../../api/ports.ts';

export class LiveHub implements LiveFeed {
  readonly #listeners = new Set<(event: LiveEvent) => void>();

  subscribe(listener: (event: LiveEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  publish(event: LiveEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
