/**
 * Planned changes of the agency tree: written down, looked at, applied on their day, also after the collector was away,
 * or called off. One that cannot be applied stays planned and says why; it is tried again.
 */
import { agenciesAtStake, agenciesOfPlan, type ChangePlan, changePlanSchema } from '../agency/change-plan.ts';
import { legalDayAt } from '../agency/legal-day.ts';
import { applyPlan, type ChangeOutcome, refuseConflicts } from './agency-change-apply.ts';
import { type ChangePreview, previewChange } from './agency-change-preview.ts';
import { type AgencyScope, inScope, unknownAgency } from './agencies.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb } from './database.ts';
import { RefusalError } from './refusal.ts';
import type { AgencyChangeState, AgencyChangeTable } from './tables/agency.ts';

const DAY_MS = 86_400_000;
/** How long an applied change may be taken back. */
export const REVERSE_DAYS_MAX = 30;

export interface AgencyChange {
  id: number;
  kind: AgencyChangeTable['kind'];
  on: string;
  state: AgencyChangeState;
  plan: ChangePlan;
  involved: number[];
  outcome: ChangeOutcome | null;
  /** Why it could not be applied on its day; empty when nothing stood in the way. */
  problem: string;
  createdMs: number;
  createdBy: string;
  appliedMs: number | null;
  appliedBy: string | null;
  closedMs: number | null;
  closedBy: string | null;
  /** Until when it can be taken back; null unless it is applied. */
  reversibleUntilMs: number | null;
}

export interface ActBy {
  actor: string;
  /** A plan is there for those who see all agencies that it is about. */
  scope: AgencyScope;
}

function changeRows(db: RegistryDb) {
  return db
    .selectFrom('agency_change')
    .select(['id', 'kind', 'on_date as on', 'state', 'plan', 'involved', 'outcome', 'problem'])
    .select(['created_ms as createdMs', 'created_by as createdBy', 'applied_ms as appliedMs'])
    .select(['applied_by as appliedBy', 'closed_ms as closedMs', 'closed_by as closedBy']);
}

type ChangeRow = Awaited<ReturnType<ReturnType<typeof changeRows>['execute']>>[number];

function toChange(row: ChangeRow): AgencyChange {
  const { plan, involved, outcome, appliedMs, state } = row;
  return {
    ...row,
    plan: changePlanSchema.parse(JSON.parse(plan)),
    involved: JSON.parse(involved) as number[],
    outcome: outcome === null ? null : (JSON.parse(outcome) as ChangeOutcome),
    reversibleUntilMs:
      state === 'applied' && appliedMs !== null ? appliedMs + REVERSE_DAYS_MAX * DAY_MS : null,
  };
}

const sees = (scope: AgencyScope, involved: readonly number[]): boolean =>
  involved.every((id) => inScope(scope, id));

/** Newest first. */
export async function listChanges(
  db: RegistryDb,
  scope: AgencyScope,
  page: { state?: AgencyChangeState | undefined; beforeId?: number | undefined; limit: number },
): Promise<AgencyChange[]> {
  const found: AgencyChange[] = [];
  for (let beforeId = page.beforeId; found.length < page.limit;) {
    let select = changeRows(db).orderBy('id', 'desc').limit(page.limit);
    if (beforeId !== undefined) select = select.where('id', '<', beforeId);
    if (page.state !== undefined) select = select.where('state', '=', page.state);
    const rows = await select.execute();
    const last = rows.at(-1);
    if (last === undefined) break;
    found.push(...rows.map(toChange).filter(({ involved }) => sees(scope, involved)));
    beforeId = last.id;
  }
  return found.slice(0, page.limit);
}

/** @throws RefusalError change-unknown, also outside the scope */
export async function readChange(db: RegistryDb, id: number, scope: AgencyScope): Promise<AgencyChange> {
  const row = await changeRows(db).where('id', '=', id).executeTakeFirst();
  const change = row === undefined ? undefined : toChange(row);
  if (change !== undefined && sees(scope, change.involved)) return change;
  throw new RefusalError(
    'change-unknown',
    String(id),
    `there is no planned change ${id}; "vonggac agency changes" shows them`,
  );
}

/** @throws RefusalError agency-unknown */
function requireSeen(plan: ChangePlan, scope: AgencyScope): void {
  const unseen = agenciesOfPlan(plan).find((id) => !inScope(scope, id));
  if (unseen !== undefined) throw unknownAgency(unseen);
}

/** A new agency stands in the place of an old one, which may be above what the caller sees. @throws RefusalError agency-unknown */
function requireSeenPlaces({ begins }: ChangePreview, scope: AgencyScope): void {
  const unseen = begins.find(({ parentId }) => !inScope(scope, parentId));
  if (unseen !== undefined) throw unknownAgency(unseen.parentId);
}

async function plannedAlready(
  db: RegistryDb,
  plan: ChangePlan,
  except?: number,
): Promise<ChangePreview['conflicts']> {
  const rows = await changeRows(db).where('state', '=', 'planned').execute();
  const concerned = new Set(agenciesOfPlan(plan));
  return rows.map(toChange).flatMap((other) => {
    if (other.id === except) return [];
    const shared = agenciesAtStake(other.plan).find((id) => concerned.has(id));
    if (shared === undefined) return [];
    const message = `agency ${shared} is part of change ${other.id}, planned for ${other.on}: call that off first`;
    return [{ code: 'already-planned' as const, agencyId: shared, message }];
  });
}

