/**
 * Control messages from agent to collector: one JSON text frame each. Batches are binary frames (frame.ts).
 * Order: `hello`, `proof`, then batches and `loss` in sequence order of each lane, at last `bye`.
 */
import { z } from 'zod';
import { hardwareSchema } from './hardware.ts';
import { LIMITS } from './limits.ts';
import { agentIdSchema, epochSchema, hostSchema, laneSchema, seqSchema } from './message-fields.ts';
import { commandReportSchema } from './command.ts';
import { policyReportSchema } from './policy.ts';

const name = z.string().min(1).max(LIMITS.nameMax);
const base64 = z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/);

export const helloSchema = z.strictObject({
  type: z.literal('hello'),
  protocol: z.int().min(1),
  agentId: agentIdSchema,
  agentVersion: z.string().max(64),
  host: hostSchema,
  epoch: epochSchema,
  /** Host clock when sending, milliseconds since 1970: the collector measures the skew. */
  clockMs: z.int().min(0),
  /** Since version 2: what identifies the hardware; absent when the host tells nothing. */
  hardware: hardwareSchema.optional(),
});

export const proofSchema = z.strictObject({
  type: z.literal('proof'),
  /** Ed25519 signature over proofBytes() of signing.ts, base64. */
  signature: base64.max(128),
});

/** Sequences from..to of a lane will never be sent. Without it, a gap in a lane's sequence is refused. */
export const lossSchema = z.strictObject({
  type: z.literal('loss'),
  lane: laneSchema,
  fromSeq: seqSchema.min(1),
  toSeq: seqSchema.min(1),
  /** `not-retained` since version 2: it was stored once, and the collector was restored from an older copy. */
  reason: z.enum(['spool-full', 'spool-age', 'spool-corrupt', 'unsendable', 'not-retained']),
  /** Ed25519 signature over lossBytes() of signing.ts, base64. */
  signature: base64.max(128),
});

const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
/** What became of records, by reason. */
const counts = z
  .record(name, count)
  .refine((value) => Object.keys(value).length <= LIMITS.tallyReasonsMax, 'too many reasons');

/**
 * Since version 2: what one channel produced in one hour, counted where it happened. All numbers are totals of that
 * hour so far, so that hearing them twice changes nothing.
 */
export const tallyEntrySchema = z.strictObject({
  /** Begin of the hour in which the records were read, host clock: milliseconds since 1970. */
  hourMs: z
    .int()
    .min(0)
    .refine((value) => value % 3_600_000 === 0, 'not the begin of an hour'),
  lane: laneSchema,
  /** As in stored rows, e.g. `log/sshd`, `integrity`. */
  channel: name,
  /** Records that the source saw. */
  produced: count,
  /** Of those, how many never got a sequence, e.g. for a rate limit. */
  limited: counts,
  /** Of those that got one, how many were given up before they were sent. */
  dropped: counts,
});

/** What a whole account covers; one account may take several tallies. */
const tallyScopeSchema = z.strictObject({
  /** Identity of the counts, random: their totals go on over epochs. New when they had to begin at 0 again. */
  countsId: epochSchema,
  /** Records read before this time were not counted: the agent could not count yet. 0 when all were. */
  sinceMs: z.int().min(0),
  /** Highest sequence given in each lane of this epoch when the totals were taken; 0 when none was. */
  lanes: z.array(z.strictObject({ lane: laneSchema, seq: seqSchema })).max(LIMITS.lanesMax),
});

/** Answered with `tally-ack` once it is written down: a part that others follow, when the last one is. */
export const tallySchema = z.strictObject({
  type: z.literal('tally'),
  id: seqSchema,
  entries: z.array(tallyEntrySchema).min(1).max(LIMITS.tallyEntriesMax),
  /** With the last tally of an account: all its totals were taken at one moment. */
  scope: tallyScopeSchema.optional(),
});

/** Since version 2: these certificates are trusted from now on, and that is written down durably. */
export const trustedSchema = z.strictObject({
  type: z.literal('trusted'),
  fingerprints: z.array(z.string().regex(/^[0-9a-f]{64}$/)).max(LIMITS.fingerprintsMax),
});

export const agentByeSchema = z.strictObject({
  type: z.literal('bye'),
  reason: z.enum(['shutdown', 'reconfigure', 'error']),
});

export const upMessageSchema = z.discriminatedUnion('type', [
  helloSchema,
  proofSchema,
  lossSchema,
  tallySchema,
  trustedSchema,
  policyReportSchema,
  commandReportSchema,
  agentByeSchema,
]);

export type Hello = z.infer<typeof helloSchema>;
export type Proof = z.infer<typeof proofSchema>;
export type Loss = z.infer<typeof lossSchema>;
export type TallyEntry = z.infer<typeof tallyEntrySchema>;
export type TallyScope = z.infer<typeof tallyScopeSchema>;
export type Tally = z.infer<typeof tallySchema>;
export type LossReason = Loss['reason'];
export type UpMessage = z.infer<typeof upMessageSchema>;
