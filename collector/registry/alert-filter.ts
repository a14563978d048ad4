/**
 * Which alerts: filters, sorts and pages of the list, of facets and of bulk acts. Invariants: nothing outside the scope;
 * all but text and tags is answered from one index (`alert_triage`), so that only the rows of a page are read.
 */
import { type Expression, type ExpressionBuilder, sql, type SqlBool } from 'kysely';
import { FOLD, type AlertKind } from '../alert/alert-draft.ts';
import { foldText } from '../alert/search-text.ts';
import { severityRank } from '../alert/severity-score.ts';
import type { AlertSort, AlertVerdict } from '../api/contract-alerts.ts';
import type { AlertState, Severity } from '../api/contract.ts';
import type { AgencyScope } from './agencies.ts';
import type { Database } from './database.ts';

export interface AlertFilter {
  states?: readonly AlertState[] | undefined;
  severities?: readonly Severity[] | undefined;
  kinds?: readonly AlertKind[] | undefined;
  verdicts?: readonly AlertVerdict[] | undefined;
  ruleId?: string | undefined;
  agentId?: string | undefined;
  hostname?: string | undefined;
  userName?: string | undefined;
  systemId?: number | undefined;
  /** Agencies of a subtree; cut by the scope. */
  agencyIds?: readonly number[] | undefined;
  /** A user name; null for alerts that nobody has. */
  assignee?: string | null | undefined;
  watcher?: string | undefined;
  /** Open and due before this time. */
  dueBeforeMs?: number | undefined;
  /** A tag of the rule or of people. */
  tag?: string | undefined;
  /** ATT&CK technique, e.g. `T1110`; its parts count with it. */
  technique?: string | undefined;
  /** Words that must all occur, accents and case aside. */
  text?: string | undefined;
  /** Active in this time. */
  fromMs?: number | undefined;
  toMs?: number | undefined;
  /** Changed at this time or later. */
  updatedSinceMs?: number | undefined;
  /** Opened since this time. */
  createdSinceMs?: number | undefined;
  /** Opened before this time. */
  createdBeforeMs?: number | undefined;
  /** Opened at this time or before. */
  createdUntilMs?: number | undefined;
  /** Alerts folded into this one. */
  fleetId?: string | undefined;
  /** Alerts in this case. */
  caseId?: string | undefined;
  /** Also alerts that are folded into another. */
  folded?: boolean | undefined;
}

/** Place of the last alert of the page before: what it is sorted by, and its id. */
export interface AlertPlace {
  keys: readonly number[];
  id: string;
}

type Alerts = ExpressionBuilder<Database, 'alert'>;

/** Alerts without a due time come after all others. */
const NEVER_MS = 9_000_000_000_000_000;
const WORDS_MAX = 8;

const SORTS: Readonly<Record<AlertSort, (eb: Alerts) => readonly Expression<number>[]>> = {
  'last-seen': (eb) => [eb.ref('alert.last_seen_ms')],
  'first-seen': (eb) => [eb.ref('alert.first_seen_ms')],
  created: (eb) => [eb.ref('alert.created_ms')],
  updated: (eb) => [eb.ref('alert.updated_ms')],
  severity: (eb) => [eb.ref('alert.severity_rank'), eb.ref('alert.last_seen_ms')],
  risk: (eb) => [eb.ref('alert.risk'), eb.ref('alert.last_seen_ms')],
  due: (eb) => [eb.fn.coalesce('alert.due_ms', sql.lit(NEVER_MS)).$castTo<number>()],
  count: (eb) => [eb.ref('alert.detections')],
};

export function sortExpressions(eb: Alerts, sort: AlertSort): readonly Expression<number>[] {
  return SORTS[sort](eb);
}

/** Comes after the place in this order. */
export function afterPlace(
  eb: Alerts,
  sort: AlertSort,
  order: 'asc' | 'desc',
  { keys, id }: AlertPlace,
): Expression<SqlBool> {
  const columns = sql.join([...sortExpressions(eb, sort), eb.ref('alert.id')]);
  const values = sql.join([...keys.map((key) => sql.val(key)), sql.val(id)]);
  return order === 'desc'
    ? sql<SqlBool>`(${columns}) < (${values})`
    : sql<SqlBool>`(${columns}) > (${values})`;
}

/**
 * All conditions of filter and scope, as one.
 * @param by what the query goes through: an index of what is open, or the ids, for work that goes on where it was
 */
export function whereAlerts(
  eb: Alerts,
  filter: AlertFilter,
  scope: AgencyScope,
  by: 'open' | 'id' = 'open',
): Expression<SqlBool> {
  return eb.and([
    ...inTheirPart(eb, filter, scope),
    ...ofTheirWork(eb, filter, by),
    ...ofWhatIsFound(eb, filter),
    ...inTime(eb, filter),
  ]);
}

