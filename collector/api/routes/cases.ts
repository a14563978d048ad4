/** Cases as a whole: lists, one, opened, changed, closed, opened again, watched; and which cases an alert may belong to. */
import { z } from 'zod';
import { CLOSE_ALERTS_KIND } from '../../services/cases/case-jobs.ts';
import type { BulkParams } from '../../registry/bulk-alerts.ts';
import { casesForAlert } from '../../registry/cases/case-hints.ts';
import { changeCase, closeCase, createCase, reopenCase, watchCase } from '../../registry/cases/case-acts.ts';
import { caseFacets, pageCases } from '../../registry/cases/list-cases.ts';
import { CASE_STATES } from '../../case/case-words.ts';
import { holds } from '../access.ts';
import { toCaseFilter } from '../case-query.ts';
import { detailOfCase, viewCases } from '../case-view.ts';
import {
  alertCasesSchema,
  caseBodySchema,
  caseClosedSchema,
  caseCloseSchema,
  caseDetailSchema,
  caseFacetsSchema,
  caseFilterSchema,
  casePageSchema,
  caseParams,
  casePatchSchema,
  caseQuerySchema,
  caseReasonSchema,
} from '../contract-cases.ts';
import { severitySchema } from '../contract-vocabulary.ts';
import { errorSchema } from '../contract.ts';
import { cursorCodec } from '../cursor.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { sendVersion, versionWanted } from '../etag.ts';
import { principalOf, type Principal } from '../principal.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'cases' | 'jobs'>;

const ERRORS = { '4xx': errorSchema } as const;
const cursor = cursorCodec(
  'cases',
  z.strictObject({
    sort: z.string().max(32),
    order: z.string().max(8),
    keys: z
      .array(z.union([z.int(), z.string().max(32)]))
      .min(1)
      .max(3),
    id: z.string().min(1).max(64),
  }),
);
const time = (text: string | null | undefined): number | null | undefined =>
  text === undefined || text === null ? text : Date.parse(text);
const whoOf = (principal: Principal) => ({
  scope: principal.scope,
  username: principal.kind === 'user' ? principal.username : undefined,
});

export function addCaseRoutes(app: ApiServer, deps: Deps): void {
  addLists(app, deps);
  addOpening(app, deps);
  addClosing(app, deps);
  addWatching(app, deps);
  addHints(app, deps);
}

