/** Join tokens: make, list, revoke. */
import { z } from 'zod';
import { installCommandSchema, originSchema } from '../../api/contract-rollout.ts';
import { dataFolder } from '../../registry/data-folder.ts';
import { installCommands } from '../../rollout/install-commands.ts';
import { PackagesFolder } from '../../rollout/packages-folder.ts';
import { formatJoinToken, pinOf } from '../../protocol/join-token.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { DEMONSTRATION_ACTOR, refuseInDemonstration } from '../../registry/demonstration-folder.ts';
import { loadOrCreateCertificate } from '../../registry/certificate.ts';
import {
  createJoinToken,
  JOIN_TOKEN_LIMITS,
  listJoinTokens,
  listJoinTokenUses,
  revokeJoinToken,
} from '../../registry/join-tokens.ts';
import { defineOperation } from './operation.ts';

const newJoinTokenSchema = z.strictObject({
  uses: z.int().min(1).max(JOIN_TOKEN_LIMITS.usesMax).optional(),
  days: z.number().positive().max(JOIN_TOKEN_LIMITS.daysMax).optional(),
  agencyId: z.int().min(1).optional(),
  group: z.string().trim().min(1).max(LIMITS.nameMax).optional(),
  note: z.string().trim().max(LIMITS.nameMax).optional(),
  approve: z.boolean().optional(),
  /** Of the collector, as hosts reach it: the commands that install with the token come along. */
  url: originSchema.optional(),
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
    commands: z.array(installCommandSchema),
  }),
  async run({ registry, dataDir, actor, live }, { url, ...input }) {
    if (actor !== DEMONSTRATION_ACTOR) refuseInDemonstration(dataDir);
    const { fingerprint } = await loadOrCreateCertificate({ dataDir, now: registry.now });
    const { id, secret, uses, agencyId, expiresMs } = await createJoinToken(registry, input, actor);
    const pinned = pinOf(fingerprint, live?.certificates.authority);
    const token = formatJoinToken({ id, secret, ...pinned });
    const { packages } = await new PackagesFolder(dataFolder(dataDir).packages).list();
    const commands =
      url === undefined ? [] : installCommands({ url, token, packages, pin: pinned.fingerprint });
    return { id, token, uses, agencyId, expiresMs, commands };
  },
});

const useSchema = z.object({
  agentId: z.string(),
  hostname: z.string(),
  usedMs: z.number(),
  address: z.string(),
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
      note: z.string(),
      approve: z.boolean(),
      usedBy: z.array(useSchema),
    }),
  ),
  run: ({ registry }) => listJoinTokens(registry),
});

/** Uses in one call. */
export const USES_AT_ONCE = 5_000;

export const joinTokenUses = defineOperation({
  name: 'join-token.uses',
  needs: 'data',
  input: z.strictObject({ id: z.string().min(1).max(64), beforeUse: z.int().optional() }),
  output: z.array(useSchema.extend({ use: z.number() })),
  run: ({ registry }, { id, beforeUse }) =>
    listJoinTokenUses(registry, { id, beforeUse, scope: { kind: 'all' }, limit: USES_AT_ONCE }),
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
