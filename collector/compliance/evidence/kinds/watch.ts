/** Alerts are taken in time at every hour: each part of the day by itself, so that an empty night shift shows. */
import { z } from 'zod';
import { SEVERITIES } from '../severities.ts';
import { periodBefore, periodSchema } from '../../iso-period.ts';
import { ofCentre } from '../centre-findings.ts';
import type { HandledAlert } from '../centre-evidence.ts';
import { defineKind, type AnyEvidenceKind } from '../evidence-kind.ts';

type Own = 'watched' | 'late' | 'no-alerts';

/** Hours of Vietnam, which has no summer time. */
const ZONE_MS = 7 * 3_600_000;
const ALERTS_MAX = 20_000;

const schema = z.strictObject({
  /** Alerts of this time are looked at. */
  period: periodSchema.default({ iso: 'P1M', months: 1, ms: 0 }),
  /** An alert has to be taken within. */
  within: periodSchema.default({ iso: 'PT1H', months: 0, ms: 3_600_000 }),
  /** Parts of the day that are judged each by itself: 3 is around the clock, 1 is whenever. */
  shifts: z.int().min(1).max(24).default(3),
  /** Of the alerts of each shift, in percent. */
  share: z.number().min(1).max(100).default(90),
  severityMin: z.enum(SEVERITIES).default('high'),
});
type Asked = z.infer<typeof schema>;

type Facts = ReadonlyMap<string, readonly HandledAlert[]>;
const hours = (value: number): string => String(Math.round(value * 10) / 10);
const keyOf = ({ period, severityMin }: Asked): string => `${period.iso} ${severityMin}`;

export const watchKind: AnyEvidenceKind = defineKind<Asked, Facts, Own>({
  kind: 'watch',
  history: 'events',
  schema,
  reasons: {
    watched: {
      vi: 'Ca nào cũng tiếp nhận kịp trong {within}: {shifts}',
      en: 'Every shift took its alerts within {within}: {shifts}',
    },
    late: {
      vi: 'Có ca tiếp nhận dưới {share} % cảnh báo trong {within}: {shifts}',
      en: 'A shift took less than {share} % of its alerts within {within}: {shifts}',
    },
    'no-alerts': {
      vi: 'Trong {period} chưa đủ cảnh báo ở mọi ca để kết luận: {shifts}',
      en: 'Within {period} there were not alerts in every shift to judge by: {shifts}',
    },
  },
  outside: {
    watched: { vi: 'Ca nào cũng tiếp nhận cảnh báo kịp', en: 'Every shift took its alerts in time' },
    late: {
      vi: 'Có ca tiếp nhận cảnh báo không kịp',
      en: 'A shift did not take enough of its alerts in time',
    },
    'no-alerts': {
      vi: 'Chưa đủ cảnh báo ở mọi ca để kết luận',
      en: 'There were not alerts in every shift to judge by',
    },
  },
  async gather({ centre }, { atMs, params }) {
    const facts = new Map<string, readonly HandledAlert[]>();
    for (const asked of params)
      if (!facts.has(keyOf(asked))) {
        const { period, severityMin } = asked;
        facts.set(
          keyOf(asked),
          await centre.alerts(periodBefore(atMs, period), atMs, severityMin, ALERTS_MAX),
        );
      }
    return facts;
  },
  judge(asked, facts, _system, { atMs }) {
    const { within, share, period } = asked;
    const shiftHours = 24 / asked.shifts;
    const shifts = Array.from({ length: asked.shifts }, (_, shift) => ({ shift, all: 0, taken: 0 }));
    for (const { createdMs, takenMs } of facts.get(keyOf(asked)) ?? []) {
      // Too young to be late.
      if (takenMs === undefined && createdMs + within.ms > atMs) continue;
      const hour = new Date(createdMs + ZONE_MS).getUTCHours();
      const counts = shifts[Math.floor(hour / shiftHours)];
      if (counts === undefined) continue;
      counts.all += 1;
      if (takenMs !== undefined && takenMs - createdMs <= within.ms) counts.taken += 1;
    }
    const said = shifts
      .map(
        ({ shift, all, taken }) =>
          `${hours(shift * shiftHours)}-${hours((shift + 1) * shiftHours)}h ${taken}/${all}`,
      )
      .join(', ');
    const isLate = shifts.some(({ all, taken }) => all > 0 && taken * 100 < share * all);
    if (isLate)
      return ofCentre<Own>({
        result: 'not-met',
        reason: { code: 'late', args: { share, within: within.iso, shifts: said } },
        atMs,
      });
    if (shifts.some(({ all }) => all === 0))
      return ofCentre<Own>({
        result: 'not-assessed',
        reason: { code: 'no-alerts', args: { period: period.iso, shifts: said } },
        atMs,
      });
    return ofCentre<Own>({
      result: 'met',
      reason: { code: 'watched', args: { within: within.iso, shifts: said } },
      atMs,
    });
  },
  explain: ({ period, within, severityMin, share, shifts }) => ({
    vi: `Cảnh báo từ mức ${severityMin} trong ${period.iso}: mỗi ca trong ${shifts} ca tiếp nhận ${share} % trong ${within.iso}`,
    en: `Alerts from ${severityMin} on within ${period.iso}: each of ${shifts} shifts takes ${share} % within ${within.iso}`,
  }),
});
