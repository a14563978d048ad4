/**
 * Whether hosts are on the list of assets with what must be known of them: the categories asked for are told and fresh,
 * hardware has a serial or an identity, a host its addresses.
 */
import { z } from 'zod';
import type { FleetItem } from '../../../store/fleet-store.ts';
import { INVENTORY_CATEGORIES } from '../../../protocol/record-names.ts';
import type { AnyEvidenceKind } from '../evidence-kind.ts';
import { defineFleetKind, judgedAs, shown, some } from '../fleet-kind.ts';
import { showTime } from '../host-findings.ts';
import { PICTURE_FRESH_MS, type Look } from '../host-pictures.ts';

type Own = 'told' | 'not-told' | 'fields-missing' | 'fields-unread';

const schema = z.strictObject({
  categories: z.array(z.enum(INVENTORY_CATEGORIES)).min(1).max(10),
});

/** What an entry of the list must say, by category; the first item that has it will do. */
const FIELDS: Readonly<
  Record<string, Omit<Look, 'category'> & { has: (item: FleetItem) => boolean; field: string }>
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

export const inventoryFreshKind: AnyEvidenceKind = defineFleetKind<z.infer<typeof schema>, Own>({
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
  besides: ({ categories }) =>
    categories.map((category): Look => {
      const { facts, keys } = FIELDS[category] ?? {};
      return { category, facts, keys };
    }),
  judge({ categories }, { atMs, picture }) {
    const told = categories.flatMap((category) => {
      const found = picture(category);
      return found === undefined ? [] : [{ category, ...found }];
    });
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
    const lacking = told.filter(({ category, items }) => {
      const { has } = FIELDS[category] ?? {};
      return has !== undefined && !items.some(has);
    });
    const without = lacking.map(({ category }) => category);
    const fields = without.map((category) => FIELDS[category]?.field ?? '').join(', ');
    const unread = lacking.find(({ state }) => state === 'partial');
    if (unread !== undefined)
      return judgedAs<Own>(
        'not-assessed',
        'fields-unread',
        { fields, why: shown(unread.unread) },
        unread.toldMs,
      );
    const cut = lacking.find((one) => one.cut);
    if (cut !== undefined) return judgedAs<Own>('not-assessed', 'cut', {}, cut.toldMs);
    if (without.length > 0) return judgedAs<Own>('not-met', 'fields-missing', { fields }, oldest.toldMs);
    const args = {
      categories: categories.join(', '),
      at: showTime(Math.max(...told.map(({ toldMs }) => toldMs))),
    };
    return judgedAs<Own>('met', 'told', args, oldest.toldMs);
  },
});
