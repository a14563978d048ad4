/** Exceptions and maintenance windows: list, ask, try out, decide, prolong, end, and what was done. */
import { z } from 'zod';
import { ExceptionInvalidError } from '../../exceptions/condition.ts';
import { usualReviewMs } from '../../exceptions/term.ts';
import { EXCEPTION_LIMITS } from '../../exceptions/vocabulary.ts';
import { inScope, scopeOfAgency } from '../../registry/agencies.ts';
import { extendException, rejectException } from '../../registry/exceptions/exception-acts.ts';
import { withdrawException } from '../../registry/exceptions/exception-ends.ts';
import {
  pageExceptions,
  readException,
  readExceptionHistory,
} from '../../registry/exceptions/exception-book.ts';
import { isoTime } from '../../registry/iso-time.ts';
import {
  exceptionApprovedSchema,
  exceptionApproveSchema,
  exceptionBodySchema,
  exceptionDetailSchema,
  exceptionExtendSchema,
  exceptionHistoryQuerySchema,
  exceptionHistorySchema,
  exceptionPageSchema,
  exceptionQuerySchema,
  exceptionReasonSchema,
  exceptionSimulateBodySchema,
  exceptionSimulateSchema,
} from '../contract-exceptions.ts';
import { jobDetailSchema } from '../contract-jobs.ts';
import { errorSchema } from '../contract.ts';
import { cursorCodec } from '../cursor.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { sendVersion, versionWanted } from '../etag.ts';
import { askedOf, detailOf, viewExceptions } from '../exception-view.ts';
import { viewJobDetail } from '../job-view.ts';
import { principalOf, type Principal } from '../principal.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'exceptions' | 'now'>;

const cursor = cursorCodec('exceptions', z.strictObject({ id: z.int() }));
const historyCursor = cursorCodec('exception-history', z.strictObject({ id: z.int() }));
const params = z.strictObject({ id: z.coerce.number().int().min(1).max(2_147_483_647) });
const ERRORS = { '4xx': errorSchema } as const;

const byOf = ({ actor, agencyId, scope }: Principal) => ({ actor, agencyId, scope });

/** @throws ApiError that names the field at fault */
async function orField<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ExceptionInvalidError)) throw error;
    throw new ApiError('bad-request', { message: error.message, field: error.field, cause: error });
  }
}

export function addExceptionRoutes(app: ApiServer, deps: Deps): void {
  addReading(app, deps);
  addAsking(app, deps);
  addDeciding(app, deps);
  addEnding(app, deps);
}

