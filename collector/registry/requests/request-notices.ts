/**
 * News of requests in the outbox of notices, beside that of alerts: channels of the agency that is asked, and of those
 * above it, are told. An item names its request as `request:ID`.
 */
import type { Severity } from '../../api/contract.ts';
import { severitySchema } from '../../api/contract-vocabulary.ts';
import type { NoticeAlert } from '../../notify/notice.ts';
import { momentInWords } from '../../request/vietnamese-time.ts';
import type { RegistryDb } from '../database.ts';

export const REQUEST_PREFIX = 'request:';

/** What is told of a request. `change` of its item is this and how many were told before. */
export const REQUEST_NEWS = ['sent', 'returned', 'reminder', 'overdue', 'escalation', 'answered'] as const;
export type RequestNews = (typeof REQUEST_NEWS)[number];

const TITLES: Readonly<Record<RequestNews, { vi: string; en: string }>> = {
  sent: { vi: 'Yêu cầu mới', en: 'New request' },
  returned: { vi: 'Yêu cầu bị trả lại', en: 'Request returned' },
  reminder: { vi: 'Nhắc việc: yêu cầu sắp đến hạn', en: 'Reminder: a request falls due' },
  overdue: { vi: 'Yêu cầu quá hạn trả lời', en: 'Request overdue' },
  escalation: { vi: 'Báo cáo cấp trên: yêu cầu quá hạn', en: 'Escalated: a request is overdue' },
  answered: { vi: 'Cơ quan đã trả lời yêu cầu', en: 'Request answered' },
};

const HANOI = { timeZone: 'Asia/Ho_Chi_Minh' };

function newsOf(change: string): RequestNews {
  return REQUEST_NEWS.find((one) => change.startsWith(`request-${one}-`)) ?? 'sent';
}

/** The requests of a message, as they are now. */
export async function readRequestNotices(
  db: RegistryDb,
  messageId: string,
  limit: number,
): Promise<{ total: number; told: NoticeAlert[] }> {
  const items = await db
    .selectFrom('notify_item')
    .select(['alert_id', 'change'])
    .where('message_id', '=', messageId)
    .where('alert_id', 'like', `${REQUEST_PREFIX}%`)
    .orderBy('severity_rank', 'desc')
    .orderBy('at_ms')
    .execute();
  const told: NoticeAlert[] = [];
  const seen = new Set<string>();
  for (const { alert_id: ref, change } of items) {
    if (seen.has(ref)) continue;
    seen.add(ref);
    if (told.length >= limit) continue;
    const row = await db
      .selectFrom('agency_request')
      .innerJoin('agency', 'agency.id', 'agency_request.agency_id')
      .select(['title', 'severity', 'state', 'due_ms', 'sent_ms', 'agency_request.created_ms', 'agency.name'])
      .select((eb) =>
        eb
          .selectFrom('request_subject')
          .whereRef('request_id', '=', 'agency_request.id')
          .select((count) => count.fn.countAll<number>().as('n'))
          .as('subjects'),
      )
      .where('agency_request.id', '=', ref.slice(REQUEST_PREFIX.length))
      .executeTakeFirst();
    if (row === undefined) continue;
    const { vi, en } = TITLES[newsOf(change)];
    const severity: Severity = severitySchema.parse(row.severity);
    told.push({
      id: ref,
      ruleId: 'vonggac:request',
      severity,
      title: `${en}: ${row.title}`,
      titleVi: `${vi}: ${row.title}`,
      agency: row.name,
      hostname: null,
      detections: row.subjects ?? 0,
      state: row.state,
      message: `Hạn trả lời: ${momentInWords(HANOI, row.due_ms)}`,
      firstSeenMs: row.created_ms,
      lastSeenMs: row.sent_ms ?? row.created_ms,
    });
  }
  return { total: seen.size, told };
}
