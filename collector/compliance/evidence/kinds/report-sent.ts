/**
 * The yearly report left in time: locked, sent to the ministry before its day, with a proof of it. Asked of the agency at the top
 * of the tree, which reports for all; what falls due for the first time is not assessed before.
 */
import { z } from 'zod';
import { legalDayAt } from '../../../agency/legal-day.ts';
import type { ReportFact } from '../centre-evidence.ts';
import { ofCentre } from '../centre-findings.ts';
import { defineKind, type AnyEvidenceKind } from '../evidence-kind.ts';

type Own = 'in-time' | 'late' | 'not-sent' | 'not-locked' | 'first-due';

const monthDay = z.string().regex(/^(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/);

const schema = z.strictObject({
  report: z.literal('mau-08'),
  /** Last day of its data; before which day units report to the owner, and the owner to the ministry: `MM-DD`. */
  lockOn: monthDay,
  internalBefore: monthDay,
  ministryBefore: monthDay,
});

/** The first year for which decree 331/2026/NĐ-CP asks for one. */
const FIRST_YEAR = 2026;

export const reportSentKind: AnyEvidenceKind = defineKind<z.infer<typeof schema>, readonly ReportFact[], Own>(
  {
    kind: 'report-sent',
    history: 'now',
    schema,
    reasons: {
      'in-time': {
        vi: 'Báo cáo năm {year} đã gửi ngày {on}, số {number}',
        en: 'The report of {year} was sent on {on} as {number}',
      },
      late: {
        vi: 'Báo cáo năm {year} gửi ngày {on}, phải gửi trước {due}',
        en: 'The report of {year} was sent on {on}; it was due before {due}',
      },
      'not-sent': {
        vi: 'Báo cáo năm {year} đã chốt số liệu nhưng chưa ghi nhận đã gửi; phải gửi trước {due}',
        en: 'The report of {year} is locked, and nothing says that it was sent; it was due before {due}',
      },
      'not-locked': {
        vi: 'Báo cáo năm {year} chưa chốt số liệu; phải gửi trước {due}',
        en: 'The data of the report of {year} is not locked; it was due before {due}',
      },
      'first-due': {
        vi: 'Báo cáo đầu tiên phải gửi trước {due}',
        en: 'The first report is due before {due}',
      },
    },
    outside: {
      'in-time': { vi: 'Báo cáo năm đã gửi đúng hạn', en: 'The yearly report was sent in time' },
      late: { vi: 'Báo cáo năm đã gửi muộn', en: 'The yearly report was sent late' },
      'not-sent': {
        vi: 'Báo cáo năm đã chốt số liệu nhưng chưa ghi nhận đã gửi',
        en: 'The yearly report is locked, and nothing says that it was sent',
      },
      'not-locked': {
        vi: 'Báo cáo năm chưa chốt số liệu',
        en: 'The data of the yearly report is not locked',
      },
      'first-due': { vi: 'Báo cáo đầu tiên chưa đến hạn', en: 'The first report is not due yet' },
    },
    gather: ({ centre }, { atMs }) => centre.reports('mau-08', atMs),
    judge({ ministryBefore }, facts, _system, { atMs }) {
      const today = legalDayAt(atMs);
      const thisYear = Number(today.slice(0, 4));
      const year = `${thisYear}-${ministryBefore}` <= today ? thisYear : thisYear - 1;
      const due = `${year}-${ministryBefore}`;
      if (year < FIRST_YEAR)
        return ofCentre<Own>({
          result: 'not-assessed',
          reason: { code: 'first-due', args: { due: `${FIRST_YEAR}-${ministryBefore}` } },
          atMs,
        });
      const report = facts.find(({ period }) => period === String(year));
      if (report?.sent === undefined) {
        const code = report?.lockedMs === undefined ? 'not-locked' : 'not-sent';
        return ofCentre<Own>({ result: 'not-met', reason: { code, args: { year, due } }, atMs });
      }
      const { on, number } = report.sent;
      return on < due
        ? ofCentre<Own>({ result: 'met', reason: { code: 'in-time', args: { year, on, number } }, atMs })
        : ofCentre<Own>({ result: 'not-met', reason: { code: 'late', args: { year, on, due } }, atMs });
    },
    explain: ({ report, lockOn, internalBefore, ministryBefore }) => ({
      vi: `Báo cáo ${report} của cơ quan cao nhất: chốt số liệu ${lockOn}, đơn vị gửi trước ${internalBefore}, gửi Bộ Công an trước ${ministryBefore} (vonggac report list --kind ${report})`,
      en: `The report ${report} of the agency at the top: data until ${lockOn}, units before ${internalBefore}, to the ministry before ${ministryBefore} (vonggac report list --kind ${report})`,
    }),
  },
);
