/** How the system stood was written down day by day over a period, so that the effect of controls can be seen in it. */
import { z } from 'zod';
import { legalDayAt } from '../../../agency/legal-day.ts';
import { periodBefore, periodSchema } from '../../iso-period.ts';
import type { SnapshotDays } from '../centre-evidence.ts';
import { ofSystem } from '../centre-findings.ts';
import { defineKind, type AnyEvidenceKind } from '../evidence-kind.ts';

type Own = 'kept' | 'gaps' | 'too-short' | 'none';

const DAY_MS = 86_400_000;

const schema = z.strictObject({
  within: periodSchema,
  /** Of the days of the period, in percent. */
  share: z.number().min(1).max(100).default(80),
});

type Facts = ReadonlyMap<string, ReadonlyMap<number, SnapshotDays>>;

export const snapshotsKeptKind: AnyEvidenceKind = defineKind<z.infer<typeof schema>, Facts, Own>({
  kind: 'snapshots-kept',
  history: 'events',
  schema,
  reasons: {
    kept: {
      vi: '{days}/{all} ngày trong {within} có bản chụp đánh giá',
      en: '{days} of {all} days within {within} have a snapshot',
    },
    gaps: {
      vi: 'Chỉ {days}/{all} ngày trong {within} có bản chụp đánh giá',
      en: 'Only {days} of {all} days within {within} have a snapshot',
    },
    'too-short': {
      vi: 'Bản chụp đầu tiên ngày {first}, chưa đủ {within} để kết luận',
      en: 'The first snapshot is of {first}: less than {within} ago',
    },
    none: { vi: 'Chưa có bản chụp đánh giá nào', en: 'There is no snapshot yet' },
  },
  async gather({ centre }, { params, atMs }) {
    const facts = new Map<string, ReadonlyMap<number, SnapshotDays>>();
    for (const { within } of params)
      facts.set(within.iso, await centre.snapshots(legalDayAt(periodBefore(atMs, within)), legalDayAt(atMs)));
    return facts;
  },
  judge({ within, share }, facts, { id }, { atMs }) {
    const fromMs = periodBefore(atMs, within);
    const found = facts.get(within.iso)?.get(id);
    if (found === undefined)
      return ofSystem<Own>({ result: 'not-met', reason: { code: 'none', args: {} }, atMs });
    const { firstDay, days } = found;
    const all = Math.max(1, Math.round((atMs - fromMs) / DAY_MS));
    if (firstDay > legalDayAt(fromMs)) {
      const args = { first: firstDay, within: within.iso };
      return ofSystem<Own>({ result: 'not-assessed', reason: { code: 'too-short', args }, atMs });
    }
    const isEnough = days * 100 >= share * all;
    const args = { days: Math.min(days, all), all, within: within.iso };
    return ofSystem<Own>({
      result: isEnough ? 'met' : 'not-met',
      reason: { code: isEnough ? 'kept' : 'gaps', args },
      atMs,
    });
  },
  explain: ({ within, share }) => ({
    vi: `Bản chụp đánh giá hằng ngày của hệ thống trong ${within.iso}, ít nhất ${share} % số ngày (vonggac compliance snapshots)`,
    en: `Daily snapshots of the system within ${within.iso}, on at least ${share} % of the days (vonggac compliance snapshots)`,
  }),
});