function addLists(app: ApiServer, { registry }: Deps): void {
  app.get(
    '/cases',
    {
      config: { access: 'case:read' },
      schema: {
        summary: 'Cases, by default the last changed first',
        querystring: caseQuerySchema,
        response: { 200: casePageSchema, ...ERRORS },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const { after, limit, sort, order, ...wanted } = request.query;
      const filter = await toCaseFilter(registry, wanted, whoOf(principal));
      const place = after === undefined ? undefined : cursor.decode(after);
      if (place !== undefined && (place.sort !== sort || place.order !== order))
        throw new ApiError('bad-request', { field: 'after', message: 'this cursor is of another order' });
      const { rows, next } = await pageCases(
        registry.db,
        { filter, sort, order, limit, after: place },
        principal.scope,
      );
      return {
        cases: await viewCases(registry, rows, principal.scope),
        next: next === undefined ? null : cursor.encode({ sort, order, keys: [...next.keys], id: next.id }),
      };
    },
  );
  app.get(
    '/cases/facets',
    {
      config: { access: 'case:read' },
      schema: {
        summary: 'How many cases there are by state, severity, class, owner, agency',
        querystring: caseFilterSchema,
        response: { 200: caseFacetsSchema, ...ERRORS },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const filter = await toCaseFilter(registry, request.query, whoOf(principal));
      return caseFacets(registry.db, filter, principal.scope);
    },
  );
  app.get(
    '/cases/:id',
    {
      config: { access: 'case:read' },
      schema: {
        summary:
          'One case, by id or number; its ETag is its version. A merged number leads to the case that took it over',
        params: caseParams,
        response: { 200: caseDetailSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const detail = await detailOfCase(registry, request.params.id, principalOf(request).scope);
      sendVersion(reply, detail.version);
      return detail;
    },
  );
}

function addOpening(app: ApiServer, { registry, cases }: Deps): void {
  app.post(
    '/cases',
    {
      config: { access: 'case:write' },
      schema: {
        summary: 'Open a case, with alerts or without',
        body: caseBodySchema,
        response: { 201: caseDetailSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const { actor, scope, agencyId: ownAgencyId } = principalOf(request);
      const { dueAt, checklist, ...wanted } = request.body;
      const id = await createCase(
        registry,
        {
          ...wanted,
          ownAgencyId,
          dueMs: dueAt === undefined ? undefined : Date.parse(dueAt),
          checklists: checklist ? cases.rules.checklists : undefined,
        },
        { actor, scope },
      );
      await cases.changed([id]);
      const detail = await detailOfCase(registry, id, scope);
      sendVersion(reply, detail.version);
      return reply.code(201).send(detail);
    },
  );
  app.patch(
    '/cases/:id',
    {
      config: { access: 'case:write' },
      schema: {
        summary: 'Change what a case says of itself; with If-Match only if nobody else did meanwhile',
        params: caseParams,
        body: casePatchSchema,
        response: { 200: caseDetailSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const { dueAt, ...change } = request.body;
      const by = { actor, scope, version: versionWanted(request) };
      const id = await changeCase(registry, request.params.id, { ...change, dueMs: time(dueAt) }, by);
      await cases.changed([id]);
      const detail = await detailOfCase(registry, id, scope);
      sendVersion(reply, detail.version);
      return detail;
    },
  );
}

function addClosing(app: ApiServer, { registry, cases, jobs }: Deps): void {
  app.post(
    '/cases/:id/close',
    {
      config: { access: 'case:write' },
      schema: {
        summary: 'Close a case with outcome and lessons, and its alerts with it as a job that can be undone',
        params: caseParams,
        body: caseCloseSchema,
        response: { 200: caseClosedSchema, ...ERRORS },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const { actor, scope, agencyId } = principal;
      const { closeAlerts, ...closing } = request.body;
      if (closeAlerts !== undefined && !holds(principal, 'alert:bulk'))
        throw new ApiError('forbidden', {
          field: 'closeAlerts',
          message: 'your role may not do bulk acts on alerts',
        });
      const row = await closeCase(registry, request.params.id, closing, {
        actor,
        scope,
        version: versionWanted(request),
      });
      let jobId: string | null = null;
      if (closeAlerts !== undefined) {
        const params: BulkParams = {
          filter: { states: ['new', 'acknowledged', 'in-progress'], caseId: row.id },
          act: { state: 'closed', verdict: closeAlerts.verdict },
          reason: `${row.number}: ${closing.reason}`.slice(0, 4_096),
          actor,
          askedMs: registry.now(),
        };
        const wanted = { params, reason: params.reason, agencyId };
        jobId = (await jobs.request(CLOSE_ALERTS_KIND, wanted, { actor, scope })).id;
      }
      await cases.changed([row.id]);
      return { case: await detailOfCase(registry, row.id, scope), jobId };
    },
  );
  app.post(
    '/cases/:id/reopen',
    {
      config: { access: 'case:write' },
      schema: {
        summary: 'Open a closed case again',
        params: caseParams,
        body: caseReasonSchema,
        response: { 200: caseDetailSchema, ...ERRORS },
      },
    },
    async (request) => {
      const { actor, scope } = principalOf(request);
      const by = { actor, scope, version: versionWanted(request) };
      const { id } = await reopenCase(registry, request.params.id, request.body.reason, by);
      await cases.changed([id]);
      return detailOfCase(registry, id, scope);
    },
  );
}

function addWatching(app: ApiServer, { registry, cases }: Deps): void {
  for (const watches of [true, false]) {
    app.route({
      method: watches ? 'PUT' : 'DELETE',
      url: '/cases/:id/watch',
      config: { access: 'case:read' },
      schema: {
        summary: watches ? 'Watch a case' : 'Watch a case no more',
        params: caseParams,
        response: { 200: caseDetailSchema, ...ERRORS },
      },
      handler: async (request) => {
        const principal = principalOf(request);
        const { actor, scope } = principal;
        if (principal.kind !== 'user')
          throw new ApiError('bad-request', { message: 'only people who sign in watch cases' });
        const { username } = principal;
        const id = await watchCase(registry, request.params.id, { username, watches }, { actor, scope });
        await cases.changed([id]);
        return detailOfCase(registry, id, scope);
      },
    });
  }
}

function addHints(app: ApiServer, { registry }: Deps): void {
  app.get(
    '/alerts/:id/cases',
    {
      config: { access: 'case:read' },
      schema: {
        summary: 'The case that an alert is in, and open cases about the same hosts, users or values',
        params: z.strictObject({ id: z.string().min(1).max(256) }),
        response: { 200: alertCasesSchema, ...ERRORS },
      },
    },
    async (request) => {
      const found = await casesForAlert(registry.db, request.params.id, principalOf(request).scope);
      if (found === undefined) throw new ApiError('not-found', { message: 'there is no such alert' });
      const stateSchema = z.enum(CASE_STATES);
      return {
        in:
          found.in === undefined
            ? null
            : { number: found.in.number, state: stateSchema.parse(found.in.state) },
        hints: found.hints.map((hint) => ({
          ...hint,
          state: stateSchema.parse(hint.state),
          severity: severitySchema.parse(hint.severity),
        })),
      };
    },
  );
}