/** The dry run: what it would do if it were done now. @throws RefusalError agency-unknown */
export async function dryRunChange(
  db: RegistryDb,
  plan: ChangePlan,
  scope: AgencyScope,
): Promise<ChangePreview> {
  requireSeen(plan, scope);
  const preview = await previewChange(db, plan);
  requireSeenPlaces(preview, scope);
  return { ...preview, conflicts: [...preview.conflicts, ...(await plannedAlready(db, plan))] };
}

export interface Applied {
  change: AgencyChange;
  /** Hosts whose agency is another now: their sessions were opened under the old one. */
  movedAgentIds: string[];
}

async function movedAgents(db: RegistryDb, changeId: number): Promise<string[]> {
  const rows = await db
    .selectFrom('agency_change_item')
    .select('ref')
    .where('change_id', '=', changeId)
    .where('kind', '=', 'agents')
    .execute();
  return rows.map(({ ref }) => ref);
}

async function applyNow(
  trx: RegistryDb,
  change: AgencyChange,
  actor: string,
  nowMs: number,
): Promise<Applied> {
  const outcome = await applyPlan(trx, change.plan, change.id, nowMs);
  const involved = [...new Set([...change.involved, ...outcome.begun])];
  await trx
    .updateTable('agency_change')
    .set({
      state: 'applied',
      outcome: JSON.stringify(outcome),
      involved: JSON.stringify(involved),
      problem: '',
      applied_ms: nowMs,
      applied_by: actor,
    })
    .where('id', '=', change.id)
    .execute();
  const detail = { kind: change.kind, on: change.on, ...outcome };
  await writeAudit(trx, nowMs, {
    actor,
    action: 'agency-change.apply',
    target: `agency-change:${change.id}`,
    detail,
  });
  return {
    change: await readChange(trx, change.id, { kind: 'all' }),
    movedAgentIds: await movedAgents(trx, change.id),
  };
}

/**
 * Writes the plan down; one whose day has come is applied at once.
 * @throws RefusalError agency-unknown, change-conflict, and what applying is refused for
 */
export async function planChange(
  registry: Registry,
  plan: ChangePlan,
  { actor, scope }: ActBy,
): Promise<Applied> {
  requireSeen(plan, scope);
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const preview = await previewChange(trx, plan);
    requireSeenPlaces(preview, scope);
    refuseConflicts([...preview.conflicts, ...(await plannedAlready(trx, plan))]);
    const { id } = await trx
      .insertInto('agency_change')
      .values({
        kind: plan.kind,
        on_date: plan.on,
        state: 'planned',
        plan: JSON.stringify(plan),
        involved: JSON.stringify(agenciesOfPlan(plan)),
        created_ms: nowMs,
        created_by: actor,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const detail = { kind: plan.kind, on: plan.on, reason: plan.reason, agencies: agenciesOfPlan(plan) };
    await writeAudit(trx, nowMs, {
      actor,
      action: 'agency-change.plan',
      target: `agency-change:${id}`,
      detail,
    });
    const change = await readChange(trx, id, { kind: 'all' });
    if (plan.on > legalDayAt(nowMs)) return { change, movedAgentIds: [] };
    return applyNow(trx, change, actor, nowMs);
  });
}

/** @throws RefusalError change-unknown, change-over */
export async function cancelChange(
  registry: Registry,
  id: number,
  { actor, scope }: ActBy,
): Promise<AgencyChange> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const change = await readChange(trx, id, scope);
    if (change.state !== 'planned') {
      const said = `change ${id} is ${change.state}: ${change.state === 'applied' ? 'reverse it instead' : 'there is nothing to call off'}`;
      throw new RefusalError('change-over', String(id), said);
    }
    await trx
      .updateTable('agency_change')
      .set({ state: 'cancelled', closed_ms: nowMs, closed_by: actor })
      .where('id', '=', id)
      .execute();
    await writeAudit(trx, nowMs, { actor, action: 'agency-change.cancel', target: `agency-change:${id}` });
    return readChange(trx, id, { kind: 'all' });
  });
}

async function noteProblem(registry: Registry, change: AgencyChange, problem: string): Promise<void> {
  if (problem === change.problem) return;
  await registry.db.transaction().execute(async (trx) => {
    await trx.updateTable('agency_change').set({ problem }).where('id', '=', change.id).execute();
    await writeAudit(trx, registry.now(), {
      actor: 'system',
      action: 'agency-change.hindered',
      target: `agency-change:${change.id}`,
      detail: { problem },
    });
  });
}

export interface DueDone {
  applied: Applied[];
  hindered: { id: number; problem: string }[];
}

/** Applies what has come due, oldest day first; called every now and then, by any collector. */
export async function applyDueChanges(registry: Registry): Promise<DueDone> {
  const done: DueDone = { applied: [], hindered: [] };
  const nowMs = registry.now();
  const due = await changeRows(registry.db)
    .where('state', '=', 'planned')
    .where('on_date', '<=', legalDayAt(nowMs))
    .orderBy('on_date')
    .orderBy('id')
    .execute();
  for (const { id } of due) {
    try {
      const applied = await registry.db.transaction().execute(async (trx) => {
        const change = await readChange(trx, id, { kind: 'all' });
        // Another collector, or a person, was faster.
        return change.state === 'planned' ? applyNow(trx, change, 'system', nowMs) : undefined;
      });
      if (applied !== undefined) done.applied.push(applied);
    } catch (error) {
      if (!(error instanceof RefusalError)) throw error;
      await noteProblem(registry, await readChange(registry.db, id, { kind: 'all' }), error.message);
      done.hindered.push({ id, problem: error.message });
    }
  }
  return done;
}
