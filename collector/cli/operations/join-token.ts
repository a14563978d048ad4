/** Join tokens: make, list, revoke. */
import { z } from 'zod';
import { formatJoinToken } from '../../protocol/join-token.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { loadOrCreateCertificate } from '../../registry/certificate.ts';
import {
  createJoinToken,
  JOIN_TOKEN_LIMITS,
  listJoinTokens,
  revokeJoinToken,
} from '../../registry/join-tokens.ts';
import { defineOperation } from './operation.ts';

const newJoinTokenSchema = z.strictObject({
  uses: z.int().min(1).max(JOIN_TOKEN_LIMITS.usesMax).optional(),
  days: z.number().positive().max(JOIN_TOKEN_LIMITS.daysMax).optional(),
  agencyId: z.int().min(1).optional(),
  group: z.string().trim().min(1).max(LIMITS.nameMax).optional(),
});

export const joinTokenCreate = defineOperation({
  name: 'join-token.create',
  needs: 'nothing',
  input: newJoinTokenSchema,
  output: z.object({
    id: z.string(),
    token: z.string(),
    uses: z.number(),
    agencyId: z.number(),
    expiresMs: z.number(),
  }),
  async run({ registry, dataDir, actor }, input) {
    const { fingerprint } = await loadOrCreateCertificate({ dataDir, now: registry.now });
    const { id, secret, uses, agencyId, expiresMs } = await createJoinToken(registry, input, actor);
    return { id, token: formatJoinToken({ id, secret, fingerprint }), uses, agencyId, expiresMs };
  },
});

export const joinTokenList = defineOperation({
  name: 'join-token.list',
  needs: 'data',
  input: z.strictObject({}),
  output: z.array(
    z.object({
      id: z.string(),
      state: z.enum(['usable', 'used-up', 'expired', 'revoked']),
      agencyId: z.number(),
      agencyName: z.string(),
      group: z.string().nullable(),
      uses: z.number(),
      usesMax: z.number(),
      createdMs: z.number(),
      createdBy: z.string(),
      expiresMs: z.number(),
      usedBy: z.array(z.object({ agentId: z.string(), hostname: z.string(), usedMs: z.number() })),
    }),
  ),
  run: ({ registry }) => listJoinTokens(registry),
});

export const joinTokenRevoke = defineOperation({
  name: 'join-token.revoke',
  needs: 'data',
  input: z.strictObject({ id: z.string().min(1).max(64) }),
  output: z.object({ id: z.string() }),
  async run({ registry, actor }, { id }) {
    await revokeJoinToken(registry, id, actor);
    return { id };
  },
});
