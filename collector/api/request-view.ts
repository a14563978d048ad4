/** Requests to agencies as the API and the command line show them, as a table, and as a dispatch. */
import type { z } from 'zod';
import { writeCsv } from '../agency/csv-text.ts';
import { readAgency } from '../registry/agencies.ts';
import type { Registry } from '../registry/database.ts';
import { isoTime } from '../registry/iso-time.ts';
import { readOffice } from '../registry/requests/request-offices.ts';
import {
  readAnswers,
  readSubjects,
  type AgencyRequest,
  type RequestEvent,
} from '../registry/requests/request-rows.ts';
import { calendarOf } from '../registry/requests/request-timing.ts';
import { dispatchHtml } from '../request/dispatch-html.ts';
import { SEVERITY_WORDS } from '../request/finding-facts.ts';
import { ASKED_STATES, type RequestState } from '../request/request-words.ts';
import type { requestDetailSchema, requestHistorySchema, RequestView } from './contract-requests.ts';

const timeOrNull = (ms: number | null): string | null => (ms === null ? null : isoTime(ms));

export function isOverdue({ state, dueMs }: AgencyRequest, nowMs: number): boolean {
  return ASKED_STATES.includes(state) && dueMs < nowMs;
}

export function viewRequest(request: AgencyRequest, nowMs: number): RequestView {
  const {
    dueMs,
    createdMs,
    updatedMs,
    sentMs,
    seenMs,
    answeredMs,
    overdueMs: _overdueMs,
    endedMs,
    nextMs,
    ...rest
  } = request;
  return {
    ...rest,
    dueAt: isoTime(dueMs),
    overdue: isOverdue(request, nowMs),
    createdAt: isoTime(createdMs),
    updatedAt: isoTime(updatedMs),
    sentAt: timeOrNull(sentMs),
    seenAt: timeOrNull(seenMs),
    answeredAt: timeOrNull(answeredMs),
    endedAt: timeOrNull(endedMs),
    nextAt: timeOrNull(nextMs),
  };
}

export async function viewRequestDetail(
  { db, now }: Registry,
  request: AgencyRequest,
): Promise<z.infer<typeof requestDetailSchema>> {
  const [subjects, answers] = [await readSubjects(db, request.id), await readAnswers(db, request.id)];
  return {
    ...viewRequest(request, now()),
    subjects: subjects.map(({ timeMs, ...rest }) => ({ ...rest, time: isoTime(timeMs) })),
    answers: answers.map(({ atMs, ...rest }) => ({ ...rest, at: isoTime(atMs) })),
  };
}

export function viewHistory(events: readonly RequestEvent[]): z.infer<typeof requestHistorySchema> {
  return { events: events.map(({ atMs, ...rest }) => ({ ...rest, at: isoTime(atMs) })) };
}

export const STATE_WORDS: Readonly<Record<RequestState, string>> = {
  draft: 'dự thảo',
  sent: 'đã gửi',
  seen: 'đã xem',
  overdue: 'quá hạn',
  answered: 'đã trả lời',
  returned: 'trả lại',
  accepted: 'đã chấp nhận',
  cancelled: 'đã hủy',
};

const HEADINGS = [
  'Mã',
  'Cơ quan',
  'Nội dung',
  'Mức độ',
  'Trạng thái',
  'Gửi lúc',
  'Hạn trả lời',
  'Trả lời lúc',
  'Quá hạn',
  'Số công văn',
];

/** For Excel of this country: times of Vietnam, nothing in it runs. */
export function requestsCsv(requests: readonly AgencyRequest[], nowMs: number): string {
  const rows = requests.map((one) => [
    one.id,
    one.agencyName,
    one.title,
    SEVERITY_WORDS[one.severity],
    STATE_WORDS[one.state],
    hanoi(one.sentMs),
    hanoi(one.dueMs),
    hanoi(one.answeredMs),
    isOverdue(one, nowMs) ? 'có' : '',
    one.dispatch.number,
  ]);
  return writeCsv([HEADINGS, ...rows]);
}

const OFFSET_MS = 7 * 3_600_000;
const hanoi = (ms: number | null): string =>
  ms === null ? '' : new Date(ms + OFFSET_MS).toISOString().slice(0, 16).replace('T', ' ');

/** The request as a dispatch, with the office of the agency that asks. */
export async function dispatchOf({ db, now }: Registry, request: AgencyRequest): Promise<string> {
  const { office } = await readOffice(db, request.issuerAgencyId);
  const { name: agencyName } = await readAgency(db, request.agencyId);
  return dispatchHtml({
    agencyName,
    title: request.title,
    body: request.body,
    steps: request.steps,
    dueMs: request.dueMs,
    office,
    fields: request.dispatch,
    calendar: await calendarOf(db, request.agencyId),
    subjects: await readSubjects(db, request.id),
    year: new Date(now() + OFFSET_MS).getUTCFullYear(),
  });
}
