/** Which hosts had an item at a moment: the question over all hosts, by category, name, version and facts. */
import type { FieldValue } from '../normalize/event.ts';
import {
  isAfter,
  type InventoryReader,
  type ToldCategory,
  type ToldRecord,
} from '../store/inventory-store.ts';
import { compareVersions } from './compare-versions.ts';
import { LOOK_BACK_MS, pictureOf } from './state-at.ts';

export interface FindItemsQuery {
  category: string;
  /** Key or name; `*` stands for anything. */
  name: string;
  facts?: readonly { name: string; value: string }[] | undefined;
  /** Only items whose fact `version` is below. */
  versionBelow?: string | undefined;
  atMs: number;
  agentIds?: readonly string[] | undefined;
  /** Items looked at. */
  limit: number;
}

export interface FoundItem {
  agentId: string;
  key: string;
  toldMs: number;
  facts: Readonly<Record<string, FieldValue>>;
}

export interface FoundItems {
  items: FoundItem[];
  /** More items have the name than were looked at. */
  more: boolean;
  /** Agents that said by then how the category stands on their host, the last to say so first. */
  standing: { agentId: string; complete: boolean }[];
}

export async function findItems(reader: InventoryReader, query: FindItemsQuery): Promise<FoundItems> {
  const { category, name, facts, versionBelow, atMs, agentIds, limit } = query;
  const moment = { atMs, fromMs: atMs - LOOK_BACK_MS };
  const standing = await reader.categories({ ...moment, agentIds, category });
  const told = new Map(standing.map((one) => [one.agentId, one]));
  const found = await reader.find({ ...moment, category, name, facts, agentIds, limit: limit + 1 });
  const items = found
    .slice(0, limit)
    .filter((record) => isCurrent(record, told.get(record.agentId)))
    .filter((record) => versionBelow === undefined || isBelow(record, versionBelow))
    .map(({ agentId, key, timeMs, facts: own }) => ({ agentId, key, toldMs: timeMs, facts: own }));
  return {
    items,
    more: found.length > limit,
    standing: standing
      .sort((left, right) => (isAfter(right.last, left.last) ? 1 : -1))
      .map(({ agentId, last }) => ({ agentId, complete: last.facts['state'] === 'complete' })),
  };
}

/** Whether the last word on an item still holds: a full picture without it takes it back. */
function isCurrent(record: ToldRecord, told: ToldCategory | undefined): boolean {
  if (record.change === 'removed') return false;
  if (told === undefined) return true;
  const picture = pictureOf(told);
  return picture.snapshot === '' || record.snapshot === picture.snapshot || isAfter(record, picture);
}

function isBelow({ facts }: ToldRecord, bound: string): boolean {
  const { version, manager } = facts;
  if (typeof version !== 'string') return false;
  return compareVersions(version, bound, manager === 'rpm' ? 'rpm' : 'dpkg') < 0;
}
