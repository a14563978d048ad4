/** Shapes of signing in at an identity provider, and of what its groups give here. */
import { z } from 'zod';
import { personRoleSchema, roleSchema } from './contract.ts';

/** GET /oidc: whether there is a provider, and what its button says. */
export const oidcStateSchema = z.object({ enabled: z.boolean(), name: z.string().nullable() });

/** GET /oidc/start, POST /oidc/step-up: where to go afterwards, within the console. */
export const returnToSchema = z.strictObject({ returnTo: z.string().max(2_048).default('/') });

/** Where the browser has to go; null: nowhere. */
export const goSchema = z.object({ url: z.string().nullable() });

/** GET and PUT /oidc/groups: the first that a person is in decides. */
export const externalGroupsSchema = z.strictObject({
  groups: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(512),
        role: personRoleSchema,
        agencyId: z.int().min(1),
      }),
    )
    .max(500)
    .refine((groups) => new Set(groups.map(({ name }) => name)).size === groups.length, {
      error: 'a group stands here once',
    }),
});

/** GET and PUT /oidc/groups: the list, and the provider whose groups they are. */
export const externalGroupListSchema = z.object({
  groups: z.array(z.object({ name: z.string(), role: personRoleSchema, agencyId: z.number() })),
  /** Null: none is set up here. */
  provider: z
    .object({
      name: z.string(),
      issuer: z.string(),
      groupsClaim: z.string(),
      unmapped: z.enum(['refuse', 'pending']),
    })
    .nullable(),
});

const rightSchema = z.object({ role: roleSchema, agencyId: z.number() }).nullable();

/** POST /oidc/groups/effect: whose rights another list would change at their next signing in. */
export const groupsEffectSchema = z.object({
  changes: z.array(
    z.object({
      username: z.string(),
      displayName: z.string().nullable(),
      /** Null: no role. */
      before: rightSchema,
      after: rightSchema,
    }),
  ),
  more: z.number(),
  same: z.number(),
  /** Whose groups are not known: they did not sign in lately, or have too many. */
  unknown: z.number(),
});

/** POST /oidc/groups/try: what somebody with these claims would get. */
export const tryClaimsSchema = z.strictObject({
  /** As the provider tells them, such as those of an ID token. */
  claims: z.record(z.string().max(256), z.unknown()),
  /** A list that is not set yet; left out: the one that counts. */
  groups: externalGroupsSchema.shape.groups.optional(),
});
export const triedClaimsSchema = z.object({
  outcome: z.enum(['groups', 'local', 'refused', 'pending', 'disabled', 'name-taken', 'claims-invalid']),
  /** Which claim has not the form it must have; null otherwise. */
  fault: z.string().nullable(),
  /** Those that were found in the claims, at most 200. */
  groups: z.array(z.string()),
  moreGroups: z.number(),
  /** The one that decides. */
  group: z.string().nullable(),
  role: roleSchema.nullable(),
  agencyId: z.number().nullable(),
  username: z.string().nullable(),
  displayName: z.string().nullable(),
  /** There is an account already. */
  isKnown: z.boolean(),
  hasTwoFactors: z.boolean(),
});

/** PUT /users/:username/identity */
export const identityBodySchema = z.strictObject({
  /** `sub` of the person at the provider. */
  subject: z.string().min(1).max(255),
});
