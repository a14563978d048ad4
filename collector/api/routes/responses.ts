/**
 * Commands to hosts: ask, approve, reject, look. Only people who sign in ask and approve, tokens never do; who approves is
 * another one than who asked; each sees the hosts of their part of the tree.
 */
import { z } from 'zod';
import { decideResponse, requestResponse } from '../../registry/response-acts.ts';
import { findResponse, listResponses } from '../../registry/responses.ts';
import {
  decideResponseSchema,
  newResponseSchema,
  responseListSchema,
  responseQuerySchema,
  responseSchema,
} from '../contract-response.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { principalOf } from '../principal.ts';
import { viewResponse } from '../response-view.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'responses'>;

const params = z.strictObject({ id: z.uuid() });

export function addResponseRoutes(app: ApiServer, { registry, responses }: Deps): void {
  app.get(
    '/responses',
    {
      config: { access: 'response:read' },
      schema: {
        summary: 'Commands to hosts and what became of them, newest first',
        querystring: responseQuerySchema,
        response: { 200: responseListSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { scope } = principalOf(request);
      return { responses: (await listResponses(registry, { ...request.query, scope })).map(viewResponse) };
    },
  );

  app.get(
    '/responses/:id',
    {
      config: { access: 'response:read' },
      schema: { summary: 'One command', params, response: { 200: responseSchema, '4xx': errorSchema } },
    },
    async (request) =>
      viewResponse(await findResponse(registry, request.params.id, principalOf(request).scope)),
  );

  app.post(
    '/responses',
    {
      config: { access: 'response:request' },
      schema: {
        summary: 'Ask for a command to a host; what takes something away waits for a second person',
        body: newResponseSchema,
        response: { 201: responseSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const asked = await requestResponse(registry, request.body, { actor, scope });
      if (asked.state === 'approved') await responses.letGo(asked.agentId);
      return reply.code(201).send(viewResponse(asked));
    },
  );

  for (const approve of [true, false]) {
    app.post(
      approve ? '/responses/:id/approve' : '/responses/:id/reject',
      {
        config: { access: 'response:approve', ...(approve ? { stepUp: 'person' as const } : {}) },
        schema: {
          summary: approve
            ? 'Approve a command: another person than who asked for it'
            : 'Reject a command; who asked for it may, too',
          params,
          body: decideResponseSchema,
          response: { 200: responseSchema, '4xx': errorSchema },
        },
      },
      async (request) => {
        const { actor, scope } = principalOf(request);
        const decision = { approve, reason: request.body.reason };
        const decided = await decideResponse(registry, request.params.id, decision, { actor, scope });
        if (approve) await responses.letGo(decided.agentId);
        return viewResponse(decided);
      },
    );
  }
}