function inTheirPart(eb: Alerts, filter: AlertFilter, scope: AgencyScope): Expression<SqlBool>[] {
  const { agencyIds, systemId, fleetId, caseId, folded } = filter;
  const conditions: Expression<SqlBool>[] = [];
  if (scope.kind === 'some') conditions.push(eb('alert.agency_id', 'in', scope.agencyIds));
  if (agencyIds !== undefined) conditions.push(eb('alert.agency_id', 'in', agencyIds));
  if (systemId !== undefined) conditions.push(eb('alert.system_id', '=', systemId));
  if (caseId !== undefined) {
    // A case holds alerts beside the ones that they are folded into.
    const held = eb
      .selectFrom('case_alert')
      .select('case_alert.alert_id')
      .where('case_alert.case_id', '=', caseId);
    conditions.push(eb('alert.id', 'in', held));
  }
  if (fleetId !== undefined) conditions.push(eb('alert.fleet_id', '=', fleetId));
  else if (folded !== true && caseId === undefined) {
    // What is folded into an alert over all agencies stands for itself where that one is not seen.
    const seen = scope.kind === 'all' ? [FOLD.none] : [FOLD.none, FOLD.all];
    conditions.push(eb('alert.fold', 'in', seen));
  }
  return conditions;
}

function ofTheirWork(eb: Alerts, filter: AlertFilter, by: 'open' | 'id'): Expression<SqlBool>[] {
  // The sign keeps the column from choosing the index.
  const closed = by === 'open' ? eb.ref('alert.closed') : sql<number>`+${eb.ref('alert.closed')}`;
  const { states, verdicts, assignee, watcher, dueBeforeMs } = filter;
  const conditions: Expression<SqlBool>[] = [];
  if (states !== undefined) {
    const open = states.filter((state) => state !== 'closed');
    if (open.length === 0) conditions.push(eb(closed, '=', 1));
    else if (open.length === states.length) conditions.push(eb(closed, '=', 0));
    if (open.length !== 3 && open.length > 0) conditions.push(eb('alert.state', 'in', states));
  }
  if (verdicts !== undefined) conditions.push(eb('alert.verdict', 'in', verdicts));
  if (assignee === null) conditions.push(eb('alert.assignee', 'is', null));
  else if (assignee !== undefined) conditions.push(eb('alert.assignee', '=', assignee));
  if (dueBeforeMs !== undefined) {
    conditions.push(eb(closed, '=', 0), eb('alert.due_ms', '<', dueBeforeMs));
  }
  if (watcher !== undefined) {
    const watched = eb.selectFrom('alert_watcher').select('alert_id').where('username', '=', watcher);
    conditions.push(eb('alert.id', 'in', watched));
  }
  return conditions;
}

function ofWhatIsFound(eb: Alerts, filter: AlertFilter): Expression<SqlBool>[] {
  const { severities, kinds, ruleId, agentId, hostname, userName, tag, technique, text } = filter;
  const conditions: Expression<SqlBool>[] = [];
  if (severities !== undefined)
    conditions.push(
      eb(
        'alert.severity_rank',
        'in',
        severities.map((one) => severityRank(one)),
      ),
    );
  if (kinds !== undefined) conditions.push(eb('alert.kind', 'in', kinds));
  if (ruleId !== undefined) conditions.push(eb('alert.rule_id', '=', ruleId));
  if (agentId !== undefined) conditions.push(eb('alert.agent_id', '=', agentId));
  if (hostname !== undefined) conditions.push(eb('alert.hostname', '=', hostname));
  if (userName !== undefined) conditions.push(eb('alert.user_name', '=', userName.toLowerCase()));
  const tags = eb.selectFrom('alert_tag').select('alert_id');
  if (tag !== undefined) conditions.push(eb('alert.id', 'in', tags.where('tag', '=', tag.toLowerCase())));
  if (technique !== undefined) {
    const name = `attack.${technique.toLowerCase().replace(/^attack\./, '')}`;
    // The next character after the dot ends the parts of a technique.
    const parts = tags.where((one) =>
      one.or([one('tag', '=', name), one.and([one('tag', '>=', `${name}.`), one('tag', '<', `${name}/`)])]),
    );
    conditions.push(eb('alert.id', 'in', parts));
  }
  if (wordsOf(text).length > 0) {
    const found = eb
      .selectFrom('alert_text')
      .select('alert_id')
      .where((one) => hasWords(one, text));
    conditions.push(eb('alert.id', 'in', found));
  }
  return conditions;
}

function wordsOf(text: string | undefined): string[] {
  return foldText(text ?? '')
    .split(/\s+/)
    .filter((one) => one !== '')
    .slice(0, WORDS_MAX);
}

/** All words occur. */
export function hasWords(
  eb: ExpressionBuilder<Database, 'alert_text'>,
  text: string | undefined,
): Expression<SqlBool> {
  return eb.and(
    wordsOf(text).map((word) => eb(eb.fn<number>('instr', ['alert_text.text', eb.val(word)]), '>', 0)),
  );
}

function inTime(eb: Alerts, filter: AlertFilter): Expression<SqlBool>[] {
  const { fromMs, toMs, updatedSinceMs, createdSinceMs, createdBeforeMs, createdUntilMs } = filter;
  const conditions: Expression<SqlBool>[] = [];
  if (fromMs !== undefined) conditions.push(eb('alert.last_seen_ms', '>=', fromMs));
  if (toMs !== undefined) conditions.push(eb('alert.first_seen_ms', '<=', toMs));
  if (updatedSinceMs !== undefined) conditions.push(eb('alert.updated_ms', '>=', updatedSinceMs));
  if (createdSinceMs !== undefined) conditions.push(eb('alert.created_ms', '>=', createdSinceMs));
  if (createdBeforeMs !== undefined) conditions.push(eb('alert.created_ms', '<', createdBeforeMs));
  if (createdUntilMs !== undefined) conditions.push(eb('alert.created_ms', '<=', createdUntilMs));
  return conditions;
}
