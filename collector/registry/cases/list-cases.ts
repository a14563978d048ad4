/**
 * Lists of cases. Invariants: nothing outside the scope is found, counted or searched: text and tags are looked at only of
 * cases whose texts one reads. Merged cases stand in no list; their numbers lead on.
 */
import { type Expression, type ExpressionBuilder, sql, type SqlBool } from 'kysely';
import { SEVERITIES, severityRank } from '../../alert/severity-score.ts';
import { foldText } from '../../alert/search-text.ts';
import type { Severity } from '../../api/contract.ts';
import { type CaseClass, type CaseState, parseCaseNumber } from '../../case/case-words.ts';
import type { AgencyScope } from '../agencies.ts';
import type { Database, RegistryDb } from '../database.ts';
import { caseRows, whereVisible, type CaseRow } from './find-case.ts';

export interface CaseFilter {
  states?: readonly CaseState[] | undefined;
  severities?: readonly Severity[] | undefined;
  classes?: readonly CaseClass[] | undefined;
  /** Cases that touch one of these. */
  agencyIds?: readonly number[] | undefined;
  systemId?: number | undefined;
  /** A user name; null for cases that nobody has. */
  assignee?: string | null | undefined;
  watcher?: string | undefined;
  tag?: string | undefined;
  text?: string | undefined;
  /** Open and due before this time. */
  dueBeforeMs?: number | undefined;
  clock?: 'running' | 'overdue' | undefined;
  drill?: boolean | undefined;
  updatedSinceMs?: number | undefined;
  createdUntilMs?: number | undefined;
  nowMs: number;
}

export const CASE_SORTS = ['updated', 'created', 'severity', 'due', 'number'] as const;
export type CaseSort = (typeof CASE_SORTS)[number];
export interface CasePlace {
  keys: readonly (number | string)[];
  id: string;
}

type Cases = ExpressionBuilder<Database, 'case_file'>;
const NEVER_MS = 9_000_000_000_000_000;
const WORDS_MAX = 8;

const KEYS: Readonly<Record<CaseSort, (eb: Cases) => readonly Expression<number | string>[]>> = {
  updated: (eb) => [eb.ref('case_file.updated_ms')],
  created: (eb) => [eb.ref('case_file.created_ms')],
  severity: (eb) => [eb.ref('case_file.severity_rank'), eb.ref('case_file.updated_ms')],
  due: (eb) => [eb.fn.coalesce('case_file.due_ms', sql.lit(NEVER_MS)).$castTo<number>()],
  // Years have four digits; a year's cases are sorted by their place in it, which may have more than four.
  number: (eb) => [
    sql<string>`substr(${eb.ref('case_file.number')}, 1, 8)`,
    sql<number>`length(${eb.ref('case_file.number')})`,
    eb.ref('case_file.number'),
  ],
};

export function whereCases(eb: Cases, filter: CaseFilter, scope: AgencyScope): Expression<SqlBool> {
  const conditions: Expression<SqlBool>[] = [
    whereVisible(eb, scope),
    eb('case_file.merged_into', 'is', null),
  ];
  const { states, severities, classes, agencyIds, systemId, assignee, watcher, dueBeforeMs, drill } = filter;
  if (states !== undefined) conditions.push(eb('case_file.state', 'in', states));
  if (severities !== undefined)
    conditions.push(
      eb(
        'case_file.severity_rank',
        'in',
        severities.map((one) => severityRank(one)),
      ),
    );
  if (classes !== undefined) conditions.push(eb('case_file.class', 'in', classes));
  if (agencyIds !== undefined) conditions.push(whereVisible(eb, { kind: 'some', agencyIds }));
  if (systemId !== undefined) {
    let items = eb
      .selectFrom('case_item')
      .select('case_item.case_id')
      .where('kind', '=', 'system')
      .where('value', '=', String(systemId));
    if (scope.kind === 'some') items = items.where('case_item.agency_id', 'in', scope.agencyIds);
    conditions.push(eb('case_file.id', 'in', items));
  }
  if (assignee === null) conditions.push(eb('case_file.assignee', 'is', null));
  else if (assignee !== undefined) conditions.push(eb('case_file.assignee', '=', assignee));
  if (watcher !== undefined)
    conditions.push(
      eb(
        'case_file.id',
        'in',
        eb.selectFrom('case_watcher').select('case_watcher.case_id').where('username', '=', watcher),
      ),
    );
  if (dueBeforeMs !== undefined)
    conditions.push(eb('case_file.closed', '=', 0), eb('case_file.due_ms', '<', dueBeforeMs));
  if (drill !== undefined) conditions.push(eb('case_file.drill', '=', drill ? 1 : 0));
  if (filter.updatedSinceMs !== undefined)
    conditions.push(eb('case_file.updated_ms', '>=', filter.updatedSinceMs));
  if (filter.createdUntilMs !== undefined)
    conditions.push(eb('case_file.created_ms', '<=', filter.createdUntilMs));
  return eb.and([...conditions, ...ofTexts(eb, filter, scope), ...ofClocks(eb, filter, scope)]);
}

