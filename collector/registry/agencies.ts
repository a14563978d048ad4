/** The agency tree. Its root exists from the first migration on; a subtree is what a person may see. Ids never change. */
import { foldName, tidyName } from '../agency/fold-name.ts';
import { legalDayAt } from '../agency/legal-day.ts';
import { beginPeriod, countTreeChange, nextPeriod } from './agency-periods.ts';
import { type AgencyScope, DEPTH_MAX, inScope, rootAgencyId } from './agency-scope.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb } from './database.ts';
import { RefusalError } from './refusal.ts';
import type { AgencyKind } from './tables/agency.ts';

export { type AgencyScope, inScope, rootAgencyId, scopeOfAgency } from './agency-scope.ts';

export interface Agency {
  id: number;
  name: string;
  shortName: string;
  kind: AgencyKind;
  parentId: number | null;
  /** First day of it; null when it is not known. */
  beganOn: string | null;
  /** First day it was no more; null while it is. */
  endedOn: string | null;
  version: number;
}

export function agencyRows(db: RegistryDb) {
  return db
    .selectFrom('agency')
    .select([
      'agency.id as id',
      'agency.name as name',
      'agency.short_name as shortName',
      'agency.kind as kind',
      'agency.parent_id as parentId',
      'agency.began_on as beganOn',
      'agency.ended_on as endedOn',
      'agency.version as version',
    ]);
}

/** In the order of their ids, ended ones among them. */
export async function listAgencies(registry: Pick<Registry, 'db'>): Promise<Agency[]> {
  return agencyRows(registry.db).orderBy('agency.id').execute();
}

export function unknownAgency(agencyId: number): RefusalError {
  return new RefusalError(
    'agency-unknown',
    String(agencyId),
    `there is no agency ${agencyId}; "vonggac agency list" shows them`,
  );
}

/** @throws RefusalError agency-unknown, also for one outside the scope */
export async function readAgency(
  db: RegistryDb,
  agencyId: number,
  scope: AgencyScope = { kind: 'all' },
): Promise<Agency> {
  const agency = await agencyRows(db).where('agency.id', '=', agencyId).executeTakeFirst();
  if (agency === undefined || !inScope(scope, agencyId)) throw unknownAgency(agencyId);
  return agency;
}

/** There is such an agency, and it has not ended. @throws RefusalError agency-unknown, agency-ended */
export async function requireAgency(db: RegistryDb, agencyId: number): Promise<void> {
  const agency = await readAgency(db, agencyId);
  if (agency.endedOn === null) return;
  const successors = await db
    .selectFrom('agency_successor')
    .innerJoin('agency', 'agency.id', 'agency_successor.successor_id')
    .select(['agency.id as id', 'agency.name as name'])
    .where('predecessor_id', '=', agencyId)
    .execute();
  const said = successors.map(({ id, name }) => `${id} (${name})`).join(', ');
  throw new RefusalError(
    'agency-ended',
    String(agencyId),
    `agency ${agencyId} (${agency.name}) ended on ${agency.endedOn}` +
      (said === '' ? '' : `; what took over: ${said}`),
  );
}

/** From the agency up to the root, itself first. */
export async function pathOf(db: RegistryDb, agencyId: number): Promise<number[]> {
  const path: number[] = [];
  for (let at: number | null = agencyId; at !== null && path.length <= DEPTH_MAX;) {
    path.push(at);
    const row: { parent_id: number | null } | undefined = await db
      .selectFrom('agency')
      .select('parent_id')
      .where('id', '=', at)
      .executeTakeFirst();
    at = row?.parent_id ?? null;
  }
  return path;
}

/**
 * The agency may stand below this parent.
 * @throws RefusalError agency-unknown, agency-ended, agency-cycle, agency-depth
 */
export async function requirePlace(
  db: RegistryDb,
  parentId: number,
  agencyId: number | undefined,
): Promise<void> {
  await requireAgency(db, parentId);
  const above = await pathOf(db, parentId);
  if (agencyId !== undefined && above.includes(agencyId)) {
    throw new RefusalError(
      'agency-cycle',
      String(agencyId),
      `agency ${parentId} stands below agency ${agencyId}, which therefore cannot stand below it`,
    );
  }
  // Half of what a look-up follows: whatever hangs below an agency that is moved has room, too.
  if (above.length >= DEPTH_MAX / 2) {
    throw new RefusalError(
      'agency-depth',
      String(parentId),
      `the tree is ${above.length} agencies deep there already`,
    );
  }
}

/** No living agency there has such a name. @throws RefusalError agency-exists */
export async function requireNoTwin(
  db: RegistryDb,
  parentId: number,
  name: string,
  except?: number,
): Promise<void> {
  const twins = await db
    .selectFrom('agency')
    .select(['id', 'name'])
    .where('parent_id', '=', parentId)
    .where('name_key', '=', foldName(name))
    .where('ended_on', 'is', null)
    .execute();
  const twin = twins.find(({ id }) => id !== except);
  if (twin === undefined) return;
  throw new RefusalError(
    'agency-exists',
    name,
    `agency ${twin.id} already has the name "${twin.name}" there`,
  );
}

