/**
 * Devices that hosts see beside them on their networks, against hosts with an agent and the devices that an administrator
 * knows. A host sees its own segment only; segments without an agent are looked at by nobody.
 */
import { z } from 'zod';
import type { FleetItem } from '../../../store/fleet-store.ts';
import { patternTest } from '../assessment-lists.ts';
import type { AnyEvidenceKind } from '../evidence-kind.ts';
import { defineFleetKind, judgedAs, some } from '../fleet-kind.ts';
import { PICTURE_FRESH_MS } from '../host-pictures.ts';

type Own = 'known' | 'strange';

const ITEMS_MAX = 500_000;
/** No device: nobody answered, broadcast, multicast (the lowest bit of the first byte). */
const NO_DEVICE = /^(?:$|00:00:00:00:00:00$|.[13579bdf]:)/i;

export const neighboursKind: AnyEvidenceKind = defineFleetKind<
  Record<string, never>,
  Own,
  ReadonlySet<string>
>({
  kind: 'neighbours',
  schema: z.strictObject({}),
  looks: [{ category: 'neighbour', facts: ['mac', 'address'] }],
  partialIsDoubt: true,
  list: 'devices',
  reasons: {
    known: {
      vi: 'Cả {count} thiết bị thấy trên mạng đều đã biết',
      en: 'All {count} devices seen on the network are known',
    },
    strange: {
      vi: '{count} thiết bị lạ trên mạng: {names}',
      en: '{count} strange devices on the network: {names}',
    },
  },
  explain: () => ({
    vi: `Thiết bị mà từng máy thấy trên mạng (ARP, NDP) trừ các máy có agent và danh sách "devices" (vonggac inventory find --category neighbour --key '*')`,
    en: `Devices that each host sees on its networks (ARP, NDP) but hosts with an agent and the list "devices" (vonggac inventory find --category neighbour --key '*')`,
  }),
  async more(fleet, { agentIds = [], atMs }) {
    // Of all hosts: a neighbour may belong to a system that is not looked at now.
    const moment = { atMs, fromMs: atMs - 2 * PICTURE_FRESH_MS };
    const { items } = await fleet.items({
      ...moment,
      category: 'network-interface',
      facts: ['mac'],
      limit: ITEMS_MAX,
    });
    const known = new Set(items.map(macOf));
    return new Map(agentIds.map((id) => [id, known]));
  },
  judge(_params, { listed, more }, own) {
    const isListed = patternTest(listed);
    const devices = new Map<string, string>();
    for (const item of own.items) {
      const mac = macOf(item);
      if (!NO_DEVICE.test(mac)) devices.set(mac, item.facts['address'] ?? '');
    }
    const strange = [...devices].filter(([mac]) => more?.has(mac) !== true && !isListed(mac));
    if (strange.length === 0) return judgedAs<Own>('met', 'known', { count: devices.size }, own.toldMs);
    const names = strange.map(([mac, address]) => `${mac} (${address})`);
    return judgedAs<Own>(
      'not-met',
      'strange',
      { count: names.length, names: some(names) },
      own.toldMs,
      names.join(', '),
    );
  },
});

const macOf = ({ facts }: FleetItem): string => (facts['mac'] ?? '').toLowerCase();
