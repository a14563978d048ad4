/** The audit trail: what people look at, the chain as it is verified and exported, and its heads. */
import { z } from 'zod';
import { listAudit, readAuditHead, readChain } from '../../registry/audit.ts';
import { defineOperation, liveOf } from './operation.ts';

const recordSchema = z.object({
  seq: z.number(),
  atMs: z.number(),
  actor: z.string(),
  action: z.string(),
  target: z.string(),
  agencyId: z.number().nullable(),
  detail: z.record(z.string(), z.unknown()),
});

export const auditList = defineOperation({
  name: 'audit.list',
  needs: 'data',
  input: z.strictObject({
    actor: z.string().max(256).optional(),
    action: z.string().max(256).optional(),
    target: z.string().max(512).optional(),
    fromMs: z.number().optional(),
    toMs: z.number().optional(),
    beforeSeq: z.int().optional(),
    limit: z.int().min(1).max(1_000),
  }),
  output: z.array(recordSchema),
  run: ({ registry }, query) => listAudit(registry, query),
});

const entrySchema = z.object({
  seq: z.number(),
  atMs: z.number(),
  actor: z.string(),
  action: z.string(),
  target: z.string(),
  agencyId: z.number().nullable(),
  detail: z.string(),
  hash: z.string(),
});

export const auditChain = defineOperation({
  name: 'audit.chain',
  needs: 'data',
  input: z.strictObject({ afterSeq: z.int().min(0), limit: z.int().min(1).max(2_000) }),
  output: z.array(entrySchema),
  run: ({ registry }, { afterSeq, limit }) => readChain(registry.db, afterSeq, limit),
});

export const auditHead = defineOperation({
  name: 'audit.head',
  needs: 'data',
  input: z.strictObject({}),
  output: z.object({
    trailId: z.string(),
    seq: z.number(),
    hash: z.string(),
    genesisHash: z.string(),
    atMs: z.number(),
  }),
  run: async ({ registry }) => ({ ...(await readAuditHead(registry.db)), atMs: registry.now() }),
});

const placeSchema = z.object({
  target: z.string(),
  sentMs: z.number().nullable(),
  sentSeq: z.number().nullable(),
  failingSinceMs: z.number().nullable(),
  problem: z.string().nullable(),
});

export const auditSend = defineOperation({
  name: 'audit.send',
  needs: 'collector',
  input: z.strictObject({}),
  output: z.array(placeSchema),
  run: async (context) => [...(await liveOf(context).audit.send())],
});
