/** All versions of a dossier: what it said, who changed it, when and why. */
import type { DossierFacts } from '../../compliance/dossier/facts.ts';
import type { AgencyScope } from '../agencies.ts';
import type { RegistryDb } from '../database.ts';
import { findDossier, readFacts } from './dossiers.ts';

export interface DossierVersion {
  version: number;
  atMs: number;
  actor: string;
  reason: string | null;
  facts: DossierFacts | null;
}

/** Newest first. @throws RefusalError dossier-unknown */
export async function readDossierHistory(
  db: RegistryDb,
  id: number,
  scope: AgencyScope,
  page: { limit: number; before?: number | undefined },
): Promise<DossierVersion[]> {
  await findDossier(db, id, scope);
  let select = db
    .selectFrom('dossier_history')
    .select(['version', 'at_ms as atMs', 'actor', 'reason', 'facts'])
    .where('dossier_id', '=', id)
    .orderBy('version', 'desc')
    .limit(page.limit);
  if (page.before !== undefined) select = select.where('version', '<', page.before);
  const rows = await select.execute();
  return rows.map((row) => ({ ...row, facts: row.facts === null ? null : readFacts(row.facts) }));
}
