/** Links to the national centre: made, changed and removed by people. Their secrets are sealed, and never read back. */
import {
  halfOf,
  linkSecretsSchema,
  linkSettingsSchema,
  type LinkSecrets,
  type LinkSettings,
} from '../../exchange/link-settings.ts';
import { nextTurnMs } from '../../exchange/schedule.ts';
import { type AgencyScope, inScope } from '../agencies.ts';
import { writeAudit } from '../audit.ts';
import type { Registry, RegistryDb } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { seal, unseal } from '../sealed-secret.ts';

export const LINKS_MAX = 50;

export interface ExchangeLink {
  id: number;
  name: string;
  agencyId: number;
  settings: LinkSettings;
  hasSecrets: boolean;
  enabled: boolean;
  nextMs: number | null;
  madeToMs: number | null;
  reportsSinceMs: number;
  /** Attempts since the centre accepted something, and documents that could not be made. */
  failures: number;
  problem: string | null;
  acceptedMs: number | null;
  version: number;
}

export interface LinkBy {
  actor: string;
  scope: AgencyScope;
}

const placeOf = (id: number): string => `exchange-link:${id}`;

const refuseLink = (id: number): RefusalError =>
  new RefusalError('exchange-link-unknown', String(id), `there is no link ${id} to the centre`);

function rows(db: RegistryDb) {
  return db
    .selectFrom('exchange_link')
    .select(['id', 'name', 'agency_id as agencyId', 'settings', 'secrets', 'enabled', 'next_ms as nextMs'])
    .select(['made_to_ms as madeToMs', 'reports_since_ms as reportsSinceMs', 'failures', 'problem'])
    .select(['accepted_ms as acceptedMs', 'version']);
}

type Row = Awaited<ReturnType<ReturnType<typeof rows>['executeTakeFirstOrThrow']>>;

function toLink({ settings, secrets, enabled, ...row }: Row): ExchangeLink {
  return {
    ...row,
    settings: linkSettingsSchema.parse(JSON.parse(settings)),
    hasSecrets: secrets !== null,
    enabled: enabled === 1,
  };
}

export async function listLinks(db: RegistryDb, scope: AgencyScope): Promise<ExchangeLink[]> {
  let select = rows(db).orderBy('id');
  if (scope.kind === 'some') select = select.where('agency_id', 'in', scope.agencyIds);
  return (await select.execute()).map(toLink);
}

/** @throws RefusalError exchange-link-unknown */
export async function findLink(db: RegistryDb, id: number, scope: AgencyScope): Promise<ExchangeLink> {
  const row = await rows(db).where('id', '=', id).executeTakeFirst();
  if (row === undefined || !inScope(scope, row.agencyId)) throw refuseLink(id);
  return toLink(row);
}

/** @throws SealError */
export async function readLinkSecrets(db: RegistryDb, id: number, key: Buffer): Promise<LinkSecrets> {
  const row = await db.selectFrom('exchange_link').select('secrets').where('id', '=', id).executeTakeFirst();
  if (row === undefined || row.secrets === null) return {};
  return linkSecretsSchema.parse(JSON.parse(unseal(key, placeOf(id), row.secrets)));
}

function requireWhole(name: string, settings: LinkSettings, secrets: LinkSecrets): void {
  const half = halfOf(settings, secrets);
  if (half !== undefined)
    throw new RefusalError('exchange-link-invalid', name, `the link has ${half}: give both or neither`);
}

const dueOf = ({ schedule }: LinkSettings, nowMs: number): number | null =>
  schedule === undefined ? null : nextTurnMs(schedule, nowMs);

function sealed({ random }: Registry, key: Buffer, id: number, secrets: LinkSecrets): string | null {
  return Object.keys(secrets).length === 0 ? null : seal(key, placeOf(id), JSON.stringify(secrets), random);
}

async function requireFreeName(db: RegistryDb, name: string): Promise<void> {
  const other = await db.selectFrom('exchange_link').select('id').where('name', '=', name).executeTakeFirst();
  if (other !== undefined)
    throw new RefusalError('exchange-link-exists', name, `there is a link named ${name} already`);
}

export interface NewLink {
  name: string;
  agencyId: number;
  settings: LinkSettings;
  secrets: LinkSecrets;
}

