/** A case as a document: all that one reader sees of it, for files that leave the collector. */
import type { AgencyScope } from '../agencies.ts';
import type { RegistryDb } from '../database.ts';
import { listAttachments } from './case-attachments.ts';
import { listClocks } from './case-clocks.ts';
import { listItems, listKeptEvents } from './case-items.ts';
import { listCaseNotes } from './case-notes.ts';
import { listTasks } from './case-tasks.ts';
import { readTimeline, type TimelineLine, type TimelinePlace } from './case-timeline.ts';
import { withMerged } from './find-case.ts';
import { caseAlertIds, listActs } from './read-case.ts';

/** Of each list that an export holds; a case holds fewer of most. */
const ROWS_MAX = 5_000;
const LINES_MAX = 20_000;
const PAGE = 1_000;

export async function readWholeTimeline(
  db: RegistryDb,
  caseId: string,
  scope: AgencyScope,
): Promise<TimelineLine[]> {
  const caseIds = await withMerged(db, caseId);
  const lines: TimelineLine[] = [];
  for (let after: TimelinePlace | undefined; lines.length < LINES_MAX;) {
    const page = await readTimeline(db, { caseId, caseIds, scope, limit: PAGE, after });
    lines.push(...page.lines);
    if (page.next === undefined) break;
    after = page.next;
  }
  return lines;
}

export async function readForExport(db: RegistryDb, caseId: string, scope: AgencyScope) {
  const page = { limit: ROWS_MAX };
  const events = await listKeptEvents(db, caseId, scope, page);
  return {
    alertIds: (await caseAlertIds(db, caseId, scope, page)).map(({ id }) => id),
    items: await listItems(db, caseId, scope),
    events: events.map(({ event, ...kept }) => ({ ...kept, event: JSON.parse(event) as unknown })),
    tasks: await listTasks(db, caseId, scope),
    notes: await listCaseNotes(db, caseId, scope, page),
    attachments: await listAttachments(db, caseId, scope),
    clocks: await listClocks(db, caseId, scope),
    acts: await listActs(db, await withMerged(db, caseId), scope, page),
    timeline: await readWholeTimeline(db, caseId, scope),
  };
}
