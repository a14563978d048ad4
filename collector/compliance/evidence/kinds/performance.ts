/**
 * Whether use of CPU and memory of each host is watched: its agent tells it, or an agent of a monitoring system runs there.
 * That neither is seen proves nothing: a host may be watched from outside.
 */
import { z } from 'zod';
import type { HostLoad } from '../../../store/fleet-store.ts';
import { periodBefore, periodSchema } from '../../iso-period.ts';
import type { AnyEvidenceKind } from '../evidence-kind.ts';
import { PERFORMANCE_MONITOR, SERVICE_LOOK } from '../service-names.ts';
import { defineFleetKind, judgedAs, some } from '../fleet-kind.ts';
import { showTime } from '../host-findings.ts';
import { PICTURE_FRESH_MS } from '../host-pictures.ts';

type Own = 'told' | 'monitored' | 'too-old' | 'not-seen';

const schema = z.strictObject({ within: periodSchema.prefault('P1D') });

/** A last word is looked for so far back, to say how old it is. */
const LOOK_MS = 31 * 86_400_000;

export const performanceKind: AnyEvidenceKind = defineFleetKind<z.infer<typeof schema>, Own, HostLoad>({
  kind: 'performance',
  schema,
  besides: () => [SERVICE_LOOK],
  reasons: {
    told: {
      vi: 'Tác nhân báo lúc {at}: CPU {cpu} %, bộ nhớ {memory} %, ổ đĩa {disk} %',
      en: 'The agent told at {at}: CPU {cpu} %, memory {memory} %, disk {disk} %',
    },
    monitored: {
      vi: 'Máy chạy tác nhân theo dõi hiệu năng: {names}',
      en: 'An agent that watches performance runs: {names}',
    },
    'too-old': {
      vi: 'Mức dùng CPU, bộ nhớ được báo lần cuối lúc {at}, quá {within}',
      en: 'Use of CPU and memory was told last at {at}, longer ago than {within}',
    },
    'not-seen': {
      vi: 'Chưa có số đo CPU, bộ nhớ và không thấy tác nhân theo dõi hiệu năng trên máy; có thể được theo dõi từ bên ngoài',
      en: 'Use of CPU and memory was not told, and no agent that watches performance was seen; the host may be watched from outside',
    },
  },
  explain: ({ within }) => ({
    vi: `Mức dùng CPU, bộ nhớ, ổ đĩa mà tác nhân báo trong ${within.iso}, hoặc dịch vụ theo dõi hiệu năng (Zabbix, node_exporter, SNMP ...) đang chạy trên từng máy (GET /api/v1/agents/MÁY/load)`,
    en: `Use of CPU, memory and disk that the agent told within ${within.iso}, or services that watch performance (Zabbix, node_exporter, SNMP ...) running on each host (GET /api/v1/agents/HOST/load)`,
  }),
  async more(fleet, moment) {
    const loads = await fleet.loads({ ...moment, fromMs: moment.atMs - LOOK_MS });
    return new Map(loads.map((load) => [load.agentId, load]));
  },
  judge({ within }, { atMs, more, picture }) {
    if (more !== undefined && more.timeMs >= periodBefore(atMs, within)) {
      const share = (part: number, whole: number): number | string =>
        whole === 0 ? '?' : Math.round((100 * part) / whole);
      const args = {
        at: showTime(more.timeMs),
        cpu: more.cpuPercent ?? '?',
        memory: share(more.memoryUsedMb, more.memoryTotalMb),
        disk: share(more.diskUsedMb, more.diskTotalMb),
      };
      return judgedAs<Own>('met', 'told', args, more.timeMs);
    }
    const services = picture(SERVICE_LOOK.category);
    const isFresh = services !== undefined && atMs - services.toldMs <= PICTURE_FRESH_MS;
    const names = isFresh
      ? services.items.map(({ key }) => key).filter((key) => PERFORMANCE_MONITOR.test(key))
      : [];
    if (names.length > 0)
      return judgedAs<Own>('met', 'monitored', { names: some(names) }, services?.toldMs ?? atMs);
    if (more !== undefined) {
      const args = { at: showTime(more.timeMs), within: within.iso };
      return judgedAs<Own>('not-assessed', 'too-old', args, more.timeMs);
    }
    return services === undefined
      ? undefined
      : judgedAs<Own>('not-assessed', 'not-seen', {}, services.toldMs);
  },
});
