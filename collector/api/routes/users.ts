/** People and API tokens of one's part of the tree: list, invite, change, sign out, reset; make and revoke tokens. */
import { z } from 'zod';
import { inScope } from '../../registry/agencies.ts';
import { createApiToken, listApiTokens, revokeApiToken } from '../../registry/api-tokens.ts';
import { isoTime } from '../../registry/iso-time.ts';
import { removeSecondFactor } from '../../registry/second-factor.ts';
import { endSessions } from '../../registry/sessions.ts';
import { acceptInvitation, changeUser, inviteUser, resetUser } from '../../registry/user-acts.ts';
import { listUsers, normalizeUsername } from '../../registry/users.ts';
import {
  acceptBodySchema,
  acceptedSchema,
  apiTokenListSchema,
  endedSchema,
  invitationSchema,
  madeApiTokenSchema,
  newApiTokenSchema,
  newUserSchema,
  userListSchema,
  userParamsSchema,
  userPatchSchema,
} from '../contract-users.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { principalOf, type Principal } from '../principal.ts';
import { rateLimit } from '../rate-limit.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'limits' | 'passwordCost'>;

const timeOf = (ms: number | null): string | null => (ms === null ? null : isoTime(ms));

export function addUserRoutes(app: ApiServer, deps: Deps): void {
  addPeople(app, deps);
  addActs(app, deps);
  addApiTokens(app, deps);
}

function addPeople(app: ApiServer, { registry, limits, passwordCost }: Deps): void {
  app.get(
    '/users',
    {
      config: { access: 'user:read' },
      schema: { summary: 'People, by name', response: { 200: userListSchema, '4xx': errorSchema } },
    },
    async (request) => {
      const { scope } = principalOf(request);
      const users = (await listUsers(registry)).filter((user) => inScope(scope, user.agencyId));
      return {
        users: users.map(
          ({
            username,
            displayName,
            email,
            role,
            agencyId,
            state,
            hasSecondFactor,
            external,
            createdMs,
            lastLoginMs,
            endsMs,
          }) => ({
            username,
            displayName,
            email,
            role,
            agencyId,
            state,
            hasSecondFactor,
            external,
            createdAt: isoTime(createdMs),
            lastLoginAt: timeOf(lastLoginMs),
            endsAt: timeOf(endsMs),
          }),
        ),
      };
    },
  );

  app.post(
    '/users',
    {
      config: { access: 'user:write', stepUp: 'person' },
      schema: {
        summary:
          'Invite a person: an account, and a secret to set its password with, shown in this answer only',
        body: newUserSchema,
        response: { 201: invitationSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope, agencyId: own } = principalOf(request);
      const { agencyId = own, endsAt, ...wanted } = request.body;
      const endsMs = endsAt === undefined ? undefined : Date.parse(endsAt);
      const { secret, expiresMs } = await inviteUser(
        registry,
        { ...wanted, agencyId, endsMs },
        { actor, scope },
      );
      return reply.code(201).send({ invitation: secret, expiresAt: isoTime(expiresMs) });
    },
  );

  app.post(
    '/invitations/accept',
    {
      config: { access: 'public', ...rateLimit(limits.loginsPerMinute) },
      schema: {
        summary: 'Set the password of an account one was invited to; the invitation is used up',
        body: acceptBodySchema,
        response: { 200: acceptedSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { invitation: secret, password } = request.body;
      return { username: await acceptInvitation(registry, { secret, password }, passwordCost) };
    },
  );
}

function addActs(app: ApiServer, { registry }: Deps): void {
  /** @throws ApiError not-found */
  const mustSee = async ({ scope }: Principal, name: string): Promise<string> => {
    const username = normalizeUsername(name);
    const user = (await listUsers(registry)).find((one) => one.username === username);
    if (user === undefined || !inScope(scope, user.agencyId)) {
      throw new ApiError('not-found', { message: 'there is no such user' });
    }
    return username;
  };

  app.patch(
    '/users/:username',
    {
      config: { access: 'user:write', stepUp: 'person' },
      schema: {
        summary:
          'Change role, agency, names and end, disable or let in again; changed rights end the sessions',
        params: userParamsSchema,
        body: userPatchSchema,
        response: { 204: z.null(), '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const { endsAt, ...change } = request.body;
      const endsMs = typeof endsAt === 'string' ? Date.parse(endsAt) : endsAt;
      await changeUser(registry, request.params.username, { ...change, endsMs }, { actor, scope });
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/users/:username/reset',
    {
      config: { access: 'user:write', stepUp: 'person' },
      schema: {
        summary: 'End password and sessions of a person; answers a secret to set a new one with',
        params: userParamsSchema,
        response: { 201: invitationSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const { secret, expiresMs } = await resetUser(registry, request.params.username, { actor, scope });
      return reply.code(201).send({ invitation: secret, expiresAt: isoTime(expiresMs) });
    },
  );

  app.delete(
    '/users/:username/sessions',
    {
      config: { access: 'user:write' },
      schema: {
        summary: 'Sign a person out everywhere',
        params: userParamsSchema,
        response: { 200: endedSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const username = await mustSee(principal, request.params.username);
      return { ended: await endSessions(registry, { username, actor: principal.actor }) };
    },
  );

  app.delete(
    '/users/:username/second-factor',
    {
      config: { access: 'user:write', stepUp: 'person' },
      schema: {
        summary: 'Take the second factor of a person away who lost it; signs them out',
        params: userParamsSchema,
        response: { 204: z.null(), '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const username = await mustSee(principal, request.params.username);
      await removeSecondFactor(registry, username, principal.actor);
      return reply.code(204).send(null);
    },
  );
}

function addApiTokens(app: ApiServer, { registry }: Deps): void {
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
          lastUsedAt: timeOf(lastUsedMs),
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
