/** The register as it is read: one exception, pages of them, what is due, what was done. */
import { z } from 'zod';
import { maintenanceWindowSchema } from '../../exceptions/maintenance.ts';
import { EXCEPTION_LIMITS, type ExceptionKind, type ExceptionState } from '../../exceptions/vocabulary.ts';
import type { MaintenanceWindow } from '../../protocol/maintenance-window.ts';
import { foldText } from '../../alert/search-text.ts';
import { type AgencyScope, inScope } from '../agency-scope.ts';
import type { RegistryDb } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { wordsSchema } from './exception-register.ts';

export interface Exception {
  id: number;
  name: string;
  kind: ExceptionKind;
  state: ExceptionState;
  /** A Sigma detection block; null for a window that takes all in its scope. */
  condition: string | null;
  window: MaintenanceWindow | null;
  agencyId: number;
  agentId: string | null;
  hostname: string | null;
  groupId: number | null;
  group: string | null;
  rules: string[] | null;
  categories: string[] | null;
  takesAll: boolean;
  reason: string;
  requestedBy: string;
  requestedMs: number;
  startsMs: number | null;
  expiresMs: number;
  reviewMs: number;
  decidedBy: string | null;
  decidedMs: number | null;
  decidedReason: string | null;
  endedBy: string | null;
  endedMs: number | null;
  endedReason: string | null;
  closeJobId: string | null;
  hidden: number;
  hiddenFirstMs: number | null;
  hiddenLastMs: number | null;
  updatedMs: number;
  version: number;
}

