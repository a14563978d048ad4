/** Requests to agencies: written, sent, decided by who asks; seen and answered by who is asked. */
import { z } from 'zod';
import { answerRequest, seeRequest } from '../../registry/requests/answer-request.ts';
import { editRequest, moveRequest, type RequestMove } from '../../registry/requests/change-request.ts';
import { createRequest } from '../../registry/requests/create-request.ts';
import { createLink, revokeLinks } from '../../registry/requests/request-links.ts';
import { readOffice, setOffice } from '../../registry/requests/request-offices.ts';
import {
  findRequest,
  listRequests,
  overdueByAgency,
  readRequestEvents,
  type AgencyRequest,
} from '../../registry/requests/request-rows.ts';
import { isoTime } from '../../registry/iso-time.ts';
import { DISPATCH_STYLE_HASH } from '../../request/dispatch-html.ts';
import {
  linkSchema,
  newAnswerSchema,
  newLinkSchema,
  newOfficeSchema,
  newRequestSchema,
  overdueSchema,
  requestDetailSchema,
  requestFilterSchema,
  requestHistorySchema,
  requestMoveSchema,
  requestOfficeSchema,
  requestPageSchema,
  requestPatchSchema,
  requestQuerySchema,
  templateListSchema,
} from '../contract-requests.ts';
import { errorSchema } from '../contract.ts';
import { cursorCodec } from '../cursor.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { sendVersion, versionWanted } from '../etag.ts';
import { principalOf } from '../principal.ts';
import { rateLimit } from '../rate-limit.ts';
import { gapFindings } from '../request-gaps.ts';
import { vulnerabilityFindings } from '../request-vulnerabilities.ts';
import { toRequestFilter } from '../request-query.ts';
import { dispatchOf, requestsCsv, viewHistory, viewRequest, viewRequestDetail } from '../request-view.ts';
import { answerPath } from './answer-page.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'store' | 'alerts' | 'requestTemplates'>;

const params = z.strictObject({ id: z.uuid() });
const places = cursorCodec('requests', z.object({ createdMs: z.number(), id: z.string() }));
const EXPORT_MAX = 10_000;
const LINKS_PER_MINUTE = 60;

export function addRequestRoutes(app: ApiServer, deps: Deps): void {
  addLists(app, deps);
  addOne(app, deps);
  addActs(app, deps);
  addAnswers(app, deps);
  addOffice(app, deps);
}

