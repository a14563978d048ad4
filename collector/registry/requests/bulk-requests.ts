/**
 * One request for each agency out of a selection of alerts. Invariants: only alerts that were there when it was asked for,
 * and that no open request is about; an alert over all hosts is asked of each agency about its own; a job makes one request
 * an agency, however often a step is begun.
 */
import { type Expression, type ExpressionBuilder, expressionBuilder, sql, type SqlBool } from 'kysely';
import { z } from 'zod';
import { whereAlerts, type AlertFilter } from '../alert-filter.ts';
import type { RequestTemplate } from '../../request/request-template.ts';
import { OPEN_STATES, REQUEST_LIMITS } from '../../request/request-words.ts';
import type { AgencyScope } from '../agencies.ts';
import { filterSchema } from '../bulk-alerts.ts';
import type { Database, RegistryDb, RegistryTransaction } from '../database.ts';
import type { JobPreview, StepOutcome } from '../jobs.ts';
import { moveIn } from './change-request.ts';
import { writeDraft } from './create-request.ts';
import { findingColumns, findingOf } from './request-findings.ts';

export const REQUEST_BULK_KIND = 'request.bulk';
/** Requests that go out without a second person. */
export const SENT_WITHOUT_SECOND_MAX = 20;
const IDS_MAX = 1_000;
const SAMPLE_MAX = 20;

export const requestBulkSchema = z.strictObject({
  filter: filterSchema,
  ids: z.array(z.string().min(1).max(64)).min(1).max(IDS_MAX).optional(),
  template: z.string().max(64).optional(),
  dueOn: z.iso.date().optional(),
  /** Sent at once; otherwise drafts. */
  send: z.boolean(),
  /** As in the audit trail. */
  actor: z.string().max(512),
  agencyId: z.number(),
  askedMs: z.number(),
});
export type RequestBulk = z.infer<typeof requestBulkSchema>;

type Alerts = ExpressionBuilder<Database, 'alert'>;
const alerts: Alerts = expressionBuilder<Database, 'alert'>();

/** The alerts that it is about: those found, and the members of those over many hosts in place of them. */
function concerned(eb: Alerts, params: RequestBulk, scope: AgencyScope): Expression<SqlBool> {
  const { filter, ids, askedMs } = params;
  const full: AlertFilter = { ...filter, createdUntilMs: askedMs, ...(ids && { folded: true }) };
  const found = (one: Alerts): Expression<SqlBool> =>
    one.and([
      whereAlerts(one, full, scope, 'id'),
      ...(ids === undefined ? [] : [one('alert.id', 'in', ids)]),
    ]);
  const fleets = eb
    .selectFrom('alert')
    .select('alert.id')
    .where((one) => one.and([found(one), one('alert.kind', '=', 'fleet')]));
  const members = eb.and([
    eb('alert.fleet_id', 'in', fleets),
    ...(scope.kind === 'all' ? [] : [eb('alert.agency_id', 'in', scope.agencyIds)]),
  ]);
  return eb.or([eb.and([found(eb), eb('alert.kind', '!=', 'fleet')]), members]);
}

/** An open request is about it already. */
function isAsked(eb: Alerts): Expression<SqlBool> {
  const open = eb
    .selectFrom('request_subject')
    .innerJoin('agency_request', 'agency_request.id', 'request_subject.request_id')
    .select('request_subject.ref')
    .where('request_subject.kind', '=', 'alert')
    .where('agency_request.state', 'in', OPEN_STATES);
  return eb('alert.id', 'in', open);
}

export async function previewRequests(
  db: RegistryDb,
  params: RequestBulk,
  scope: AgencyScope,
): Promise<JobPreview> {
  const asked = sql<number>`sum(case when ${isAsked(alerts)} then 1 else 0 end)`;
  const rows = await db
    .selectFrom('alert')
    .innerJoin('agency', 'agency.id', 'alert.agency_id')
    .select(['agency.id as agencyId', 'agency.name as agencyName', 'agency.ended_on as endedOn'])
    .select((eb) => [eb.fn.countAll<number>().as('alerts'), asked.as('asked')])
    .where(concerned(alerts, params, scope))
    .groupBy(['agency.id', 'agency.name', 'agency.ended_on'])
    .orderBy('agency.id')
    .execute();
  const skipped: Record<string, number> = {};
  const skip = (why: string, count: number): void => {
    if (count > 0) skipped[why] = (skipped[why] ?? 0) + count;
  };
  const sample: unknown[] = [];
  let changes = 0;
  for (const row of rows) {
    const free = row.alerts - row.asked;
    skip('asked-already', row.asked);
    if (row.endedOn !== null) skip('agency-ended', free);
    else if (free > 0) {
      skip('too-many-for-one', Math.max(0, free - REQUEST_LIMITS.subjectsMax));
      changes += 1;
      const { agencyId, agencyName } = row;
      if (sample.length < SAMPLE_MAX)
        sample.push({ agencyId, agencyName, alerts: Math.min(free, REQUEST_LIMITS.subjectsMax) });
    }
  }
  const needsApproval =
    params.send && changes > SENT_WITHOUT_SECOND_MAX ? [`more-than-${SENT_WITHOUT_SECOND_MAX}`] : [];
  return { total: rows.length, changes, skipped, sample, needsApproval };
}

/** One agency; then the next. */
export async function requestsStep(
  trx: RegistryTransaction,
  params: RequestBulk,
  context: {
    jobId: string;
    cursor: unknown;
    scope: AgencyScope;
    templates: readonly RequestTemplate[];
    nowMs: number;
  },
): Promise<StepOutcome> {
  const { jobId, scope, templates, nowMs } = context;
  const after = z.number().nullable().parse(context.cursor) ?? 0;
  const next = await trx
    .selectFrom('alert')
    .innerJoin('agency', 'agency.id', 'alert.agency_id')
    .select(['agency.id as agencyId', 'agency.ended_on as endedOn'])
    .where(alerts.and([concerned(alerts, params, scope), alerts.not(isAsked(alerts))]))
    .where('agency.id', '>', after)
    .orderBy('agency.id')
    .limit(1)
    .executeTakeFirst();
  if (next === undefined) return { cursor: after, done: 0, changed: 0, isEnd: true };
  const cursor = next.agencyId;
  if (next.endedOn !== null)
    return { cursor, done: 1, changed: 0, skipped: { 'agency-ended': 1 }, isEnd: false };
  const rows = await findingColumns(trx)
    .where(alerts.and([concerned(alerts, params, scope), alerts.not(isAsked(alerts))]))
    .where('alert.agency_id', '=', next.agencyId)
    .orderBy('alert.severity_rank', 'desc')
    .orderBy('alert.id')
    .limit(REQUEST_LIMITS.subjectsMax)
    .execute();
  const { actor, agencyId, template, dueOn } = params;
  const draft = await writeDraft(
    trx,
    templates,
    { findings: rows.map(findingOf), template, dueOn, jobId },
    { actor, scope, agencyId },
    nowMs,
  );
  if (params.send) await moveIn(trx, draft, 'send', {}, { actor, scope }, nowMs);
  return { cursor, done: 1, changed: 1, isEnd: false };
}
