/**
 * Whether hosts are on the list of assets with what must be known of them: the categories asked for are told and fresh,
 * hardware has a serial or an identity, a host its addresses.
 */
import { z } from 'zod';
import type { FleetItem, FleetStanding } from '../../../store/fleet-store.ts';
import { INVENTORY_CATEGORIES } from '../../../protocol/record-names.ts';
import type { AnyEvidenceKind } from '../evidence-kind.ts';
import { defineFleetKind, judgedAs, shown, some } from '../fleet-kind.ts';
import { showTime } from '../host-findings.ts';
import { PICTURE_FRESH_MS } from '../host-pictures.ts';

type Own = 'told' | 'not-told' | 'fields-missing' | 'fields-unread';

const schema = z.strictObject({
  categories: z.array(z.enum(INVENTORY_CATEGORIES)).min(1).max(10),
});

interface Known {
  standing: readonly FleetStanding[];
  items: readonly FleetItem[];
}

/** What an entry of the list must say, by category; the first item that has it will do. */
const FIELDS: Readonly<
  Record<
    string,
    { facts: readonly string[]; keys?: readonly string[]; has: (item: FleetItem) => boolean; field: string }
  >
> = {
  hardware: {
    facts: ['serial', 'uuid'],
    keys: ['system', 'baseboard', 'chassis'],
    has: ({ facts }) => facts['serial'] !== '' || facts['uuid'] !== '',
    field: 'serial',
  },
  'network-interface': {
    facts: ['mac', 'addresses', 'internal'],
    has: ({ facts }) => facts['internal'] !== 'true' && facts['mac'] !== '' && facts['addresses'] !== '',
    field: 'IP, MAC',
  },
  os: {
    facts: ['name', 'hostname'],
    has: ({ facts }) => facts['name'] !== '' && facts['hostname'] !== '',
    field: 'name',
  },
};
const ITEMS_MAX = 200_000;

export const inventoryFreshKind: AnyEvidenceKind = defineFleetKind<z.infer<typeof schema>, Own, Known>({
  kind: 'inventory-fresh',
  schema,
  reasons: {
    told: {
      vi: 'Đã kiểm kê đủ {categories:category}, mới nhất {at}',
      en: '{categories:category} are told, last at {at}',
    },
    'not-told': { vi: 'Chưa kiểm kê: {categories:category}', en: 'Not told: {categories:category}' },
    'fields-missing': {
      vi: 'Thiếu thông tin bắt buộc: {fields:part}',
      en: 'These are missing: {fields:part}',
    },
    'fields-unread': {
      vi: 'Agent không đọc được {fields:part}: {why}',
      en: 'The agent could not read {fields:part}: {why}',
    },
  },
  explain: ({ categories }) => ({
    vi: `Kiểm kê ${categories.join(', ')} của từng máy còn mới và đủ trường (vonggac inventory MÁY)`,
    en: `Fresh inventory of ${categories.join(', ')} of each host, with the fields that it must have (vonggac inventory HOST)`,
  }),
  async more(fleet, moment, { categories }) {
    const span = { ...moment, fromMs: moment.atMs - 2 * PICTURE_FRESH_MS };
    const known = new Map<string, { standing: FleetStanding[]; items: FleetItem[] }>();
    const of = (id: string): { standing: FleetStanding[]; items: FleetItem[] } => {
      const own = known.get(id) ?? { standing: [], items: [] };
      known.set(id, own);
      return own;
    };
    for (const standing of await fleet.standing({ ...span, categories }))
      of(standing.agentId).standing.push(standing);
    for (const category of categories) {
      const asked = FIELDS[category];
      if (asked === undefined) continue;
      const { facts, keys } = asked;
      const { items } = await fleet.items({ ...span, category, facts, keys, limit: ITEMS_MAX });
      for (const item of items) if (asked.has(item)) of(item.agentId).items.push({ ...item, key: category });
    }
    return known;
  },
  judge({ categories }, { atMs, more }) {
    const told = more?.standing ?? [];
    const missing = categories.filter((category) => !told.some((one) => one.category === category));
    const [oldest] = told.toSorted((one, other) => one.toldMs - other.toldMs);
    if (oldest === undefined) return undefined;
    if (missing.length > 0)
      return judgedAs<Own>('not-assessed', 'not-told', { categories: some(missing) }, oldest.toldMs);
    if (atMs - oldest.toldMs > PICTURE_FRESH_MS)
      return judgedAs<Own>('not-assessed', 'stale', { since: showTime(oldest.toldMs) }, oldest.toldMs);
    const failed = told.find(({ state }) => state === 'failed');
    if (failed !== undefined)
      return judgedAs<Own>('not-assessed', 'look-failed', { why: shown(failed.unread) }, failed.toldMs);
    const without = categories.filter(
      (category) => FIELDS[category] !== undefined && !more?.items.some(({ key }) => key === category),
    );
    const fields = without.map((category) => FIELDS[category]?.field ?? '').join(', ');
    const unread = told.find(
      ({ category, state }) => state === 'partial' && without.some((one) => one === category),
    );
    if (unread !== undefined)
      return judgedAs<Own>(
        'not-assessed',
        'fields-unread',
        { fields, why: shown(unread.unread) },
        unread.toldMs,
      );
    if (without.length > 0) return judgedAs<Own>('not-met', 'fields-missing', { fields }, oldest.toldMs);
    const args = {
      categories: categories.join(', '),
      at: showTime(Math.max(...told.map(({ toldMs }) => toldMs))),
    };
    return judgedAs<Own>('met', 'told', args, oldest.toldMs);
  },
});
