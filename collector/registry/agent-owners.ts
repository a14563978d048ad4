/**
 * Who takes an agent's events when several collectors run. Invariant: an agent passes from a living owner by that
 * owner's own act only, after what it took is stored; from a buried one to whoever asks first.
 */
import { sql } from 'kysely';
import type { RegistryDb } from './database.ts';

/**
 * Asks for the agent. @returns whether this collector owns it now; if not, the owner is asked to hand over, and the caller
 * asks again.
 */
export async function claimAgent(db: RegistryDb, agentId: string, collectorId: string): Promise<boolean> {
  const { rows } = await sql<{ collector_id: string }>`
    insert into agent_owner as held (agent_id, collector_id) values (${agentId}, ${collectorId})
    on conflict (agent_id) do update set
      collector_id = case when exists (
          select from collector where collector.id = held.collector_id and collector.buried = 0
        ) then held.collector_id else excluded.collector_id end,
      wanted_by = case when held.collector_id <> excluded.collector_id and exists (
          select from collector where collector.id = held.collector_id and collector.buried = 0
        ) then excluded.collector_id end,
      ends_with = null
    returning collector_id`.execute(db);
  return rows[0]?.collector_id === collectorId;
}

export interface OwnerWish {
  agentId: string;
  wantedBy: string | null;
  endsWith: string | null;
}

/** What is wanted of this collector's agents. */
export async function readWishes(db: RegistryDb, collectorId: string): Promise<OwnerWish[]> {
  const rows = await db
    .selectFrom('agent_owner')
    .select(['agent_id', 'wanted_by', 'ends_with'])
    .where('collector_id', '=', collectorId)
    .where((eb) => eb.or([eb('wanted_by', 'is not', null), eb('ends_with', 'is not', null)]))
    .execute();
  return rows.map((row) => ({ agentId: row.agent_id, wantedBy: row.wanted_by, endsWith: row.ends_with }));
}

/**
 * Gives the agent to who wants it. Everything this collector took of it must be stored.
 * @returns false when nobody wants it any more.
 */
export async function handOver(db: RegistryDb, agentId: string, collectorId: string): Promise<boolean> {
  const row = await db
    .updateTable('agent_owner')
    .set((eb) => ({
      collector_id: eb.fn.coalesce('wanted_by', 'collector_id'),
      wanted_by: null,
      ends_with: null,
    }))
    .where('agent_id', '=', agentId)
    .where('collector_id', '=', collectorId)
    .returning('collector_id')
    .executeTakeFirst();
  return row?.collector_id !== collectorId;
}

/** The session was ended as was wished. */
export async function wishDone(db: RegistryDb, agentId: string, collectorId: string): Promise<void> {
  await db
    .updateTable('agent_owner')
    .set({ ends_with: null })
    .where('agent_id', '=', agentId)
    .where('collector_id', '=', collectorId)
    .execute();
}

/** Asks whichever collector owns the agent to end its session. */
export async function wishEnd(db: RegistryDb, agentId: string, code: string): Promise<void> {
  await db.updateTable('agent_owner').set({ ends_with: code }).where('agent_id', '=', agentId).execute();
}

/** Of these agents, those that may not have a session any more. */
export async function revokedAmong(db: RegistryDb, agentIds: readonly string[]): Promise<string[]> {
  if (agentIds.length === 0) return [];
  const rows = await db
    .selectFrom('agent')
    .select('id')
    .where('state', '=', 'revoked')
    .where('id', 'in', agentIds)
    .execute();
  return rows.map((row) => row.id);
}
