/**
 * Who waits to be let in, by address: addresses take turns, so a flood from one of them holds up no other. Bounded; when
 * it is full, who stands last in the longest queue has to go.
 */
export interface WaitingLineOptions {
  waitingMax: number;
}

interface Queue<T> {
  items: Set<T>;
}

export class WaitingLine<T> {
  readonly #options: WaitingLineOptions;
  /** In order of their turns. */
  readonly #queues = new Map<string, Queue<T>>();
  #size = 0;

  constructor(options: WaitingLineOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#size;
  }

  /** @returns who had to go, the newcomer itself perhaps */
  enter(address: string, item: T): T | undefined {
    const queue = this.#queues.get(address) ?? { items: new Set<T>() };
    this.#queues.set(address, queue);
    queue.items.add(item);
    this.#size += 1;
    if (this.#size <= this.#options.waitingMax) return undefined;
    let [longest, most] = [address, queue.items.size];
    for (const [other, { items }] of this.#queues)
      if (items.size > most) [longest, most] = [other, items.size];
    const last = [...(this.#queues.get(longest)?.items ?? [])].at(-1);
    if (last !== undefined) this.leave(longest, last);
    return last;
  }

  /** It has gone by itself. */
  leave(address: string, item: T): void {
    const queue = this.#queues.get(address);
    if (queue?.items.delete(item) !== true) return;
    this.#size -= 1;
    if (queue.items.size === 0) this.#queues.delete(address);
  }

  /** The first of the next address that may enter; that address is then the last in turn. */
  next(mayEnter: (address: string) => boolean): T | undefined {
    for (const [address, queue] of this.#queues) {
      if (!mayEnter(address)) continue;
      const [item] = queue.items;
      this.#queues.delete(address);
      if (item === undefined) continue;
      queue.items.delete(item);
      this.#size -= 1;
      if (queue.items.size > 0) this.#queues.set(address, queue);
      return item;
    }
    return undefined;
  }
}
