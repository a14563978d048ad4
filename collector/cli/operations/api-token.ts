/** API tokens: make, list, revoke. */
import { z } from 'zod';
import { PERMISSIONS } from '../../api/permissions.ts';
import { roleSchema } from '../../api/contract.ts';
import {
  API_TOKEN_LIMITS,
  createApiToken,
  listApiTokens,
  revokeApiToken,
} from '../../registry/api-tokens.ts';
import { defineOperation } from './operation.ts';

export const apiTokenCreate = defineOperation({
  name: 'api-token.create',
  needs: 'nothing',
  input: z.strictObject({
    role: roleSchema,
    permissions: z.array(z.enum(PERMISSIONS)).max(PERMISSIONS.length).optional(),
    days: z.number().positive().max(API_TOKEN_LIMITS.daysMax).optional(),
    name: z.string().trim().max(API_TOKEN_LIMITS.nameCharsMax).optional(),
    agencyId: z.int().min(1).optional(),
  }),
  output: z.object({ id: z.string(), token: z.string(), expiresMs: z.number() }),
  run: ({ registry, actor }, input) => createApiToken(registry, input, actor),
});

export const apiTokenList = defineOperation({
  name: 'api-token.list',
  needs: 'data',
  input: z.strictObject({}),
  output: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      state: z.enum(['usable', 'expired', 'revoked']),
      role: roleSchema,
      agencyId: z.number(),
      createdMs: z.number(),
      createdBy: z.string(),
      expiresMs: z.number(),
      lastUsedMs: z.number().nullable(),
      lastUsedAddress: z.string().nullable(),
      permissions: z.array(z.enum(PERMISSIONS)).nullable(),
    }),
  ),
  run: ({ registry }) => listApiTokens(registry),
});

export const apiTokenRevoke = defineOperation({
  name: 'api-token.revoke',
  needs: 'data',
  input: z.strictObject({ id: z.string().min(1).max(64) }),
  output: z.object({ id: z.string() }),
  async run({ registry, actor }, { id }) {
    await revokeApiToken(registry, id, actor);
    return { id };
  },
});
