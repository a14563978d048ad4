/** What groups of the identity provider give here, and who an account is there. */
import { z } from 'zod';
import { linkUser, unlinkUser } from '../../registry/people/external-link.ts';
import {
  groupsVersion,
  listExternalGroups,
  setExternalGroups,
} from '../../registry/people/external-groups.ts';
import { groupsEffect, tryLogin } from '../../registry/people/groups-effect.ts';
import { type ExternalIdentity, readIdentity } from '../../oidc/external-identity.ts';
import { OidcError } from '../../oidc/oidc-error.ts';
import { errorSchema } from '../contract.ts';
import {
  externalGroupListSchema,
  externalGroupsSchema,
  groupsEffectSchema,
  identityBodySchema,
  triedClaimsSchema,
  tryClaimsSchema,
} from '../contract-oidc.ts';
import { userParamsSchema } from '../contract-users.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { sendVersion, versionWanted } from '../etag.ts';
import { principalOf, type Principal } from '../principal.ts';
import { providerOf } from './oidc.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'oidc'>;

/** The list is of the whole watch post. @throws ApiError forbidden */
function mustSeeAll({ scope }: Principal): void {
  if (scope.kind !== 'all') throw new ApiError('forbidden');
}

export function addOidcGroupRoutes(app: ApiServer, deps: Deps): void {
  addGroups(app, deps);
  addTrying(app, deps);
  addIdentities(app, deps);
}

async function listOf({ registry, oidc }: Deps) {
  const groups = await listExternalGroups(registry.db);
  if (oidc === undefined) return { groups, provider: null };
  const { name, issuer, groupsClaim, unmapped } = oidc.settings;
  return { groups, provider: { name, issuer, groupsClaim, unmapped } };
}

function addGroups(app: ApiServer, deps: Deps): void {
  const { registry } = deps;
  app.get(
    '/oidc/groups',
    {
      config: { access: 'user:read' },
      schema: {
        summary: 'Groups of the identity provider and the role and agency that each gives',
        response: { 200: externalGroupListSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      mustSeeAll(principalOf(request));
      const list = await listOf(deps);
      sendVersion(reply, groupsVersion(list.groups));
      return list;
    },
  );

  app.put(
    '/oidc/groups',
    {
      config: { access: 'user:write', stepUp: 'person' },
      schema: {
        summary: 'Set what groups give; it counts from each next signing in',
        body: externalGroupsSchema,
        response: { 200: externalGroupListSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      mustSeeAll(principal);
      await setExternalGroups(registry, request.body.groups, {
        actor: principal.actor,
        username: principal.kind === 'user' ? principal.username : undefined,
        version: versionWanted(request),
      });
      const list = await listOf(deps);
      sendVersion(reply, groupsVersion(list.groups));
      return list;
    },
  );
}

const GROUPS_SHOWN_MAX = 200;

function addTrying(app: ApiServer, { registry, oidc }: Deps): void {
  app.post(
    '/oidc/groups/effect',
    {
      config: { access: 'user:read' },
      schema: {
        summary:
          'Whose rights another list of groups would change at their next signing in; nothing is written',
        body: externalGroupsSchema,
        response: { 200: groupsEffectSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      mustSeeAll(principalOf(request));
      return groupsEffect(registry.db, request.body.groups);
    },
  );

  app.post(
    '/oidc/groups/try',
    {
      config: { access: 'user:read' },
      schema: {
        summary: 'What somebody with these claims would get, signing in now; nothing is written',
        body: tryClaimsSchema,
        response: { 200: triedClaimsSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      mustSeeAll(principalOf(request));
      const { claims, groups: wanted = await listExternalGroups(registry.db) } = request.body;
      const { groupsClaim = 'groups', acr = [], unmapped = 'refuse', issuer = '' } = oidc?.settings ?? {};
      let identity: ExternalIdentity;
      try {
        identity = readIdentity(issuer, claims, { groupsClaim, acr });
      } catch (error) {
        if (!(error instanceof OidcError)) throw error;
        return { ...NOBODY, fault: error.message };
      }
      const { groups, displayName, hasTwoFactors } = identity;
      return {
        ...(await tryLogin(registry.db, identity, wanted, { unmapped, nowMs: registry.now() })),
        fault: null,
        groups: groups.slice(0, GROUPS_SHOWN_MAX),
        moreGroups: Math.max(0, groups.length - GROUPS_SHOWN_MAX),
        displayName,
        hasTwoFactors,
      };
    },
  );
}

const NOBODY: Omit<z.infer<typeof triedClaimsSchema>, 'fault'> = {
  outcome: 'claims-invalid',
  groups: [],
  moreGroups: 0,
  group: null,
  role: null,
  agencyId: null,
  username: null,
  displayName: null,
  isKnown: false,
  hasTwoFactors: false,
};

function addIdentities(app: ApiServer, { registry, oidc }: Deps): void {
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
