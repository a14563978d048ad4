/** Cases and what lies in them as the API shows them. */
import type { z } from 'zod';
import { maskRecord } from '../personal/mask-record.ts';
import { severitySchema } from './contract-vocabulary.ts';
import type { Registry } from '../registry/database.ts';
import type { AgencyScope } from '../registry/agencies.ts';
import { isoTime } from '../registry/iso-time.ts';
import type { listAttachments } from '../registry/cases/case-attachments.ts';
import type { listClocks } from '../registry/cases/case-clocks.ts';
import type { listItems } from '../registry/cases/case-items.ts';
import { listLinks } from '../registry/cases/case-notes.ts';
import type { listTasks } from '../registry/cases/case-tasks.ts';
import type { TimelineLine } from '../registry/cases/case-timeline.ts';
import { findCase, readsTexts, seesWhole, withMerged, type CaseRow } from '../registry/cases/find-case.ts';
import {
  countForList,
  countParts,
  readSurroundings,
  type ListedCounts,
} from '../registry/cases/read-case.ts';
import type {
  timelineSchema,
  attachmentSchema,
  clockListSchema,
  itemListSchema,
  taskListSchema,
} from './contract-case-parts.ts';
import type { CaseDetail, CaseView } from './contract-cases.ts';

export const isoOrNull = (ms: number | null): string | null => (ms === null ? null : isoTime(ms));

export function viewCase(row: CaseRow, counts: ListedCounts, scope: AgencyScope, nowMs: number): CaseView {
  return {
    id: row.id,
    number: row.number,
    title: readsTexts(row, scope) ? row.title : '',
    severity: severitySchema.parse(row.severity),
    class: row.class,
    state: row.state,
    outcome: row.outcome,
    assignee: row.assignee,
    drill: row.drill === 1,
    dueAt: isoOrNull(row.due_ms),
    overdue: row.state !== 'closed' && row.due_ms !== null && row.due_ms < nowMs,
    agencyId: row.agency_id,
    whole: seesWhole(row, scope),
    alerts: counts.alerts,
    openTasks: counts.openTasks,
    clockDueAt: isoOrNull(counts.nextClockMs),
    createdBy: row.created_by,
    createdAt: isoTime(row.created_ms),
    updatedAt: isoTime(row.updated_ms),
    version: row.version,
  };
}

export async function viewCases(
  { db, now }: Registry,
  rows: readonly CaseRow[],
  scope: AgencyScope,
): Promise<CaseView[]> {
  const counts = await countForList(
    db,
    rows.map(({ id }) => id),
    scope,
  );
  const nothing: ListedCounts = { alerts: 0, openTasks: 0, nextClockMs: null };
  return rows.map((row) => viewCase(row, counts.get(row.id) ?? nothing, scope, now()));
}

/** By id or number, where it leads to. @throws RefusalError case-unknown */
export async function detailOfCase(registry: Registry, id: string, scope: AgencyScope): Promise<CaseDetail> {
  const { db } = registry;
  const { row, redirectedFrom } = await findCase(db, id, scope);
  const [view] = await viewCases(registry, [row], scope);
  if (view === undefined) throw new Error('a case that was found has a view');
  const { shown, hidden } = await countParts(db, row.id, scope);
  const texts = readsTexts(row, scope);
  const ids = await withMerged(db, row.id);
  return {
    ...view,
    summary: texts ? row.summary : '',
    lessons: texts ? row.lessons : null,
    closeReason: texts ? row.close_reason : null,
    containedAt: isoOrNull(row.contained_ms),
    closedAt: isoOrNull(row.closed_ms),
    closedBy: row.closed_by,
    ...(await readSurroundings(db, row, scope)),
    counts: shown,
    hidden,
    links: await listLinks(db, ids, scope),
    redirectedFrom,
  };
}

type Item = Awaited<ReturnType<typeof listItems>>[number];
export const viewItem = ({ addedMs, ...item }: Item): z.infer<typeof itemListSchema>['items'][number] => ({
  ...item,
  user: item.kind === 'user' ? item.value : null,
  addedAt: isoTime(addedMs),
});

type Task = Awaited<ReturnType<typeof listTasks>>[number];
export const viewTask = ({
  dueMs,
  doneMs,
  createdMs,
  ...task
}: Task): z.infer<typeof taskListSchema>['tasks'][number] => ({
  ...task,
  dueAt: isoOrNull(dueMs),
  doneAt: isoOrNull(doneMs),
  createdAt: isoTime(createdMs),
});

type File = Awaited<ReturnType<typeof listAttachments>>[number];
export const viewAttachment = ({
  crc32: _sum,
  addedMs,
  removedMs,
  quarantined,
  ...file
}: File): z.infer<typeof attachmentSchema> => ({
  ...file,
  quarantined: quarantined === 1,
  addedAt: isoTime(addedMs),
  removedAt: isoOrNull(removedMs),
});

type Clock = Awaited<ReturnType<typeof listClocks>>[number];
type ClockView = z.infer<typeof clockListSchema>['clocks'][number];

function clockState({ metMs, stoppedMs, dueMs }: Clock, nowMs: number): ClockView['state'] {
  if (metMs !== null) return metMs <= dueMs ? 'met' : 'met-late';
  if (stoppedMs !== null) return 'stopped';
  return nowMs >= dueMs ? 'overdue' : 'running';
}

export function viewClock(clock: Clock, nowMs: number): ClockView {
  const { startedMs, dueMs, warnMs, metMs, stoppedMs, byFacts, ...rest } = clock;
  return {
    ...rest,
    startedAt: isoTime(startedMs),
    dueAt: isoTime(dueMs),
    warnAt: isoTime(warnMs),
    state: clockState(clock, nowMs),
    metAt: isoOrNull(metMs),
    stoppedAt: isoOrNull(stoppedMs),
    needsProof: byFacts === 1,
  };
}

type LineView = z.infer<typeof timelineSchema>['lines'][number];

/** A line's text names people by the fields that it was made of; they are looked at and not shown. */
export function viewLine({ timeMs, fields, ...line }: TimelineLine, seesPersonal: boolean): LineView {
  const masked = seesPersonal ? line : (maskRecord({ ...line, fields }) as typeof line); // masking changes texts only
  const { kind, id, actor, hostname, text, ref } = masked;
  return { at: isoTime(timeMs), kind, id, actor, hostname, text, ref };
}
