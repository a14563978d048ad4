/** Alerts of a case: listed, put in one by one or by a filter, taken out. */
import { z } from 'zod';
import { ADD_ALERTS_KIND, type AddAlertsParams } from '../../services/cases/case-jobs.ts';
import { findAlerts } from '../../registry/alert-book.ts';
import { addAlerts, removeAlerts } from '../../registry/cases/case-alerts.ts';
import { requireCase } from '../../registry/cases/find-case.ts';
import { caseAlertIds } from '../../registry/cases/read-case.ts';
import { toAlertFilter } from '../alert-query.ts';
import { byOf, openedCase } from '../case-route.ts';
import { detailOfCase } from '../case-view.ts';
import { alertParams, caseAlertsSchema, pageQuery } from '../contract-case-parts.ts';
import { caseAlertBulkSchema, caseAlertIdsSchema, caseDetailSchema, caseParams } from '../contract-cases.ts';
import { jobDetailSchema, jobPreviewSchema } from '../contract-jobs.ts';
import { errorSchema } from '../contract.ts';
import { cursorCodec } from '../cursor.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { viewJobDetail } from '../job-view.ts';
import { principalOf, type Principal } from '../principal.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'cases' | 'jobs'>;
const ERRORS = { '4xx': errorSchema, '5xx': errorSchema } as const;
const alertCursor = cursorCodec(
  'case-alerts',
  z.strictObject({ firstSeenMs: z.int(), id: z.string().max(64) }),
);

export function addCaseAlertRoutes(app: ApiServer, deps: Deps): void {
  const { registry, cases, jobs } = deps;
  app.get(
    '/cases/:id/alerts',
    {
      config: { access: 'case:read' },
      schema: {
        summary: 'Alerts of a case, in the order in which they began',
        params: caseParams,
        querystring: pageQuery,
        response: { 200: caseAlertsSchema, ...ERRORS },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const { row, hidden } = await openedCase(registry, request.params.id, principal, 'alerts');
      const { limit, after } = request.query;
      const place = after === undefined ? undefined : alertCursor.decode(after);
      const found = await caseAlertIds(registry.db, row.id, principal.scope, {
        limit: limit + 1,
        after: place,
      });
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      const ids = page.map(({ id }) => id);
      return {
        alerts: await findAlerts(registry.db, ids, registry.now()),
        hidden,
        next: last === undefined ? null : alertCursor.encode({ firstSeenMs: last.firstSeenMs, id: last.id }),
      };
    },
  );
  app.post(
    '/cases/:id/alerts',
    {
      config: { access: 'case:write' },
      schema: {
        summary: 'Put alerts into a case',
        params: caseParams,
        body: caseAlertIdsSchema,
        response: { 200: caseDetailSchema, ...ERRORS },
      },
    },
    async (request) => {
      const { caseId } = await addAlerts(registry, request.params.id, request.body.ids, byOf(request));
      await cases.changed([caseId]);
      return detailOfCase(registry, caseId, principalOf(request).scope);
    },
  );
  app.delete(
    '/cases/:id/alerts/:partId',
    {
      config: { access: 'case:write' },
      schema: {
        summary: 'Take an alert out of a case',
        params: alertParams,
        response: { 200: caseDetailSchema, ...ERRORS },
      },
    },
    async (request) => {
      const { id, partId } = request.params;
      const caseId = await removeAlerts(registry, id, [partId], byOf(request));
      await cases.changed([caseId]);
      return detailOfCase(registry, caseId, principalOf(request).scope);
    },
  );
  const paramsOf = async (
    id: string,
    body: z.infer<typeof caseAlertBulkSchema>,
    principal: Principal,
  ): Promise<AddAlertsParams> => {
    const { actor, scope } = principal;
    const row = await requireCase(registry.db, id, { actor, scope }, 'part');
    const username = principal.kind === 'user' ? principal.username : undefined;
    const filter = await toAlertFilter(registry, body.filter, { scope, username });
    return { caseId: row.id, filter, actor, askedMs: registry.now() };
  };
  app.post(
    '/cases/:id/alerts/bulk/preview',
    {
      config: { access: 'case:write' },
      schema: {
        summary: 'How many alerts a filter would put into a case',
        params: caseParams,
        body: caseAlertBulkSchema,
        response: { 200: jobPreviewSchema, ...ERRORS },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      return jobs.preview(
        ADD_ALERTS_KIND,
        await paramsOf(request.params.id, request.body, principal),
        principal.scope,
      );
    },
  );
  app.post(
    '/cases/:id/alerts/bulk',
    {
      config: { access: 'case:write' },
      schema: {
        summary: 'Put all alerts that a filter finds into a case, as a job that can be undone for 30 days',
        params: caseParams,
        body: caseAlertBulkSchema,
        response: { 201: jobDetailSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { actor, scope, agencyId } = principal;
      const params = await paramsOf(request.params.id, request.body, principal);
      const job = await jobs.request(
        ADD_ALERTS_KIND,
        { params, reason: request.body.reason, agencyId },
        { actor, scope },
      );
      return reply.code(201).send(viewJobDetail(job));
    },
  );
}
