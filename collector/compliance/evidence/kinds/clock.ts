/**
 * Clocks of hosts: kept by a time service that is synchronised, and off by no more than a limit, by the service's own word
 * and, for the present, as the collector measures it at each session.
 */
import { z } from 'zod';
import type { FleetItem } from '../../../store/fleet-store.ts';
import { periodBefore, periodSchema, type Period } from '../../iso-period.ts';
import {
  defineKind,
  type AnyEvidenceKind,
  type AssessedHost,
  type Finding,
  type Moment,
} from '../evidence-kind.ts';
import { perHost, showTime } from '../host-findings.ts';

type Own =
  | 'synchronised'
  | 'synchronised-alone'
  | 'not-synchronised'
  | 'no-source-yet'
  | 'no-service'
  | 'off'
  | 'unreadable';
type Judged = Omit<Finding<Own>, 'subject'>;

const FRESH: Period = { iso: 'P31D', months: 0, ms: 31 * 86_400_000 };
const FACTS = ['service', 'synchronised', 'offsetMs', 'source'] as const;
const HOSTS_MAX = 200_000;

const schema = z.strictObject({
  /** How far a clock may be off. */
  max: periodSchema.default({ iso: 'PT5S', months: 0, ms: 5_000 }),
  /** Older words of a time service are not looked at: agents tell again when something moves, and monthly. */
  fresh: periodSchema.default(FRESH),
});
type Asked = z.infer<typeof schema>;

export const clockKind: AnyEvidenceKind = defineKind<Asked, ReadonlyMap<string, FleetItem>, Own>({
  kind: 'clock',
  history: 'events',
  schema,
  reasons: {
    synchronised: {
      vi: 'Đồng hồ đồng bộ qua {service} với {source}',
      en: 'The clock is synchronised by {service} with {source}',
    },
    'synchronised-alone': {
      vi: 'Đồng hồ đồng bộ qua {service}',
      en: 'The clock is synchronised by {service}',
    },
    'no-source-yet': {
      vi: 'Dịch vụ {service} chưa đồng bộ được giờ với nguồn nào',
      en: '{service} has not synchronised the clock with any source',
    },
    'not-synchronised': {
      vi: 'Dịch vụ {service} chưa đồng bộ được giờ với {source}',
      en: '{service} has not synchronised the clock with {source}',
    },
    'no-service': {
      vi: 'Không có dịch vụ đồng bộ thời gian nào đang chạy',
      en: 'No time service runs',
    },
    off: {
      vi: 'Đồng hồ lệch {offset} giây, quá mức {max}',
      en: 'The clock is off by {offset} seconds, more than {max}',
    },
    unreadable: {
      vi: 'Dịch vụ {service} không cho biết đã đồng bộ hay chưa',
      en: '{service} does not say whether it is synchronised',
    },
  },
  async gather({ fleet }, { atMs, params, hosts }) {
    const fromMs = Math.min(...params.map(({ fresh }) => periodBefore(atMs, fresh)));
    const agentIds = hosts.map(({ id }) => id);
    const asked = { agentIds, category: 'clock', facts: FACTS, fromMs, atMs, limit: HOSTS_MAX };
    const { items } = await fleet.items(asked);
    return new Map(items.map((item) => [item.agentId, item]));
  },
  judge(params, facts, system, moment) {
    return perHost<Own>(system, moment, (host) => judgeHost(params, host, facts.get(host.id), moment));
  },
  explain: ({ max }) => ({
    vi: `Trạng thái đồng bộ giờ trên từng máy (vonggac inventory show HOST --category clock) và độ lệch so với trung tâm, tối đa ${max.iso}`,
    en: `How each host keeps its clock (vonggac inventory show HOST --category clock), and how far it is off the collector's, ${max.iso} at most`,
  }),
});

function judgeHost(
  { max, fresh }: Asked,
  { clockSkewMs, seenMs }: AssessedHost,
  item: FleetItem | undefined,
  { atMs }: Moment,
): Judged | undefined {
  const off = (offsetMs: number, observedMs: number): Judged | undefined => {
    if (Math.abs(offsetMs) <= max.ms) return undefined;
    const offset = Math.round(offsetMs / 100) / 10;
    return { result: 'not-met', reason: { code: 'off', args: { offset, max: max.iso } }, atMs: observedMs };
  };
  const measured = clockSkewMs === undefined ? undefined : off(clockSkewMs, seenMs ?? atMs);
  if (measured !== undefined) return measured;
  if (item === undefined) return undefined;
  const { facts, timeMs } = item;
  if (timeMs < periodBefore(atMs, fresh))
    return {
      result: 'not-assessed',
      reason: { code: 'stale', args: { since: showTime(timeMs) } },
      atMs: timeMs,
    };
  const service = facts['service'] || '?';
  const source = facts['source'] ?? '';
  if (service === 'none')
    return { result: 'not-met', reason: { code: 'no-service', args: {} }, atMs: timeMs };
  if (facts['synchronised'] === 'true') {
    const told = facts['offsetMs'] ?? '';
    return (
      (told === '' ? undefined : off(Number(told), timeMs)) ?? {
        result: 'met',
        reason:
          source === ''
            ? { code: 'synchronised-alone', args: { service } }
            : { code: 'synchronised', args: { service, source } },
        atMs: timeMs,
      }
    );
  }
  if (facts['synchronised'] === 'false')
    return {
      result: 'not-met',
      reason:
        source === ''
          ? { code: 'no-source-yet', args: { service } }
          : { code: 'not-synchronised', args: { service, source } },
      atMs: timeMs,
    };
  return { result: 'not-assessed', reason: { code: 'unreadable', args: { service } }, atMs: timeMs };
}
