/**
 * Whether servers that give addresses out tell to whom. A host that listens for DHCP and tells of no lease does not; a
 * system without a server that we know of is not assessed, since its addresses may come from a device.
 */
import { z } from 'zod';
import { periodSchema } from '../../iso-period.ts';
import type { AnyEvidenceKind } from '../evidence-kind.ts';
import { absentFor, defineFleetKind, judgedAs } from '../fleet-kind.ts';
import { showTime } from '../host-findings.ts';

type Own = 'told' | 'not-told' | 'no-server' | 'none-known';

const schema = z.strictObject({ within: periodSchema.prefault('P7D') });
const SERVER_PORTS = ['67', '547'];

export const dhcpLogKind: AnyEvidenceKind = defineFleetKind<z.infer<typeof schema>, Own>({
  kind: 'dhcp-log',
  schema,
  looks: [
    { category: 'listening-port', facts: ['port', 'protocol'], where: [{ fact: 'port', in: SERVER_PORTS }] },
  ],
  events: { names: ['dhcp-lease'], within: ({ within }) => within },
  reasons: {
    told: { vi: '{count} sự kiện cấp địa chỉ, lần cuối {last}', en: '{count} leases, the last at {last}' },
    'not-told': {
      vi: 'Máy cấp địa chỉ DHCP nhưng không gửi log nào trong {within}',
      en: 'The host gives addresses out and told of no lease within {within}',
    },
    'no-server': { vi: 'Máy không cấp địa chỉ DHCP', en: 'The host gives no addresses out' },
    'none-known': {
      vi: 'Không biết máy chủ hay thiết bị DHCP nào của hệ thống',
      en: 'No DHCP server or device of the system is known',
    },
  },
  explain: ({ within }) => ({
    vi: `Sự kiện cấp địa chỉ DHCP trong ${within.iso} từ các máy nghe cổng 67 hoặc 547`,
    en: `DHCP leases within ${within.iso} from hosts that listen on port 67 or 547`,
  }),
  judge({ within }, told, own) {
    const leases = told.count('dhcp-lease');
    if (leases !== undefined)
      return judgedAs<Own>(
        'met',
        'told',
        { count: leases.count, last: showTime(leases.lastMs) },
        leases.lastMs,
      );
    const serves = own.items.some(({ facts }) => facts['protocol']?.startsWith('udp') === true);
    return serves
      ? absentFor<Own>(told, within, 'not-told')
      : judgedAs<Own>('not-applicable', 'no-server', {}, own.toldMs);
  },
  whole(_params, findings, _system, atMs) {
    if (findings.some(({ result }) => result !== 'not-applicable')) return findings;
    return [
      { subject: { kind: 'system' }, result: 'not-assessed', reason: { code: 'none-known', args: {} }, atMs },
    ];
  },
});
