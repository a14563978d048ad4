/** Reports as the API shows them. */
import { legalDayAt, addDays } from '../agency/legal-day.ts';
import { doubtsOf, type ReportDoubt } from '../report/doubts.ts';
import type { ReportBody } from '../report/body.ts';
import {
  type Deadline,
  deadlineOf,
  DUE_STEPS,
  parsePeriod,
  periodAt,
  previousPeriod,
} from '../report/period.ts';
import { PERIOD_OF, REPORT_KINDS } from '../report/report-words.ts';
import { readCalendars } from '../registry/calendars.ts';
import type { RegistryDb } from '../registry/database.ts';
import { isoTime } from '../registry/iso-time.ts';
import { newestReport, type Report, type ReportAct } from '../registry/reports/report-rows.ts';
import type { WorkCalendar } from '../liveness/calendar.ts';
import { signedPdfSchema, type DueList, type ReportDetail, type ReportView } from './contract-reports.ts';

const timeOf = (ms: number | null): string | null => (ms === null ? null : isoTime(ms));

export function viewReport(report: Report): ReportView {
  const { lockedMs, createdMs, updatedMs, pdfSha256, pdfBytes, signed, ...rest } = report;
  return {
    ...rest,
    pdf: pdfSha256 === null || pdfBytes === null ? null : { sha256: pdfSha256, bytes: pdfBytes },
    signed: signed === null ? null : signedPdfSchema.parse(JSON.parse(signed)),
    lockedAt: timeOf(lockedMs),
    createdAt: isoTime(createdMs),
    updatedAt: isoTime(updatedMs),
  };
}

export function viewDetail(
  report: Report,
  body: ReportBody,
  at: { calendar: WorkCalendar; nowMs: number; confirmed: readonly ReportDoubt[] },
): ReportDetail {
  const { content, amendment } = body;
  const table = content.kind === 'mau-08' ? content.table : undefined;
  return {
    ...viewReport(report),
    deadlines: deadlinesOf(report.period, at),
    toConfirm: body.toConfirm ?? doubtsOf(content.kind, at.confirmed),
    findings: (table?.checks ?? []).map(({ severity, text }) => ({ severity, ...text })),
    late: (table?.confirmations.late ?? []).map(({ id, name }) => ({ agencyId: id, name })),
    amendment:
      amendment === null
        ? null
        : { reason: amendment.reason, differences: amendment.differences, more: amendment.more },
  };
}

function deadlinesOf(
  period: string,
  { calendar, nowMs }: { calendar: WorkCalendar; nowMs: number },
): Deadline[] {
  const parsed = parsePeriod(period);
  if (parsed === undefined) return [];
  return DUE_STEPS.map((step) => deadlineOf(calendar, parsed, step, legalDayAt(nowMs)));
}

export async function calendarOf(db: RegistryDb, agencyId: number): Promise<WorkCalendar> {
  return (await readCalendars(db))(agencyId).calendar;
}

/** How long after the last day of its data a period is still the one that is reported. */
const REPORTING_DAYS = 16;

/** The report of each kind that is made now: until it has left, the period that ended last. */
export async function dueReports(
  db: RegistryDb,
  { id: agencyId, name }: { id: number; name: string },
  { nowMs, confirmed }: { nowMs: number; confirmed: readonly ReportDoubt[] },
): Promise<DueList> {
  const calendar = await calendarOf(db, agencyId);
  const today = legalDayAt(nowMs);
  const due: DueList['due'] = [];
  for (const kind of REPORT_KINDS) {
    const now = periodAt(PERIOD_OF[kind], today);
    const last = previousPeriod(now);
    const period = addDays(last.day, REPORTING_DAYS) >= today ? last : now;
    const report = await newestReport(db, { kind, period: period.key, agencyId, systemId: null });
    due.push({
      kind,
      period: period.key,
      state: report?.state ?? null,
      reportId: report?.id ?? null,
      deadlines: deadlinesOf(period.key, { calendar, nowMs }),
      toConfirm: doubtsOf(kind, confirmed),
    });
  }
  return { agency: { id: agencyId, name }, due };
}

export function viewAct({ atMs, ...act }: ReportAct) {
  return { ...act, at: isoTime(atMs) };
}
