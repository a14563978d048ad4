/** Agencies' word for their rows of a year's report: who, when, and over which rows. The newest counts; none is taken away. */
import { mau08Body, rowsDigest } from '../../report/mau-08-body.ts';
import { type AgencyScope, readAgency } from '../agencies.ts';
import { writeAudit } from '../audit.ts';
import type { Registry } from '../database.ts';
import { readMau08Facts, reportYear } from './mau-08-facts.ts';

export interface Confirmed {
  agencyId: number;
  year: number;
  rows: number;
  digest: string;
}

/** The agency says that the rows of the systems it owns are right as they are now. @throws RefusalError agency-unknown */
export async function confirmRows(
  registry: Registry,
  wanted: { agencyId: number; year: number; note: string },
  by: { actor: string; scope: AgencyScope },
): Promise<Confirmed> {
  const { agencyId, year, note } = wanted;
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    await readAgency(trx, agencyId, by.scope);
    const facts = await readMau08Facts(trx, { agencyId, ...reportYear(year), scope: by.scope, nowMs });
    const rows = mau08Body(facts).part3.filter(({ ownerId }) => ownerId === agencyId);
    const digest = rowsDigest(rows);
    await trx
      .insertInto('dossier_confirmation')
      .values({ agency_id: agencyId, year, digest, rows: rows.length, note, at_ms: nowMs, actor: by.actor })
      .execute();
    const detail = { year, rows: rows.length, digest };
    const target = `agency:${agencyId}`;
    await writeAudit(trx, nowMs, { actor: by.actor, action: 'dossier.confirm', target, detail });
    return { agencyId, year, rows: rows.length, digest };
  });
}
