/** Rules and thresholds were looked at and changed within a period, by the trail: whoever tunes leaves a trace. */
import { z } from 'zod';
import { periodBefore, periodSchema } from '../../iso-period.ts';
import { ofCentre } from '../centre-findings.ts';
import type { ActsFact } from '../centre-evidence.ts';
import { defineKind, type AnyEvidenceKind } from '../evidence-kind.ts';
import { showTime } from '../host-findings.ts';

type Own = 'tuned' | 'untouched';

/** Rules switched and changed, what is excepted, and budgets of alerts. */
const ACTS = ['rule.', 'exception.approve', 'exception.extend', 'exception.revoke', 'indicator.throttle'];

const schema = z.strictObject({ every: periodSchema });

/** By the length of the period. */
type Facts = ReadonlyMap<string, ActsFact>;

export const ruleTuningKind: AnyEvidenceKind = defineKind<z.infer<typeof schema>, Facts, Own>({
  kind: 'rule-tuning',
  history: 'events',
  schema,
  reasons: {
    tuned: {
      vi: '{count} lần chỉnh luật, ngoại lệ trong {every}, gần nhất {last}',
      en: '{count} changes of rules and exceptions within {every}, the last at {last}',
    },
    untouched: {
      vi: 'Trong {every} không có lần chỉnh luật hay ngoại lệ nào',
      en: 'Within {every} no rule or exception was changed',
    },
  },
  outside: {
    tuned: {
      vi: 'Luật và ngoại lệ được chỉnh trong chu kỳ',
      en: 'Rules and exceptions were changed within the period',
    },
    untouched: {
      vi: 'Trong chu kỳ không có lần chỉnh luật hay ngoại lệ nào',
      en: 'Within the period no rule or exception was changed',
    },
  },
  async gather({ centre }, { atMs, params }) {
    const facts = new Map<string, ActsFact>();
    for (const { every } of params)
      facts.set(every.iso, await centre.acts(ACTS, periodBefore(atMs, every), atMs));
    return facts;
  },
  judge({ every }, facts, _system, { atMs }) {
    const { count, lastMs } = facts.get(every.iso) ?? { count: 0, lastMs: undefined };
    if (lastMs === undefined)
      return ofCentre<Own>({
        result: 'not-met',
        reason: { code: 'untouched', args: { every: every.iso } },
        atMs,
      });
    const args = { count, every: every.iso, last: showTime(lastMs) };
    return ofCentre<Own>({ result: 'met', reason: { code: 'tuned', args }, atMs: lastMs });
  },
  explain: ({ every }) => ({
    vi: `Lịch sử chỉnh luật và ngoại lệ trong nhật ký kiểm toán, ${every.iso} (vonggac audit list --action rule.)`,
    en: `Changes of rules and exceptions on the audit trail, ${every.iso} (vonggac audit list --action rule.)`,
  }),
});
