/**
 * What falls due of a report by itself. Pure: the newest version of each, today, and its agency's calendar decide whether its data is
 * locked now and whether somebody is told that it has not left yet.
 */
import type { HouseCondition } from '../alert/house-finding.ts';
import type { RuleFacts } from '../alert/detection.ts';
import type { WorkCalendar } from '../liveness/calendar.ts';
import { deadlineOf, parsePeriod, type DueStep } from './period.ts';
import { dayShort } from './short-day.ts';
import type { ReportKind, ReportState } from './report-words.ts';

/** Told from so many days before the last one. */
const WARN_DAYS = 5;
/** And for so many days after it: later nobody waits for it. */
const FORGET_DAYS = 60;

export const REPORT_DUE_RULE = 'vonggac:report-due';

export interface DueReport {
  kind: ReportKind;
  period: string;
  agencyId: number;
  state: ReportState;
}

export function isToBeLocked({ period, state }: Pick<DueReport, 'period' | 'state'>, today: string): boolean {
  const parsed = parsePeriod(period);
  return state === 'draft' && parsed !== undefined && parsed.day < today;
}

const RULE: RuleFacts = {
  ruleId: REPORT_DUE_RULE,
  title: 'A report falls due and has not left',
  titleVi: 'Báo cáo định kỳ đến hạn mà chưa ghi nhận đã gửi',
  description: 'Nothing says yet that the report was sent.',
  descriptionVi: 'Chưa có ghi nhận nào cho biết báo cáo đã được gửi.',
  advice: 'See "vonggac report due"; when it has left, write it down: "vonggac report sent ID ...".',
  adviceVi: 'Xem "vonggac report due"; khi đã gửi, ghi nhận bằng "vonggac report sent ID ...".',
  severity: 'medium',
  tags: [],
  falsePositives: [],
  references: [],
};

/** @param isTop the agency at the top of the tree reports to the ministry, others to it */
export function dueCondition(
  report: DueReport,
  { calendar, today, isTop }: { calendar: WorkCalendar; today: string; isTop: boolean },
): HouseCondition[] {
  const parsed = parsePeriod(report.period);
  if (parsed === undefined) return [];
  const step: DueStep = isTop ? 'ministry' : 'unit';
  const { on, workDay, daysLeft } = deadlineOf(calendar, parsed, step, today);
  const isOpen = report.state === 'draft' || report.state === 'locked';
  const name = `${report.kind} ${report.period}`;
  const left = daysLeft < 0 ? `quá hạn ${-daysLeft} ngày` : `còn ${daysLeft} ngày`;
  return [
    {
      holds: isOpen && daysLeft <= WARN_DAYS && daysLeft >= -FORGET_DAYS,
      about: {
        rule: RULE,
        entity: { report: name },
        agencyId: report.agencyId,
        agentId: null,
        hostname: null,
        message: `${name}: gửi chậm nhất ${dayShort(on)} (ngày làm việc cuối ${dayShort(workDay)}), ${left}`,
        matched: { report: name, on, daysLeft },
      },
    },
  ];
}
