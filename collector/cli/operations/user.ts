/** People: make, list, reset the password, disable. Passwords made here are used once. */
import { z } from 'zod';
import { personRoleSchema, roleSchema } from '../../api/contract.ts';
import { forgetInitialPassword } from '../../registry/first-administrator.ts';
import { createUser, disableUser, listUsers, normalizeUsername, USER_LIMITS } from '../../registry/users.ts';
import { readablePassword, resetPassword } from '../../registry/people/change-password.ts';
import { defineOperation } from './operation.ts';

export const usernameSchema = z
  .string()
  .trim()
  .min(1)
  .max(USER_LIMITS.usernameCharsMax)
  .regex(/^[\p{L}\p{N}][\p{L}\p{M}\p{N}._@-]*$/u, 'letters, digits and . _ @ - only');

export const userCreate = defineOperation({
  name: 'user.create',
  needs: 'nothing',
  input: z.strictObject({
    username: usernameSchema,
    role: personRoleSchema,
    agencyId: z.int().min(1).optional(),
    endsMs: z.int().optional(),
  }),
  output: z.object({ username: z.string(), password: z.string() }),
  async run({ registry, actor }, input) {
    const password = readablePassword(registry.random);
    const user = await createUser(registry, { ...input, password, mustChangePassword: true }, actor);
    return { username: user.username, password };
  },
});

export const userList = defineOperation({
  name: 'user.list',
  needs: 'data',
  input: z.strictObject({}),
  output: z.array(
    z.object({
      id: z.number(),
      username: z.string(),
      role: roleSchema,
      agencyId: z.number(),
      mustChangePassword: z.boolean(),
      state: z.enum(['active', 'locked', 'disabled', 'invited', 'pending']),
      createdMs: z.number(),
      passwordChangedMs: z.number(),
      endsMs: z.number().nullable(),
    }),
  ),
  run: ({ registry }) => listUsers(registry),
});

export const userResetPassword = defineOperation({
  name: 'user.reset-password',
  needs: 'data',
  input: z.strictObject({ username: usernameSchema }),
  output: z.object({ username: z.string(), password: z.string() }),
  async run({ registry, actor, dataDir }, { username }) {
    const password = readablePassword(registry.random);
    await resetPassword(registry, { username, password }, actor);
    forgetInitialPassword(dataDir, normalizeUsername(username));
    return { username: normalizeUsername(username), password };
  },
});

export const userDisable = defineOperation({
  name: 'user.disable',
  needs: 'data',
  input: z.strictObject({ username: usernameSchema }),
  output: z.object({ username: z.string() }),
  async run({ registry, actor }, { username }) {
    await disableUser(registry, username, actor);
    return { username };
  },
});
