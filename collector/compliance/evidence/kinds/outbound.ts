/** Where servers connect to outside, against the addresses that an administrator allows. */
import { z } from 'zod';
import type { Outbound } from '../../../store/fleet-store.ts';
import { periodBefore, periodSchema } from '../../iso-period.ts';
import { PRIVATE_RANGES } from '../assessment-lists.ts';
import type { AnyEvidenceKind, AssessedHost } from '../evidence-kind.ts';
import { defineFleetKind, judgedAs, some } from '../fleet-kind.ts';

type Own = 'within' | 'beyond' | 'not-told' | 'no-server';

const schema = z.strictObject({ within: periodSchema.prefault('P7D') });
const HOSTS_MAX = 200_000;

/** A Linux host counts as a server; of Windows its edition says so. */
function isServer({ platform, osName }: AssessedHost): boolean {
  return !/^win/i.test(platform) || /server/i.test(osName);
}

export const outboundKind: AnyEvidenceKind = defineFleetKind<z.infer<typeof schema>, Own, Outbound>({
  kind: 'outbound',
  schema,
  events: { names: ['connection'], within: ({ within }) => within },
  list: 'outbound',
  reasons: {
    within: {
      vi: 'Chỉ kết nối tới mạng nội bộ và địa chỉ trong danh sách',
      en: 'It connects only to inner networks and addresses of the list',
    },
    beyond: {
      vi: 'Kết nối tới {addresses} địa chỉ ngoài danh sách: {some}',
      en: 'It connects to {addresses} addresses beyond the list: {some}',
    },
    'not-told': {
      vi: 'Máy không báo kết nối nào trong {within}',
      en: 'The host told of no connection within {within}',
    },
    'no-server': {
      vi: 'Máy trạm, yêu cầu này dành cho máy chủ',
      en: 'A workstation: this is asked of servers',
    },
  },
  explain: ({ within }) => ({
    vi: `Địa chỉ mà từng máy chủ kết nối tới trong ${within.iso}, trừ mạng nội bộ và danh sách "outbound"`,
    en: `Addresses that each server connected to within ${within.iso}, but inner networks and the list "outbound"`,
  }),
  async more(fleet, moment, { within }, listed) {
    const fromMs = periodBefore(moment.atMs, within);
    const allowed = [...PRIVATE_RANGES, ...listed].map((range) =>
      range.includes('/') ? range : whole(range),
    );
    const found = await fleet.outbound({ ...moment, fromMs, allowed, limit: HOSTS_MAX });
    return new Map(found.map((one) => [one.agentId, one]));
  },
  judge({ within }, { host, atMs, count, more }) {
    if (!isServer(host)) return judgedAs<Own>('not-applicable', 'no-server', {}, atMs);
    const told = count('connection');
    if (told === undefined) return judgedAs<Own>('not-assessed', 'not-told', { within: within.iso }, atMs);
    if (more === undefined) return judgedAs<Own>('met', 'within', {}, told.lastMs);
    const { addresses, some: names, lastMs } = more;
    return judgedAs<Own>('not-met', 'beyond', { addresses, some: some(names) }, lastMs, names.join(', '));
  },
});

/** The engine takes ranges only. */
function whole(address: string): string {
  return `${address}/${address.includes(':') ? 128 : 32}`;
}