function addReading(app: ApiServer, { registry, now }: Deps): void {
  app.get(
    '/exceptions',
    {
      config: { access: 'exception:read' },
      schema: {
        summary: 'Exceptions and maintenance windows, the newest first',
        querystring: exceptionQuerySchema,
        response: { 200: exceptionPageSchema, ...ERRORS },
      },
    },
    async (request) => {
      const { scope } = principalOf(request);
      const { limit, after, agencyId, state, due, window, ...filter } = request.query;
      if (agencyId !== undefined && !inScope(scope, agencyId)) {
        throw new ApiError('not-found', { message: 'there is no such agency', field: 'agencyId' });
      }
      const wanted = agencyId === undefined ? undefined : await scopeOfAgency(registry.db, agencyId);
      const { exceptions, next } = await pageExceptions(registry.db, {
        filter: {
          ...filter,
          states: state,
          agencyIds: wanted?.kind === 'some' ? wanted.agencyIds : undefined,
          dueBeforeMs:
            due === undefined ? undefined : due === 'soon' ? now() + EXCEPTION_LIMITS.dueMs : Date.parse(due),
          isWindow: window === undefined ? undefined : window === 'only',
        },
        scope,
        limit,
        beforeId: after === undefined ? undefined : cursor.decode(after).id,
      });
      return {
        exceptions: await viewExceptions(registry.db, exceptions, now()),
        next: next === undefined ? null : cursor.encode({ id: next }),
      };
    },
  );

  app.get(
    '/exceptions/:id',
    {
      config: { access: 'exception:read' },
      schema: {
        summary: 'One exception with what it hid; its ETag is its version',
        params,
        response: { 200: exceptionDetailSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const exception = await readException(registry.db, request.params.id, principalOf(request).scope);
      sendVersion(reply, exception.version);
      return detailOf(registry.db, exception, now());
    },
  );

  app.get(
    '/exceptions/:id/history',
    {
      config: { access: 'exception:read' },
      schema: {
        summary: 'What was done to an exception, the newest first',
        params,
        querystring: exceptionHistoryQuerySchema,
        response: { 200: exceptionHistorySchema, ...ERRORS },
      },
    },
    async (request) => {
      const { id } = await readException(registry.db, request.params.id, principalOf(request).scope);
      const { limit, after } = request.query;
      const beforeId = after === undefined ? undefined : historyCursor.decode(after).id;
      const found = await readExceptionHistory(registry.db, id, { limit: limit + 1, beforeId });
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      return {
        entries: page.map(({ atMs, changes, ...act }) => ({
          ...act,
          at: isoTime(atMs),
          changes: Object.fromEntries(
            Object.entries(changes).map(([field, [before, after_]]) => [field, { before, after: after_ }]),
          ),
        })),
        next: last === undefined ? null : historyCursor.encode({ id: last.id }),
      };
    },
  );
}

function addAsking(app: ApiServer, { registry, exceptions, now }: Deps): void {
  app.post(
    '/exceptions',
    {
      config: { access: 'exception:request' },
      schema: {
        summary: 'Ask for an exception or a maintenance window; another person approves it',
        body: exceptionBodySchema,
        response: { 201: exceptionDetailSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const by = byOf(principalOf(request));
      const exception = await orField(() => exceptions.request(askedOf(request.body), by));
      sendVersion(reply, exception.version);
      return reply.code(201).send(await detailOf(registry.db, exception, now()));
    },
  );

  app.post(
    '/exceptions/simulate',
    {
      config: { access: 'exception:request' },
      schema: {
        summary: 'Try out a draft: a job that says what it would have hidden, day by day',
        body: exceptionSimulateBodySchema,
        response: { 201: jobDetailSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const { days, ...body } = request.body;
      const by = byOf(principalOf(request));
      const job = await orField(() => exceptions.simulate({ draft: askedOf(body), days }, by));
      return reply.code(201).send(viewJobDetail(job));
    },
  );

  app.post(
    '/exceptions/:id/simulate',
    {
      config: { access: 'exception:request' },
      schema: {
        summary: 'Try out one in the register: a job that says what it would have hidden',
        params,
        body: exceptionSimulateSchema,
        response: { 201: jobDetailSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const { days } = request.body;
      const by = byOf(principalOf(request));
      const job = await orField(() => exceptions.simulate({ id: request.params.id, days }, by));
      return reply.code(201).send(viewJobDetail(job));
    },
  );
}

function addDeciding(app: ApiServer, { registry, exceptions, now }: Deps): void {
  app.post(
    '/exceptions/:id/approve',
    {
      config: { access: 'exception:approve' },
      schema: {
        summary: 'Let it act from now on; `close` closes the open alerts that it covers, as a job',
        params,
        body: exceptionApproveSchema,
        response: { 200: exceptionApprovedSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const { reason, close } = request.body;
      const act = { id: request.params.id, version: versionWanted(request), by: byOf(principalOf(request)) };
      const { exception, jobId } = await orField(() => exceptions.approve({ ...act, reason, close }));
      sendVersion(reply, exception.version);
      return { ...(await detailOf(registry.db, exception, now())), jobId };
    },
  );

  app.post(
    '/exceptions/:id/reject',
    {
      config: { access: 'exception:approve' },
      schema: {
        summary: 'Refuse what was asked for',
        params,
        body: exceptionReasonSchema,
        response: { 200: exceptionDetailSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const act = { id: request.params.id, version: versionWanted(request), by: byOf(principalOf(request)) };
      const exception = await rejectException(registry, { ...act, reason: request.body.reason });
      sendVersion(reply, exception.version);
      return detailOf(registry.db, exception, now());
    },
  );
}

function addEnding(app: ApiServer, { registry, exceptions, now }: Deps): void {
  app.post(
    '/exceptions/:id/withdraw',
    {
      config: { access: 'exception:request' },
      schema: {
        summary: 'Take back what one asked for, before it is decided',
        params,
        body: exceptionReasonSchema,
        response: { 200: exceptionDetailSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const act = { id: request.params.id, version: versionWanted(request), by: byOf(principalOf(request)) };
      const exception = await withdrawException(registry, { ...act, reason: request.body.reason });
      sendVersion(reply, exception.version);
      return detailOf(registry.db, exception, now());
    },
  );

  app.post(
    '/exceptions/:id/revoke',
    {
      config: { access: 'exception:approve' },
      schema: {
        summary: 'End it now; alerts that its approval closed are opened again',
        params,
        body: exceptionReasonSchema,
        response: { 200: exceptionDetailSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const act = { id: request.params.id, version: versionWanted(request), by: byOf(principalOf(request)) };
      const exception = await exceptions.revoke({ ...act, reason: request.body.reason });
      sendVersion(reply, exception.version);
      return detailOf(registry.db, exception, now());
    },
  );

  app.post(
    '/exceptions/:id/extend',
    {
      config: { access: 'exception:approve' },
      schema: {
        summary: 'A later end and review, by another person than who asked for it',
        params,
        body: exceptionExtendSchema,
        response: { 200: exceptionDetailSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const { scope } = principalOf(request);
      const { id } = request.params;
      const { reason, expiresAt, reviewAt } = request.body;
      const term = exceptions.termOf(await readException(registry.db, id, scope));
      const expiresMs = Date.parse(expiresAt);
      const reviewMs = reviewAt === undefined ? usualReviewMs(expiresMs, now()) : Date.parse(reviewAt);
      const act = { id, version: versionWanted(request), by: byOf(principalOf(request)) };
      const exception = await orField(() =>
        extendException(registry, { ...act, reason, expiresMs, reviewMs, term }),
      );
      sendVersion(reply, exception.version);
      return detailOf(registry.db, exception, now());
    },
  );
}
