/** Quotas: set, list, clear. One for each agency and group, for all their agents together or for each by itself. */
import { requireAgency, requireVersion } from './agencies.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb } from './database.ts';
import { digestVersion } from './digest-version.ts';
import { RefusalError } from './refusal.ts';

export interface Quota {
  id: number;
  agencyId: number | null;
  groupId: number | null;
  group: string | null;
  perAgent: boolean;
  eventsPerSecond: number | null;
  bytesPerDay: number | null;
  /** Moves with the figures. */
  version: number;
}

type Figures = Pick<Quota, 'eventsPerSecond' | 'bytesPerDay'>;
const versionOf = ({ eventsPerSecond, bytesPerDay }: Figures): number =>
  digestVersion([eventsPerSecond, bytesPerDay]);

export interface QuotaWanted {
  agencyId?: number | undefined;
  group?: string | undefined;
  perAgent: boolean;
  eventsPerSecond?: number | undefined;
  bytesPerDay?: number | undefined;
}

export interface LimitBy {
  actor: string;
  /** What was read before; undefined: whatever it is. */
  version?: number | undefined;
}

/** Somebody set one for the same place meanwhile. */
export const isThere = (what: string): RefusalError =>
  new RefusalError('version-conflict', what, `${what} is there already: read it and change it`);

export async function listQuotas({ db }: { db: RegistryDb }): Promise<Quota[]> {
  const rows = await db
    .selectFrom('quota')
    .leftJoin('agent_group', 'agent_group.id', 'quota.group_id')
    .select([
      'quota.id as id',
      'quota.agency_id as agencyId',
      'quota.group_id as groupId',
      'agent_group.name as group',
      'quota.per_agent as perAgent',
      'quota.events_per_second as eventsPerSecond',
      'quota.bytes_per_day as bytesPerDay',
    ])
    .orderBy('quota.id')
    .execute();
  return rows.map((row) => ({ ...row, perAgent: row.perAgent === 1, version: versionOf(row) }));
}

async function groupIdOf(db: RegistryDb, name: string): Promise<number> {
  const row = await db.selectFrom('agent_group').select('id').where('name', '=', name).executeTakeFirst();
  if (row !== undefined) return row.id;
  throw new RefusalError('group-unknown', name, `there is no agent group "${name}"; join tokens make them`);
}

/**
 * Takes the place of an earlier one of the same agency, group and kind, unless there must be none.
 * @throws RefusalError agency-unknown, group-unknown, version-conflict
 */
export async function setQuota(
  registry: Registry,
  wanted: QuotaWanted,
  actor: string,
  { mustBeNew = false } = {},
): Promise<Quota> {
  const nowMs = registry.now();
  const { agencyId = null, group, perAgent, eventsPerSecond = null, bytesPerDay = null } = wanted;
  return registry.db.transaction().execute(async (trx) => {
    if (agencyId !== null) await requireAgency(trx, agencyId);
    const groupId = group === undefined ? null : await groupIdOf(trx, group);
    const per_agent = perAgent ? 1 : 0;
    const before = await trx
      .deleteFrom('quota')
      .where('agency_id', agencyId === null ? 'is' : '=', agencyId)
      .where('group_id', groupId === null ? 'is' : '=', groupId)
      .where('per_agent', '=', per_agent)
      .returning('id')
      .executeTakeFirst();
    if (mustBeNew && before !== undefined) throw isThere(`quota ${before.id}`);
    const { id } = await trx
      .insertInto('quota')
      .values({
        agency_id: agencyId,
        group_id: groupId,
        per_agent,
        events_per_second: eventsPerSecond,
        bytes_per_day: bytesPerDay,
        set_ms: nowMs,
        set_by: actor,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const detail = { agencyId, group, perAgent, eventsPerSecond, bytesPerDay };
    await writeAudit(trx, nowMs, { actor, action: 'quota.set', target: `quota:${id}`, detail });
    const version = versionOf({ eventsPerSecond, bytesPerDay });
    return { id, agencyId, groupId, group: group ?? null, perAgent, eventsPerSecond, bytesPerDay, version };
  });
}

function unknown(id: number): RefusalError {
  return new RefusalError(
    'quota-unknown',
    String(id),
    `there is no quota ${id}; "vonggac quota list" shows them`,
  );
}

/** It is as it was read. @throws RefusalError quota-unknown, version-conflict */
async function requireRead(db: RegistryDb, id: number, version: number | undefined): Promise<void> {
  const found = (await listQuotas({ db })).find((quota) => quota.id === id);
  if (found === undefined) throw unknown(id);
  requireVersion(`quota ${id}`, found.version, version);
}

/** Changes the figures only; what is left out is no longer limited. @throws RefusalError quota-unknown, version-conflict */
export async function changeQuota(
  registry: Registry,
  id: number,
  figures: Pick<QuotaWanted, 'eventsPerSecond' | 'bytesPerDay'>,
  { actor, version }: LimitBy,
): Promise<Quota> {
  const nowMs = registry.now();
  const { eventsPerSecond = null, bytesPerDay = null } = figures;
  return registry.db.transaction().execute(async (trx) => {
    await requireRead(trx, id, version);
    const row = await trx
      .updateTable('quota')
      .set({ events_per_second: eventsPerSecond, bytes_per_day: bytesPerDay, set_ms: nowMs, set_by: actor })
      .where('id', '=', id)
      .returning('id')
      .executeTakeFirst();
    const changed = (await listQuotas({ db: trx })).find((quota) => quota.id === row?.id);
    if (changed === undefined) throw unknown(id);
    const detail = { eventsPerSecond, bytesPerDay };
    await writeAudit(trx, nowMs, { actor, action: 'quota.change', target: `quota:${id}`, detail });
    return changed;
  });
}

/** @throws RefusalError quota-unknown, version-conflict */
export async function clearQuota(registry: Registry, id: number, { actor, version }: LimitBy): Promise<void> {
  await registry.db.transaction().execute(async (trx) => {
    await requireRead(trx, id, version);
    const row = await trx.deleteFrom('quota').where('id', '=', id).returning('id').executeTakeFirst();
    if (row === undefined) throw unknown(id);
    await writeAudit(trx, registry.now(), { actor, action: 'quota.clear', target: `quota:${id}` });
  });
}
