/** Shapes of signing in at an identity provider, and of what its groups give here. */
import { z } from 'zod';
import { personRoleSchema } from './contract.ts';

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

/** PUT /users/:username/identity */
export const identityBodySchema = z.strictObject({
  /** `sub` of the person at the provider. */
  subject: z.string().min(1).max(255),
});
