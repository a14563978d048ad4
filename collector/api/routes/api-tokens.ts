/** API tokens of one's part of the tree: list, make, revoke. */
import { z } from 'zod';
import { inScope } from '../../registry/agencies.ts';
import { createApiToken, listApiTokens, revokeApiToken } from '../../registry/api-tokens.ts';
import { isoTime } from '../../registry/iso-time.ts';
import { apiTokenListSchema, madeApiTokenSchema, newApiTokenSchema } from '../contract-users.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { principalOf } from '../principal.ts';

export function addApiTokenRoutes(app: ApiServer, { registry }: Pick<ApiDependencies, 'registry'>): void {
  app.get(
    '/api-tokens',
    {
      config: { access: 'api-token:read' },
      schema: {
        summary: 'API tokens, newest first',
        response: { 200: apiTokenListSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { scope } = principalOf(request);
      const tokens = (await listApiTokens(registry)).filter((token) => inScope(scope, token.agencyId));
      return {
        apiTokens: tokens.map(({ createdMs, expiresMs, lastUsedMs, ...token }) => ({
          ...token,
          createdAt: isoTime(createdMs),
          expiresAt: isoTime(expiresMs),
          lastUsedAt: lastUsedMs === null ? null : isoTime(lastUsedMs),
        })),
      };
    },
  );

  app.post(
    '/api-tokens',
    {
      config: { access: 'api-token:write', stepUp: 'person' },
      schema: {
        summary: 'Make an API token; it is shown in this answer only',
        body: newApiTokenSchema,
        response: { 201: madeApiTokenSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope, agencyId: own } = principalOf(request);
      const { agencyId = own, ...wanted } = request.body;
      if (!inScope(scope, agencyId)) {
        throw new ApiError('not-found', { message: `there is no agency ${agencyId}`, field: 'agencyId' });
      }
      const { id, token, expiresMs } = await createApiToken(registry, { ...wanted, agencyId }, actor);
      return reply.code(201).send({ id, token, expiresAt: isoTime(expiresMs) });
    },
  );

  app.delete(
    '/api-tokens/:id',
    {
      config: { access: 'api-token:write' },
      schema: {
        summary: 'Make an API token useless; its live streams end',
        params: z.strictObject({ id: z.string().min(1).max(64) }),
        response: { 204: z.null(), '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const token = (await listApiTokens(registry)).find(({ id }) => id === request.params.id);
      if (token === undefined || !inScope(scope, token.agencyId)) throw new ApiError('not-found');
      await revokeApiToken(registry, token.id, actor);
      return reply.code(204).send(null);
    },
  );
}
