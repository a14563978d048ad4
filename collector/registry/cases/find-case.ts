/**
 * Who sees a case, and how much of it. Invariants: a case is there for who sees any agency that it touches; its texts are read
 * by who sees what covered it when they were written; who sees all that it covers may change it as a whole, others only add
 * what is of agencies that they see; a merged number leads to the case that took it over.
 */
import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import { parseCaseNumber } from '../../case/case-words.ts';
import { type AgencyScope, inScope, requireVersion } from '../agencies.ts';
import type { Database, RegistryDb } from '../database.ts';
import { RefusalError } from '../refusal.ts';

const FIELDS = [
  'case_file.id',
  'case_file.number',
  'case_file.title',
  'case_file.summary',
  'case_file.lessons',
  'case_file.text_agency_id',
  'case_file.agency_id',
  'case_file.severity',
  'case_file.severity_rank',
  'case_file.class',
  'case_file.state',
  'case_file.outcome',
  'case_file.close_reason',
  'case_file.assignee',
  'case_file.drill',
  'case_file.due_ms',
  'case_file.created_by',
  'case_file.created_ms',
  'case_file.updated_ms',
  'case_file.contained_ms',
  'case_file.closed_ms',
  'case_file.closed_by',
  'case_file.merged_into',
  'case_file.version',
] as const;

export function caseRows(db: RegistryDb) {
  return db.selectFrom('case_file').select(FIELDS);
}

export type CaseRow = Awaited<ReturnType<ReturnType<typeof caseRows>['executeTakeFirstOrThrow']>>;

/** Condition: there for who has the scope. */
export function whereVisible(
  eb: ExpressionBuilder<Database, 'case_file'>,
  scope: AgencyScope,
): Expression<SqlBool> {
  if (scope.kind === 'all') return eb.lit(true);
  return eb.or([
    eb('case_file.agency_id', 'in', scope.agencyIds),
    eb(
      'case_file.id',
      'in',
      eb
        .selectFrom('case_agency')
        .select('case_agency.case_id')
        .where('case_agency.agency_id', 'in', scope.agencyIds),
    ),
  ]);
}

/** Who acts, and for which version. */
export interface CaseBy {
  /** As in the audit trail. */
  actor: string;
  scope: AgencyScope;
  version?: number | undefined;
}

const HOPS_MAX = 32;

export function unknownCase(id: string): RefusalError {
  return new RefusalError('case-unknown', id, `there is no case ${id}; "vonggac case list" shows them`);
}

/**
 * By its id or number, as it is: also one that was merged into another.
 * @throws RefusalError case-unknown, also for one outside the scope
 */
export async function exactCase(db: RegistryDb, idOrNumber: string, scope: AgencyScope): Promise<CaseRow> {
  const number = parseCaseNumber(idOrNumber);
  const row = await caseRows(db)
    .where(number === undefined ? 'case_file.id' : 'case_file.number', '=', number ?? idOrNumber)
    .where((eb) => whereVisible(eb, scope))
    .executeTakeFirst();
  if (row === undefined) throw unknownCase(idOrNumber);
  return row;
}

/** The same, or where its number leads. @throws RefusalError case-unknown */
export async function findCase(
  db: RegistryDb,
  idOrNumber: string,
  scope: AgencyScope,
): Promise<{ row: CaseRow; redirectedFrom: string | null }> {
  let row = await exactCase(db, idOrNumber, scope);
  const asked = row.number;
  for (let hops = 0; row.merged_into !== null && hops < HOPS_MAX; hops += 1)
    row = await exactCase(db, row.merged_into, scope);
  return { row, redirectedFrom: row.number === asked ? null : asked };
}

export const seesWhole = (row: Pick<CaseRow, 'agency_id'>, scope: AgencyScope): boolean =>
  inScope(scope, row.agency_id);
export const readsTexts = (row: Pick<CaseRow, 'agency_id' | 'text_agency_id'>, scope: AgencyScope): boolean =>
  inScope(scope, row.text_agency_id) || seesWhole(row, scope);

/**
 * The case that an act is on. `part`: something is added that is of an agency in the scope.
 * @throws RefusalError case-unknown, case-merged, case-closed, case-not-yours, version-conflict
 */
export async function requireCase(
  db: RegistryDb,
  idOrNumber: string,
  by: CaseBy,
  needs: 'whole' | 'part',
  allowed: { closed?: boolean } = {},
): Promise<CaseRow> {
  const row = await exactCase(db, idOrNumber, by.scope);
  if (row.merged_into !== null) {
    const { number } = (await findCase(db, row.id, by.scope)).row;
    throw new RefusalError(
      'case-merged',
      row.number,
      `case ${row.number} was merged into ${number}: use that one`,
    );
  }
  if (needs === 'whole' && !seesWhole(row, by.scope)) {
    const said = `case ${row.number} concerns other agencies too: only who sees all of them does this`;
    throw new RefusalError('case-not-yours', row.number, said);
  }
  if (row.state === 'closed' && allowed.closed !== true) {
    throw new RefusalError('case-closed', row.number, `case ${row.number} is closed: reopen it first`);
  }
  requireVersion(`case ${row.number}`, row.version, by.version);
  return row;
}

/** The case and those that were merged into it, whose history it has taken over. */
export async function withMerged(db: RegistryDb, caseId: string): Promise<string[]> {
  const ids = [caseId];
  for (let at = 0; at < ids.length && ids.length < 1_000; at += 1) {
    const rows = await db
      .selectFrom('case_file')
      .select('id')
      .where('merged_into', '=', ids[at] ?? '')
      .execute();
    for (const { id } of rows) if (!ids.includes(id)) ids.push(id);
  }
  return ids;
}
