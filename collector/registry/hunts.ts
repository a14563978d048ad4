/** Hunts that people keep: made, changed for the version they were read in, and deleted, each on record. */
import { type AgencyScope, inScope } from './agencies.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb } from './database.ts';
import { RefusalError } from './refusal.ts';
import type { HuntTable } from './tables/hunt.ts';

export interface SavedHunt {
  id: string;
  name: string;
  description: string;
  kind: HuntTable['kind'];
  text: string;
  spanMs: number;
  agencyId: number;
  createdBy: string;
  createdMs: number;
  updatedBy: string;
  updatedMs: number;
  version: number;
}

export type HuntContent = Pick<SavedHunt, 'name' | 'description' | 'kind' | 'text' | 'spanMs'>;

/** Of one agency; further ones are refused. */
export const HUNTS_MAX = 1_000;

function toHunt(row: HuntTable): SavedHunt {
  const { span_ms: spanMs, agency_id: agencyId, created_by: createdBy, created_ms: createdMs } = row;
  const { id, name, description, kind, text, updated_by: updatedBy, updated_ms: updatedMs, version } = row;
  return {
    id,
    name,
    description,
    kind,
    text,
    spanMs,
    agencyId,
    createdBy,
    createdMs,
    updatedBy,
    updatedMs,
    version,
  };
}

/** By name. */
export async function listHunts(db: RegistryDb, scope: AgencyScope): Promise<SavedHunt[]> {
  let select = db.selectFrom('hunt').selectAll().orderBy('name').orderBy('id');
  if (scope.kind === 'some') select = select.where('agency_id', 'in', scope.agencyIds);
  return (await select.execute()).map(toHunt);
}

/** @throws RefusalError hunt-unknown, also outside the scope */
export async function readHunt(db: RegistryDb, id: string, scope: AgencyScope): Promise<SavedHunt> {
  const row = await db.selectFrom('hunt').selectAll().where('id', '=', id).executeTakeFirst();
  if (row !== undefined && inScope(scope, row.agency_id)) return toHunt(row);
  throw new RefusalError('hunt-unknown', id, `there is no hunt ${id}`);
}

async function requireFreeName(db: RegistryDb, agencyId: number, name: string, id?: string): Promise<void> {
  const twin = await db
    .selectFrom('hunt')
    .select('id')
    .where('agency_id', '=', agencyId)
    .where('name', '=', name)
    .executeTakeFirst();
  if (twin === undefined || twin.id === id) return;
  throw new RefusalError('hunt-exists', name, `there is a hunt with the name "${name}" already`);
}

/** @throws RefusalError hunt-exists, hunts-too-many */
export async function saveHunt(
  registry: Registry,
  wanted: HuntContent & { agencyId: number },
  actor: string,
): Promise<SavedHunt> {
  const id = registry.random(16).toString('hex');
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    await requireFreeName(trx, wanted.agencyId, wanted.name);
    const { count } = await trx
      .selectFrom('hunt')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('agency_id', '=', wanted.agencyId)
      .executeTakeFirstOrThrow();
    if (count >= HUNTS_MAX) {
      throw new RefusalError(
        'hunts-too-many',
        wanted.name,
        `at most ${HUNTS_MAX} hunts are kept: delete some`,
      );
    }
    const row: HuntTable = {
      id,
      name: wanted.name,
      description: wanted.description,
      kind: wanted.kind,
      text: wanted.text,
      span_ms: wanted.spanMs,
      agency_id: wanted.agencyId,
      created_by: actor,
      created_ms: nowMs,
      updated_by: actor,
      updated_ms: nowMs,
      version: 1,
    };
    await trx.insertInto('hunt').values(row).execute();
    await writeAudit(trx, nowMs, {
      actor,
      action: 'hunt.create',
      target: `hunt:${id}`,
      agencyId: wanted.agencyId,
      detail: { name: wanted.name, kind: wanted.kind, text: wanted.text.slice(0, 2_000) },
    });
    return toHunt(row);
  });
}

/**
 * @param change `version`: the one it was made for
 * @throws RefusalError hunt-unknown, hunt-exists, version-conflict
 */
export async function changeHunt(
  registry: Registry,
  change: { id: string; content: HuntContent; version: number | undefined },
  actor: string,
  scope: AgencyScope,
): Promise<SavedHunt> {
  const { id, content, version } = change;
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const before = await readHunt(trx, id, scope);
    requireVersion(before, version);
    await requireFreeName(trx, before.agencyId, content.name, id);
    await trx
      .updateTable('hunt')
      .set({
        name: content.name,
        description: content.description,
        kind: content.kind,
        text: content.text,
        span_ms: content.spanMs,
        updated_by: actor,
        updated_ms: nowMs,
        version: before.version + 1,
      })
      .where('id', '=', id)
      .execute();
    await writeAudit(trx, nowMs, {
      actor,
      action: 'hunt.update',
      target: `hunt:${id}`,
      agencyId: before.agencyId,
      detail: {
        name: content.name,
        text: content.text.slice(0, 2_000),
        textBefore: before.text.slice(0, 2_000),
      },
    });
    return readHunt(trx, id, scope);
  });
}

/** @throws RefusalError hunt-unknown, version-conflict */
export async function deleteHunt(
  registry: Registry,
  { id, version }: { id: string; version: number | undefined },
  actor: string,
  scope: AgencyScope,
): Promise<void> {
  const nowMs = registry.now();
  await registry.db.transaction().execute(async (trx) => {
    const before = await readHunt(trx, id, scope);
    requireVersion(before, version);
    await trx.deleteFrom('hunt').where('id', '=', id).execute();
    await writeAudit(trx, nowMs, {
      actor,
      action: 'hunt.delete',
      target: `hunt:${id}`,
      agencyId: before.agencyId,
      detail: { name: before.name, text: before.text.slice(0, 2_000) },
    });
  });
}

function requireVersion(before: SavedHunt, version: number | undefined): void {
  if (version === undefined || version === before.version) return;
  throw new RefusalError(
    'version-conflict',
    before.id,
    `the hunt was changed meanwhile: it is at version ${before.version}, not ${version}`,
  );
}
