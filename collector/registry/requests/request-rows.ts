/**
 * Requests as they are read. Invariants: a request is there for who sees the agency that is asked; a draft only for who
 * also sees the agency that asks.
 */
import { type Expression, type ExpressionBuilder, sql, type SqlBool } from 'kysely';
import { z } from 'zod';
import type { Severity } from '../../api/contract.ts';
import { severitySchema } from '../../api/contract-vocabulary.ts';
import type {
  AnswerFile,
  DispatchFields,
  RequestContact,
  RequestState,
  StepAnswer,
  SubjectKind,
} from '../../request/request-words.ts';
import { ASKED_STATES, STEP_OUTCOMES } from '../../request/request-words.ts';
import { type AgencyScope, inScope } from '../agencies.ts';
import type { Database, RegistryDb } from '../database.ts';
import { RefusalError } from '../refusal.ts';

export interface AgencyRequest {
  id: string;
  agencyId: number;
  agencyName: string;
  issuerAgencyId: number;
  template: string;
  title: string;
  body: string;
  steps: string[];
  severity: Severity;
  state: RequestState;
  dueMs: number;
  contact: RequestContact;
  dispatch: DispatchFields;
  createdBy: string;
  createdMs: number;
  updatedMs: number;
  stateBy: string | null;
  stateReason: string | null;
  sentMs: number | null;
  seenMs: number | null;
  answeredMs: number | null;
  overdueMs: number | null;
  endedMs: number | null;
  nextMs: number | null;
  jobId: string | null;
  version: number;
}

export interface RequestSubject {
  place: number;
  kind: SubjectKind;
  ref: string;
  agentId: string | null;
  hostname: string | null;
  title: string;
  detail: string;
  timeMs: number;
}

export interface RequestAnswer {
  id: number;
  atMs: number;
  actor: string;
  name: string;
  text: string;
  steps: StepAnswer[];
  files: AnswerFile[];
}

export interface RequestEvent {
  version: number;
  atMs: number;
  actor: string;
  action: string;
  reason: string | null;
  detail: Record<string, unknown>;
}

const stepsSchema = z.array(z.string());
const contactSchema = z.object({ name: z.string(), phone: z.string(), email: z.string() });
const dispatchSchema = z.object({ number: z.string(), day: z.string().nullable() });
const stepAnswersSchema = z.array(
  z.object({ step: z.number(), outcome: z.enum(STEP_OUTCOMES), note: z.string() }),
);
const filesSchema = z.array(z.object({ name: z.string(), sha256: z.string() }));

const FIELDS = [
  'agency_request.id',
  'agency_request.agency_id',
  'issuer_agency_id',
  'template',
  'title',
  'body',
  'steps',
  'severity',
  'state',
  'due_ms',
  'contact',
  'dispatch',
  'created_by',
  'agency_request.created_ms',
  'updated_ms',
  'state_by',
  'state_reason',
  'sent_ms',
  'seen_ms',
  'answered_ms',
  'overdue_ms',
  'ended_ms',
  'next_ms',
  'job_id',
  'agency_request.version',
] as const;

type Requests = ExpressionBuilder<Database, 'agency_request'>;

function rows(db: RegistryDb) {
  return db
    .selectFrom('agency_request')
    .innerJoin('agency', 'agency.id', 'agency_request.agency_id')
    .select(FIELDS)
    .select('agency.name as agency_name');
}

type Row = Awaited<ReturnType<ReturnType<typeof rows>['executeTakeFirstOrThrow']>>;

function toRequest(row: Row): AgencyRequest {
  return {
    id: row.id,
    agencyId: row.agency_id,
    agencyName: row.agency_name,
    issuerAgencyId: row.issuer_agency_id,
    template: row.template,
    title: row.title,
    body: row.body,
    steps: stepsSchema.parse(JSON.parse(row.steps)),
    severity: severitySchema.parse(row.severity),
    state: row.state,
    dueMs: row.due_ms,
    contact: contactSchema.parse(JSON.parse(row.contact)),
    dispatch: dispatchSchema.parse(JSON.parse(row.dispatch)),
    createdBy: row.created_by,
    createdMs: row.created_ms,
    updatedMs: row.updated_ms,
    stateBy: row.state_by,
    stateReason: row.state_reason,
    sentMs: row.sent_ms,
    seenMs: row.seen_ms,
    answeredMs: row.answered_ms,
    overdueMs: row.overdue_ms,
    endedMs: row.ended_ms,
    nextMs: row.next_ms,
    jobId: row.job_id,
    version: row.version,
  };
}

/** The condition of visibility, in one place. */
export function visibleTo(eb: Requests, scope: AgencyScope): Expression<SqlBool> {
  if (scope.kind === 'all') return eb.lit(true);
  return eb.and([
    eb('agency_request.agency_id', 'in', scope.agencyIds),
    eb.or([eb('agency_request.state', '!=', 'draft'), eb('issuer_agency_id', 'in', scope.agencyIds)]),
  ]);
}

export interface RequestFilter {
  states?: readonly RequestState[] | undefined;
  agencyIds?: readonly number[] | undefined;
  alertId?: string | undefined;
  /** Waited for from the agency, and due before this moment. */
  dueBeforeMs?: number | undefined;
  jobId?: string | undefined;
}