function addLists(app: ApiServer, { registry, requestTemplates }: Deps): void {
  app.get(
    '/requests',
    {
      config: { access: 'request:read' },
      schema: {
        summary: 'Requests to agencies, newest first; drafts are seen by who asks only',
        querystring: requestQuerySchema,
        response: { 200: requestPageSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { scope } = principalOf(request);
      const { after, limit, ...query } = request.query;
      const filter = await toRequestFilter(registry, query, scope);
      const place = after === undefined ? undefined : places.decode(after);
      const page = await listRequests(registry.db, { filter, scope, limit, after: place });
      return {
        requests: page.requests.map((one) => viewRequest(one, registry.now())),
        next: page.next === undefined ? null : places.encode(page.next),
      };
    },
  );
  app.get(
    '/requests/export',
    {
      config: { access: 'request:read' },
      schema: {
        summary: 'Requests as a CSV file for Excel (UTF-8, semicolons), at most 10,000',
        querystring: requestFilterSchema,
        response: { 200: z.string(), '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { scope } = principalOf(request);
      const filter = await toRequestFilter(registry, request.query, scope);
      const { requests } = await listRequests(registry.db, { filter, scope, limit: EXPORT_MAX });
      return reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="yeu-cau.csv"')
        .send(requestsCsv(requests, registry.now()));
    },
  );
  app.get(
    '/requests/overdue',
    {
      config: { access: 'request:read' },
      schema: {
        summary: 'How many requests wait for each agency, and how many are overdue',
        response: { 200: overdueSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const agencies = await overdueByAgency(registry.db, principalOf(request).scope, registry.now());
      return {
        agencies: agencies.map(({ oldestDueMs, ...rest }) => ({
          ...rest,
          oldestDueAt: isoTime(oldestDueMs),
        })),
      };
    },
  );
  app.get(
    '/requests/templates',
    {
      config: { access: 'request:read' },
      schema: {
        summary: 'Texts that requests begin with, by the kind of finding',
        response: { 200: templateListSchema, '4xx': errorSchema },
      },
    },
    () => ({
      templates: requestTemplates.map(({ id, name, title, body, steps }) => ({
        id,
        name,
        title,
        body,
        steps,
      })),
    }),
  );
}

function addOne(app: ApiServer, deps: Deps): void {
  const { registry } = deps;
  app.get(
    '/requests/:id',
    {
      config: { access: 'request:read' },
      schema: {
        summary: 'One request with what it is about and its answers',
        params,
        response: { 200: requestDetailSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const found = await findRequest(registry.db, request.params.id, principalOf(request).scope);
      sendVersion(reply, found.version);
      return viewRequestDetail(registry, found);
    },
  );
  app.get(
    '/requests/:id/history',
    {
      config: { access: 'request:read' },
      schema: {
        summary: 'What was done to a request, newest first',
        params,
        response: { 200: requestHistorySchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { id } = await findRequest(registry.db, request.params.id, principalOf(request).scope);
      return viewHistory(await readRequestEvents(registry.db, id));
    },
  );
  app.get(
    '/requests/:id/dispatch',
    {
      config: { access: 'request:read' },
      schema: {
        summary: 'The request as an official dispatch (công văn) to be printed on A4',
        params,
        response: { 200: z.string(), '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const found = await findRequest(registry.db, request.params.id, principalOf(request).scope);
      const policy = [
        "default-src 'none'",
        `style-src ${DISPATCH_STYLE_HASH}`,
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ];
      return reply
        .header('content-type', 'text/html; charset=utf-8')
        .header('content-security-policy', policy.join('; '))
        .send(await dispatchOf(registry, found));
    },
  );
  app.post(
    '/requests',
    {
      config: { access: 'request:write' },
      schema: {
        summary: 'Write a draft about alerts, silent hosts, failed checks or vulnerabilities of one agency',
        body: newRequestSchema,
        response: { 201: requestDetailSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope, agencyId } = principalOf(request);
      const { gaps, vulnerabilities, ...wanted } = request.body;
      const looked = [
        ...(await gapFindings({ registry, posture: deps.store.posture }, gaps, scope)),
        ...(await vulnerabilityFindings(registry, vulnerabilities, scope)),
      ];
      const by = { actor, scope, agencyId };
      const made = await createRequest(registry, deps.requestTemplates, { ...wanted, gaps: looked }, by);
      sendVersion(reply, made.version);
      return reply.code(201).send(await viewRequestDetail(registry, made));
    },
  );
  app.patch(
    '/requests/:id',
    {
      config: { access: 'request:write' },
      schema: {
        summary: 'Put a draft right, or give a request another day, contact or dispatch number',
        params,
        body: requestPatchSchema,
        response: { 200: requestDetailSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const by = { actor, scope, version: versionWanted(request) };
      const edited = await editRequest(registry, request.params.id, request.body, by);
      sendVersion(reply, edited.version);
      return viewRequestDetail(registry, edited);
    },
  );
}

const MOVES: readonly { move: RequestMove; summary: string }[] = [
  { move: 'send', summary: 'Send a draft: the agency sees it, its channels are told, the deadline runs' },
  { move: 'accept', summary: 'Take the answer: the request is over' },
  { move: 'return', summary: 'Return the answer with a reason and a new deadline' },
  { move: 'cancel', summary: 'Call the request off with a reason' },
];

function addActs(app: ApiServer, { registry, alerts }: Deps): void {
  for (const { move, summary } of MOVES) {
    app.post(
      `/requests/:id/${move}`,
      {
        config: { access: 'request:write' },
        schema: {
          summary,
          params,
          body: requestMoveSchema,
          response: { 200: requestDetailSchema, '4xx': errorSchema },
        },
      },
      async (request, reply) => {
        const { actor, scope } = principalOf(request);
        const by = { actor, scope, version: versionWanted(request) };
        const { id } = request.params;
        const moved = await moveRequest(registry, id, move, request.body, by);
        await alerts.changed(moved.alertIds);
        sendVersion(reply, moved.request.version);
        return viewRequestDetail(registry, moved.request);
      },
    );
  }
  app.post(
    '/requests/:id/links',
    {
      config: { access: 'request:write', ...rateLimit(LINKS_PER_MINUTE) },
      schema: {
        summary:
          'Make a page on which the agency answers once without an account; its address is told here only',
        params,
        body: newLinkSchema,
        response: { 201: linkSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const made = await createLink(registry, request.params.id, request.body.days, { actor, scope });
      const { id, token, expiresMs } = made;
      return reply.code(201).send({ id, path: answerPath(token), expiresAt: isoTime(expiresMs) });
    },
  );
  app.delete(
    '/requests/:id/links',
    {
      config: { access: 'request:write' },
      schema: {
        summary: 'End all links of a request',
        params,
        response: { 204: z.null(), '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      await revokeLinks(registry, request.params.id, { actor, scope });
      return reply.code(204).send(null);
    },
  );
}

function addAnswers(app: ApiServer, { registry, alerts }: Deps): void {
  const answered = (found: AgencyRequest) => viewRequestDetail(registry, found);
  app.post(
    '/requests/:id/seen',
    {
      config: { access: 'request:answer' },
      schema: {
        summary: 'Say that the agency has seen the request',
        params,
        response: { 200: requestDetailSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const seen = await seeRequest(registry, request.params.id, { actor, scope });
      sendVersion(reply, seen.version);
      return answered(seen);
    },
  );
  app.post(
    '/requests/:id/answer',
    {
      config: { access: 'request:answer' },
      schema: {
        summary: 'Answer a request step by step; the answer lands in the histories of its alerts',
        params,
        body: newAnswerSchema,
        response: { 200: requestDetailSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const done = await answerRequest(registry, request.params.id, request.body, { actor, scope });
      await alerts.changed(done.alertIds);
      sendVersion(reply, done.request.version);
      return answered(done.request);
    },
  );
}

function addOffice(app: ApiServer, { registry }: Deps): void {
  app.get(
    '/requests/office',
    {
      config: { access: 'request:read' },
      schema: {
        summary: 'How dispatches of one’s own agency are headed and signed',
        response: { 200: requestOfficeSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const kept = await readOffice(registry.db, principalOf(request).agencyId);
      sendVersion(reply, kept.version);
      return kept;
    },
  );
  app.put(
    '/requests/office',
    {
      config: { access: 'request:write' },
      schema: {
        summary: 'Say how dispatches of one’s own agency are headed and signed',
        body: newOfficeSchema,
        response: { 200: requestOfficeSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope, agencyId } = principalOf(request);
      const by = { actor, scope, version: versionWanted(request) };
      const kept = await setOffice(registry, agencyId, request.body, by);
      sendVersion(reply, kept.version);
      return kept;
    },
  );
}
