/**
 * What a host had at a moment: the records of the full picture that was told last by then, and the changes since.
 * Invariants: nothing is guessed where nothing was told; whether the answer is what the agent had is checked against the
 * name that the agent gave its picture, and said.
 */
import { hashPicture } from '../protocol/picture-hash.ts';
import { INVENTORY_CATEGORIES } from '../protocol/record-names.ts';
import type { FieldValue } from '../normalize/event.ts';
import type { InventoryReader, ToldCategory, ToldRecord } from '../store/inventory-store.ts';

/** Longer than from one full picture to the next, and than a host is usually away. */
export const LOOK_BACK_MS = 45 * 86_400_000;
/** Before there was anything. */
const EVER_MS = 0;

/** `matches`: it is what the agent had. `differs`: something is missing or too much. `unverified`: it cannot be told. */
export type PictureCheck = 'matches' | 'differs' | 'unverified';

export interface CategoryState {
  category: string;
  /** `complete`, `partial`, `failed`: how far the agent could look; `unknown`: it never said. */
  state: string;
  /** When it was told last how the category stands; undefined: never. */
  toldMs: number | undefined;
  /** Items that the agent had. */
  items: number | undefined;
  /** Items that it left out, there being too many. */
  truncated: number;
  /** What it could not read, and why. */
  unread: string;
  check: PictureCheck;
}

export interface ItemState {
  category: string;
  key: string;
  /** When it was told last that it is so. */
  toldMs: number;
  facts: Readonly<Record<string, FieldValue>>;
}

export interface InventoryState {
  categories: CategoryState[];
  items: ItemState[];
  /** There are more items than were asked for. */
  more: boolean;
}

export interface StateQuery {
  /** All agents that ever reported from the host. */
  agentIds: readonly string[];
  atMs: number;
  category?: string | undefined;
  limit: number;
  after?: { category: string; key: string } | undefined;
}

/** Where a category's picture begins to count. */
export function pictureOf(told: ToldCategory): { snapshot: string; batch: number; row: number } {
  const { full, last } = told;
  // The word that ended the picture may be older than what is still kept; what names the picture counts all the same.
  const from = full ?? last;
  const { batch, row } = from.snapshot === '' ? { batch: 0, row: 0 } : from;
  return { snapshot: from.snapshot, batch, row };
}

/** How each category of a host stood: of several agents on it, the one that told last. */
async function toldOf(reader: InventoryReader, query: StateQuery): Promise<Map<string, ToldCategory>> {
  const { agentIds, atMs, category } = query;
  let all: ToldCategory[] = [];
  for (const fromMs of [atMs - LOOK_BACK_MS, EVER_MS]) {
    all = await reader.categories({ agentIds, category, atMs, fromMs });
    if (all.length > 0) break;
  }
  const newest = new Map<string, ToldCategory>();
  for (const told of all) {
    const before = newest.get(told.category);
    if (before === undefined || isNewer(told, before)) newest.set(told.category, told);
  }
  return newest;
}

/** A picture of an agent that took another's place counts as soon as it is complete. */
function isNewer(told: ToldCategory, other: ToldCategory): boolean {
  const [left, right] = [pictureOf(told), pictureOf(other)];
  if (left.snapshot === '' || right.snapshot === '') return left.snapshot !== '';
  return left.batch > right.batch || (left.batch === right.batch && left.row > right.row);
}

export async function stateAt(reader: InventoryReader, query: StateQuery): Promise<InventoryState> {
  const { agentIds, atMs, category, limit, after } = query;
  const told = await toldOf(reader, query);
  const categories = (category === undefined ? INVENTORY_CATEGORIES : [category]).filter(
    (name) => name !== 'collection',
  );
  const firstMs = Math.min(atMs, ...[...told.values()].map(({ last }) => last.timeMs));
  const found = await reader.items({
    agentIds,
    categories,
    // Of what never said how it stands, all counts that was told: an agent of before did not say.
    pictures: categories.map((name) => {
      const one = told.get(name);
      return one === undefined ? { snapshot: '', batch: 0, row: 0 } : pictureOf(one);
    }),
    atMs,
    fromMs: firstMs - LOOK_BACK_MS,
    limit: limit + 1,
    after,
  });
  const more = found.length > limit;
  const shown = found.slice(0, limit);
  const whole = !more && after === undefined;
  const byCategory = Map.groupBy(shown, (record) => record.category);
  return {
    categories: categories
      .filter((name) => told.has(name) || byCategory.has(name))
      .map((name) => categoryState(name, told.get(name), whole ? (byCategory.get(name) ?? []) : undefined)),
    items: shown.map(({ category: name, key, timeMs, facts }) => ({
      category: name,
      key,
      toldMs: timeMs,
      facts,
    })),
    more,
  };
}

function categoryState(
  category: string,
  told: ToldCategory | undefined,
  items: readonly ToldRecord[] | undefined,
): CategoryState {
  if (told === undefined) {
    return {
      category,
      state: 'unknown',
      toldMs: undefined,
      items: undefined,
      truncated: 0,
      unread: '',
      check: 'unverified',
    };
  }
  const { facts, timeMs } = told.last;
  const text = (name: string): string => (typeof facts[name] === 'string' ? facts[name] : '');
  const number = (name: string): number | undefined =>
    typeof facts[name] === 'number' ? facts[name] : undefined;
  return {
    category,
    state: text('state') === '' ? 'unknown' : text('state'),
    toldMs: timeMs,
    items: number('items'),
    truncated: number('truncated') ?? 0,
    unread: text('unread'),
    check:
      items === undefined || text('hash') === ''
        ? 'unverified'
        : nameOf(items) === text('hash')
          ? 'matches'
          : 'differs',
  };
}

/** The same name as the agent gave its picture, when it is the same. */
function nameOf(items: readonly ToldRecord[]): string {
  return hashPicture(
    items.map(({ key, facts }): [string, string] => {
      const sorted = Object.entries(facts).sort(([left], [right]) => (left < right ? -1 : 1));
      return [key, JSON.stringify(Object.fromEntries(sorted))];
    }),
  );
}
