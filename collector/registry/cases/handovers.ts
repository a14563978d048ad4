/**
 * Notes at the end of a shift: what is open, what changed, what comes next, who takes over. Invariants: what a note says was so when
 * it was written and never changes; it holds what its writer saw and is read by who sees the writer's agency; only who takes
 * over acknowledges it, once.
 */
import { CASE_LIMITS } from '../../case/case-words.ts';
import { handoverBodySchema, type HandoverBody } from '../../case/handover.ts';
import { type AgencyScope, inScope } from '../agencies.ts';
import { writeAudit } from '../audit.ts';
import type { Registry, RegistryDb } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { findCase, withMerged } from './find-case.ts';
import { listClocks } from './case-clocks.ts';
import { listTasks } from './case-tasks.ts';
import { pageCases } from './list-cases.ts';
import { invalidCase, requirePerson } from './write-case.ts';

const HOUR_MS = 3_600_000;
const CASES_MAX = 200;
const CLOSED_MAX = 50;
const TASKS_MAX = 20;
const ACTS_MAX = 1_000;

export interface HandoverWanted {
  to: string;
  hours: number;
  note: string;
  /** What comes next, of cases by id or number. */
  nextSteps: readonly { case: string; text: string }[];
}

/** As of now. @throws RefusalError case-unknown */
export async function composeHandover(
  db: RegistryDb,
  wanted: Pick<HandoverWanted, 'hours' | 'nextSteps'>,
  scope: AgencyScope,
  nowMs: number,
): Promise<HandoverBody> {
  const sinceMs = nowMs - wanted.hours * HOUR_MS;
  const steps = new Map<string, string[]>();
  for (const { case: id, text } of wanted.nextSteps) {
    const { row } = await findCase(db, id, scope);
    steps.set(row.id, [...(steps.get(row.id) ?? []), text.normalize('NFC').trim()]);
  }
  const open = await pageCases(
    db,
    {
      filter: { states: ['open', 'in-progress', 'waiting', 'contained'], nowMs },
      sort: 'severity',
      order: 'desc',
      limit: CASES_MAX,
    },
    scope,
  );
  const closed = await pageCases(
    db,
    {
      filter: { states: ['closed'], updatedSinceMs: sinceMs, nowMs },
      sort: 'updated',
      order: 'desc',
      limit: CLOSED_MAX,
    },
    scope,
  );
  const cases: HandoverBody['cases'] = [];
  for (const row of [...open.rows, ...closed.rows]) {
    const tasks = (await listTasks(db, row.id, scope)).filter(({ doneMs }) => doneMs === null);
    const clocks = (await listClocks(db, row.id, scope)).filter(
      ({ metMs, stoppedMs }) => metMs === null && stoppedMs === null,
    );
    cases.push({
      number: row.number,
      title: inScope(scope, row.text_agency_id) || inScope(scope, row.agency_id) ? row.title : '',
      severity: row.severity,
      class: row.class,
      state: row.state,
      assignee: row.assignee,
      drill: row.drill === 1,
      dueMs: row.due_ms,
      changes: await changesSince(db, row.id, scope, sinceMs),
      tasks: tasks.slice(0, TASKS_MAX).map(({ title, assignee, dueMs }) => ({ title, assignee, dueMs })),
      moreTasks: Math.max(0, tasks.length - TASKS_MAX),
      clocks: clocks.map(({ kind, title, titleVi, dueMs }) => ({ kind, title, titleVi, dueMs })),
      nextSteps: steps.get(row.id) ?? [],
    });
  }
  return { sinceMs, untilMs: nowMs, cases, moreCases: open.next !== undefined || closed.next !== undefined };
}

async function changesSince(
  db: RegistryDb,
  caseId: string,
  scope: AgencyScope,
  sinceMs: number,
): Promise<{ action: string; count: number; actors: string[] }[]> {
  let query = db
    .selectFrom('case_act')
    .select(['action', 'actor'])
    .where('case_id', 'in', await withMerged(db, caseId))
    .where('at_ms', '>=', sinceMs)
    .orderBy('id', 'desc')
    .limit(ACTS_MAX);
  if (scope.kind === 'some') query = query.where('agency_id', 'in', scope.agencyIds);
  const byAction = new Map<string, { count: number; actors: Set<string> }>();
  for (const { action, actor } of await query.execute()) {
    const known = byAction.get(action) ?? { count: 0, actors: new Set<string>() };
    known.count += 1;
    known.actors.add(actor);
    byAction.set(action, known);
  }
  return [...byAction].map(([action, { count, actors }]) => ({
    action,
    count,
    actors: [...actors].slice(0, 10),
  }));
}

