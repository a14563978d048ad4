/** Shapes of the API about who may report here: join tokens, acts on agents, hosts set up anew. Under /api/v1. */
import { z } from 'zod';
import { agentSchema } from './contract.ts';

const nameMax = 256;
const agentIdSchema = z.uuid();
const idsSchema = z.array(agentIdSchema).min(1).max(1_000);

/** POST /join-tokens */
export const newJoinTokenSchema = z.strictObject({
  /** How many hosts may enrol with it. */
  uses: z.int().min(1).max(100_000).default(1),
  days: z.number().positive().max(3_650).default(7),
  /** The caller's own agency when left out. */
  agencyId: z.int().min(1).optional(),
  /** Made when it is new. */
  group: z.string().trim().min(1).max(nameMax).optional(),
  note: z.string().trim().max(nameMax).optional(),
  /** Whoever enrols with it waits for approval. */
  approve: z.boolean().default(false),
});

export const joinTokenUseSchema = z.object({
  agentId: z.string(),
  hostname: z.string(),
  usedAt: z.iso.datetime(),
  /** Where the request came from. */
  address: z.string(),
});

export const joinTokenSchema = z.object({
  id: z.string(),
  state: z.enum(['usable', 'used-up', 'expired', 'revoked']),
  agencyId: z.number(),
  agencyName: z.string(),
  group: z.string().nullable(),
  note: z.string(),
  approve: z.boolean(),
  uses: z.number(),
  usesMax: z.number(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
  expiresAt: z.iso.datetime(),
  /** The first twenty. */
  usedBy: z.array(joinTokenUseSchema),
});
/** GET /join-tokens */
export const joinTokenListSchema = z.object({ joinTokens: z.array(joinTokenSchema) });
/** Answer of POST /join-tokens: the token itself is shown here only. */
export const madeJoinTokenSchema = z.object({
  id: z.string(),
  token: z.string(),
  expiresAt: z.iso.datetime(),
});
/** GET /join-tokens/:id/uses: newest first. */
export const joinTokenUsesQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  after: z.string().max(512).optional(),
});
export const joinTokenUsesSchema = z.object({
  uses: z.array(joinTokenUseSchema),
  next: z.string().nullable(),
});

/** GET /agents/:id */
export const agentDetailSchema = agentSchema.extend({
  platform: z.string(),
  arch: z.string(),
  timeZone: z.string(),
  machineId: z.string(),
  joinTokenId: z.string(),
  approvedAt: z.iso.datetime().nullable(),
  approvedBy: z.string().nullable(),
  revokedAt: z.iso.datetime().nullable(),
  replacedAt: z.iso.datetime().nullable(),
  successorOf: z.string().nullable(),
  /** Others that reported from the same machine, the newest first. */
  others: z.array(agentSchema),
});

/** POST /agents/approve */
export const approveBodySchema = z.strictObject({ ids: idsSchema });
/** POST /agents/revoke */
export const revokeBodySchema = z.strictObject({ ids: idsSchema, reason: z.string().max(4_096).default('') });
/** POST /agents/move */
export const moveBodySchema = z
  .strictObject({
    ids: idsSchema,
    agencyId: z.int().min(1).optional(),
    /** Made when it is new; the empty text takes the agents out of their group. */
    group: z.string().trim().max(nameMax).optional(),
  })
  .refine(
    ({ agencyId, group }) => agencyId !== undefined || group !== undefined,
    'say agencyId, group or both',
  );
/** What became of each: one that is refused does not keep the others from being done. */
export const agentActsSchema = z.object({
  agents: z.array(agentSchema),
  /** Ids of those that were changed. */
  changed: z.array(z.string()),
  refused: z.array(z.object({ id: z.string(), message: z.string() })),
});

export const sameHostSchema = z.object({
  agentId: z.string(),
  hostname: z.string(),
  agencyId: z.number(),
  agencyName: z.string(),
  enrolledAt: z.iso.datetime(),
  formerId: z.string(),
  formerHostname: z.string(),
  formerLastSeenAt: z.iso.datetime().nullable(),
  /** Kinds of hardware that agree. */
  agreeing: z.array(z.string()),
  /** The former agent was heard of after the new one enrolled: two machines. */
  alive: z.boolean(),
});
/** GET /same-hosts */
export const sameHostListSchema = z.object({ proposals: z.array(sameHostSchema) });
/** POST /same-hosts/accept and /same-hosts/reject: ids of the new agents. */
export const sameHostBodySchema = z.strictObject({ ids: idsSchema });
export const sameHostDecidedSchema = z.object({
  decided: z.array(z.string()),
  refused: z.array(z.object({ id: z.string(), message: z.string() })),
});
