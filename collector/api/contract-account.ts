/** Shapes of one's own account: proof of who one is, second factor, sessions; and what is asked of all people. */
import { z } from 'zod';
import { personRoleSchema } from './contract.ts';

const code = z.string().min(6).max(64);

/** POST /step-up */
export const stepUpBodySchema = z.strictObject({
  /** Left out by who signed in at the identity provider: the code alone, or POST /oidc/step-up. */
  password: z.string().min(1).max(1_024).optional(),
  code: code.optional(),
});
/** What was proved counts until then for dangerous acts. */
export const stepUpSchema = z.object({ until: z.iso.datetime() });

/** POST /second-factor: for the authenticator; it counts once confirmed. */
export const secondFactorSchema = z.object({ secret: z.string(), uri: z.string() });
/** POST /second-factor/confirm */
export const confirmBodySchema = z.strictObject({ code });
/** Shown once; each replaces one code of the authenticator. */
export const recoveryCodesSchema = z.object({ recoveryCodes: z.array(z.string()) });

export const sessionSchema = z.object({
  id: z.string(),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  address: z.string().nullable(),
  /** What the browser calls itself. */
  client: z.string().nullable(),
  isCurrent: z.boolean(),
});
/** GET /sessions */
export const sessionListSchema = z.object({ sessions: z.array(sessionSchema) });

/** GET and PUT /people-policy */
export const peoplePolicySchema = z.strictObject({
  secondFactorRoles: z.array(personRoleSchema).max(personRoleSchema.options.length),
  /** A session that is not used for so long ends. */
  idleMinutes: z.int().min(5).max(60),
  /** However much it is used. */
  absoluteHours: z.int().min(1).max(24),
});
export type PeoplePolicy = z.infer<typeof peoplePolicySchema>;
