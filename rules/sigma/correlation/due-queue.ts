/**
 * The groups that wait for the end of a window, the earliest first (a binary heap, each group in it once). Groups due at
 * the same time come in the order of the plan, so that what feeds a correlation is judged before it, then by key.
 */
import type { GroupState } from './group.ts';

export class DueQueue {
  readonly #heap: GroupState[] = [];

  get first(): GroupState | undefined {
    return this.#heap[0];
  }

  /** The group's due time may have changed: puts it in, moves it or takes it out. */
  update(group: GroupState): void {
    if (group.dueMs === Number.POSITIVE_INFINITY) {
      this.delete(group);
      return;
    }
    if (group.queuedAt === -1) {
      group.queuedAt = this.#heap.length;
      this.#heap.push(group);
    }
    this.#up(group);
    this.#down(group);
  }

  delete(group: GroupState): void {
    const at = group.queuedAt;
    if (at === -1) return;
    group.queuedAt = -1;
    const last = this.#heap.pop();
    if (last === undefined || last === group) return;
    this.#put(last, at);
    this.#up(last);
    this.#down(last);
  }

  #up(group: GroupState): void {
    while (group.queuedAt > 0) {
      const at = group.queuedAt;
      const parent = this.#heap[(at - 1) >> 1];
      if (parent === undefined || !isBefore(group, parent)) return;
      const above = parent.queuedAt;
      this.#put(parent, at);
      this.#put(group, above);
    }
  }

  #down(group: GroupState): void {
    for (;;) {
      const at = group.queuedAt;
      const [left, right] = [this.#heap[at * 2 + 1], this.#heap[at * 2 + 2]];
      const child = left !== undefined && right !== undefined && isBefore(right, left) ? right : left;
      if (child === undefined || !isBefore(child, group)) return;
      const below = child.queuedAt;
      this.#put(child, at);
      this.#put(group, below);
    }
  }

  #put(group: GroupState, at: number): void {
    this.#heap[at] = group;
    group.queuedAt = at;
  }
}

function isBefore(left: GroupState, right: GroupState): boolean {
  const byTime = left.dueMs - right.dueMs;
  if (byTime !== 0) return byTime < 0;
  const byPlan = left.frame.index - right.frame.index;
  if (byPlan !== 0) return byPlan < 0;
  return left.key !== null && (right.key === null || left.key > right.key) ? false : left.key !== right.key;
}
