/**
 * Control messages from collector to agent: one JSON text frame each.
 * Order: `challenge` answers hello, `welcome` answers proof, then `ack` and `config`, at last `bye`.
 */
import { z } from 'zod';
import { ERROR_CODES } from './error.ts';
import { LIMITS } from './limits.ts';
import { laneSchema, seqSchema } from './up.ts';

export const challengeSchema = z.strictObject({
  type: z.literal('challenge'),
  /** 32 random bytes, base64: signed by the agent, used once. */
  nonce: z.string().length(44),
});

/** Settings the collector sends to an agent; a later version is merged over the agent's own defaults. */
export const agentPolicySchema = z.strictObject({
  version: z.int().min(0),
  /** Silence after which the agent considers the line dead. */
  idleMsMax: z.int().min(1_000).max(600_000),
  inFlightBatchesMax: z.int().min(1).max(LIMITS.inFlightBatchesMax),
});

const markSchema = z.strictObject({
  lane: laneSchema,
  /** Highest sequence known to be stored; 0 when none is. */
  seq: seqSchema,
});

export const welcomeSchema = z.strictObject({
  type: z.literal('welcome'),
  protocol: z.int().min(1),
  sessionId: z.uuid(),
  serverTimeMs: z.int().min(0),
  /** Stored marks of this agent and epoch; lanes never seen are absent. */
  marks: z.array(markSchema).max(LIMITS.lanesMax),
  policy: agentPolicySchema,
});

/** Everything of the lane up to and including `seq` is durably stored. */
export const ackSchema = z.strictObject({ type: z.literal('ack'), lane: laneSchema, seq: seqSchema });

export const configSchema = z.strictObject({ type: z.literal('config'), policy: agentPolicySchema });

export const collectorByeSchema = z.strictObject({
  type: z.literal('bye'),
  code: z.enum(ERROR_CODES),
  message: z.string().max(LIMITS.shortStringMax),
  /** Earliest sensible time to come back, milliseconds from now. */
  retryAfterMs: z.int().min(0).optional(),
});

export const downMessageSchema = z.discriminatedUnion('type', [
  challengeSchema,
  welcomeSchema,
  ackSchema,
  configSchema,
  collectorByeSchema,
]);

export type AgentPolicy = z.infer<typeof agentPolicySchema>;
export type Welcome = z.infer<typeof welcomeSchema>;
export type CollectorBye = z.infer<typeof collectorByeSchema>;
export type DownMessage = z.infer<typeof downMessageSchema>;
