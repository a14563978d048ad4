/** Bandwidth caps of sites by hour: set, list, clear. */
import { requireAgency, requireVersion } from './agencies.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb } from './database.ts';
import { digestVersion } from './digest-version.ts';
import { isThere, type LimitBy } from './quotas.ts';
import { RefusalError } from './refusal.ts';

export interface BandwidthCap {
  id: number;
  agencyId: number | null;
  prefix: string | null;
  fromHour: number;
  toHour: number;
  timeZone: string;
  bytesPerSecond: number;
  /** Moves with hours and figures. */
  version: number;
}

export type BandwidthWanted = Omit<BandwidthCap, 'id' | 'version'>;
type Figures = Omit<BandwidthWanted, 'agencyId' | 'prefix'>;

const versionOf = ({ fromHour, toHour, timeZone, bytesPerSecond }: Figures): number =>
  digestVersion([fromHour, toHour, timeZone, bytesPerSecond]);

export async function listBandwidthCaps({ db }: Pick<Registry, 'db'>): Promise<BandwidthCap[]> {
  const rows = await db
    .selectFrom('bandwidth_cap')
    .select([
      'id',
      'agency_id as agencyId',
      'prefix',
      'from_hour as fromHour',
      'to_hour as toHour',
      'time_zone as timeZone',
      'bytes_per_second as bytesPerSecond',
    ])
    .orderBy('id')
    .execute();
  return rows.map((row) => ({ ...row, version: versionOf(row) }));
}

/**
 * Takes the place of an earlier one of the same site and hours, unless there must be none.
 * @throws RefusalError agency-unknown, version-conflict
 */
export async function setBandwidthCap(
  registry: Registry,
  wanted: BandwidthWanted,
  actor: string,
  { mustBeNew = false } = {},
): Promise<BandwidthCap> {
  const nowMs = registry.now();
  const { agencyId, prefix, fromHour, toHour, timeZone, bytesPerSecond } = wanted;
  return registry.db.transaction().execute(async (trx) => {
    if (agencyId !== null) await requireAgency(trx, agencyId);
    const before = await trx
      .deleteFrom('bandwidth_cap')
      .where('agency_id', agencyId === null ? 'is' : '=', agencyId)
      .where('prefix', prefix === null ? 'is' : '=', prefix)
      .where('from_hour', '=', fromHour)
      .where('to_hour', '=', toHour)
      .returning('id')
      .executeTakeFirst();
    if (mustBeNew && before !== undefined) throw isThere(`bandwidth cap ${before.id}`);
    const { id } = await trx
      .insertInto('bandwidth_cap')
      .values({
        agency_id: agencyId,
        prefix,
        from_hour: fromHour,
        to_hour: toHour,
        time_zone: timeZone,
        bytes_per_second: bytesPerSecond,
        set_ms: nowMs,
        set_by: actor,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await writeAudit(trx, nowMs, {
      actor,
      action: 'bandwidth.set',
      target: `bandwidth:${id}`,
      detail: { ...wanted },
    });
    return { id, ...wanted, version: versionOf(wanted) };
  });
}

function unknown(id: number): RefusalError {
  return new RefusalError(
    'bandwidth-unknown',
    String(id),
    `there is no bandwidth cap ${id}; "vonggac bandwidth list" shows them`,
  );
}

/** It is as it was read. @throws RefusalError bandwidth-unknown, version-conflict */
async function requireRead(db: RegistryDb, id: number, version: number | undefined): Promise<void> {
  const found = (await listBandwidthCaps({ db })).find((cap) => cap.id === id);
  if (found === undefined) throw unknown(id);
  requireVersion(`bandwidth cap ${id}`, found.version, version);
}

/** The site stays. Takes the place of another cap of the same hours. @throws RefusalError bandwidth-unknown, version-conflict */
export async function changeBandwidthCap(
  registry: Registry,
  id: number,
  figures: Figures,
  { actor, version }: LimitBy,
): Promise<BandwidthCap> {
  const nowMs = registry.now();
  const { fromHour, toHour, timeZone, bytesPerSecond } = figures;
  return registry.db.transaction().execute(async (trx) => {
    await requireRead(trx, id, version);
    const row = await trx
      .updateTable('bandwidth_cap')
      .set({
        from_hour: fromHour,
        to_hour: toHour,
        time_zone: timeZone,
        bytes_per_second: bytesPerSecond,
        set_ms: nowMs,
        set_by: actor,
      })
      .where('id', '=', id)
      .returning(['agency_id as agencyId', 'prefix'])
      .executeTakeFirst();
    if (row === undefined) throw unknown(id);
    const { agencyId, prefix } = row;
    await trx
      .deleteFrom('bandwidth_cap')
      .where('id', '!=', id)
      .where('agency_id', agencyId === null ? 'is' : '=', agencyId)
      .where('prefix', prefix === null ? 'is' : '=', prefix)
      .where('from_hour', '=', fromHour)
      .where('to_hour', '=', toHour)
      .execute();
    const detail = { ...figures };
    await writeAudit(trx, nowMs, { actor, action: 'bandwidth.change', target: `bandwidth:${id}`, detail });
    return { id, agencyId, prefix, ...figures, version: versionOf(figures) };
  });
}

/** @throws RefusalError bandwidth-unknown, version-conflict */
export async function clearBandwidthCap(
  registry: Registry,
  id: number,
  { actor, version }: LimitBy,
): Promise<void> {
  await registry.db.transaction().execute(async (trx) => {
    await requireRead(trx, id, version);
    const row = await trx.deleteFrom('bandwidth_cap').where('id', '=', id).returning('id').executeTakeFirst();
    if (row === undefined) throw unknown(id);
    await writeAudit(trx, registry.now(), { actor, action: 'bandwidth.clear', target: `bandwidth:${id}` });
  });
}
