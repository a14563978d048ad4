/** How many hosts of the system reported to the collector within a period: silence is what is looked for here, so it is not met. */
import { z } from 'zod';
import { periodBefore, periodSchema } from '../../iso-period.ts';
import { defineKind, type AnyEvidenceKind, type Finding } from '../evidence-kind.ts';
import { hostSubject, showTime } from '../host-findings.ts';

type Own = 'reports' | 'last-reported' | 'new-host';

const schema = z.strictObject({
  within: periodSchema,
  /** Of all hosts, in percent: from here on the system meets it. */
  share: z.number().min(1).max(100).default(100),
});
type Asked = z.infer<typeof schema>;

export const agentReportingKind: AnyEvidenceKind = defineKind<Asked, null, Own>({
  kind: 'agent-reporting',
  history: 'events',
  schema,
  reasons: {
    reports: { vi: 'Máy gửi dữ liệu lúc {seen}', en: 'The host reported at {seen}' },
    'last-reported': {
      vi: 'Máy gửi dữ liệu lần cuối lúc {seen}, quá {within}',
      en: 'The host last reported at {seen}, longer ago than {within}',
    },
    'new-host': {
      vi: 'Máy mới đăng ký lúc {enrolled}, chưa đủ thời gian để kết luận',
      en: 'The host was enrolled at {enrolled}: too short a time to say',
    },
  },
  gather: () => Promise.resolve(null),
  judge({ within }, _facts, system, { atMs }): Finding<Own>[] {
    if (system.hosts.length === 0) {
      const reason = { code: 'no-hosts', args: {} } as const;
      return [{ subject: { kind: 'system' }, result: 'not-assessed', reason, atMs }];
    }
    const sinceMs = periodBefore(atMs, within);
    return system.hosts.map((host): Finding<Own> => {
      const subject = hostSubject(host);
      const { seenMs, enrolledMs } = host;
      if (seenMs !== undefined && seenMs >= sinceMs)
        return {
          subject,
          result: 'met',
          reason: { code: 'reports', args: { seen: showTime(seenMs) } },
          atMs: seenMs,
        };
      if (seenMs === undefined && enrolledMs >= sinceMs) {
        const reason = { code: 'new-host', args: { enrolled: showTime(enrolledMs) } } as const;
        return { subject, result: 'not-assessed', reason, atMs };
      }
      if (seenMs === undefined)
        return { subject, result: 'not-met', reason: { code: 'never-reported', args: {} }, atMs };
      const args = { seen: showTime(seenMs), within: within.iso };
      return { subject, result: 'not-met', reason: { code: 'last-reported', args }, atMs: seenMs };
    });
  },
  fold({ share }, findings) {
    const known = findings.filter(({ subject }) => subject.kind === 'host');
    const met = known.filter(({ result }) => result === 'met').length;
    // Hosts without an agent do not report either.
    const all = findings.reduce((sum, { hosts = 0 }) => sum + hosts, known.length);
    return share < 100 && known.length > 0 && met * 100 >= share * all ? 'met' : undefined;
  },
  explain: ({ within, share }) => ({
    vi: `Lần cuối mỗi máy gửi dữ liệu về trung tâm, trong ${within.iso}, ít nhất ${share} % số máy (vonggac agent list)`,
    en: `When each host last reported to the collector, within ${within.iso}, at least ${share} % of the hosts (vonggac agent list)`,
  }),
});
