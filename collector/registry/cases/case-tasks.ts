/** Tasks of cases: who does what until when, and checklists by class of incident. */
import { CASE_LIMITS } from '../../case/case-words.ts';
import type { Checklists } from '../../case/checklists.ts';
import { type AgencyScope, inScope } from '../agencies.ts';
import type { Registry, RegistryDb, RegistryTransaction } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { requireCase, type CaseBy, type CaseRow } from './find-case.ts';
import { agencyOfPart } from './part-agency.ts';
import { noteAct, requirePerson, settleAgencies, tidyLine, tooMany } from './write-case.ts';

export interface TaskWanted {
  title: string;
  detail?: string | undefined;
  assignee?: string | undefined;
  dueMs?: number | undefined;
  /** Who reads it; by default who sees the whole case. */
  agencyId?: number | undefined;
}

const HOUR_MS = 3_600_000;

async function requireRoom(trx: RegistryTransaction, caseId: string, more: number): Promise<void> {
  const { count } = await trx
    .selectFrom('case_task')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('case_id', '=', caseId)
    .executeTakeFirstOrThrow();
  if (count + more > CASE_LIMITS.tasks) throw tooMany('tasks', CASE_LIMITS.tasks);
}

/** @throws RefusalError as requireCase, case-invalid, case-limit */
export async function addTask(
  registry: Registry,
  id: string,
  wanted: TaskWanted,
  by: CaseBy,
): Promise<string> {
  const nowMs = registry.now();
  const { actor } = by;
  return registry.db.transaction().execute(async (trx) => {
    const row = await requireCase(trx, id, by, 'part');
    await requireRoom(trx, row.id, 1);
    if (wanted.assignee !== undefined) await requirePerson(trx, 'assignee', wanted.assignee);
    const agencyId = await agencyOfPart(trx, row, wanted.agencyId, by.scope);
    const title = tidyLine('title', wanted.title, CASE_LIMITS.titleChars);
    const task = await trx
      .insertInto('case_task')
      .values({
        case_id: row.id,
        agency_id: agencyId,
        title,
        detail: (wanted.detail ?? '').normalize('NFC').trim(),
        assignee: wanted.assignee ?? null,
        due_ms: wanted.dueMs ?? null,
        done_ms: null,
        done_by: null,
        created_by: actor,
        created_ms: nowMs,
        checklist: null,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await settleAgencies(trx, row.id);
    const detail = {
      task: task.id,
      title,
      ...(wanted.assignee === undefined ? {} : { assignee: wanted.assignee }),
    };
    await noteAct(trx, row.id, { actor, action: 'case.add-task', agencyId, detail, nowMs });
    return row.id;
  });
}

/** Tasks of the checklist of the case's class that are not there yet. @returns how many */
export async function addChecklist(
  trx: RegistryTransaction,
  row: CaseRow,
  checklists: Checklists,
  { actor, nowMs }: { actor: string; nowMs: number },
): Promise<number> {
  const steps = checklists[row.class] ?? [];
  const known = await trx
    .selectFrom('case_task')
    .select('title')
    .where('case_id', '=', row.id)
    .where('checklist', '=', row.class)
    .execute();
  const titles = new Set(known.map(({ title }) => title));
  const fresh = steps.filter(({ vi }) => !titles.has(vi));
  if (fresh.length === 0) return 0;
  await requireRoom(trx, row.id, fresh.length);
  await trx
    .insertInto('case_task')
    .values(
      fresh.map(({ vi, en, withinHours }) => ({
        case_id: row.id,
        agency_id: row.agency_id,
        title: vi,
        detail: en,
        assignee: null,
        due_ms: withinHours === undefined ? null : nowMs + withinHours * HOUR_MS,
        done_ms: null,
        done_by: null,
        created_by: actor,
        created_ms: nowMs,
        checklist: row.class,
      })),
    )
    .execute();
  await noteAct(trx, row.id, {
    actor,
    action: 'case.add-checklist',
    detail: { checklist: row.class, tasks: fresh.length },
    nowMs,
  });
  return fresh.length;
}

/** @throws RefusalError as requireCase, case-limit */
export async function useChecklist(
  registry: Registry,
  id: string,
  checklists: Checklists,
  by: CaseBy,
): Promise<string> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const row = await requireCase(trx, id, by, 'whole');
    await addChecklist(trx, row, checklists, { actor: by.actor, nowMs });
    return row.id;
  });
}

export interface TaskChange {
  title?: string | undefined;
  detail?: string | undefined;
  assignee?: string | null | undefined;
  dueMs?: number | null | undefined;
  done?: boolean | undefined;
}

/** @throws RefusalError as requireCase, case-part-unknown, case-invalid */
export async function changeTask(
  registry: Registry,
  id: string,
  taskId: number,
  change: TaskChange,
  by: CaseBy,
): Promise<string> {
  const nowMs = registry.now();
  const { actor } = by;
  return registry.db.transaction().execute(async (trx) => {
    const row = await requireCase(trx, id, by, 'part');
    const task = await trx
      .selectFrom('case_task')
      .select(['agency_id', 'title', 'detail', 'assignee', 'due_ms', 'done_ms'])
      .where('id', '=', taskId)
      .where('case_id', '=', row.id)
      .executeTakeFirst();
    if (task === undefined || !inScope(by.scope, task.agency_id))
      throw new RefusalError('case-part-unknown', String(taskId), `case ${row.number} has no task ${taskId}`);
    if (typeof change.assignee === 'string') await requirePerson(trx, 'assignee', change.assignee);
    const { title, detail, assignee, dueMs, done } = change;
    const turns = done !== undefined && done !== (task.done_ms !== null);
    const columns = {
      ...(title === undefined ? {} : { title: tidyLine('title', title, CASE_LIMITS.titleChars) }),
      ...(detail === undefined ? {} : { detail: detail.normalize('NFC').trim() }),
      ...(assignee === undefined ? {} : { assignee }),
      ...(dueMs === undefined ? {} : { due_ms: dueMs }),
      ...(turns ? { done_ms: done ? nowMs : null, done_by: done ? actor : null } : {}),
    };
    if (Object.keys(columns).length === 0) return row.id;
    await trx.updateTable('case_task').set(columns).where('id', '=', taskId).execute();
    const action = turns ? (done ? 'case.finish-task' : 'case.reopen-task') : 'case.change-task';
    const given = typeof columns.assignee === 'string' ? { assignee: columns.assignee } : {};
    const told = { task: taskId, title: columns.title ?? task.title, fields: Object.keys(columns), ...given };
    await noteAct(trx, row.id, { actor, action, agencyId: task.agency_id, detail: told, nowMs });
    return row.id;
  });
}

export async function listTasks(db: RegistryDb, caseId: string, scope: AgencyScope) {
  let select = db
    .selectFrom('case_task')
    .select([
      'id',
      'agency_id as agencyId',
      'title',
      'detail',
      'assignee',
      'due_ms as dueMs',
      'done_ms as doneMs',
      'done_by as doneBy',
      'created_by as createdBy',
      'created_ms as createdMs',
      'checklist',
    ])
    .where('case_id', '=', caseId)
    .orderBy('id');
  if (scope.kind === 'some') select = select.where('agency_id', 'in', scope.agencyIds);
  return select.execute();
}