/** @throws RefusalError agency-unknown, exchange-link-exists, exchange-link-invalid */
export async function createLink(
  registry: Registry,
  key: Buffer,
  { name, agencyId, settings, secrets }: NewLink,
  by: LinkBy,
): Promise<ExchangeLink> {
  const nowMs = registry.now();
  requireWhole(name, settings, secrets);
  return registry.db.transaction().execute(async (trx) => {
    const agency = await trx.selectFrom('agency').select('id').where('id', '=', agencyId).executeTakeFirst();
    if (agency === undefined || !inScope(by.scope, agencyId))
      throw new RefusalError('agency-unknown', String(agencyId), `there is no agency ${agencyId}`);
    await requireFreeName(trx, name);
    const { count } = await trx
      .selectFrom('exchange_link')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    if (count >= LINKS_MAX)
      throw new RefusalError('exchange-link-invalid', name, `at most ${LINKS_MAX} links are kept`);
    const { id } = await trx
      .insertInto('exchange_link')
      .values({
        name,
        agency_id: agencyId,
        settings: JSON.stringify(settings),
        secrets: null,
        enabled: 1,
        next_ms: dueOf(settings, nowMs),
        made_to_ms: null,
        reports_since_ms: nowMs,
        problem: null,
        accepted_ms: null,
        created_ms: nowMs,
        created_by: by.actor,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await trx
      .updateTable('exchange_link')
      .set({ secrets: sealed(registry, key, id, secrets) })
      .where('id', '=', id)
      .execute();
    await writeAudit(trx, nowMs, {
      actor: by.actor,
      action: 'exchange-link.create',
      target: placeOf(id),
      agencyId,
      detail: { name, settings, secrets: Object.keys(secrets) },
    });
    return findLink(trx, id, by.scope);
  });
}

export interface LinkChange {
  name?: string | undefined;
  settings?: LinkSettings | undefined;
  /** All of them anew; left out with settings that go to the same place: those that it has. */
  secrets?: LinkSecrets | undefined;
  enabled?: boolean | undefined;
}

/** Where secrets go: who changes it gives them again. */
const goesTo = ({ address, authority, pins, username }: LinkSettings): string =>
  JSON.stringify([address, authority, pins, username]);

/**
 * @param version that the change was made for
 * @throws RefusalError exchange-link-unknown, exchange-link-exists, exchange-link-invalid, version-conflict
 */
export async function changeLink(
  registry: Registry,
  key: Buffer,
  id: number,
  change: LinkChange,
  by: LinkBy,
  version?: number,
): Promise<ExchangeLink> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const before = await findLink(trx, id, by.scope);
    if (version !== undefined && version !== before.version)
      throw new RefusalError('version-conflict', before.name, `somebody changed link ${id} meanwhile`);
    const { name = before.name, settings = before.settings, enabled = before.enabled } = change;
    if (name !== before.name) await requireFreeName(trx, name);
    const isSamePlace = goesTo(settings) === goesTo(before.settings);
    const secrets = change.secrets ?? (isSamePlace ? await readLinkSecrets(trx, id, key) : {});
    requireWhole(name, settings, secrets);
    const isSameSchedule =
      JSON.stringify(settings.schedule) === JSON.stringify(before.settings.schedule) &&
      enabled === before.enabled;
    await trx
      .updateTable('exchange_link')
      .set({
        version: before.version + 1,
        name,
        settings: JSON.stringify(settings),
        secrets: sealed(registry, key, id, secrets),
        enabled: enabled ? 1 : 0,
        ...(isSameSchedule ? {} : { next_ms: dueOf(settings, nowMs), reports_since_ms: nowMs }),
        // What was wrong may be mended: it is told again when it is not.
        failures: 0,
        problem: null,
      })
      .where('id', '=', id)
      .execute();
    await writeAudit(trx, nowMs, {
      actor: by.actor,
      action: 'exchange-link.change',
      target: placeOf(id),
      agencyId: before.agencyId,
      detail: {
        ...change,
        ...(change.secrets === undefined ? {} : { secrets: Object.keys(change.secrets) }),
      },
    });
    return findLink(trx, id, by.scope);
  });
}

/** Its documents and what became of them go with it. @throws RefusalError exchange-link-unknown, exchange-message-state */
export async function removeLink(registry: Registry, id: number, by: LinkBy): Promise<void> {
  const nowMs = registry.now();
  await registry.db.transaction().execute(async (trx) => {
    const { name, agencyId } = await findLink(trx, id, by.scope);
    const messages = await trx
      .selectFrom('exchange_message')
      .select(['id', 'state'])
      .where('link_id', '=', id)
      .execute();
    if (messages.some(({ state }) => state === 'sending'))
      throw new RefusalError(
        'exchange-message-state',
        name,
        'a document is being sent: try again in a minute',
      );
    await trx
      .deleteFrom('exchange_attempt')
      .where('message_id', 'in', trx.selectFrom('exchange_message').select('id').where('link_id', '=', id))
      .execute();
    await trx.deleteFrom('exchange_message').where('link_id', '=', id).execute();
    await trx.deleteFrom('exchange_link').where('id', '=', id).execute();
    await writeAudit(trx, nowMs, {
      actor: by.actor,
      action: 'exchange-link.remove',
      target: placeOf(id),
      agencyId,
      detail: { name, documents: messages.length },
    });
  });
}

/** Something could not be made for it, or was not accepted. */
export async function noteLinkFailure(
  db: RegistryDb,
  id: number,
  { problem, failures = 1 }: { problem: string; failures?: number },
): Promise<void> {
  await db
    .updateTable('exchange_link')
    .set((eb) => ({ failures: eb('failures', '+', failures), problem: problem.slice(0, 500) }))
    .where('id', '=', id)
    .execute();
}
