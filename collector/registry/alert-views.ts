/**
 * Filters of alerts under a name: kept by a person, or shared with an agency. Invariants: a private one is its owner's alone; a
 * shared one is seen by who sees its agency, and changed by who may change alerts there; every change of a shared one is on record.
 */
import { z } from 'zod';
import { type AgencyScope, inScope, requireVersion } from './agencies.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb } from './database.ts';
import { RefusalError } from './refusal.ts';
import type { AlertViewTable } from './tables/alert-view.ts';

export type ViewFilter = Readonly<Record<string, string>>;

export interface AlertView {
  id: string;
  name: string;
  filter: ViewFilter;
  shared: boolean;
  owner: string;
  agencyId: number;
  createdMs: number;
  updatedBy: string;
  updatedMs: number;
  version: number;
  /** The person who asks begins with it. */
  first: boolean;
}

export interface ViewBy {
  username: string;
  agencyId: number;
  scope: AgencyScope;
  /** May change alerts, hence what is shared of them. */
  maySharedToo: boolean;
}

export const ALERT_VIEW_LIMITS = { nameCharsMax: 80, ownMax: 100, sharedMax: 200 } as const;

const filterSchema = z.record(z.string(), z.string());

function toView(row: AlertViewTable, firstId: string | undefined): AlertView {
  return {
    id: row.id,
    name: row.name,
    filter: filterSchema.parse(JSON.parse(row.filter)),
    shared: row.shared === 1,
    owner: row.owner,
    agencyId: row.agency_id,
    createdMs: row.created_ms,
    updatedBy: row.updated_by,
    updatedMs: row.updated_ms,
    version: row.version,
    first: row.id === firstId,
  };
}

const isSeen = (row: AlertViewTable, { username, scope }: ViewBy): boolean =>
  row.owner === username || (row.shared === 1 && inScope(scope, row.agency_id));

async function firstOf(db: RegistryDb, username: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('alert_view_first')
    .select('view_id')
    .where('username', '=', username)
    .executeTakeFirst();
  return row?.view_id;
}

/** One's own and what is shared, by name. */
export async function listAlertViews(db: RegistryDb, by: ViewBy): Promise<AlertView[]> {
  const rows = await db
    .selectFrom('alert_view')
    .selectAll()
    .where((eb) =>
      eb.or([
        eb('owner', '=', by.username),
        by.scope.kind === 'all'
          ? eb('shared', '=', 1)
          : eb.and([eb('shared', '=', 1), eb('agency_id', 'in', by.scope.agencyIds)]),
      ]),
    )
    .orderBy('name')
    .orderBy('id')
    .execute();
  const first = await firstOf(db, by.username);
  return rows.map((row) => toView(row, first));
}

async function requireView(db: RegistryDb, id: string, by: ViewBy): Promise<AlertViewTable> {
  const row = await db.selectFrom('alert_view').selectAll().where('id', '=', id).executeTakeFirst();
  if (row !== undefined && isSeen(row, by)) return row;
  throw new RefusalError('alert-view-unknown', id, `there is no view ${id}`);
}

/** What is to be shared, or is, needs more than to be one's own. */
function requireShare(by: ViewBy, name: string): void {
  if (by.maySharedToo) return;
  throw new RefusalError(
    'alert-view-not-yours',
    name,
    'a view that is shared is made and changed by who may change alerts',
  );
}

/** Nobody has two of one name; what is shared has one name in its agency. */
async function requireRoom(
  db: RegistryDb,
  wanted: Pick<AlertViewTable, 'id' | 'name' | 'shared' | 'owner' | 'agency_id'>,
): Promise<void> {
  const { id, name, shared, owner, agency_id: agencyId } = wanted;
  const among =
    shared === 1
      ? db.selectFrom('alert_view').where('shared', '=', 1).where('agency_id', '=', agencyId)
      : db.selectFrom('alert_view').where('shared', '=', 0).where('owner', '=', owner);
  const others = await among.select(['id', 'name']).where('id', '!=', id).execute();
  if (others.some((other) => other.name === name)) {
    throw new RefusalError('alert-view-exists', name, `there is a view with the name "${name}" already`);
  }
  const max = shared === 1 ? ALERT_VIEW_LIMITS.sharedMax : ALERT_VIEW_LIMITS.ownMax;
  if (others.length >= max) {
    throw new RefusalError('alert-views-too-many', name, `at most ${max} views are kept: delete some`);
  }
}

