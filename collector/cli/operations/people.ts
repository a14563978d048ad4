/** People in depth: invite, change, unlock, second factors, sessions, and who they are at the identity provider. */
import { z } from 'zod';
import { personRoleSchema, roleSchema } from '../../api/contract.ts';
import { externalGroupsSchema } from '../../api/contract-oidc.ts';
import { OidcError } from '../../oidc/oidc-error.ts';
import type { AgencyScope } from '../../registry/agencies.ts';
import { rootAgencyId } from '../../registry/agencies.ts';
import type { Registry } from '../../registry/database.ts';
import { linkUser, unlinkUser } from '../../registry/people/external-link.ts';
import { listExternalGroups, setExternalGroups } from '../../registry/people/external-groups.ts';
import { unlockUser } from '../../registry/people/unlock-user.ts';
import { RefusalError } from '../../registry/refusal.ts';
import { removeSecondFactor } from '../../registry/second-factor.ts';
import { endSessions, listSessions } from '../../registry/sessions.ts';
import { changeUser, inviteUser, resetUser } from '../../registry/user-acts.ts';
import { listUsers, normalizeUsername, type UserRecord } from '../../registry/users.ts';
import { defineOperation, liveOf } from './operation.ts';
import { usernameSchema } from './user.ts';

const scope: AgencyScope = { kind: 'all' };
const byName = z.strictObject({ username: usernameSchema });
const doneSchema = z.object({ username: z.string() });
const invitedSchema = z.object({ username: z.string(), invitation: z.string(), expiresMs: z.number() });

/** @throws RefusalError user-unknown */
async function mustFind(registry: Registry, name: string): Promise<UserRecord> {
  const username = normalizeUsername(name);
  const user = (await listUsers(registry)).find((one) => one.username === username);
  if (user !== undefined) return user;
  throw new RefusalError(
    'user-unknown',
    username,
    `there is no user "${username}"; "vonggac user list" shows them`,
  );
}

export const userInvite = defineOperation({
  name: 'user.invite',
  needs: 'data',
  input: byName.extend({
    role: personRoleSchema,
    agencyId: z.int().min(1).optional(),
    endsMs: z.int().optional(),
  }),
  output: invitedSchema,
  async run({ registry, actor }, { username, role, agencyId, endsMs }) {
    const wanted = { username, role, endsMs, agencyId: agencyId ?? (await rootAgencyId(registry.db)) };
    const { secret, expiresMs } = await inviteUser(registry, wanted, { actor, scope });
    return { username: normalizeUsername(username), invitation: secret, expiresMs };
  },
});

/** For who must set a new password without anybody else knowing it. */
export const userReset = defineOperation({
  name: 'user.reset',
  needs: 'data',
  input: byName,
  output: invitedSchema,
  async run({ registry, actor }, { username }) {
    const { secret, expiresMs } = await resetUser(registry, username, { actor, scope });
    return { username: normalizeUsername(username), invitation: secret, expiresMs };
  },
});

export const userShow = defineOperation({
  name: 'user.show',
  needs: 'data',
  input: byName,
  output: z.object({
    username: z.string(),
    displayName: z.string().nullable(),
    email: z.string().nullable(),
    role: roleSchema,
    agencyId: z.number(),
    state: z.enum(['active', 'locked', 'disabled', 'invited', 'pending']),
    mustChangePassword: z.boolean(),
    hasSecondFactor: z.boolean(),
    external: z.object({ subject: z.string(), role: z.enum(['groups', 'local', 'none']) }).nullable(),
    createdMs: z.number(),
    passwordChangedMs: z.number(),
    lastLoginMs: z.number().nullable(),
    endsMs: z.number().nullable(),
  }),
  run: ({ registry }, { username }) => mustFind(registry, username),
});

