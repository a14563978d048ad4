/**
 * Hosts that were not let in, by what they said of themselves. Invariants: only who holds a join token's secret is written down, in the
 * token's agency; one row for each host and reason; so many rows of an agency and no more, and what has no room is told to the caller,
 * who counts it.
 */
import { foldHostname } from '../rollout/machine-name.ts';
import type { RefusalReason } from '../rollout/refusal-reason.ts';
import type { AgencyScope } from './agencies.ts';
import type { Registry, RegistryDb } from './database.ts';

export const REFUSAL_LIMITS = { ofAgencyMax: 500, ofTokenMax: 200 } as const;

export interface RefusedHost {
  hostname: string;
  osName: string;
  osVersion: string;
  arch: string;
}

/** @returns false when there is no room for it */
export async function noteRefusal(
  { db, now }: Registry,
  refused: RefusedHost & { tokenId: string; reason: RefusalReason; address: string },
): Promise<boolean> {
  const { hostname, osName, osVersion, arch, tokenId, reason, address } = refused;
  const nowMs = now();
  const said = { token_id: tokenId, hostname, os_name: osName, os_version: osVersion, arch, address };
  return db.transaction().execute(async (trx) => {
    const token = await trx
      .selectFrom('join_token')
      .select('agency_id as agencyId')
      .where('id', '=', tokenId)
      .executeTakeFirst();
    if (token === undefined) return false;
    const { agencyId } = token;
    const key = foldHostname(hostname);
    const again = await trx
      .updateTable('enrol_refusal')
      .set((eb) => ({ ...said, last_ms: nowMs, times: eb('times', '+', 1) }))
      .where('agency_id', '=', agencyId)
      .where('hostname_key', '=', key)
      .where('reason', '=', reason)
      .executeTakeFirst();
    if (again.numUpdatedRows > 0n) return true;
    const { all, ofToken } = await trx
      .selectFrom('enrol_refusal')
      .select((eb) => [
        eb.fn.countAll<number>().as('all'),
        eb.fn.countAll<number>().filterWhere('token_id', '=', tokenId).as('ofToken'),
      ])
      .where('agency_id', '=', agencyId)
      .executeTakeFirstOrThrow();
    if (all >= REFUSAL_LIMITS.ofAgencyMax || ofToken >= REFUSAL_LIMITS.ofTokenMax) return false;
    await trx
      .insertInto('enrol_refusal')
      .values({
        ...said,
        agency_id: agencyId,
        hostname_key: key,
        reason,
        first_ms: nowMs,
        last_ms: nowMs,
        times: 1,
      })
      .execute();
    return true;
  });
}

/** It was let in: what it was refused for before is over. */
export async function forgetRefusals(trx: RegistryDb, agencyId: number, hostname: string): Promise<void> {
  await trx
    .deleteFrom('enrol_refusal')
    .where('agency_id', '=', agencyId)
    .where('hostname_key', '=', foldHostname(hostname))
    .execute();
}

export interface EnrolRefusal extends RefusedHost {
  id: number;
  agencyId: number;
  agencyName: string;
  tokenId: string;
  reason: RefusalReason;
  address: string;
  firstMs: number;
  lastMs: number;
  times: number;
}

/** The newest first. */
export async function listRefusals(
  db: RegistryDb,
  scope: AgencyScope,
  query: { agencyIds?: readonly number[] | undefined; limit?: number | undefined } = {},
): Promise<EnrolRefusal[]> {
  let select = db
    .selectFrom('enrol_refusal')
    .innerJoin('agency', 'agency.id', 'enrol_refusal.agency_id')
    .select(['enrol_refusal.id', 'agency_id as agencyId', 'agency.name as agencyName', 'token_id as tokenId'])
    .select(['hostname', 'os_name as osName', 'os_version as osVersion', 'arch', 'reason', 'address'])
    .select(['first_ms as firstMs', 'last_ms as lastMs', 'times'])
    .orderBy('last_ms', 'desc')
    .orderBy('enrol_refusal.id');
  if (scope.kind === 'some') select = select.where('agency_id', 'in', scope.agencyIds);
  if (query.agencyIds !== undefined) select = select.where('agency_id', 'in', query.agencyIds);
  if (query.limit !== undefined) select = select.limit(query.limit);
  return select.execute();
}
