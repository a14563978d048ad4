/** Whether something on each host tells how busy it is: an agent of a monitoring system runs there. Its absence proves nothing. */
import { z } from 'zod';
import type { AnyEvidenceKind } from '../evidence-kind.ts';
import { PERFORMANCE_MONITOR, SERVICE_LOOK } from '../service-names.ts';
import { defineFleetKind, judgedAs, some } from '../fleet-kind.ts';

type Own = 'monitored' | 'not-seen';

export const performanceKind: AnyEvidenceKind = defineFleetKind<Record<string, never>, Own>({
  kind: 'performance',
  schema: z.strictObject({}),
  looks: [SERVICE_LOOK],
  reasons: {
    monitored: {
      vi: 'Máy chạy tác nhân theo dõi hiệu năng: {names}',
      en: 'An agent that watches performance runs: {names}',
    },
    'not-seen': {
      vi: 'Không thấy tác nhân theo dõi hiệu năng trên máy; có thể được theo dõi từ bên ngoài',
      en: 'No agent that watches performance was seen; the host may be watched from outside',
    },
  },
  explain: () => ({
    vi: `Dịch vụ theo dõi hiệu năng (Zabbix, node_exporter, SNMP ...) đang chạy trên từng máy (vonggac inventory find --category service --key '*')`,
    en: `Services that watch performance (Zabbix, node_exporter, SNMP ...) running on each host (vonggac inventory find --category service --key '*')`,
  }),
  judge(_params, _told, own) {
    const names = own.items.map(({ key }) => key).filter((key) => PERFORMANCE_MONITOR.test(key));
    return names.length === 0
      ? judgedAs<Own>('not-assessed', 'not-seen', {}, own.toldMs)
      : judgedAs<Own>('met', 'monitored', { names: some(names) }, own.toldMs);
  },
});