export interface AgencyWanted {
  name: string;
  kind: AgencyKind;
  /** The root by default. */
  parentId?: number | undefined;
  shortName?: string | undefined;
  /** `YYYY-MM-DD`, not after today. */
  beganOn?: string | undefined;
}

/** As part of a larger act; the caller writes the audit trail. @throws as createAgency */
export async function insertAgency(
  trx: RegistryDb,
  wanted: AgencyWanted & { parentId: number },
  nowMs: number,
  changeId: number | null = null,
): Promise<number> {
  const name = tidyName(wanted.name);
  const shortName = tidyName(wanted.shortName ?? '');
  const { kind, parentId, beganOn = null } = wanted;
  if (beganOn !== null && beganOn > legalDayAt(nowMs)) {
    throw new RefusalError(
      'date-invalid',
      beganOn,
      `${beganOn} is in the future: plan a merge or split for then`,
    );
  }
  await requirePlace(trx, parentId, undefined);
  await requireNoTwin(trx, parentId, name);
  const { id } = await trx
    .insertInto('agency')
    .values({
      name,
      short_name: shortName,
      name_key: foldName(name),
      kind,
      parent_id: parentId,
      began_on: beganOn,
      created_ms: nowMs,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await beginPeriod(trx, id, { name, shortName, kind, parentId }, beganOn, changeId);
  await countTreeChange(trx);
  return id;
}

/** @throws RefusalError agency-unknown, agency-ended, agency-exists (a twin under the same parent), agency-depth, date-invalid */
export async function createAgency(registry: Registry, wanted: AgencyWanted, actor: string): Promise<Agency> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const parentId = wanted.parentId ?? (await rootAgencyId(trx));
    const id = await insertAgency(trx, { ...wanted, parentId }, nowMs);
    const agency = await readAgency(trx, id);
    const { name, shortName, kind, beganOn } = agency;
    const detail = { name, shortName, kind, parentId, beganOn };
    await writeAudit(trx, nowMs, { actor, action: 'agency.create', target: `agency:${id}`, detail });
    return agency;
  });
}

export interface AgencyPatch {
  /** Puts the name right, as if it had been so all along; a renaming by law is a planned change. */
  name?: string | undefined;
  shortName?: string | undefined;
  kind?: AgencyKind | undefined;
  /** Where it stands from today on. */
  parentId?: number | undefined;
}

/** @throws RefusalError version-conflict when `expected` is not the row's version */
export function requireVersion(what: string, version: number, expected: number | undefined): void {
  if (expected === undefined || expected === version) return;
  throw new RefusalError(
    'version-conflict',
    what,
    `${what} was changed meanwhile (version ${version}, not ${expected}): read it again`,
  );
}

/** @throws RefusalError agency-unknown, agency-ended, agency-root, agency-exists, agency-cycle, agency-depth, version-conflict */
export function patchAgency(
  registry: Registry,
  agencyId: number,
  patch: AgencyPatch,
  by: { actor: string; scope: AgencyScope; version?: number | undefined },
): Promise<Agency> {
  return registry.db
    .transaction()
    .execute((trx) => writeAgency(trx, agencyId, patch, { ...by, nowMs: registry.now() }));
}

/** As part of a larger act. @throws as patchAgency */
export async function writeAgency(
  trx: RegistryDb,
  agencyId: number,
  patch: AgencyPatch,
  by: { actor: string; scope: AgencyScope; version?: number | undefined; nowMs: number },
): Promise<Agency> {
  const { nowMs } = by;
  const before = await readAgency(trx, agencyId, by.scope);
  await requireAgency(trx, agencyId);
  requireVersion(`agency ${agencyId}`, before.version, by.version);
  const name = patch.name === undefined ? before.name : tidyName(patch.name);
  const shortName = patch.shortName === undefined ? before.shortName : tidyName(patch.shortName);
  const { kind = before.kind, parentId = before.parentId } = patch;
  const isSame = name === before.name && shortName === before.shortName && kind === before.kind;
  if (isSame && parentId === before.parentId) return before;
  if (parentId !== before.parentId) {
    if (before.parentId === null || parentId === null) {
      throw new RefusalError('agency-root', String(agencyId), 'the root of the tree stays where it is');
    }
    if (!inScope(by.scope, parentId)) throw unknownAgency(parentId);
    await requirePlace(trx, parentId, agencyId);
  }
  if (parentId !== null) await requireNoTwin(trx, parentId, name, agencyId);
  await trx
    .updateTable('agency')
    .set({ name, short_name: shortName, name_key: foldName(name), kind, parent_id: parentId })
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where('id', '=', agencyId)
    .execute();
  await trx
    .updateTable('agency_period')
    .set({ name, short_name: shortName })
    .where('agency_id', '=', agencyId)
    .where('valid_to', 'is', null)
    .execute();
  if (kind !== before.kind || parentId !== before.parentId) {
    await nextPeriod(trx, agencyId, { name, shortName, kind, parentId }, legalDayAt(nowMs));
  }
  await countTreeChange(trx);
  const detail = { name, shortName, kind, parentId, before };
  await writeAudit(trx, nowMs, {
    actor: by.actor,
    action: 'agency.change',
    target: `agency:${agencyId}`,
    detail,
  });
  return readAgency(trx, agencyId);
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
