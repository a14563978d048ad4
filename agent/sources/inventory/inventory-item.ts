/** One thing a host has, as flat facts that do not change by themselves: no uptime, no free memory, no process ids. */
import { LIMITS } from '#protocol/limits.ts';
import type { InventoryRecord } from '#protocol/record.ts';

export type InventoryCategory = InventoryRecord['category'];
export type Detail = Record<string, string | number | boolean | null>;

export interface InventoryItem {
  /** Identity inside the category. */
  key: string;
  detail: Detail;
}

export interface Collector {
  category: InventoryCategory;
  /** @throws when the picture would be incomplete: then nothing is said to be removed. */
  collect(signal: AbortSignal): Promise<InventoryItem[]>;
}

/** Cuts texts and entries to the protocol's limits, drops empty facts and sorts, so that equal facts are equal text. */
export function tidy(item: InventoryItem): InventoryItem {
  const entries = Object.entries(item.detail)
    .filter(([name, value]) => name !== '' && value !== null && value !== '')
    .slice(0, LIMITS.detailEntriesMax)
    .map(([name, value]): [string, Detail[string]] => [
      name.slice(0, LIMITS.nameMax),
      typeof value === 'string' ? cut(value) : value,
    ])
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return { key: cut(item.key), detail: Object.fromEntries(entries) };
}

function cut(text: string): string {
  return text.slice(0, LIMITS.shortStringMax).toWellFormed();
}