export function exceptionRows(db: RegistryDb) {
  return db
    .selectFrom('exception')
    .leftJoin('agent', 'agent.id', 'exception.agent_id')
    .leftJoin('agent_group', 'agent_group.id', 'exception.group_id')
    .select([
      'exception.id',
      'exception.name',
      'exception.kind',
      'exception.state',
      'exception.condition',
      'exception.time_window',
      'exception.agency_id',
      'exception.agent_id',
      'agent.hostname',
      'exception.group_id',
      'agent_group.name as group',
      'exception.rules',
      'exception.categories',
      'exception.takes_all',
      'exception.reason',
      'exception.requested_by',
      'exception.requested_ms',
      'exception.starts_ms',
      'exception.expires_ms',
      'exception.review_ms',
      'exception.decided_by',
      'exception.decided_ms',
      'exception.decided_reason',
      'exception.ended_by',
      'exception.ended_ms',
      'exception.ended_reason',
      'exception.close_job_id',
      'exception.hidden',
      'exception.hidden_first_ms',
      'exception.hidden_last_ms',
      'exception.updated_ms',
      'exception.version',
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof exceptionRows>['executeTakeFirstOrThrow']>>;

const words = (text: string | null): string[] | null =>
  text === null ? null : wordsSchema.parse(JSON.parse(text));

export function toException(row: Row): Exception {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    state: row.state,
    condition: row.condition,
    window: row.time_window === null ? null : maintenanceWindowSchema.parse(JSON.parse(row.time_window)),
    agencyId: row.agency_id,
    agentId: row.agent_id,
    hostname: row.hostname,
    groupId: row.group_id,
    group: row.group,
    rules: words(row.rules),
    categories: words(row.categories),
    takesAll: row.takes_all === 1,
    reason: row.reason,
    requestedBy: row.requested_by,
    requestedMs: row.requested_ms,
    startsMs: row.starts_ms,
    expiresMs: row.expires_ms,
    reviewMs: row.review_ms,
    decidedBy: row.decided_by,
    decidedMs: row.decided_ms,
    decidedReason: row.decided_reason,
    endedBy: row.ended_by,
    endedMs: row.ended_ms,
    endedReason: row.ended_reason,
    closeJobId: row.close_job_id,
    hidden: row.hidden,
    hiddenFirstMs: row.hidden_first_ms,
    hiddenLastMs: row.hidden_last_ms,
    updatedMs: row.updated_ms,
    version: row.version,
  };
}

/** @throws RefusalError exception-unknown, also outside the scope */
export async function readException(db: RegistryDb, id: number, scope: AgencyScope): Promise<Exception> {
  const row = await exceptionRows(db).where('exception.id', '=', id).executeTakeFirst();
  if (row !== undefined && inScope(scope, row.agency_id)) return toException(row);
  const said = `there is no exception ${id}; "vonggac exception list" shows them`;
  throw new RefusalError('exception-unknown', String(id), said);
}

export interface ExceptionFilter {
  states?: readonly ExceptionState[] | undefined;
  kind?: ExceptionKind | undefined;
  /** That name this rule, or all. */
  ruleId?: string | undefined;
  agencyIds?: readonly number[] | undefined;
  agentId?: string | undefined;
  requestedBy?: string | undefined;
  /** Approved, and to be reviewed or at its end before this time. */
  dueBeforeMs?: number | undefined;
  /** Maintenance windows only, or none of them. */
  isWindow?: boolean | undefined;
  text?: string | undefined;
}

/** The newest first. */
export async function pageExceptions(
  db: RegistryDb,
  query: { filter: ExceptionFilter; scope: AgencyScope; limit: number; beforeId?: number | undefined },
): Promise<{ exceptions: Exception[]; next: number | undefined }> {
  const { filter, scope, limit, beforeId } = query;
  let select = exceptionRows(db)
    .orderBy('exception.id', 'desc')
    .limit(limit + 1);
  if (scope.kind === 'some') select = select.where('exception.agency_id', 'in', scope.agencyIds);
  if (filter.agencyIds !== undefined) select = select.where('exception.agency_id', 'in', filter.agencyIds);
  if (beforeId !== undefined) select = select.where('exception.id', '<', beforeId);
  if (filter.states !== undefined) select = select.where('exception.state', 'in', filter.states);
  if (filter.kind !== undefined) select = select.where('exception.kind', '=', filter.kind);
  if (filter.agentId !== undefined) select = select.where('exception.agent_id', '=', filter.agentId);
  if (filter.requestedBy !== undefined)
    select = select.where('exception.requested_by', '=', filter.requestedBy);
  if (filter.isWindow !== undefined) {
    select = select.where('exception.time_window', filter.isWindow ? 'is not' : 'is', null);
  }
  const { ruleId, dueBeforeMs, text } = filter;
  if (ruleId !== undefined) {
    select = select.where((eb) =>
      eb.or([
        eb('exception.rules', 'is', null),
        eb(eb.fn<number>('instr', ['exception.rules', eb.val(JSON.stringify(ruleId))]), '>', 0),
      ]),
    );
  }
  if (dueBeforeMs !== undefined) {
    select = select
      .where('exception.state', '=', 'approved')
      .where((eb) =>
        eb.or([eb('exception.review_ms', '<', dueBeforeMs), eb('exception.expires_ms', '<', dueBeforeMs)]),
      );
  }
  if (text !== undefined) {
    const asked = foldText(text);
    select = select.where((eb) =>
      eb(eb.fn<number>('instr', ['exception.search_text', eb.val(asked)]), '>', 0),
    );
  }
  const found = (await select.execute()).map(toException);
  const exceptions = found.slice(0, limit);
  return { exceptions, next: found.length > limit ? exceptions.at(-1)?.id : undefined };
}

/** Approved ones whose review or end is near, the most urgent first. */
export async function dueExceptions(db: RegistryDb, nowMs: number, limit: number): Promise<Exception[]> {
  const untilMs = nowMs + EXCEPTION_LIMITS.dueMs;
  const rows = await exceptionRows(db)
    .where('exception.state', '=', 'approved')
    .where((eb) => eb.or([eb('exception.review_ms', '<', untilMs), eb('exception.expires_ms', '<', untilMs)]))
    .orderBy('exception.review_ms')
    .orderBy('exception.id')
    .limit(limit)
    .execute();
  return rows.map(toException);
}

const changesSchema = z.record(z.string(), z.tuple([z.unknown(), z.unknown()]));

export interface ExceptionAct {
  id: number;
  version: number;
  atMs: number;
  actor: string;
  action: string;
  changes: Record<string, [unknown, unknown]>;
  reason: string | null;
}

/** Newest first. */
export async function readExceptionHistory(
  db: RegistryDb,
  exceptionId: number,
  page: { limit: number; beforeId?: number | undefined },
): Promise<ExceptionAct[]> {
  let select = db
    .selectFrom('exception_history')
    .select(['id', 'version', 'at_ms', 'actor', 'action', 'changes', 'reason'])
    .where('exception_id', '=', exceptionId)
    .orderBy('id', 'desc')
    .limit(page.limit);
  if (page.beforeId !== undefined) select = select.where('id', '<', page.beforeId);
  return (await select.execute()).map(({ at_ms: atMs, changes, ...row }) => ({
    ...row,
    atMs,
    changes: changesSchema.parse(JSON.parse(changes)),
  }));
}