export const userChange = defineOperation({
  name: 'user.change',
  needs: 'data',
  input: byName.extend({
    role: personRoleSchema.optional(),
    agencyId: z.int().min(1).optional(),
    disabled: z.boolean().optional(),
    endsMs: z.int().nullable().optional(),
  }),
  output: doneSchema,
  async run({ registry, actor }, { username, ...change }) {
    await changeUser(registry, username, change, { actor, scope });
    return { username: normalizeUsername(username) };
  },
});

export const userUnlock = defineOperation({
  name: 'user.unlock',
  needs: 'data',
  input: byName,
  output: doneSchema,
  async run({ registry, actor }, { username }) {
    await unlockUser(registry, username, { actor, scope });
    return { username: normalizeUsername(username) };
  },
});

export const userResetFactor = defineOperation({
  name: 'user.reset-factor',
  needs: 'data',
  input: byName,
  output: doneSchema,
  async run({ registry, actor }, input) {
    const { username } = await mustFind(registry, input.username);
    await removeSecondFactor(registry, username, actor);
    return { username };
  },
});

export const userSessions = defineOperation({
  name: 'user.sessions',
  needs: 'data',
  input: byName,
  output: z.array(
    z.object({
      id: z.string(),
      createdMs: z.number(),
      lastUsedMs: z.number(),
      expiresMs: z.number(),
      address: z.string().nullable(),
      client: z.string().nullable(),
    }),
  ),
  async run({ registry }, input) {
    const { username } = await mustFind(registry, input.username);
    return listSessions(registry, username, '');
  },
});

export const userSignOut = defineOperation({
  name: 'user.sign-out',
  needs: 'data',
  input: byName.extend({ session: z.string().min(1).max(64).optional() }),
  output: z.object({ ended: z.number() }),
  async run({ registry, actor }, input) {
    const { username } = await mustFind(registry, input.username);
    return { ended: await endSessions(registry, { username, id: input.session, actor }) };
  },
});

export const userLink = defineOperation({
  name: 'user.link',
  needs: 'collector',
  input: byName.extend({ subject: z.string().min(1).max(255) }),
  output: doneSchema,
  async run(context, { username, subject }) {
    const { registry, actor } = context;
    const { issuer } = providerOf(liveOf(context).oidc).settings;
    await linkUser(registry, username, { issuer, subject }, { actor, scope });
    return { username: normalizeUsername(username) };
  },
});

export const userUnlink = defineOperation({
  name: 'user.unlink',
  needs: 'data',
  input: byName,
  output: doneSchema,
  async run({ registry, actor }, { username }) {
    await unlinkUser(registry, username, { actor, scope });
    return { username: normalizeUsername(username) };
  },
});

/** @throws RefusalError provider-absent */
function providerOf<T>(oidc: T | undefined): T {
  if (oidc !== undefined) return oidc;
  throw new RefusalError('provider-absent', '', 'no identity provider is set up: VONGGAC_OIDC_ISSUER');
}

/** Reads what the provider says of itself, as signing in begins. */
export const oidcCheck = defineOperation({
  name: 'oidc.check',
  needs: 'collector',
  input: z.strictObject({}),
  output: z.object({ issuer: z.string(), answers: z.boolean(), detail: z.string() }),
  async run(context) {
    const provider = providerOf(liveOf(context).oidc);
    const { issuer } = provider.settings;
    try {
      const { url } = await provider.begin();
      const { origin, pathname } = new URL(url);
      return { issuer, answers: true, detail: `${origin}${pathname}` };
    } catch (error) {
      if (!(error instanceof OidcError)) throw error;
      return { issuer, answers: false, detail: error.message };
    }
  },
});

export const oidcGroups = defineOperation({
  name: 'oidc.groups',
  needs: 'data',
  input: z.strictObject({}),
  output: externalGroupsSchema,
  run: async ({ registry }) => ({ groups: await listExternalGroups(registry.db) }),
});

export const oidcSet = defineOperation({
  name: 'oidc.set',
  needs: 'data',
  input: externalGroupsSchema,
  output: z.object({ groups: z.number() }),
  async run({ registry, actor }, { groups }) {
    await setExternalGroups(registry, groups, { actor });
    return { groups: groups.length };
  },
});
