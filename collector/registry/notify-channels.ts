/** Channels that notices go to: made, changed and removed by people. Their secrets are sealed, and never read back. */
import { SEVERITIES } from '../alert/severity-score.ts';
import type { Severity } from '../api/contract.ts';
import {
  channelSecretsSchema,
  channelSettingsSchema,
  type ChannelSecrets,
  type ChannelSettings,
} from '../notify/channel-settings.ts';
import { ROUTING, routingSchema, type Routing } from '../oncall/routing.ts';
import { type AgencyScope, inScope } from './agencies.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb, RegistryTransaction } from './database.ts';
import { RefusalError } from './refusal.ts';
import { type Reseal, seal, unseal } from './sealed-secret.ts';

export interface NewChannel {
  name: string;
  settings: ChannelSettings;
  secrets: ChannelSecrets;
  agencyId: number;
  severityMin: Severity;
  windowMs: number;
  messagesPerHourMax: number;
  /** All hours, at once, by default. */
  routing?: Routing | undefined;
}

export interface NotifyChannel extends Omit<NewChannel, 'secrets' | 'routing'> {
  id: number;
  routing: Routing;
  version: number;
  /** Names of the secrets that it has. */
  hasSecrets: boolean;
  enabled: boolean;
  lastMessageMs: number | null;
  failingSinceMs: number | null;
  problem: string | null;
}

export interface ChannelBy {
  actor: string;
  scope: AgencyScope;
}

const placeOf = (id: number): string => `notify-channel:${id}`;

function unknownChannel(id: number): RefusalError {
  return new RefusalError('notify-channel-unknown', String(id), `there is no channel ${id}`);
}

function rows(db: RegistryDb) {
  return db
    .selectFrom('notify_channel')
    .select([
      'id',
      'name',
      'settings',
      'secrets',
      'agency_id as agencyId',
      'severity_rank_min as severityRankMin',
      'window_ms as windowMs',
      'messages_per_hour_max as messagesPerHourMax',
      'enabled',
      'last_message_ms as lastMessageMs',
      'failing_since_ms as failingSinceMs',
      'problem',
      'routing',
      'version',
    ]);
}

function toChannel(
  row: Awaited<ReturnType<ReturnType<typeof rows>['executeTakeFirstOrThrow']>>,
): NotifyChannel {
  const { secrets, severityRankMin, settings, enabled, routing, ...rest } = row;
  return {
    ...rest,
    settings: channelSettingsSchema.parse(JSON.parse(settings)),
    severityMin: SEVERITIES[severityRankMin] ?? 'critical',
    routing: routing === null ? ROUTING : routingSchema.parse(JSON.parse(routing)),
    hasSecrets: secrets !== null,
    enabled: enabled === 1,
  };
}

export async function listChannels(db: RegistryDb, scope: AgencyScope): Promise<NotifyChannel[]> {
  let query = rows(db).orderBy('name');
  if (scope.kind === 'some') query = query.where('agency_id', 'in', scope.agencyIds);
  return (await query.execute()).map(toChannel);
}

/** @throws RefusalError notify-channel-unknown */
export async function findChannel(db: RegistryDb, id: number, scope: AgencyScope): Promise<NotifyChannel> {
  const row = await rows(db).where('id', '=', id).executeTakeFirst();
  if (row === undefined || !inScope(scope, row.agencyId)) throw unknownChannel(id);
  return toChannel(row);
}

/** @throws SealError */
export async function readSecrets(db: RegistryDb, id: number, key: Buffer): Promise<ChannelSecrets> {
  const row = await db.selectFrom('notify_channel').select('secrets').where('id', '=', id).executeTakeFirst();
  if (row === undefined || row.secrets === null) return {};
  return channelSecretsSchema.parse(JSON.parse(unseal(key, placeOf(id), row.secrets)));
}

/** @throws RefusalError notify-channel-exists, agency-unknown */
export async function createChannel(
  registry: Registry,
  key: Buffer,
  channel: NewChannel,
  by: ChannelBy,
): Promise<NotifyChannel> {
  const { name, settings, secrets, agencyId } = channel;
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const agency = await trx.selectFrom('agency').select('id').where('id', '=', agencyId).executeTakeFirst();
    if (agency === undefined || !inScope(by.scope, agencyId)) {
      throw new RefusalError('agency-unknown', String(agencyId), `there is no agency ${agencyId}`);
    }
    const row = await trx
      .insertInto('notify_channel')
      .values({
        name,
        kind: settings.kind,
        settings: JSON.stringify(settings),
        secrets: null,
        agency_id: agencyId,
        severity_rank_min: SEVERITIES.indexOf(channel.severityMin),
        window_ms: channel.windowMs,
        messages_per_hour_max: channel.messagesPerHourMax,
        enabled: 1,
        created_ms: nowMs,
        created_by: by.actor,
        routing: channel.routing === undefined ? null : JSON.stringify(channel.routing),
        last_message_ms: null,
        failing_since_ms: null,
        problem: null,
      })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (row === undefined) {
      throw new RefusalError('notify-channel-exists', name, `there is a channel named ${name} already`);
    }
    if (Object.keys(secrets).length > 0) {
      const sealed = seal(key, placeOf(row.id), JSON.stringify(secrets), registry.random);
      await trx.updateTable('notify_channel').set({ secrets: sealed }).where('id', '=', row.id).execute();
    }
    await writeAudit(trx, nowMs, {
      actor: by.actor,
      action: 'notify-channel.create',
      target: placeOf(row.id),
      agencyId,
      detail: { name, settings, secrets: Object.keys(secrets), severityMin: channel.severityMin },
    });
    return findChannel(trx, row.id, by.scope);
  });
}

