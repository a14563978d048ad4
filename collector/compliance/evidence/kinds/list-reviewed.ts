/** Whether a list of an administrator was gone through within a period: giving it again, changed or not, counts as that. */
import { z } from 'zod';
import { periodBefore, periodSchema } from '../../iso-period.ts';
import { LIST_KINDS, listsFor, type AssessmentList } from '../assessment-lists.ts';
import { defineKind, type AnyEvidenceKind } from '../evidence-kind.ts';
import { showTime } from '../host-findings.ts';

type Own = 'reviewed' | 'too-old';

const schema = z.strictObject({
  list: z.enum(LIST_KINDS),
  every: periodSchema,
});

export const listReviewedKind: AnyEvidenceKind = defineKind<
  z.infer<typeof schema>,
  readonly AssessmentList[],
  Own
>({
  kind: 'list-reviewed',
  history: 'events',
  schema,
  reasons: {
    reviewed: {
      vi: 'Danh sách "{list:list}" rà soát lần cuối {at}',
      en: 'The list "{list:list}" was gone through last at {at}',
    },
    'too-old': {
      vi: 'Danh sách "{list:list}" rà soát lần cuối {at}, quá {every}',
      en: 'The list "{list:list}" was gone through last at {at}, longer ago than {every}',
    },
  },
  gather: ({ lists }, { params, atMs }) => lists.at([...new Set(params.map(({ list }) => list))], atMs),
  judge({ list, every }, lists, system, { atMs }) {
    const subject = { kind: 'system' } as const;
    const own = listsFor(lists, list, system);
    if (own.length === 0)
      return [{ subject, result: 'not-assessed', reason: { code: 'list-missing', args: { list } }, atMs }];
    // Each of them is in force, so each must have been looked at.
    const setMs = Math.min(...own.map((one) => one.setMs));
    const isFresh = setMs >= periodBefore(atMs, every);
    const reason = {
      code: isFresh ? 'reviewed' : 'too-old',
      args: { list, at: showTime(setMs), every: every.iso },
    } as const;
    return [{ subject, result: isFresh ? 'met' : 'not-met', reason, atMs: setMs }];
  },
  explain: ({ list, every }) => ({
    vi: `Thời điểm lập lại danh sách "${list}" gần nhất, trong ${every.iso} (vonggac compliance lists list)`,
    en: `When the list "${list}" was given last, within ${every.iso} (vonggac compliance lists list)`,
  }),
});
