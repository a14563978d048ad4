/**
 * Control messages from collector to agent: one JSON text frame each.
 * Order: `challenge` answers hello, `welcome` answers proof, then `ack` and `config`, at last `bye`.
 */
import { z } from 'zod';
import { ERROR_CODES } from './error.ts';
import { LIMITS } from './limits.ts';
import { commandAckSchema, commandSchema } from './command.ts';
import { policyAckSchema, policyDocumentSchema, signingKeysSchema } from './policy.ts';
import { laneSchema, seqSchema } from './message-fields.ts';

export const challengeSchema = z.strictObject({
  type: z.literal('challenge'),
  /** 32 random bytes, base64: signed by the agent, used once. */
  nonce: z.string().length(44),
});

const lanePolicySchema = z.strictObject({
  lane: laneSchema,
  /** Records that waited longer are given up, by name. */
  ageMsMax: z.int().min(60_000).optional(),
  /** Share of the spool that the lane may fill while others need it, percent. */
  percentMax: z.int().min(1).max(100).optional(),
});

/** A collector an agent may turn to. */
const collectorSchema = z.strictObject({ url: z.url().max(LIMITS.nameMax) });

const fingerprintSchema = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * Settings the collector sends to an agent; a later version is merged over the agent's own defaults. Optional ones
 * came with version 2 of the protocol.
 */
export const agentPolicySchema = z.strictObject({
  version: z.int().min(0),
  /** Silence after which the agent considers the line dead. */
  idleMsMax: z.int().min(1_000).max(600_000),
  inFlightBatchesMax: z.int().min(1).max(LIMITS.inFlightBatchesMax),
  /** How fast the agent may send now, all lanes together, bytes on the wire per second; absent: as fast as it can. */
  bytesPerSecondMax: z.int().min(256).optional(),
  /** The same for records older than `catchUpAgeMs`, so that the first catch-up leaves room for news. */
  catchUpBytesPerSecondMax: z.int().min(256).optional(),
  catchUpAgeMs: z.int().min(1_000).optional(),
  /** How long acknowledged records of the security lane are kept, to refill a restored store. */
  retainMs: z
    .int()
    .min(0)
    .max(7 * 86_400_000)
    .optional(),
  lanes: z.array(lanePolicySchema).max(LIMITS.lanesMax).optional(),
  /** In order of preference; the one the agent was enrolled with stays the last resort. */
  collectors: z.array(collectorSchema).max(LIMITS.collectorsMax).optional(),
  /**
   * All certificates to trust from now on: SHA-256 of the DER, lower-case hex; sent before a rotation too. What is not
   * among them is trusted no longer, but for the one this session was opened over. Answered with `trusted`.
   */
  fingerprints: z.array(fingerprintSchema).max(LIMITS.fingerprintsMax).optional(),
  /** Certificate authorities to trust for these collectors, PEM. */
  caPem: z.string().max(LIMITS.caPemMax).optional(),
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

/** Since version 2: the tally of that id is written down. */
export const tallyAckSchema = z.strictObject({ type: z.literal('tally-ack'), id: seqSchema });

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
  tallyAckSchema,
  signingKeysSchema,
  policyDocumentSchema,
  policyAckSchema,
  commandSchema,
  commandAckSchema,
  collectorByeSchema,
]);

export type AgentPolicy = z.infer<typeof agentPolicySchema>;
export type Welcome = z.infer<typeof welcomeSchema>;
export type CollectorBye = z.infer<typeof collectorByeSchema>;
export type DownMessage = z.infer<typeof downMessageSchema>;
