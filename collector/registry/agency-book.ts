/** Reads of agencies: pages of the list, also as the tree stood on a day, and all that is known of one. */
import { sql } from 'kysely';
import { searchKey } from '../agency/fold-name.ts';
import { type Agency, type AgencyScope, agencyRows, readAgency } from './agencies.ts';
import { type AgencyCode, agencyOfCode, listCodes } from './agency-codes.ts';
import { listSuccessions } from './agency-history.ts';
import { type AgencyPeriod, listPeriods } from './agency-periods.ts';
import type { RegistryDb } from './database.ts';
import type { AgencyKind } from './tables/agency.ts';

export interface AgencyQuery {
  /** Words of the name or short name, with or without marks. */
  text?: string | undefined;
  parentId?: number | undefined;
  kind?: AgencyKind | undefined;
  /** On `asOf`, else today. */
  code?: string | undefined;
  /** The tree as it stood on that day. */
  asOf?: string | undefined;
  /** Those that have ended, too; a day has those that were then. */
  withEnded?: boolean | undefined;
  afterId?: number | undefined;
  limit: number;
}

/** Rows read at once while looking for words. */
const LOOKED_AT_ONCE = 2_000;

function listRows(db: RegistryDb, asOf: string | undefined) {
  if (asOf === undefined) return agencyRows(db).orderBy('agency.id');
  return db
    .selectFrom('agency')
    .innerJoin('agency_period', 'agency_period.agency_id', 'agency.id')
    .where((eb) => eb.or([eb('valid_from', 'is', null), eb('valid_from', '<=', asOf)]))
    .where((eb) => eb.or([eb('valid_to', 'is', null), eb('valid_to', '>', asOf)]))
    .select([
      'agency.id as id',
      'agency_period.name as name',
      'agency_period.short_name as shortName',
      'agency_period.kind as kind',
      'agency_period.parent_id as parentId',
      'agency.began_on as beganOn',
      'agency.ended_on as endedOn',
      'agency.version as version',
    ])
    .orderBy('agency.id');
}

/** In the order of their ids. @param today day for codes when `asOf` is left out */
export async function listAgencyPage(
  db: RegistryDb,
  query: AgencyQuery,
  scope: AgencyScope,
  today: string,
): Promise<Agency[]> {
  const { text = '', parentId, kind, code, asOf, withEnded = false, limit } = query;
  let select = listRows(db, asOf);
  if (scope.kind === 'some') select = select.where('agency.id', 'in', scope.agencyIds);
  if (asOf === undefined && !withEnded) select = select.where('agency.ended_on', 'is', null);
  const table = asOf === undefined ? 'agency' : 'agency_period';
  if (parentId !== undefined) {
    select = select.where(sql.ref(`${table}.parent_id`), '=', parentId);
  }
  if (kind !== undefined) {
    select = select.where(sql.ref(`${table}.kind`), '=', kind);
  }
  if (code !== undefined) {
    const owner = await agencyOfCode(db, code, asOf ?? today, scope);
    if (owner === undefined) return [];
    select = select.where('agency.id', '=', owner.agencyId);
  }
  const words = searchKey(text)
    .split(' ')
    .filter((word) => word !== '');
  const found: Agency[] = [];
  let afterId = query.afterId ?? 0;
  const slice = words.length === 0 ? limit : Math.max(limit, LOOKED_AT_ONCE);
  for (;;) {
    const rows = await select.where('agency.id', '>', afterId).limit(slice).execute();
    for (const row of rows) {
      const key = searchKey(`${row.name} ${row.shortName}`);
      if (words.every((word) => key.includes(word))) found.push(row);
      if (found.length === limit) return found;
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < slice) return found;
    afterId = last.id;
  }
}

export interface RelatedAgency {
  id: number;
  name: string;
  on: string;
  changeId: number;
  keepsHistory: boolean;
}

export interface AgencyDetail extends Agency {
  codes: AgencyCode[];
  /** Oldest first; the last is what it is called now. */
  periods: AgencyPeriod[];
  successors: RelatedAgency[];
  predecessors: RelatedAgency[];
}

/** @throws RefusalError agency-unknown, also outside the scope */
export async function readAgencyDetail(
  db: RegistryDb,
  agencyId: number,
  scope: AgencyScope,
): Promise<AgencyDetail> {
  const agency = await readAgency(db, agencyId, scope);
  const successions = await listSuccessions(db, [agencyId]);
  const others = successions.map(({ predecessorId, successorId }) =>
    predecessorId === agencyId ? successorId : predecessorId,
  );
  const names = new Map(
    others.length === 0
      ? []
      : (await db.selectFrom('agency').select(['id', 'name']).where('id', 'in', others).execute()).map(
          ({ id, name }) => [id, name] as const,
        ),
  );
  const related = (side: 'successorId' | 'predecessorId'): RelatedAgency[] =>
    successions
      .filter((one) => one[side] !== agencyId)
      .map(({ on, changeId, keepsHistory, ...ids }) => ({
        id: ids[side],
        name: names.get(ids[side]) ?? '',
        on,
        changeId,
        keepsHistory,
      }));
  return {
    ...agency,
    codes: await listCodes(db, [agencyId]),
    periods: await listPeriods(db, agencyId),
    successors: related('successorId'),
    predecessors: related('predecessorId'),
  };
}
