/** An exercise was held: a case that is a drill, closed within the period. One held outside is proved by its minutes alone. */
import { z } from 'zod';
import { legalDayAt } from '../../../agency/legal-day.ts';
import { periodBefore, periodSchema } from '../../iso-period.ts';
import { defineKind, type AnyEvidenceKind } from '../evidence-kind.ts';
import { ofSystem } from '../centre-findings.ts';
import type { IncidentFact } from '../incident-evidence.ts';

type Own = 'held' | 'too-long-ago' | 'none-known';

/** Left out at a level that only says "regularly": any exercise on record does. */
const schema = z.strictObject({ every: periodSchema.optional() });

/** How far back exercises are looked for. */
const LOOK_MS = 3 * 366 * 86_400_000;

export const incidentDrillKind: AnyEvidenceKind = defineKind<
  z.infer<typeof schema>,
  readonly IncidentFact[],
  Own
>({
  kind: 'incident-drill',
  history: 'now',
  schema,
  reasons: {
    held: { vi: 'Đã diễn tập, kết thúc ngày {on} ({number})', en: 'An exercise ended on {on} ({number})' },
    'too-long-ago': {
      vi: 'Lần diễn tập gần nhất kết thúc ngày {on} ({number}), quá chu kỳ yêu cầu',
      en: 'The last exercise ended on {on} ({number}), longer ago than is asked for',
    },
    'none-known': {
      vi: 'Chưa có cuộc diễn tập nào trên hệ thống; diễn tập bên ngoài được chứng minh bằng biên bản',
      en: 'No exercise is on record; one held outside is proved by its minutes',
    },
  },
  gather: ({ centre }, { atMs }) => centre.incidents(atMs - LOOK_MS, atMs),
  judge({ every }, facts, { id }, { atMs }) {
    const [last] = facts
      .filter(({ drill, systemIds }) => drill && systemIds.includes(id))
      .flatMap(({ number, closedMs }) => (closedMs === undefined ? [] : [{ number, closedMs }]))
      .toSorted((a, b) => b.closedMs - a.closedMs);
    if (last === undefined)
      return ofSystem<Own>({ result: 'not-assessed', reason: { code: 'none-known', args: {} }, atMs });
    const args = { on: legalDayAt(last.closedMs), number: last.number };
    const isRecent = every === undefined || last.closedMs >= periodBefore(atMs, every);
    return isRecent
      ? ofSystem<Own>({ result: 'met', reason: { code: 'held', args }, atMs: last.closedMs })
      : ofSystem<Own>({ result: 'not-met', reason: { code: 'too-long-ago', args }, atMs: last.closedMs });
  },
  explain: ({ every }) => ({
    vi: `Vụ việc diễn tập có hệ thống này, đã đóng${every === undefined ? '' : ` trong ${every.iso}`} (vonggac case list --state all)`,
    en: `Cases that are drills with this system, closed${every === undefined ? '' : ` within ${every.iso}`} (vonggac case list --state all)`,
  }),
});
