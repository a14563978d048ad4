/** What groups of the identity provider give here, and who an account is there. */
import { z } from 'zod';
import { linkUser, unlinkUser } from '../../registry/people/external-link.ts';
import { listExternalGroups, setExternalGroups } from '../../registry/people/external-groups.ts';
import { errorSchema } from '../contract.ts';
import { externalGroupsSchema, identityBodySchema } from '../contract-oidc.ts';
import { userParamsSchema } from '../contract-users.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { principalOf, type Principal } from '../principal.ts';
import { providerOf } from './oidc.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'oidc'>;

/** The list is of the whole watch post. @throws ApiError forbidden */
function mustSeeAll({ scope }: Principal): void {
  if (scope.kind !== 'all') throw new ApiError('forbidden');
}

export function addOidcGroupRoutes(app: ApiServer, { registry, oidc }: Deps): void {
  app.get(
    '/oidc/groups',
    {
      config: { access: 'user:read' },
      schema: {
        summary: 'Groups of the identity provider and the role and agency that each gives',
        response: { 200: externalGroupsSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      mustSeeAll(principalOf(request));
      return { groups: await listExternalGroups(registry.db) };
    },
  );

  app.put(
    '/oidc/groups',
    {
      config: { access: 'user:write', stepUp: 'person' },
      schema: {
        summary: 'Set what groups give; it counts from each next signing in',
        body: externalGroupsSchema,
        response: { 200: externalGroupsSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      mustSeeAll(principal);
      await setExternalGroups(registry, request.body.groups, principal.actor);
      return request.body;
    },
  );

  app.put(
    '/users/:username/identity',
    {
      config: { access: 'user:write', stepUp: 'person' },
      schema: {
        summary: 'Say who an account is at the identity provider; its password ends',
        params: userParamsSchema,
        body: identityBodySchema,
        response: { 204: z.null(), '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const { issuer } = providerOf(oidc).settings;
      const { subject } = request.body;
      await linkUser(registry, request.params.username, { issuer, subject }, { actor, scope });
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/users/:username/identity',
    {
      config: { access: 'user:write', stepUp: 'person' },
      schema: {
        summary: 'Make an account local again; it needs a password: reset it',
        params: userParamsSchema,
        response: { 204: z.null(), '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      await unlinkUser(registry, request.params.username, { actor, scope });
      return reply.code(204).send(null);
    },
  );
}
