/** Whose affair is what a person writes into a case. */
import { type AgencyScope, inScope, requireAgency, unknownAgency } from '../agencies.ts';
import type { RegistryDb } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import type { CaseRow } from './find-case.ts';

/**
 * What was said; else what covers the case. Who sees a part only has to say which agency it is of.
 * @throws RefusalError agency-unknown, agency-ended, case-invalid
 */
export async function agencyOfPart(
  db: RegistryDb,
  row: Pick<CaseRow, 'agency_id' | 'number'>,
  wanted: number | undefined,
  scope: AgencyScope,
): Promise<number> {
  if (wanted !== undefined) {
    if (!inScope(scope, wanted)) throw unknownAgency(wanted);
    await requireAgency(db, wanted);
    return wanted;
  }
  if (inScope(scope, row.agency_id)) return row.agency_id;
  const said = `case ${row.number} concerns other agencies too: say in \`agencyId\` which of yours this is of`;
  throw new RefusalError('case-invalid', 'agencyId', said);
}
