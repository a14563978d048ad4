/** How an agency heads and signs its dispatches: kept by agency; what nobody has said is taken from the tree, or left empty. */
import { z } from 'zod';
import { REQUEST_LIMITS, type RequestOffice } from '../../request/request-words.ts';
import { readAgency, requireVersion } from '../agencies.ts';
import { writeAudit } from '../audit.ts';
import type { Registry, RegistryDb } from '../database.ts';
import type { RequestActor } from './request-guard.ts';

const line = z.string().trim().max(REQUEST_LIMITS.titleChars);

export const officeSchema: z.ZodType<RequestOffice> = z.strictObject({
  superior: line,
  name: line,
  symbol: z.string().trim().max(60),
  place: z.string().trim().max(60),
  capacity: z.array(line).max(4),
  signer: line,
  copies: z.array(line).max(12),
  archive: line,
  contact: z.string().trim().max(500),
});

export interface KeptOffice {
  agencyId: number;
  office: RequestOffice;
  /** 0 while nobody has said anything. */
  version: number;
}

/** @throws RefusalError agency-unknown */
export async function readOffice(db: RegistryDb, agencyId: number): Promise<KeptOffice> {
  const row = await db
    .selectFrom('request_office')
    .select(['settings', 'version'])
    .where('agency_id', '=', agencyId)
    .executeTakeFirst();
  if (row !== undefined)
    return { agencyId, office: officeSchema.parse(JSON.parse(row.settings)), version: row.version };
  const { name, parentId } = await readAgency(db, agencyId);
  const superior = parentId === null ? '' : (await readAgency(db, parentId)).name;
  const office = {
    superior,
    name,
    symbol: '',
    place: '',
    capacity: [],
    signer: '',
    copies: [],
    archive: 'VT',
    contact: '',
  };
  return { agencyId, office, version: 0 };
}

/** @throws RefusalError agency-unknown, version-conflict */
export function setOffice(
  registry: Registry,
  agencyId: number,
  office: RequestOffice,
  by: RequestActor,
): Promise<KeptOffice> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    await readAgency(trx, agencyId, by.scope);
    const before = await readOffice(trx, agencyId);
    requireVersion(`the office of agency ${agencyId}`, before.version, by.version);
    const settings = JSON.stringify(office);
    const version = before.version + 1;
    await trx
      .insertInto('request_office')
      .values({ agency_id: agencyId, settings, version })
      .onConflict((conflict) => conflict.column('agency_id').doUpdateSet({ settings, version }))
      .execute();
    await writeAudit(trx, nowMs, {
      actor: by.actor,
      action: 'request-office.set',
      target: `agency:${agencyId}`,
      agencyId,
      detail: { ...office },
    });
    return { agencyId, office, version };
  });
}
