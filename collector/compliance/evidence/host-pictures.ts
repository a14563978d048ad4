/** What each host's inventory said of a category at a moment, over all hosts, and how far that can be relied on. */
import type { FleetItem, FleetItemsQuery, FleetReader, FleetStanding } from '../../store/fleet-store.ts';
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
  /** Only items with these keys. */
  keys?: readonly string[] | undefined;
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

/** By the hosts of an assessment, which are gone with it: several kinds take the same look, and looks go by the same standing. */
interface Taken {
  looks: Map<Look | string, Promise<Pictures>>;
  standings: Map<string, Promise<FleetStanding[]>>;
}
const taken = new WeakMap<readonly AssessedHost[], Taken>();

function takenOf(hosts: readonly AssessedHost[]): Taken {
  const known = taken.get(hosts) ?? { looks: new Map(), standings: new Map() };
  taken.set(hosts, known);
  return known;
}

/** Hosts that told nothing of the category are left out. Of the same hosts a look is taken once. */
export function readPictures(
  fleet: Pick<FleetReader, 'standing' | 'items' | 'keys'>,
  hosts: readonly AssessedHost[],
  { atMs }: Pick<Moment, 'atMs'>,
  look: Look,
): Promise<Pictures> {
  const { looks } = takenOf(hosts);
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
  { category, facts, where, sort, pick, keys: only }: Look,
): Promise<Pictures> {
  const moment = { agentIds: hosts.map(({ id }) => id), atMs, fromMs: atMs - 2 * PICTURE_FRESH_MS };
  const { standings } = takenOf(hosts);
  const asked = standings.get(category) ?? fleet.standing({ ...moment, categories: [category] });
  standings.set(category, asked);
  const standing = await asked;
  const keys =
    pick === undefined
      ? only
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
