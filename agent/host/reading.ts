/**
 * What looking at a part of the host gave. A reader never throws for what it may not see: it says so, in words for
 * people, so that whoever asked can tell "there is none" from "I could not look".
 */
export interface Reading<T> {
  items: T[];
  /** What could not be read, and why. */
  unread: Unread[];
  /** Items that were left out because there were too many. */
  truncated: number;
}

export interface Unread {
  /** What it is about: a file, a program, a part such as `rpm`. */
  part: string;
  reason: string;
}

export function reading<T>(items: T[] = [], unread: Unread[] = [], truncated = 0): Reading<T> {
  return { items, unread, truncated };
}

/** Adds what another reading found to the first. */
export function addReading<T>(to: Reading<T>, other: Reading<T>): void {
  for (const item of other.items) to.items.push(item);
  to.unread.push(...other.unread);
  to.truncated += other.truncated;
}

/** The first so many; the rest is counted. */
export function bounded<T>(items: T[], itemsMax: number): Reading<T> {
  const left = Math.max(0, items.length - itemsMax);
  return reading(left === 0 ? items : items.slice(0, itemsMax), [], left);
}