export interface ChannelChange {
  name?: string | undefined;
  settings?: ChannelSettings | undefined;
  /** All of them anew. */
  secrets?: ChannelSecrets | undefined;
  severityMin?: Severity | undefined;
  windowMs?: number | undefined;
  messagesPerHourMax?: number | undefined;
  routing?: Routing | undefined;
  enabled?: boolean | undefined;
}

/**
 * Secrets go with the settings that they were given for: who changes where messages go gives them again.
 * @param version that the change was made for
 * @throws RefusalError notify-channel-unknown, notify-channel-exists, version-conflict
 */
export async function changeChannel(
  registry: Registry,
  key: Buffer,
  id: number,
  change: ChannelChange,
  by: ChannelBy,
  version?: number,
): Promise<NotifyChannel> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const before = await findChannel(trx, id, by.scope);
    if (version !== undefined && version !== before.version)
      throw new RefusalError('version-conflict', before.name, `somebody changed channel ${id} meanwhile`);
    const { name, settings, secrets, severityMin, windowMs, messagesPerHourMax, routing, enabled } = change;
    if (name !== undefined && name !== before.name) {
      const other = await trx
        .selectFrom('notify_channel')
        .select('id')
        .where('name', '=', name)
        .executeTakeFirst();
      if (other !== undefined)
        throw new RefusalError('notify-channel-exists', name, `there is a channel named ${name} already`);
    }
    const moved = settings !== undefined && JSON.stringify(settings) !== JSON.stringify(before.settings);
    const sealed =
      secrets === undefined || Object.keys(secrets).length === 0
        ? null
        : seal(key, placeOf(id), JSON.stringify(secrets), registry.random);
    await trx
      .updateTable('notify_channel')
      .set({
        version: before.version + 1,
        ...(name === undefined ? {} : { name }),
        ...(settings === undefined ? {} : { settings: JSON.stringify(settings), kind: settings.kind }),
        ...(secrets !== undefined || moved ? { secrets: sealed } : {}),
        ...(severityMin === undefined ? {} : { severity_rank_min: SEVERITIES.indexOf(severityMin) }),
        ...(windowMs === undefined ? {} : { window_ms: windowMs }),
        ...(messagesPerHourMax === undefined ? {} : { messages_per_hour_max: messagesPerHourMax }),
        ...(routing === undefined ? {} : { routing: JSON.stringify(routing) }),
        ...(enabled === undefined ? {} : { enabled: enabled ? 1 : 0 }),
      })
      .where('id', '=', id)
      .execute();
    await writeAudit(trx, nowMs, {
      actor: by.actor,
      action: 'notify-channel.change',
      target: placeOf(id),
      agencyId: before.agencyId,
      detail: { ...change, ...(secrets === undefined ? {} : { secrets: Object.keys(secrets) }) },
    });
    return findChannel(trx, id, by.scope);
  });
}

/** What waits for it goes with it. @throws RefusalError notify-channel-unknown */
export async function removeChannel(registry: Registry, id: number, by: ChannelBy): Promise<void> {
  const nowMs = registry.now();
  await registry.db.transaction().execute(async (trx) => {
    const { name, agencyId } = await findChannel(trx, id, by.scope);
    await trx.deleteFrom('notify_item').where('channel_id', '=', id).execute();
    await trx.deleteFrom('notify_message').where('channel_id', '=', id).execute();
    await trx.deleteFrom('notify_channel').where('id', '=', id).execute();
    await writeAudit(trx, nowMs, {
      actor: by.actor,
      action: 'notify-channel.remove',
      target: placeOf(id),
      agencyId,
      detail: { name },
    });
  });
}

/** @returns how many channels' secrets were sealed anew */
export async function resealChannels(trx: RegistryTransaction, reseal: Reseal): Promise<number> {
  const rows = await trx
    .selectFrom('notify_channel')
    .select(['id', 'secrets'])
    .where('secrets', 'is not', null)
    .execute();
  for (const { id, secrets } of rows)
    await trx
      .updateTable('notify_channel')
      .set({ secrets: reseal(placeOf(id), secrets ?? '') })
      .where('id', '=', id)
      .execute();
  return rows.length;
}
