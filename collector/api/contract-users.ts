/** Shapes of people and API tokens, as administrators manage them. */
import { z } from 'zod';
import { PERMISSIONS } from './permissions.ts';
import { personRoleSchema, roleSchema } from './contract.ts';

const username = z
  .string()
  .trim()
  .min(1)
  .max(128)
  .regex(/^[\p{L}\p{N}][\p{L}\p{M}\p{N}._@-]*$/u, 'letters, digits and . _ @ - only');
const displayName = z.string().trim().min(1).max(256);
const email = z.email().max(254);
const agencyId = z.int().min(1);

export const userSchema = z.object({
  username: z.string(),
  displayName: z.string().nullable(),
  email: z.string().nullable(),
  role: roleSchema,
  agencyId: z.number(),
  /** `pending`: known by the identity provider, without a role here until somebody gives one. */
  state: z.enum(['active', 'locked', 'disabled', 'invited', 'pending']),
  hasSecondFactor: z.boolean(),
  /** Who they are at the identity provider, and what gives them their role; null who has a password here. */
  external: z.object({ subject: z.string(), role: z.enum(['groups', 'local', 'none']) }).nullable(),
  createdAt: z.iso.datetime(),
  lastLoginAt: z.iso.datetime().nullable(),
  /** When it ends by itself, as that of an inspector; `disabled` from then on. */
  endsAt: z.iso.datetime().nullable(),
});
/** GET /users */
export const userListSchema = z.object({ users: z.array(userSchema) });
/** POST /users */
export const newUserSchema = z.strictObject({
  username,
  role: personRoleSchema,
  /** The caller's own by default. */
  agencyId: agencyId.optional(),
  displayName: displayName.optional(),
  email: email.optional(),
  endsAt: z.iso.datetime({ offset: true }).optional(),
});
/** PATCH /users/:username */
export const userPatchSchema = z.strictObject({
  role: personRoleSchema.optional(),
  agencyId: agencyId.optional(),
  disabled: z.boolean().optional(),
  displayName: displayName.nullable().optional(),
  email: email.nullable().optional(),
  /** Null: it has no end. */
  endsAt: z.iso.datetime({ offset: true }).nullable().optional(),
});
export const userParamsSchema = z.strictObject({ username: z.string().min(1).max(128) });
/** What is handed to the person; shown once. */
export const invitationSchema = z.object({ invitation: z.string(), expiresAt: z.iso.datetime() });
/** POST /invitations/accept */
export const acceptBodySchema = z.strictObject({
  invitation: z.string().min(1).max(128),
  password: z.string().min(12).max(1_024),
});
export const acceptedSchema = z.object({ username: z.string() });
/** POST /invitations/look: whose account it is, before a password is chosen. */
export const invitationLookBodySchema = z.strictObject({ invitation: z.string().min(1).max(128) });
export const invitedSchema = z.object({
  username: z.string(),
  displayName: z.string().nullable(),
  role: roleSchema,
  agencyName: z.string(),
  expiresAt: z.iso.datetime(),
});
/** GET /roles */
export const rolesSchema = z.object({
  roles: z.array(z.object({ role: roleSchema, permissions: z.array(z.enum(PERMISSIONS)) })),
  /** What a token of the role `api` may whose maker listed nothing. */
  apiDefault: z.array(z.enum(PERMISSIONS)),
});
/** DELETE /users/:username/sessions */
export const endedSchema = z.object({ ended: z.number() });

export const apiTokenSchema = z.object({
  id: z.string(),
  name: z.string(),
  role: roleSchema,
  permissions: z.array(z.string()).nullable(),
  agencyId: z.number(),
  state: z.enum(['usable', 'expired', 'revoked']),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
  expiresAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
  lastUsedAddress: z.string().nullable(),
});
export const apiTokenListSchema = z.object({ apiTokens: z.array(apiTokenSchema) });
/** POST /api-tokens */
export const newApiTokenSchema = z.strictObject({
  role: roleSchema,
  permissions: z.array(z.enum(PERMISSIONS)).max(PERMISSIONS.length).optional(),
  agencyId: agencyId.optional(),
  days: z.number().positive().max(3_650).optional(),
  name: z.string().trim().max(128).optional(),
});
export const madeApiTokenSchema = z.object({
  id: z.string(),
  token: z.string(),
  expiresAt: z.iso.datetime(),
});