export interface Handover {
  id: number;
  agencyId: number;
  from: string;
  to: string;
  atMs: number;
  hours: number;
  note: string;
  body: HandoverBody;
  acknowledgedMs: number | null;
}

const FIELDS = [
  'id',
  'agency_id',
  'from_actor',
  'to_username',
  'at_ms',
  'hours',
  'note',
  'body',
  'acknowledged_ms',
] as const;

function rows(db: RegistryDb) {
  return db.selectFrom('case_handover').select(FIELDS);
}

type Row = Awaited<ReturnType<ReturnType<typeof rows>['executeTakeFirstOrThrow']>>;

function toHandover(row: Row): Handover {
  return {
    id: row.id,
    agencyId: row.agency_id,
    from: row.from_actor,
    to: row.to_username,
    atMs: row.at_ms,
    hours: row.hours,
    note: row.note,
    body: handoverBodySchema.parse(JSON.parse(row.body)),
    acknowledgedMs: row.acknowledged_ms,
  };
}

/** @throws RefusalError case-invalid, case-unknown */
export async function writeHandover(
  registry: Registry,
  wanted: HandoverWanted,
  by: { actor: string; scope: AgencyScope; agencyId: number },
): Promise<Handover> {
  const nowMs = registry.now();
  const { actor, scope, agencyId } = by;
  const note = wanted.note.normalize('NFC').trim();
  if (note.length > CASE_LIMITS.noteChars)
    throw invalidCase('note', `a note has at most ${CASE_LIMITS.noteChars} characters`);
  const body = await composeHandover(registry.db, wanted, scope, nowMs);
  return registry.db.transaction().execute(async (trx) => {
    await requirePerson(trx, 'to', wanted.to);
    if (actor === `user:${wanted.to}`) throw invalidCase('to', 'somebody else takes over');
    const { id } = await trx
      .insertInto('case_handover')
      .values({
        agency_id: agencyId,
        from_actor: actor,
        to_username: wanted.to,
        at_ms: nowMs,
        hours: wanted.hours,
        note,
        body: JSON.stringify(body),
        acknowledged_ms: null,
        acknowledged_by: null,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const detail = { to: wanted.to, hours: wanted.hours, cases: body.cases.length };
    await writeAudit(trx, nowMs, {
      actor,
      action: 'handover.write',
      target: `handover:${id}`,
      agencyId,
      detail,
    });
    return readHandover(trx, id, scope);
  });
}

/** @throws RefusalError handover-unknown, also outside the scope */
export async function readHandover(db: RegistryDb, id: number, scope: AgencyScope): Promise<Handover> {
  const row = await rows(db).where('id', '=', id).executeTakeFirst();
  if (row !== undefined && inScope(scope, row.agency_id)) return toHandover(row);
  throw new RefusalError('handover-unknown', String(id), `there is no hand-over note ${id}`);
}

/** Newest first. */
export async function listHandovers(
  db: RegistryDb,
  scope: AgencyScope,
  page: { limit: number; beforeId?: number | undefined; waitingFor?: string | undefined },
): Promise<Handover[]> {
  let query = rows(db).orderBy('id', 'desc').limit(page.limit);
  if (scope.kind === 'some') query = query.where('agency_id', 'in', scope.agencyIds);
  if (page.beforeId !== undefined) query = query.where('id', '<', page.beforeId);
  if (page.waitingFor !== undefined)
    query = query.where('to_username', '=', page.waitingFor).where('acknowledged_ms', 'is', null);
  return (await query.execute()).map(toHandover);
}

/** @throws RefusalError handover-unknown, handover-not-yours */
export async function acknowledgeHandover(
  registry: Registry,
  id: number,
  by: { actor: string; scope: AgencyScope; username: string | undefined },
): Promise<Handover> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const handover = await readHandover(trx, id, by.scope);
    if (by.username !== handover.to)
      throw new RefusalError(
        'handover-not-yours',
        String(id),
        `${handover.to} takes over, and acknowledges it`,
      );
    if (handover.acknowledgedMs !== null) return handover;
    await trx
      .updateTable('case_handover')
      .set({ acknowledged_ms: nowMs, acknowledged_by: by.actor })
      .where('id', '=', id)
      .execute();
    await writeAudit(trx, nowMs, {
      actor: by.actor,
      action: 'handover.acknowledge',
      target: `handover:${id}`,
      agencyId: handover.agencyId,
      detail: { from: handover.from },
    });
    return readHandover(trx, id, by.scope);
  });
}