function whereRequests(eb: Requests, filter: RequestFilter, scope: AgencyScope): Expression<SqlBool> {
  const { states, agencyIds, alertId, dueBeforeMs, jobId } = filter;
  const conditions = [visibleTo(eb, scope)];
  if (states !== undefined) conditions.push(eb('agency_request.state', 'in', states));
  if (agencyIds !== undefined) conditions.push(eb('agency_request.agency_id', 'in', agencyIds));
  if (jobId !== undefined) conditions.push(eb('agency_request.job_id', '=', jobId));
  if (dueBeforeMs !== undefined)
    conditions.push(eb('due_ms', '<', dueBeforeMs), eb('agency_request.state', 'in', ASKED_STATES));
  if (alertId !== undefined) {
    const about = eb
      .selectFrom('request_subject')
      .select('request_id')
      .where('kind', '=', 'alert')
      .where('ref', '=', alertId);
    conditions.push(eb('agency_request.id', 'in', about));
  }
  return eb.and(conditions);
}

/** Place of the last request of the page before. */
export interface RequestPlace {
  createdMs: number;
  id: string;
}

/** Newest first. */
export async function listRequests(
  db: RegistryDb,
  query: { filter: RequestFilter; scope: AgencyScope; limit: number; after?: RequestPlace | undefined },
): Promise<{ requests: AgencyRequest[]; next: RequestPlace | undefined }> {
  const { filter, scope, limit, after } = query;
  let select = rows(db)
    .where((eb) => whereRequests(eb, filter, scope))
    .orderBy('agency_request.created_ms', 'desc')
    .orderBy('agency_request.id', 'desc')
    .limit(limit + 1);
  if (after !== undefined)
    select = select.where(
      sql<SqlBool>`(agency_request.created_ms, agency_request.id) < (${after.createdMs}, ${after.id})`,
    );
  const found = (await select.execute()).map(toRequest);
  const requests = found.slice(0, limit);
  const last = requests.at(-1);
  const next =
    found.length > limit && last !== undefined ? { createdMs: last.createdMs, id: last.id } : undefined;
  return { requests, next };
}

export function unknownRequest(id: string): RefusalError {
  return new RefusalError(
    'request-unknown',
    id,
    `there is no request ${id}, or several begin so; "vonggac request list" shows them`,
  );
}

const PREFIX_CHARS_MIN = 4;

/** By its id or the first characters of it. @throws RefusalError request-unknown */
export async function findRequest(db: RegistryDb, id: string, scope: AgencyScope): Promise<AgencyRequest> {
  const prefix = id.toLowerCase().replaceAll(/[^0-9a-f-]/g, '');
  const found =
    prefix.length < PREFIX_CHARS_MIN
      ? []
      : await rows(db)
          .where('agency_request.id', 'like', `${prefix}%`)
          .where((eb) => visibleTo(eb, scope))
          .limit(2)
          .execute();
  const [row] = found;
  if (row === undefined || found.length > 1) throw unknownRequest(id);
  return toRequest(row);
}

/** Whether somebody acts for the agency that asks. */
export function isIssuer(request: Pick<AgencyRequest, 'issuerAgencyId'>, scope: AgencyScope): boolean {
  return inScope(scope, request.issuerAgencyId);
}

export async function readSubjects(db: RegistryDb, id: string): Promise<RequestSubject[]> {
  return db
    .selectFrom('request_subject')
    .select([
      'place',
      'kind',
      'ref',
      'agent_id as agentId',
      'hostname',
      'title',
      'detail',
      'time_ms as timeMs',
    ])
    .where('request_id', '=', id)
    .orderBy('place')
    .execute();
}

const ANSWERS_MAX = 100;

/** Oldest first. */
export async function readAnswers(db: RegistryDb, id: string): Promise<RequestAnswer[]> {
  const found = await db
    .selectFrom('request_answer')
    .select(['id', 'at_ms', 'actor', 'name', 'text', 'steps', 'files'])
    .where('request_id', '=', id)
    .orderBy('id')
    .limit(ANSWERS_MAX)
    .execute();
  return found.map(({ at_ms: atMs, steps, files, ...row }) => ({
    ...row,
    atMs,
    steps: stepAnswersSchema.parse(JSON.parse(steps)),
    files: filesSchema.parse(JSON.parse(files)),
  }));
}

const EVENTS_MAX = 500;

/** Newest first. */
export async function readRequestEvents(db: RegistryDb, id: string): Promise<RequestEvent[]> {
  const found = await db
    .selectFrom('request_event')
    .select(['version', 'at_ms as atMs', 'actor', 'action', 'reason', 'detail'])
    .where('request_id', '=', id)
    .orderBy('id', 'desc')
    .limit(EVENTS_MAX)
    .execute();
  return found.map((row) => ({
    ...row,
    detail: z.record(z.string(), z.unknown()).parse(JSON.parse(row.detail)),
  }));
}

export interface AgencyOverdue {
  agencyId: number;
  agencyName: string;
  /** Requests that wait for the agency. */
  waiting: number;
  /** Of these, not answered in time. */
  overdue: number;
  oldestDueMs: number;
}

/** Agencies that are asked something, the most overdue first. */
export async function overdueByAgency(
  db: RegistryDb,
  scope: AgencyScope,
  nowMs: number,
): Promise<AgencyOverdue[]> {
  const late = sql<number>`sum(case when due_ms < ${nowMs} then 1 else 0 end)`;
  return db
    .selectFrom('agency_request')
    .innerJoin('agency', 'agency.id', 'agency_request.agency_id')
    .select(['agency.id as agencyId', 'agency.name as agencyName'])
    .select((eb) => [
      eb.fn.countAll<number>().as('waiting'),
      late.as('overdue'),
      eb.fn.min('due_ms').as('oldestDueMs'),
    ])
    .where('agency_request.state', 'in', ASKED_STATES)
    .where((eb) => visibleTo(eb, scope))
    .groupBy(['agency.id', 'agency.name'])
    .orderBy(late, 'desc')
    .orderBy('agency.id')
    .execute();
}
