/** Join tokens: make, list, see who used one, revoke. A caller sees and makes them inside its part of the tree only. */
import { z } from 'zod';
import { formatJoinToken, pinOf } from '../../protocol/join-token.ts';
import { inScope } from '../../registry/agencies.ts';
import { refuseInDemonstration } from '../../registry/demonstration-folder.ts';
import { isoTime } from '../../registry/iso-time.ts';
import {
  createJoinToken,
  listJoinTokens,
  listJoinTokenUses,
  revokeJoinToken,
  type JoinTokenUse,
} from '../../registry/join-tokens.ts';
import { errorSchema } from '../contract.ts';
import { cursorCodec } from '../cursor.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import {
  joinTokenListSchema,
  joinTokenUsesQuerySchema,
  joinTokenUsesSchema,
  madeJoinTokenSchema,
  newJoinTokenSchema,
} from '../contract-identity.ts';
import { principalOf } from '../principal.ts';

const params = z.strictObject({ id: z.string().min(1).max(64) });
const cursor = cursorCodec('join-token-uses', z.strictObject({ use: z.int() }));

const toUse = ({ agentId, hostname, usedMs, address }: JoinTokenUse) => ({
  agentId,
  hostname,
  usedAt: isoTime(usedMs),
  address,
});

export function addJoinTokenRoutes(app: ApiServer, deps: ApiDependencies): void {
  const { registry } = deps;

  app.get(
    '/join-tokens',
    {
      config: { access: 'join-token:read' },
      schema: {
        summary: 'Join tokens with who used them, the newest first',
        response: { 200: joinTokenListSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const tokens = await listJoinTokens(registry, { scope: principalOf(request).scope });
      return {
        joinTokens: tokens.map(({ createdMs, expiresMs, usedBy, ...token }) => ({
          ...token,
          createdAt: isoTime(createdMs),
          expiresAt: isoTime(expiresMs),
          usedBy: usedBy.map(toUse),
        })),
      };
    },
  );

  app.post(
    '/join-tokens',
    {
      config: { access: 'join-token:write' },
      schema: {
        summary: 'Make a join token; it is shown in this answer only',
        body: newJoinTokenSchema,
        response: { 201: madeJoinTokenSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope, agencyId: ownAgency } = principalOf(request);
      const { agencyId = ownAgency, ...wanted } = request.body;
      if (!inScope(scope, agencyId)) {
        throw new ApiError('not-found', { message: `there is no agency ${agencyId}`, field: 'agencyId' });
      }
      refuseInDemonstration(deps.dataDir);
      const { id, secret, expiresMs } = await createJoinToken(registry, { ...wanted, agencyId }, actor);
      const token = formatJoinToken({
        id,
        secret,
        ...pinOf(deps.tls.current.fingerprint, deps.tls.authority),
      });
      return reply.code(201).send({ id, token, expiresAt: isoTime(expiresMs) });
    },
  );

  app.get(
    '/join-tokens/:id/uses',
    {
      config: { access: 'join-token:read' },
      schema: {
        summary: 'Who used a join token: agent, address, time; the newest first',
        params,
        querystring: joinTokenUsesQuerySchema,
        response: { 200: joinTokenUsesSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { limit, after } = request.query;
      const { scope } = principalOf(request);
      const beforeUse = after === undefined ? undefined : cursor.decode(after).use;
      const { id } = request.params;
      const found = await listJoinTokenUses(registry, { id, scope, limit: limit + 1, beforeUse });
      const uses = found.slice(0, limit);
      const last = found.length > limit ? uses.at(-1) : undefined;
      return { uses: uses.map(toUse), next: last === undefined ? null : cursor.encode({ use: last.use }) };
    },
  );

  app.delete(
    '/join-tokens/:id',
    {
      config: { access: 'join-token:write' },
      schema: {
        summary: 'Make a join token useless; hosts that enrolled with it stay',
        params,
        response: { 204: z.null(), '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      await revokeJoinToken(registry, request.params.id, actor, scope);
      return reply.code(204).send(null);
    },
  );
}
