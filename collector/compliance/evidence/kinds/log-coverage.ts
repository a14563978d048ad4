/**
 * Which kinds of log came from the hosts of a system within a time: some from each host, others from the system as a whole.
 * A host that reports and sent none of a kind that is asked of each host is not met; where nothing is logged, nothing is proved.
 */
import { z } from 'zod';
import { LOG_KINDS, type LogCount, type LogKind } from '../../../store/assess-store.ts';
import { periodBefore, periodSchema } from '../../iso-period.ts';
import { defineKind, type AnyEvidenceKind, type Finding } from '../evidence-kind.ts';
import { perHost } from '../host-findings.ts';
import { inWords } from '../reason-words.ts';

type Own = 'comes' | 'missing' | 'system-comes' | 'system-missing' | 'new-host';

/** Kinds that every machine can send; of the others one source of the system is enough. */
const PER_HOST: readonly LogKind[] = [
  'hardware-access',
  'software-access',
  'system-access',
  'logon',
  'process',
];

const kinds = z.array(z.enum(LOG_KINDS)).max(LOG_KINDS.length);
const schema = z
  .strictObject({
    kinds: kinds.min(1),
    within: periodSchema,
    /** Of these kinds, those that each host has to send; left out: what every machine can. */
    each: kinds.optional(),
  })
  .transform(({ kinds: all, within, each = PER_HOST }) => ({
    within,
    each: all.filter((kind) => each.includes(kind)),
    some: all.filter((kind) => !each.includes(kind)),
  }));
type Asked = z.infer<typeof schema>;

/** By agent, then kind: when it came last. */
type Facts = ReadonlyMap<string, ReadonlyMap<LogKind, LogCount>>;

export const logCoverageKind: AnyEvidenceKind = defineKind<Asked, Facts, Own>({
  kind: 'log-coverage',
  history: 'events',
  schema,
  reasons: {
    comes: { vi: 'Có đủ {count} loại nhật ký', en: 'All {count} kinds of log came' },
    missing: {
      vi: 'Trong {within} không có nhật ký loại: {kinds:log}',
      en: 'Within {within} no log of: {kinds:log}',
    },
    'system-comes': {
      vi: 'Hệ thống có đủ {count} loại nhật ký chung',
      en: 'All {count} kinds of log came from the system',
    },
    'system-missing': {
      vi: 'Trong {within} không máy nào của hệ thống gửi nhật ký loại: {kinds:log}',
      en: 'Within {within} no host of the system sent any log of: {kinds:log}',
    },
    'new-host': {
      vi: 'Máy mới đăng ký, chưa đủ {within} để kết luận là thiếu: {kinds:log}',
      en: 'The host is here for less than {within}, too short to miss: {kinds:log}',
    },
  },
  async gather({ logs }, { params, atMs, hosts }) {
    const asked = [...new Set(params.flatMap(({ each, some }) => [...each, ...some]))];
    const fromMs = Math.min(...params.map(({ within }) => periodBefore(atMs, within)));
    const agentIds = hosts.map(({ id }) => id);
    const byAgent = new Map<string, Map<LogKind, LogCount>>();
    for (const count of await logs.logCounts({ agentIds, kinds: asked, fromMs, atMs })) {
      const mine = byAgent.get(count.agentId) ?? new Map<LogKind, LogCount>();
      byAgent.set(count.agentId, mine.set(count.kind, count));
    }
    return byAgent;
  },
  judge({ within, each, some }, facts, system, moment) {
    const { atMs } = moment;
    const sinceMs = periodBefore(atMs, within);
    const came = (id: string, kind: LogKind): number | undefined => {
      const lastMs = facts.get(id)?.get(kind)?.lastMs;
      return lastMs === undefined || lastMs < sinceMs ? undefined : lastMs;
    };
    const findings: Finding<Own>[] =
      each.length === 0
        ? []
        : perHost<Own>(system, moment, ({ id, enrolledMs }) => {
            const missing = each.filter((kind) => came(id, kind) === undefined);
            const lastMs = Math.max(0, ...each.map((kind) => came(id, kind) ?? 0));
            if (missing.length === 0)
              return { result: 'met', reason: { code: 'comes', args: { count: each.length } }, atMs: lastMs };
            const args = { kinds: missing.join(', '), within: within.iso };
            return enrolledMs > sinceMs
              ? { result: 'not-assessed', reason: { code: 'new-host', args }, atMs }
              : { result: 'not-met', reason: { code: 'missing', args }, atMs };
          });
    if (some.length === 0) return findings;
    if (system.hosts.length === 0) {
      const reason = { code: 'no-hosts', args: {} } as const;
      return [{ subject: { kind: 'system' }, result: 'not-assessed', reason, atMs }];
    }
    const missing = some.filter((kind) => system.hosts.every(({ id }) => came(id, kind) === undefined));
    const isHeard = system.hosts.some(({ seenMs }) => seenMs !== undefined && seenMs >= sinceMs);
    const reason =
      missing.length === 0
        ? ({ code: 'system-comes', args: { count: some.length } } as const)
        : ({ code: 'system-missing', args: { kinds: missing.join(', '), within: within.iso } } as const);
    const bad = isHeard ? 'not-met' : 'not-assessed';
    return [
      ...findings,
      { subject: { kind: 'system' }, result: missing.length === 0 ? 'met' : bad, reason, atMs },
    ];
  },
  explain({ within, each, some }) {
    const say = (asked: readonly LogKind[]) => inWords('log', asked.join(', ') || '-');
    const [own, common] = [say(each), say(some)];
    return {
      vi: `Loại nhật ký đã nhận trong ${within.iso}: từ mỗi máy: ${own.vi}; từ hệ thống: ${common.vi}`,
      en: `Kinds of log received within ${within.iso}: from each host: ${own.en}; from the system: ${common.en}`,
    };
  },
});
