/**
 * The groups of one correlation by key. Which of them is unused for longest is found when it is asked for: groups carry
 * the time of their last use, and the fourth of them that was used least recently is put in order at a time.
 */
import type { GroupState } from './group.ts';

export class GroupTable {
  readonly #groups = new Map<string | null, GroupState>();
  #uses = 0;
  /** The least recently used last, as of when they were put in order; what was used since is passed over. */
  #unused: { group: GroupState; usedAt: number }[] = [];

  get size(): number {
    return this.#groups.size;
  }

  /** The group of this key, which is now the one used last. */
  use(key: string | null): GroupState | undefined {
    const group = this.#groups.get(key);
    if (group !== undefined) {
      this.#uses += 1;
      group.usedAt = this.#uses;
    }
    return group;
  }

  add(group: GroupState): void {
    this.#uses += 1;
    group.usedAt = this.#uses;
    this.#groups.set(group.key, group);
  }

  delete(group: GroupState): void {
    this.#groups.delete(group.key);
  }

  /** The one unused for longest. */
  oldest(): GroupState | undefined {
    while (this.size > 0) {
      if (this.#unused.length === 0) {
        const order = this.inOrder().slice(0, Math.ceil(this.size / 4));
        this.#unused = order.map((group) => ({ group, usedAt: group.usedAt })).toReversed();
      }
      const next = this.#unused.at(-1);
      if (next?.group.usedAt === next?.usedAt && this.#groups.get(next?.group.key ?? null) === next?.group)
        return next?.group;
      this.#unused.pop();
    }
    return undefined;
  }

  /** In any order; groups may be deleted on the way. */
  [Symbol.iterator](): MapIterator<GroupState> {
    return this.#groups.values();
  }

  /** The one unused for longest first. */
  inOrder(): GroupState[] {
    return [...this.#groups.values()].toSorted((left, right) => left.usedAt - right.usedAt);
  }
}
