/**
 * The way to the measures that a transition asks for: until its day each open control needs an owner and a date before
 * it; after it nothing may be open. Judged by the newest snapshot, so the assessment of a day sees that of the day before.
 */
import { z } from 'zod';
import { ofSystem } from '../centre-findings.ts';
import type { ProgressFact } from '../centre-evidence.ts';
import { defineKind, type AnyEvidenceKind } from '../evidence-kind.ts';

type Own = 'done' | 'on-the-way' | 'unplanned' | 'overdue' | 'no-snapshot';

const DAY_MS = 86_400_000;

const schema = z.strictObject({
  /** Last day of the transition. */
  due: z.iso.date(),
});

export const roadmapKind: AnyEvidenceKind = defineKind<
  z.infer<typeof schema>,
  ReadonlyMap<number, ProgressFact>,
  Own
>({
  kind: 'roadmap',
  history: 'now',
  schema,
  reasons: {
    done: {
      vi: 'Ngày {day} không còn yêu cầu nào chưa đạt ({percent} %)',
      en: 'On {day} nothing was open any more ({percent} %)',
    },
    'on-the-way': {
      vi: 'Ngày {day} đạt {percent} %, còn {left} ngày; {open} yêu cầu chưa đạt đều có người phụ trách và hạn',
      en: 'On {day} {percent} % was met, {left} days are left; all {open} open controls have an owner and a day',
    },
    unplanned: {
      vi: 'Ngày {day} đạt {percent} %, còn {left} ngày; {missing} yêu cầu chưa có kế hoạch trước hạn, như {control}',
      en: 'On {day} {percent} % was met, {left} days are left; {missing} controls are not planned in time, e.g. {control}',
    },
    overdue: {
      vi: 'Đã qua hạn {due}, còn {open} yêu cầu chưa đạt ({percent} %)',
      en: 'It ended on {due}, and {open} controls are open ({percent} %)',
    },
    'no-snapshot': {
      vi: 'Chưa có bản chụp đánh giá nào của hệ thống',
      en: 'There is no snapshot of the system yet',
    },
  },
  gather: ({ centre }, { systems, atMs }) => centre.progress(systems, atMs),
  judge({ due }, facts, system, { atMs }) {
    const fact = facts.get(system.id);
    if (fact === undefined)
      return ofSystem<Own>({ result: 'not-assessed', reason: { code: 'no-snapshot', args: {} }, atMs });
    const { day, open, planned, atMs: seenMs } = fact;
    const percent = fact.percent ?? '-';
    const leftMs = Date.parse(`${due}T24:00:00+07:00`) - atMs;
    if (open.length === 0)
      return ofSystem<Own>({ result: 'met', reason: { code: 'done', args: { day, percent } }, atMs: seenMs });
    if (leftMs < 0)
      return ofSystem<Own>({
        result: 'not-met',
        reason: { code: 'overdue', args: { due, open: open.length, percent } },
        atMs: seenMs,
      });
    const inTime = new Set(planned.filter(({ dueOn }) => dueOn <= due).map(({ control }) => control));
    const missing = open.filter((control) => !inTime.has(control));
    const left = Math.floor(leftMs / DAY_MS);
    const [control] = missing;
    return control === undefined
      ? ofSystem<Own>({
          result: 'met',
          reason: { code: 'on-the-way', args: { day, percent, left, open: open.length } },
          atMs: seenMs,
        })
      : ofSystem<Own>({
          result: 'not-met',
          reason: { code: 'unplanned', args: { day, percent, left, missing: missing.length, control } },
          atMs: seenMs,
        });
  },
  explain: ({ due }) => ({
    vi: `Yêu cầu chưa đạt ở bản chụp gần nhất và kế hoạch khắc phục trước ${due} (vonggac compliance gaps)`,
    en: `What was open in the newest snapshot, and the plan for it before ${due} (vonggac compliance gaps)`,
  }),
});