const told = (
  db: RegistryDb,
  nowMs: number,
  by: ViewBy,
  action: string,
  row: AlertViewTable,
): Promise<void> =>
  writeAudit(db, nowMs, {
    actor: `user:${by.username}`,
    action: `alert-view.${action}`,
    target: `alert-view:${row.id}`,
    agencyId: row.agency_id,
    detail: { name: row.name, filter: row.filter, owner: row.owner },
  });

/** @throws RefusalError alert-view-exists, alert-views-too-many, alert-view-not-yours */
export async function saveAlertView(
  registry: Registry,
  wanted: { name: string; filter: ViewFilter; shared: boolean },
  by: ViewBy,
): Promise<AlertView> {
  if (wanted.shared) requireShare(by, wanted.name);
  const nowMs = registry.now();
  const row: AlertViewTable = {
    id: registry.random(16).toString('hex'),
    name: wanted.name,
    filter: JSON.stringify(wanted.filter),
    shared: wanted.shared ? 1 : 0,
    owner: by.username,
    agency_id: by.agencyId,
    created_ms: nowMs,
    updated_by: by.username,
    updated_ms: nowMs,
    version: 1,
  };
  return registry.db.transaction().execute(async (trx) => {
    await requireRoom(trx, row);
    await trx.insertInto('alert_view').values(row).execute();
    if (wanted.shared) await told(trx, nowMs, by, 'share', row);
    return toView(row, await firstOf(trx, by.username));
  });
}

export interface ViewChange {
  name?: string | undefined;
  filter?: ViewFilter | undefined;
  /** Back to its owner only by the owner. */
  shared?: boolean | undefined;
}

/**
 * @param of `version`: the one it was made for
 * @throws RefusalError alert-view-unknown, alert-view-exists, alert-views-too-many, alert-view-not-yours, version-conflict
 */
export async function changeAlertView(
  registry: Registry,
  of: { id: string; change: ViewChange; version: number | undefined },
  by: ViewBy,
): Promise<AlertView> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const before = await requireView(trx, of.id, by);
    const { name = before.name, shared = before.shared === 1, filter } = of.change;
    if (before.shared === 1 || shared) requireShare(by, before.name);
    if (before.shared === 1 && !shared && before.owner !== by.username) {
      throw new RefusalError('alert-view-not-yours', before.name, 'only its owner takes a view back');
    }
    requireVersion(`view ${of.id}`, before.version, of.version);
    const row: AlertViewTable = {
      ...before,
      name,
      shared: shared ? 1 : 0,
      filter: filter === undefined ? before.filter : JSON.stringify(filter),
      updated_by: by.username,
      updated_ms: nowMs,
      version: before.version + 1,
    };
    await requireRoom(trx, row);
    const { id: _, ...values } = row;
    await trx.updateTable('alert_view').set(values).where('id', '=', of.id).execute();
    if (before.shared === 1 && !shared) {
      // Others began with it, who see it no more.
      await trx
        .deleteFrom('alert_view_first')
        .where('view_id', '=', of.id)
        .where('username', '!=', row.owner)
        .execute();
    }
    if (before.shared === 1 || shared) await told(trx, nowMs, by, shared ? 'change' : 'unshare', row);
    return toView(row, await firstOf(trx, by.username));
  });
}

/** @throws RefusalError alert-view-unknown, alert-view-not-yours */
export async function deleteAlertView(registry: Registry, id: string, by: ViewBy): Promise<void> {
  await registry.db.transaction().execute(async (trx) => {
    const row = await requireView(trx, id, by);
    if (row.shared === 1) requireShare(by, row.name);
    await trx.deleteFrom('alert_view_first').where('view_id', '=', id).execute();
    await trx.deleteFrom('alert_view').where('id', '=', id).execute();
    if (row.shared === 1) await told(trx, registry.now(), by, 'delete', row);
  });
}

/** @param id undefined: with none. @throws RefusalError alert-view-unknown */
export async function beginWithAlertView(
  registry: Registry,
  id: string | undefined,
  by: ViewBy,
): Promise<void> {
  await registry.db.transaction().execute(async (trx) => {
    if (id !== undefined) await requireView(trx, id, by);
    await trx.deleteFrom('alert_view_first').where('username', '=', by.username).execute();
    if (id === undefined) return;
    await trx.insertInto('alert_view_first').values({ username: by.username, view_id: id }).execute();
  });
}
