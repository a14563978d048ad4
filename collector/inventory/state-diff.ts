/** What changed between two states of a host, item by item. */
import type { FieldValue } from '../normalize/event.ts';
import type { InventoryState, ItemState } from './state-at.ts';

export interface ItemChange {
  category: string;
  key: string;
  change: 'added' | 'changed' | 'removed';
  before?: Readonly<Record<string, FieldValue>> | undefined;
  after?: Readonly<Record<string, FieldValue>> | undefined;
  /** Facts that differ. */
  facts: string[];
}

export interface StateDiff {
  changes: ItemChange[];
  /** Categories of which nothing was told by one of the two moments: what they had then is not known. */
  unknown: string[];
}

export function diffStates(from: InventoryState, to: InventoryState): StateDiff {
  const told = (state: InventoryState): Set<string> =>
    new Set(state.categories.flatMap(({ category, toldMs }) => (toldMs === undefined ? [] : [category])));
  const [before, after] = [told(from), told(to)];
  const unknown = [...new Set([...before, ...after])].filter((name) => !before.has(name) || !after.has(name));
  const nameOf = ({ category, key }: ItemState): string => `${category}\0${key}`;
  const earlier = new Map(from.items.map((item) => [nameOf(item), item]));
  const later = new Map(to.items.map((item) => [nameOf(item), item]));
  const changes: ItemChange[] = [];
  for (const name of [...new Set([...earlier.keys(), ...later.keys()])].sort()) {
    const [old, now] = [earlier.get(name), later.get(name)];
    const item = now ?? old;
    if (item === undefined || unknown.includes(item.category)) continue;
    const { category, key } = item;
    const facts = differing(old?.facts ?? {}, now?.facts ?? {});
    if (old === undefined) changes.push({ category, key, change: 'added', after: now?.facts, facts });
    else if (now === undefined) changes.push({ category, key, change: 'removed', before: old.facts, facts });
    else if (facts.length > 0)
      changes.push({ category, key, change: 'changed', before: old.facts, after: now.facts, facts });
  }
  return { changes, unknown };
}

function differing(
  before: Readonly<Record<string, FieldValue>>,
  after: Readonly<Record<string, FieldValue>>,
): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name])).sort();
}
