/** People of one's part of the tree and what each role may: list, invite, change, sign out, reset. */
import { z } from 'zod';
import { inScope } from '../../registry/agencies.ts';
import { isoTime } from '../../registry/iso-time.ts';
import { removeSecondFactor } from '../../registry/second-factor.ts';
import { endSessions } from '../../registry/sessions.ts';
import {
  acceptInvitation,
  changeUser,
  inviteUser,
  lookAtInvitation,
  resetUser,
} from '../../registry/user-acts.ts';
import { listUsers, normalizeUsername } from '../../registry/users.ts';
import {
  acceptBodySchema,
  acceptedSchema,
  endedSchema,
  invitationLookBodySchema,
  invitationSchema,
  invitedSchema,
  newUserSchema,
  rolesSchema,
  userListSchema,
  userParamsSchema,
  userPatchSchema,
} from '../contract-users.ts';
import { errorSchema, roleSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { PERMISSIONS } from '../permissions.ts';
import { principalOf, type Principal } from '../principal.ts';
import { rateLimit } from '../rate-limit.ts';
import { API_DEFAULT, GRANTS } from '../role-grants.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'limits' | 'passwordCost'>;

const timeOf = (ms: number | null): string | null => (ms === null ? null : isoTime(ms));

export function addUserRoutes(app: ApiServer, deps: Deps): void {
  addPeople(app, deps);
  addInvitations(app, deps);
  addActs(app, deps);
}

function addPeople(app: ApiServer, { registry }: Deps): void {
  app.get(
    '/roles',
    {
      config: { access: 'role:read' },
      schema: { summary: 'What each role may', response: { 200: rolesSchema, '4xx': errorSchema } },
    },
    async () => ({
      roles: roleSchema.options.map((role) => ({
        role,
        permissions: PERMISSIONS.filter((permission) => GRANTS[role].has(permission)),
      })),
      apiDefault: PERMISSIONS.filter((permission) => API_DEFAULT.has(permission)),
    }),
  );

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
}

function addInvitations(app: ApiServer, { registry, limits, passwordCost }: Deps): void {
  app.post(
    '/invitations/look',
    {
      config: { access: 'public', ...rateLimit(limits.loginsPerMinute) },
      schema: {
        summary: 'Whose account an invitation is for; it stays usable',
        body: invitationLookBodySchema,
        response: { 200: invitedSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { username, displayName, role, agencyName, expiresMs } = await lookAtInvitation(
        registry,
        request.body.invitation,
      );
      return { username, displayName, role, agencyName, expiresAt: isoTime(expiresMs) };
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
