/**
 * One thing a host has, as flat facts that do not change by themselves: no uptime, no free memory, no process ids; and
 * what a look at one category gives.
 */
import { LIMITS } from '#protocol/limits.ts';
import type { InventoryCategory } from '#protocol/record-names.ts';
import { ownText } from '../../own-text.ts';

/** As it is told. */
export type Detail = Record<string, string | number | boolean | null>;
/** As it is found: what is not known may be undefined. */
export type Facts = Record<string, Detail[string] | undefined>;

export interface InventoryItem {
  /** Identity inside the category. */
  key: string;
  detail: Facts;
}

/** A part that could not be looked at. */
export interface UnreadPart {
  part: string;
  reason: string;
  /** Whether an item may be of this part: it is then not taken for removed. Left out: any may. */
  holds?: ((key: string, detail: Detail) => boolean) | undefined;
}

/** A category as it was found. */
export interface Picture {
  items: InventoryItem[];
  unread: readonly UnreadPart[];
  /** Items that the reader left out because there were too many. */
  truncated: number;
}

export interface Look {
  signal: AbortSignal;
  /** Awaited between units of work of some 10 ms. */
  turn: () => Promise<void>;
}

/** How often a category is looked at: six times as often as others, as often, once in 24 times. */
export type Rhythm = 'quick' | 'normal' | 'slow';

export interface Collector {
  category: InventoryCategory;
  /** Left out: `normal`. */
  rhythm?: Rhythm | undefined;
  /**
   * Facts that move by themselves, and how far they may move before it is a change. What was told stays until then, so
   * small steps add up.
   */
  steady?: Readonly<Record<string, (before: Detail[string], after: Detail[string]) => boolean>> | undefined;
  /** @throws when nothing can be said: then nothing is said to be removed. */
  collect(look: Look): Promise<Picture>;
}

export function picture(items: InventoryItem[], unread: readonly UnreadPart[] = [], truncated = 0): Picture {
  return { items, unread, truncated };
}

/** Cuts texts and entries to the protocol's limits, drops empty facts and sorts, so that equal facts are equal text. */
export function tidy(item: InventoryItem): { key: string; detail: Detail } {
  const entries: [string, Detail[string]][] = [];
  for (const [name, value] of Object.entries(item.detail)) {
    const nothing = value === undefined || value === null || value === '' || Number.isNaN(value);
    if (nothing || name === '' || entries.length >= LIMITS.detailEntriesMax) continue;
    entries.push([name.slice(0, LIMITS.nameMax), typeof value === 'string' ? cut(value) : value]);
  }
  entries.sort(([left], [right]) => (left < right ? -1 : 1));
  // Keys are kept as long as the agent runs.
  return { key: ownText(cut(item.key)), detail: Object.fromEntries(entries) };
}

function cut(text: string): string {
  return text.slice(0, LIMITS.shortStringMax).toWellFormed();
}

/** Whether two sets of facts say the same, small steps of what moves by itself aside. */
export function sameFacts(before: Detail, after: Detail, steady: Collector['steady']): boolean {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  for (const name of names) {
    const [left, right] = [before[name], after[name]];
    if (left === right) continue;
    const same = steady?.[name];
    if (same === undefined || left === undefined || right === undefined || !same(left, right)) return false;
  }
  return true;
}

/** Within so many percent of the greater one, or so much in all. */
export function within(
  percent: number,
  atLeast = 0,
): (before: Detail[string], after: Detail[string]) => boolean {
  return (before, after) => {
    if (typeof before !== 'number' || typeof after !== 'number') return false;
    const room = Math.max(atLeast, (Math.max(Math.abs(before), Math.abs(after)) * percent) / 100);
    return Math.abs(before - after) <= room;
  };
}