/** What is looked for in texts counts where one reads them. */
function ofTexts(eb: Cases, { tag, text }: CaseFilter, scope: AgencyScope): Expression<SqlBool>[] {
  const conditions: Expression<SqlBool>[] = [];
  if (tag !== undefined) {
    const tags = eb.selectFrom('case_tag').select('case_tag.case_id').where('tag', '=', tag.toLowerCase());
    conditions.push(eb('case_file.id', 'in', tags));
    if (scope.kind === 'some') conditions.push(eb('case_file.agency_id', 'in', scope.agencyIds));
  }
  const number = parseCaseNumber(text ?? '');
  if (number !== undefined) return [...conditions, eb('case_file.number', '=', number)];
  const words = foldText(text ?? '')
    .split(/\s+/)
    .filter((one) => one !== '')
    .slice(0, WORDS_MAX);
  if (words.length === 0) return conditions;
  conditions.push(
    ...words.map((word) => eb(eb.fn<number>('instr', ['case_file.search_text', eb.val(word)]), '>', 0)),
  );
  if (scope.kind === 'some')
    conditions.push(
      eb.or([
        eb('case_file.text_agency_id', 'in', scope.agencyIds),
        eb('case_file.agency_id', 'in', scope.agencyIds),
      ]),
    );
  return conditions;
}

function ofClocks(eb: Cases, { clock, nowMs }: CaseFilter, scope: AgencyScope): Expression<SqlBool>[] {
  if (clock === undefined) return [];
  let clocks = eb
    .selectFrom('case_clock')
    .select('case_clock.case_id')
    .where('met_ms', 'is', null)
    .where('stopped_ms', 'is', null);
  if (clock === 'overdue') clocks = clocks.where('case_clock.due_ms', '<', nowMs);
  if (scope.kind === 'some') clocks = clocks.where('case_clock.agency_id', 'in', scope.agencyIds);
  return [eb('case_file.id', 'in', clocks)];
}

export interface CasePage {
  rows: CaseRow[];
  next: CasePlace | undefined;
}

