/**
 * What is asked of the store about inventories.
 * Invariants: (batch, row) orders an agent's records as it told them, whenever they came and whatever its clock said; a
 * record counts for a moment by its own time.
 */
import type { FieldValue } from '../normalize/event.ts';

export interface ToldRecord {
  agentId: string;
  category: string;
  key: string;
  /** `present`, `added`, `changed` or `removed` */
  change: string;
  /** Full picture that it belongs to; empty of agents that name none. */
  snapshot: string;
  batch: number;
  row: number;
  timeMs: number;
  facts: Record<string, FieldValue>;
}

/** How a category stood. */
export interface ToldCategory {
  agentId: string;
  category: string;
  /** The last word on it. */
  last: ToldRecord;
  /** The word that ended the last full picture; undefined when there was none, or it is no longer stored. */
  full: ToldRecord | undefined;
}

export interface InventoryMoment {
  /** Records up to it, by their own time: milliseconds since 1970. */
  atMs: number;
  /** Older records are left out. */
  fromMs: number;
}

export interface CategoriesQuery extends InventoryMoment {
  /** Left out: of all. */
  agentIds?: readonly string[] | undefined;
  category?: string | undefined;
}

export interface ItemsQuery extends InventoryMoment {
  agentIds: readonly string[];
  categories: readonly string[];
  /** Records that belong to a full picture or come after it; the same places as `categories`. */
  pictures: readonly { snapshot: string; batch: number; row: number }[];
  limit: number;
  after?: { category: string; key: string } | undefined;
}

export interface FindQuery extends InventoryMoment {
  category: string;
  /** Key or name of the item; `*` stands for anything. */
  name: string;
  /** Facts that the item must have, as text. */
  facts?: readonly { name: string; value: string }[] | undefined;
  agentIds?: readonly string[] | undefined;
  limit: number;
}

export interface InventoryReader {
  /** The last word on each category of these agents, or of all. */
  categories(query: CategoriesQuery): Promise<ToldCategory[]>;
  /** The last word on each item, in the order of category and key; removed ones are left out. */
  items(query: ItemsQuery): Promise<ToldRecord[]>;
  /** The last word on the items of that name, removed ones included: whether they count is the caller's to say. */
  find(query: FindQuery): Promise<ToldRecord[]>;
}

/** Whether it was told after the other. */
export function isAfter(
  record: Pick<ToldRecord, 'batch' | 'row'>,
  other: Pick<ToldRecord, 'batch' | 'row'>,
): boolean {
  return record.batch > other.batch || (record.batch === other.batch && record.row > other.row);
}
