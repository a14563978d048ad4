/**
 * The plan for controls that are not met: who mends what until when. Invariants: one plan for a control of a system; every
 * change stands in the audit trail; a plan says nothing about whether the control is met.
 */
import { legalDayAt } from '../../agency/legal-day.ts';
import { type AgencyScope, requireVersion } from '../agencies.ts';
import { writeAudit } from '../audit.ts';
import type { Registry, RegistryDb } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { findSystem } from '../system-book.ts';
import type { GapState } from '../tables/compliance.ts';

export interface Gap {
  id: number;
  systemId: number;
  systemName: string;
  agencyId: number;
  control: string;
  owner: string;
  dueOn: string;
  note: string;
  state: GapState;
  requestId: string | null;
  createdMs: number;
  createdBy: string;
  changedMs: number;
  changedBy: string;
  version: number;
}

export interface GapBy {
  actor: string;
  scope: AgencyScope;
  /** The version that the change was made for. */
  version?: number | undefined;
}

function gapRows(db: RegistryDb) {
  return db
    .selectFrom('compliance_gap as gap')
    .innerJoin('information_system as system', 'system.id', 'gap.system_id')
    .select(['gap.id as id', 'gap.system_id as systemId', 'system.name as systemName', 'control', 'owner'])
    .select([
      'system.owner_agency_id as agencyId',
      'due_on as dueOn',
      'note',
      'state',
      'gap.version as version',
    ])
    .select(['request_id as requestId', 'gap.created_ms as createdMs', 'created_by as createdBy'])
    .select(['changed_ms as changedMs', 'changed_by as changedBy']);
}

const OPEN: readonly GapState[] = ['planned', 'in-progress'];

export interface GapQuery {
  systemId?: number | undefined;
  states?: readonly GapState[] | undefined;
  /** Those that are open although their day is past. */
  late?: boolean | undefined;
  afterId?: number | undefined;
  limit: number;
}

/** In the order in which they were made. */
export async function listGaps(
  { db, now }: Pick<Registry, 'db' | 'now'>,
  scope: AgencyScope,
  { systemId, states, late, afterId, limit }: GapQuery,
): Promise<Gap[]> {
  let select = gapRows(db).orderBy('gap.id').limit(limit);
  if (scope.kind === 'some') {
    const { agencyIds } = scope;
    select = select.where((eb) =>
      eb.or([
        eb('system.owner_agency_id', 'in', agencyIds),
        eb('system.operator_agency_id', 'in', agencyIds),
      ]),
    );
  }
  if (systemId !== undefined) select = select.where('gap.system_id', '=', systemId);
  if (states !== undefined) select = select.where('state', 'in', states);
  if (late === true) select = select.where('state', 'in', OPEN).where('due_on', '<', legalDayAt(now()));
  if (afterId !== undefined) select = select.where('gap.id', '>', afterId);
  return select.execute();
}

export function isLate({ state, dueOn }: Pick<Gap, 'state' | 'dueOn'>, nowMs: number): boolean {
  return OPEN.includes(state) && dueOn < legalDayAt(nowMs);
}

/** @throws RefusalError system-unknown, compliance-gap-unknown */
export async function findGap(
  db: RegistryDb,
  systemId: number,
  control: string,
  scope: AgencyScope,
): Promise<Gap> {
  await findSystem(db, systemId, scope);
  const gap = await gapRows(db)
    .where('gap.system_id', '=', systemId)
    .where('control', '=', control)
    .executeTakeFirst();
  if (gap !== undefined) return gap;
  const said = `nothing is planned for ${control} of system ${systemId}`;
  throw new RefusalError('compliance-gap-unknown', control, said);
}

export interface GapPlan {
  owner: string;
  dueOn: string;
  note: string;
  state: GapState;
}

/**
 * Writes the plan, in place of the one before.
 * @param control one of the system's profile; the caller has looked
 * @throws RefusalError system-unknown, version-conflict
 */
export async function planGap(
  registry: Registry,
  { systemId, control }: { systemId: number; control: string },
  plan: GapPlan,
  by: GapBy,
): Promise<Gap> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    await findSystem(trx, systemId, by.scope);
    const before = await trx
      .selectFrom('compliance_gap')
      .select(['id', 'version', 'owner', 'due_on', 'note', 'state'])
      .where('system_id', '=', systemId)
      .where('control', '=', control)
      .executeTakeFirst();
    requireVersion(`the plan for ${control}`, before?.version ?? 0, by.version);
    const row = {
      owner: plan.owner,
      due_on: plan.dueOn,
      note: plan.note,
      state: plan.state,
      changed_ms: nowMs,
      changed_by: by.actor,
    };
    if (before === undefined)
      await trx
        .insertInto('compliance_gap')
        .values({
          ...row,
          system_id: systemId,
          control,
          request_id: null,
          created_ms: nowMs,
          created_by: by.actor,
        })
        .execute();
    else
      await trx
        .updateTable('compliance_gap')
        .set((eb) => ({ ...row, version: eb('version', '+', 1) }))
        .where('id', '=', before.id)
        .execute();
    await writeAudit(trx, nowMs, {
      actor: by.actor,
      action: 'compliance-gap.plan',
      target: `system:${systemId}`,
      detail: { control, ...plan, before: before === undefined ? null : { ...before } },
    });
    return findGap(trx, systemId, control, by.scope);
  });
}

/** The plan became a request to the agency. @throws RefusalError compliance-gap-unknown, compliance-gap-asked */
export async function noteRequest(
  registry: Registry,
  gap: Pick<Gap, 'id' | 'systemId' | 'control'>,
  requestId: string,
  by: GapBy,
): Promise<Gap> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const before = await findGap(trx, gap.systemId, gap.control, by.scope);
    requireVersion(`the plan for ${gap.control}`, before.version, by.version);
    await trx
      .updateTable('compliance_gap')
      .set((eb) => ({
        request_id: requestId,
        changed_ms: nowMs,
        changed_by: by.actor,
        version: eb('version', '+', 1),
      }))
      .where('id', '=', before.id)
      .execute();
    await writeAudit(trx, nowMs, {
      actor: by.actor,
      action: 'compliance-gap.request',
      target: `system:${gap.systemId}`,
      detail: { control: gap.control, requestId, before: before.requestId },
    });
    return findGap(trx, gap.systemId, gap.control, by.scope);
  });
}