export async function pageCases(
  db: RegistryDb,
  query: {
    filter: CaseFilter;
    sort: CaseSort;
    order: 'asc' | 'desc';
    limit: number;
    after?: CasePlace | undefined;
  },
  scope: AgencyScope,
): Promise<CasePage> {
  const { filter, sort, order, limit, after } = query;
  let select = caseRows(db)
    .where((eb) => whereCases(eb, filter, scope))
    .limit(limit + 1);
  if (after !== undefined)
    select = select.where((eb) => {
      const columns = sql.join([...KEYS[sort](eb), eb.ref('case_file.id')]);
      const values = sql.join([...after.keys, after.id].map((key) => sql.val(key)));
      return order === 'desc'
        ? sql<SqlBool>`(${columns}) < (${values})`
        : sql<SqlBool>`(${columns}) > (${values})`;
    });
  const keyed = select.select((eb) =>
    KEYS[sort](eb).map((key, at) => sql<number | string>`${key}`.as(`key_${at}` as 'key_0')),
  );
  const places = KEYS[sort].length;
  let ordered = keyed;
  const width = KEY_WIDTHS[sort];
  for (let at = 0; at < width; at += 1) ordered = ordered.orderBy(sql.ref(`key_${at}`), order);
  const found = await ordered.orderBy('case_file.id', order).execute();
  const rows = found.slice(0, limit);
  const last = found.length > limit && places > 0 ? rows.at(-1) : undefined;
  if (last === undefined) return { rows, next: undefined };
  const keys = Array.from(
    { length: width },
    (_none, at) => (last as unknown as Record<string, number | string>)[`key_${at}`] ?? 0,
  );
  return { rows, next: { keys, id: last.id } };
}

const KEY_WIDTHS: Readonly<Record<CaseSort, number>> = {
  updated: 1,
  created: 1,
  severity: 2,
  due: 1,
  number: 3,
};

export interface CaseFacets {
  total: number;
  overdue: number;
  facets: Record<string, { value: string; label: string; count: number }[]>;
}

const VALUES_MAX = 20;
const COLUMNS = {
  state: 'case_file.state',
  severity: 'case_file.severity_rank',
  class: 'case_file.class',
  assignee: 'case_file.assignee',
  drill: 'case_file.drill',
} as const;

export async function caseFacets(
  db: RegistryDb,
  filter: CaseFilter,
  scope: AgencyScope,
): Promise<CaseFacets> {
  const { total, overdue } = await db
    .selectFrom('case_file')
    .select((eb) => [
      eb.fn.countAll<number>().as('total'),
      sql<number | null>`sum(case when closed = 0 and due_ms < ${filter.nowMs} then 1 else 0 end)`.as(
        'overdue',
      ),
    ])
    .where((eb) => whereCases(eb, filter, scope))
    .executeTakeFirstOrThrow();
  const facets: CaseFacets['facets'] = {};
  for (const [name, column] of Object.entries(COLUMNS)) {
    const rows = await db
      .selectFrom('case_file')
      .select((eb) => [
        sql<string | number>`${sql.ref(column)}`.as('value'),
        eb.fn.countAll<number>().as('count'),
      ])
      .where((eb) => whereCases(eb, filter, scope))
      .where(sql<boolean>`${sql.ref(column)} is not null`)
      .groupBy('value')
      .orderBy('count', 'desc')
      .orderBy('value')
      .limit(VALUES_MAX)
      .execute();
    facets[name] = rows.map(({ value, count }) => {
      const word =
        name === 'severity'
          ? (SEVERITIES[Number(value)] ?? '')
          : name === 'drill'
            ? String(value === 1)
            : String(value);
      return { value: word, label: word, count };
    });
  }
  facets['agencyId'] = await countAgencies(db, filter, scope);
  return { total, overdue: overdue ?? 0, facets };
}

async function countAgencies(
  db: RegistryDb,
  filter: CaseFilter,
  scope: AgencyScope,
): Promise<{ value: string; label: string; count: number }[]> {
  let query = db
    .selectFrom('case_agency')
    .innerJoin('agency', 'agency.id', 'case_agency.agency_id')
    .select((eb) => ['agency.id as id', 'agency.name as name', eb.fn.countAll<number>().as('count')])
    .where('case_agency.case_id', 'in', (eb) =>
      eb
        .selectFrom('case_file')
        .select('case_file.id')
        .where((one) => whereCases(one as Cases, filter, scope)),
    )
    .groupBy(['agency.id', 'agency.name'])
    .orderBy('count', 'desc')
    .orderBy('agency.id')
    .limit(VALUES_MAX);
  if (scope.kind === 'some') query = query.where('case_agency.agency_id', 'in', scope.agencyIds);
  return (await query.execute()).map(({ id, name, count }) => ({ value: String(id), label: name, count }));
}
