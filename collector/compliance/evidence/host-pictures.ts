/** What each host's inventory said of a category at a moment, over all hosts, and how far that can be relied on. */
import type { FleetItem, FleetItemsQuery, FleetReader } from '../../store/fleet-store.ts';
import type { AssessedHost, Moment } from './evidence-kind.ts';

const DAY_MS = 86_400_000;
/** Agents tell each category in full at least every 14 days; a day more for those that come late. */
export const PICTURE_FRESH_MS: number = 15 * DAY_MS;
/** Items of one category over all hosts; beyond it the hosts at the end are not assessed, and it is said. */
const ITEMS_MAX = 500_000;
const KEYS_MAX = 200_000;

export interface Look {
  category: string;
  /** Left out: only how the category stands is looked at, and there are no items. */
  facts?: readonly string[] | undefined;
  where?: FleetItemsQuery['where'];
  sort?: FleetItemsQuery['sort'];
  /** Only items with such keys; the others are not read. */
  pick?: ((key: string) => boolean) | undefined;
}

export interface HostPicture {
  /** `complete`, `partial`, `failed`; empty: the agent did not say. */
  state: string;
  /** When the agent told it last: milliseconds since 1970. */
  toldMs: number;
  /** What could not be read, and why. */
  unread: string;
  /** There were more items over all hosts than are looked at, and this host's may be among those left out. */
  cut: boolean;
  items: readonly FleetItem[];
}

/** By host. */
export type Pictures = ReadonlyMap<string, HostPicture>;

/** By the hosts of an assessment, which are gone with it: several kinds take the same look. */
const taken = new WeakMap<readonly AssessedHost[], Map<Look | string, Promise<Pictures>>>();

/** Hosts that told nothing of the category are left out. Of the same hosts a look is taken once. */
export function readPictures(
  fleet: Pick<FleetReader, 'standing' | 'items' | 'keys'>,
  hosts: readonly AssessedHost[],
  { atMs }: Pick<Moment, 'atMs'>,
  look: Look,
): Promise<Pictures> {
  const looks = taken.get(hosts) ?? new Map<Look | string, Promise<Pictures>>();
  taken.set(hosts, looks);
  // What picks is no text: such a look is the same where it is the same object.
  const name = look.pick === undefined ? JSON.stringify(look) : look;
  const known = looks.get(name) ?? takeLook(fleet, hosts, atMs, look);
  looks.set(name, known);
  return known;
}

async function takeLook(
  fleet: Pick<FleetReader, 'standing' | 'items' | 'keys'>,
  hosts: readonly AssessedHost[],
  atMs: number,
  { category, facts, where, sort, pick }: Look,
): Promise<Pictures> {
  const moment = { agentIds: hosts.map(({ id }) => id), atMs, fromMs: atMs - 2 * PICTURE_FRESH_MS };
  const standing = await fleet.standing({ ...moment, categories: [category] });
  const keys =
    pick === undefined
      ? undefined
      : (await fleet.keys({ ...moment, category, limit: KEYS_MAX })).filter((key) => pick(key));
  const { items, cutFrom } =
    facts === undefined
      ? { items: [], cutFrom: undefined }
      : await fleet.items({ ...moment, category, facts, where, sort, keys, limit: ITEMS_MAX });
  const stood = new Map(standing.map((one) => [one.agentId, one]));
  const byHost = Map.groupBy(items, ({ agentId }) => agentId);
  const pictures = new Map<string, HostPicture>();
  for (const { id } of hosts) {
    const told = stood.get(id);
    const own = byHost.get(id) ?? [];
    if (told === undefined && own.length === 0) continue;
    pictures.set(id, {
      state: told?.state ?? '',
      toldMs: told?.toldMs ?? Math.max(...own.map(({ timeMs }) => timeMs)),
      unread: told?.unread ?? '',
      cut: (cutFrom !== undefined && id >= cutFrom) || (told?.truncated ?? 0) > 0,
      items: own,
    });
  }
  return pictures;
}
