/** What an exception hid, and alerts for it after its end: looked at first, then done as a job. */
import { z } from 'zod';
import { readException } from '../../registry/exceptions/exception-book.ts';
import { RAISE_KIND, readHidden, type RaiseParams } from '../../registry/exceptions/raise-hidden.ts';
import {
  exceptionHiddenQuerySchema,
  exceptionHiddenSchema,
  exceptionRaiseSchema,
} from '../contract-exceptions.ts';
import { jobDetailSchema, jobPreviewSchema } from '../contract-jobs.ts';
import { errorSchema } from '../contract.ts';
import { cursorCodec } from '../cursor.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { viewHidden } from '../exception-view.ts';
import { viewJobDetail } from '../job-view.ts';
import { principalOf, type Principal } from '../principal.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'jobs'>;

const params = z.strictObject({ id: z.coerce.number().int().min(1).max(2_147_483_647) });
const place = z.strictObject({ ruleId: z.string().max(1_024), agentId: z.string().max(64) });
const cursor = cursorCodec('exception-hidden', place);

function paramsOf(
  id: number,
  { rules: ruleIds, agentIds, reason }: z.infer<typeof exceptionRaiseSchema>,
  { actor }: Principal,
): RaiseParams {
  return { exceptionId: id, ruleIds, agentIds, reason, actor };
}

export function addExceptionHiddenRoutes(app: ApiServer, { registry, jobs }: Deps): void {
  app.get(
    '/exceptions/:id/hidden',
    {
      config: { access: 'exception:read' },
      schema: {
        summary: 'What an exception hid, by rule and host, and how much of it was raised since',
        params,
        querystring: exceptionHiddenQuerySchema,
        response: { 200: exceptionHiddenSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { ruleId, agentId, limit, after } = request.query;
      const { id: exceptionId } = await readException(
        registry.db,
        request.params.id,
        principalOf(request).scope,
      );
      const choice = {
        exceptionId,
        ruleIds: ruleId === undefined ? undefined : [ruleId],
        agentIds: agentId === undefined ? undefined : [agentId],
      };
      const page = { limit: limit + 1, after: after === undefined ? undefined : cursor.decode(after) };
      const found = await readHidden(registry.db, choice, page);
      const parts = found.slice(0, limit);
      const last = found.length > limit ? parts.at(-1) : undefined;
      return {
        hidden: parts.map(viewHidden),
        next: last === undefined ? null : cursor.encode({ ruleId: last.ruleId, agentId: last.agentId }),
      };
    },
  );

  app.post(
    '/exceptions/:id/raise/preview',
    {
      config: { access: 'alert:bulk' },
      schema: {
        summary: 'How much of what an ended exception hid would be raised',
        params,
        body: exceptionRaiseSchema,
        response: { 200: jobPreviewSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const wanted = paramsOf(request.params.id, request.body, principal);
      return jobs.preview(RAISE_KIND, wanted, principal.scope);
    },
  );

  app.post(
    '/exceptions/:id/raise',
    {
      config: { access: 'alert:bulk' },
      schema: {
        summary: 'Raise alerts for what an ended exception hid, each detection once: a job',
        params,
        body: exceptionRaiseSchema,
        response: { 201: jobDetailSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { actor, scope, agencyId } = principal;
      const wanted = paramsOf(request.params.id, request.body, principal);
      const { reason } = wanted;
      const job = await jobs.request(RAISE_KIND, { params: wanted, reason, agencyId }, { actor, scope });
      return reply.code(201).send(viewJobDetail(job));
    },
  );
}
