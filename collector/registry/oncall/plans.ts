/** Rosters and escalations: named, of an agency, made and changed by people at a version that they have read. */
import { SEVERITIES } from '../../alert/severity-score.ts';
import { escalationSchema, type Escalation } from '../../oncall/escalation.ts';
import { rosterSchema, type Roster } from '../../oncall/roster.ts';
import { type AgencyScope, inScope } from '../agencies.ts';
import { writeAudit } from '../audit.ts';
import type { Registry, RegistryDb } from '../database.ts';
import { RefusalError } from '../refusal.ts';

export interface PlanSettings {
  roster: Roster;
  escalation: Escalation;
}
export type PlanKind = keyof PlanSettings;

const SCHEMAS = { roster: rosterSchema, escalation: escalationSchema } as const;

export interface Plan<K extends PlanKind> {
  id: number;
  name: string;
  agencyId: number;
  settings: PlanSettings[K];
  version: number;
}

export interface PlanBy {
  actor: string;
  scope: AgencyScope;
}

const unknown = (kind: PlanKind, id: number): RefusalError =>
  new RefusalError('notify-plan-unknown', String(id), `there is no ${kind} ${id}`);

const rows = (db: RegistryDb, kind: PlanKind) =>
  db
    .selectFrom('notify_plan')
    .select(['id', 'name', 'agency_id as agencyId', 'settings', 'version'])
    .where('kind', '=', kind);

const toPlan = <K extends PlanKind>(
  kind: K,
  row: Omit<Plan<K>, 'settings'> & { settings: string },
): Plan<K> => ({
  ...row,
  // The schema is that of the kind.
  settings: SCHEMAS[kind].parse(JSON.parse(row.settings)) as PlanSettings[K],
});

/** By name. */
export async function listPlans<K extends PlanKind>(
  db: RegistryDb,
  kind: K,
  scope: AgencyScope,
): Promise<Plan<K>[]> {
  const found = await rows(db, kind).orderBy('name').execute();
  return found.filter((row) => inScope(scope, row.agencyId)).map((row) => toPlan(kind, row));
}

/** @throws RefusalError notify-plan-unknown */
export async function findPlan<K extends PlanKind>(
  db: RegistryDb,
  kind: K,
  id: number,
  scope: AgencyScope,
): Promise<Plan<K>> {
  const row = await rows(db, kind).where('id', '=', id).executeTakeFirst();
  if (row === undefined || !inScope(scope, row.agencyId)) throw unknown(kind, id);
  return toPlan(kind, row);
}

/** Channels and rosters that an escalation names must be in sight. @throws RefusalError notify-plan-invalid */
async function checkSteps(trx: RegistryDb, settings: Escalation, scope: AgencyScope): Promise<void> {
  for (const { channelId, rosterId } of settings.steps) {
    const channel = await trx
      .selectFrom('notify_channel')
      .select('agency_id')
      .where('id', '=', channelId)
      .executeTakeFirst();
    if (channel === undefined || !inScope(scope, channel.agency_id))
      throw new RefusalError('notify-channel-unknown', String(channelId), `there is no channel ${channelId}`);
    if (rosterId !== undefined) await findPlan(trx, 'roster', rosterId, scope);
  }
}

/** Place among severities from which it begins; null: it begins nothing. */
function beginsFrom(settings: Roster | Escalation): number | null {
  return 'severityMin' in settings && settings.enabled ? SEVERITIES.indexOf(settings.severityMin) : null;
}

/** Enabled ones that begin with something so serious. Nothing but an index is read where none does. */
export async function escalationsFor(db: RegistryDb, severityRank: number): Promise<Plan<'escalation'>[]> {
  const found = await rows(db, 'escalation')
    .where('severity_rank_min', '<=', severityRank)
    .orderBy('name')
    .execute();
  return found.map((row) => toPlan('escalation', row));
}

/**
 * @param wanted with an id: in place of that one
 * @throws RefusalError notify-plan-unknown, notify-plan-exists, notify-channel-unknown, agency-unknown, version-conflict
 */
export async function savePlan<K extends PlanKind>(
  registry: Registry,
  kind: K,
  wanted: { id?: number | undefined; name: string; agencyId: number; settings: PlanSettings[K] },
  { actor, scope }: PlanBy,
  version?: number,
): Promise<Plan<K>> {
  const { name, agencyId } = wanted;
  return registry.db.transaction().execute(async (trx) => {
    const before = wanted.id === undefined ? undefined : await findPlan(trx, kind, wanted.id, scope);
    if (before !== undefined && version !== undefined && version !== before.version) {
      throw new RefusalError('version-conflict', name, `somebody changed ${kind} ${before.id} meanwhile`);
    }
    const agency = await trx.selectFrom('agency').select('id').where('id', '=', agencyId).executeTakeFirst();
    if (agency === undefined || !inScope(scope, agencyId))
      throw new RefusalError('agency-unknown', String(agencyId), `there is no agency ${agencyId}`);
    if (kind === 'escalation') await checkSteps(trx, escalationSchema.parse(wanted.settings), scope);
    const other = await trx
      .selectFrom('notify_plan')
      .select('id')
      .where('name', '=', name)
      .executeTakeFirst();
    if (other !== undefined && other.id !== before?.id)
      throw new RefusalError(
        'notify-plan-exists',
        name,
        `there is a roster or escalation named ${name} already`,
      );
    const values = {
      kind,
      name,
      agency_id: agencyId,
      settings: JSON.stringify(wanted.settings),
      severity_rank_min: beginsFrom(wanted.settings),
    };
    const { id } =
      before === undefined
        ? await trx.insertInto('notify_plan').values(values).returning('id').executeTakeFirstOrThrow()
        : await trx
            .updateTable('notify_plan')
            .set({ ...values, version: before.version + 1 })
            .where('id', '=', before.id)
            .returning('id')
            .executeTakeFirstOrThrow();
    await writeAudit(trx, registry.now(), {
      actor,
      action: `notify-${kind}.${before === undefined ? 'create' : 'change'}`,
      target: `notify-${kind}:${id}`,
      agencyId,
      detail: { name },
    });
    return findPlan(trx, kind, id, scope);
  });
}

/** What is being climbed of it ends. @throws RefusalError notify-plan-unknown, notify-plan-used */
export async function removePlan(
  registry: Registry,
  kind: PlanKind,
  id: number,
  { actor, scope }: PlanBy,
): Promise<void> {
  await registry.db.transaction().execute(async (trx) => {
    const { name, agencyId } = await findPlan(trx, kind, id, scope);
    if (kind === 'roster') {
      const users = (await listPlans(trx, 'escalation', { kind: 'all' })).filter(({ settings }) =>
        settings.steps.some(({ rosterId }) => rosterId === id),
      );
      if (users.length > 0)
        throw new RefusalError(
          'notify-plan-used',
          name,
          `an escalation goes by roster ${id}: change that first`,
        );
    }
    const ladders = trx.selectFrom('notify_ladder').select('id').where('plan_id', '=', id);
    await trx.deleteFrom('notify_ladder_alert').where('ladder_id', 'in', ladders).execute();
    await trx.deleteFrom('notify_ladder').where('plan_id', '=', id).execute();
    await trx.deleteFrom('notify_plan').where('id', '=', id).execute();
    await writeAudit(trx, registry.now(), {
      actor,
      action: `notify-${kind}.remove`,
      target: `notify-${kind}:${id}`,
      agencyId,
      detail: { name },
    });
  });
}
