/** The agency tree. Its root exists from the first migration on; a subtree is what a person may see. */
import { sql } from 'kysely';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb } from './database.ts';
import { RefusalError } from './refusal.ts';
import type { AgencyKind } from './tables/agency.ts';

export interface Agency {
  id: number;
  name: string;
  kind: AgencyKind;
  parentId: number | null;
}

/** Which agencies' rows someone may see. */
export type AgencyScope = { kind: 'all' } | { kind: 'some'; agencyIds: readonly number[] };

/** Deepest tree: province, department, unit, office, with room. Ends a recursion over a damaged table. */
const DEPTH_MAX = 32;

/** The agency at the top of the tree; there is always one. */
export async function rootAgencyId(db: RegistryDb): Promise<number> {
  const row = await db
    .selectFrom('agency')
    .select('id')
    .where('parent_id', 'is', null)
    .executeTakeFirstOrThrow();
  return row.id;
}

/** In the order of their ids; a parent comes before its children. */
export async function listAgencies(registry: Registry): Promise<Agency[]> {
  const rows = await registry.db
    .selectFrom('agency')
    .select(['id', 'name', 'kind', 'parent_id'])
    .orderBy('id')
    .execute();
  return rows.map((row) => ({ id: row.id, name: row.name, kind: row.kind, parentId: row.parent_id }));
}

/** @throws RefusalError agency-unknown */
export async function requireAgency(db: RegistryDb, agencyId: number): Promise<void> {
  const row = await db.selectFrom('agency').select('id').where('id', '=', agencyId).executeTakeFirst();
  if (row !== undefined) return;
  throw new RefusalError(
    'agency-unknown',
    String(agencyId),
    `there is no agency ${agencyId}; "vonggac agency list" shows them`,
  );
}

/** @throws RefusalError agency-unknown, agency-exists (same name under the same parent) */
export async function createAgency(
  registry: Registry,
  wanted: { name: string; kind: AgencyKind; parentId?: number | undefined },
  actor: string,
): Promise<Agency> {
  const name = wanted.name.normalize('NFC').trim();
  return registry.db.transaction().execute(async (trx) => {
    const parentId = wanted.parentId ?? (await rootAgencyId(trx));
    await requireAgency(trx, parentId);
    const twin = await trx
      .selectFrom('agency')
      .select('id')
      .where('parent_id', '=', parentId)
      .where('name', '=', name)
      .executeTakeFirst();
    if (twin !== undefined) {
      throw new RefusalError('agency-exists', name, `agency ${twin.id} already has the name "${name}" there`);
    }
    const row = await trx
      .insertInto('agency')
      .values({ name, kind: wanted.kind, parent_id: parentId, created_ms: registry.now() })
      .returning('id')
      .executeTakeFirstOrThrow();
    await writeAudit(trx, registry.now(), {
      actor,
      action: 'agency.create',
      target: `agency:${row.id}`,
      detail: { name, kind: wanted.kind, parentId },
    });
    return { id: row.id, name, kind: wanted.kind, parentId };
  });
}

/** The agency and everything below it. The root's scope is everything, so new agencies need no look-up. */
export async function scopeOfAgency(db: RegistryDb, agencyId: number): Promise<AgencyScope> {
  if (agencyId === (await rootAgencyId(db))) return { kind: 'all' };
  const { rows } = await sql<{ id: number }>`
    with recursive subtree (id, depth) as (
      select id, 0 from agency where id = ${agencyId}
      union all
      select agency.id, subtree.depth + 1 from agency join subtree on agency.parent_id = subtree.id
      where subtree.depth < ${DEPTH_MAX}
    )
    select distinct id from subtree order by id`.execute(db);
  return { kind: 'some', agencyIds: rows.map((row) => row.id) };
}

/** Whether rows of this agency exist for whoever has the scope. */
export function inScope(scope: AgencyScope, agencyId: number): boolean {
  return scope.kind === 'all' || scope.agencyIds.includes(agencyId);
}

/** Id of the agent group with this name, made when it is new. */
export async function ensureAgentGroup(db: RegistryDb, name: string, nowMs: number): Promise<number> {
  await db
    .insertInto('agent_group')
    .values({ name, created_ms: nowMs })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  const row = await db
    .selectFrom('agent_group')
    .select('id')
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  return row.id;
}
