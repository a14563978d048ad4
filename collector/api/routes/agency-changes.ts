/** Planned merges, splits and renamings of agencies: dry run, plan, list, call off, take back. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  cancelChange,
  dryRunChange,
  listChanges,
  planChange,
  readChange,
} from '../../registry/agency-changes.ts';
import { previewReverse, reverseChange } from '../../registry/agency-change-reverse.ts';
import { toChangeView } from '../agency-view.ts';
import { agencyParamsSchema } from '../contract-agencies.ts';
import {
  agencyChangeSchema,
  changeBodySchema,
  changeListSchema,
  changePreviewSchema,
  changeQuerySchema,
  reverseBodySchema,
  reversePreviewSchema,
} from '../contract-agency-changes.ts';
import { errorSchema } from '../contract.ts';
import { cursorCodec } from '../cursor.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { principalOf } from '../principal.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'presence' | 'sending'>;

/** A split may name each host of a province. */
const BODY_BYTES_MAX = 2 * 1_048_576;
const cursor = cursorCodec('agency-changes', z.strictObject({ id: z.int().min(1) }));

export function addAgencyChangeRoutes(app: ApiServer, deps: Deps): void {
  addReading(app, deps);
  addPlanning(app, deps);
  addReversing(app, deps);
}

/** A session keeps the agency it was opened with: the agents come back at once and open others. */
async function tellMoved({ presence, sending }: Deps, agentIds: readonly string[]): Promise<void> {
  for (const id of agentIds) presence.disconnect(id, 'shutting-down');
  await sending.reload();
}

const actOf = (request: FastifyRequest) => {
  const { actor, scope } = principalOf(request);
  return { actor, scope };
};

function addReading(app: ApiServer, { registry }: Deps): void {
  app.get(
    '/agency-changes',
    {
      config: { access: 'agency:read' },
      schema: {
        summary: 'Merges, splits and renamings, newest first, of which the caller sees all agencies',
        querystring: changeQuerySchema,
        response: { 200: changeListSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { limit, after, state } = request.query;
      const beforeId = after === undefined ? undefined : cursor.decode(after).id;
      const { scope } = principalOf(request);
      const found = await listChanges(registry.db, scope, { state, beforeId, limit: limit + 1 });
      const changes = found.slice(0, limit);
      const last = changes.at(-1);
      const next = found.length > limit && last !== undefined ? cursor.encode({ id: last.id }) : null;
      return { changes: changes.map(toChangeView), next };
    },
  );
  app.get(
    '/agency-changes/:id',
    {
      config: { access: 'agency:read' },
      schema: {
        summary: 'One change with its plan and what came of it',
        params: agencyParamsSchema,
        response: { 200: agencyChangeSchema, '4xx': errorSchema },
      },
    },
    async (request) =>
      toChangeView(await readChange(registry.db, request.params.id, principalOf(request).scope)),
  );
}

function addPlanning(app: ApiServer, deps: Deps): void {
  const { registry } = deps;
  app.post(
    '/agency-changes/preview',
    {
      bodyLimit: BODY_BYTES_MAX,
      config: { access: 'agency:write' },
      schema: {
        summary: 'What a change would do, and what stands in its way; nothing is written',
        body: changeBodySchema,
        response: { 200: changePreviewSchema, '4xx': errorSchema },
      },
    },
    async (request) => dryRunChange(registry.db, request.body, principalOf(request).scope),
  );
  app.post(
    '/agency-changes',
    {
      bodyLimit: BODY_BYTES_MAX,
      config: { access: 'agency:write' },
      schema: {
        summary: 'Plan a change; one whose day has come is applied at once',
        body: changeBodySchema,
        response: { 201: agencyChangeSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { change, movedAgentIds } = await planChange(registry, request.body, actOf(request));
      if (change.state === 'applied') await tellMoved(deps, movedAgentIds);
      return reply.code(201).send(toChangeView(change));
    },
  );
  app.post(
    '/agency-changes/:id/cancel',
    {
      config: { access: 'agency:write' },
      schema: {
        summary: 'Call off a change that is still planned',
        params: agencyParamsSchema,
        response: { 200: agencyChangeSchema, '4xx': errorSchema },
      },
    },
    async (request) => toChangeView(await cancelChange(registry, request.params.id, actOf(request))),
  );
}

function addReversing(app: ApiServer, deps: Deps): void {
  const { registry } = deps;
  app.post(
    '/agency-changes/:id/reverse/preview',
    {
      config: { access: 'agency:write' },
      schema: {
        summary: 'What taking the change back would do, and what stands in its way',
        params: agencyParamsSchema,
        response: { 200: reversePreviewSchema, '4xx': errorSchema },
      },
    },
    async (request) => previewReverse(registry, request.params.id, principalOf(request)),
  );
  app.post(
    '/agency-changes/:id/reverse',
    {
      config: { access: 'agency:write' },
      schema: {
        summary: 'Take an applied change back, within 30 days',
        params: agencyParamsSchema,
        body: reverseBodySchema,
        response: { 200: agencyChangeSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { skipMoved } = request.body;
      const { change, movedAgentIds } = await reverseChange(registry, request.params.id, actOf(request), {
        skip: skipMoved,
      });
      await tellMoved(deps, movedAgentIds);
      return toChangeView(change);
    },
  );
}
