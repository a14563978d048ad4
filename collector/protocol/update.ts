/**
 * Updates of agents over HTTPS, beside the session: an agent whose session does not work still gets what mends it. It asks and
 * tells in one request; what it is offered is believed by its signatures alone, whoever handed it out.
 */
import { z } from 'zod';
import { LIMITS } from './limits.ts';
import { agentIdSchema } from './message-fields.ts';
import { RELEASE_LIMITS, releaseVersionSchema, signedTextSchema } from './release.ts';
import { RELEASE_REFUSALS } from './release-trust.ts';
import { signatureSchema } from './signing-key.ts';

/** Path where an agent asks and tells (HTTPS POST, JSON). */
export const UPDATE_PATH = '/agent/v1/update';
/** Path of payloads, by their SHA-256 (HTTPS GET, with ranges). */
export const PAYLOAD_PATH = '/agent/v1/update/payload';
/** Headers by which an agent that asks for a payload says who it is. */
export const AGENT_HEADER = 'x-vonggac-agent';
export const SIGNATURE_HEADER = 'x-vonggac-signature';

export const UPDATE_LIMITS = {
  /** One question, and one answer with a release and lists of keys. */
  askCharsMax: 16_384,
  answerBytesMax: 4 * 1_048_576,
  /** Neighbours that an agent is told of, and addresses of one host. */
  neighboursMax: 8,
  addressesMax: 8,
} as const;

/** Why an update did not come to be, beside what is wrong with the release itself. */
export const UPDATE_FAULTS = [
  ...RELEASE_REFUSALS,
  'payload-size',
  'payload-digest',
  'file-digest',
  'unpack',
  'runtime-missing',
  'no-room',
  'disk',
  'load',
  /** It did not become well in its time, or ended before. */
  'unwell',
  /** The launcher did not try it. */
  'not-started',
] as const;
export type UpdateFault = (typeof UPDATE_FAULTS)[number];

/**
 * `current`: what runs has held; `loading`: a release is being fetched; `trial`: what runs is on trial; `failed`: the one named
 * was taken back; `refused`: it was not taken; `off`: this host takes none.
 */
export const UPDATE_STATES = ['current', 'loading', 'trial', 'failed', 'refused', 'off'] as const;
export type UpdateState = (typeof UPDATE_STATES)[number];

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);
const bytesCount = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
/** Where a neighbour hands out payloads, e.g. `http://10.1.2.3:8444`. */
export const neighbourUrlSchema = z
  .string()
  .max(LIMITS.nameMax)
  .regex(/^http:\/\/[0-9a-fA-F.:[\]]+:\d{1,5}$/);

export const updateAskSchema = z.strictObject({
  /** Version that asks. */
  running: z.string().max(64),
  /** `linux-x64`. */
  platform: z.string().max(64),
  /** Of the list of keys that it trusts; 0: none is pinned. */
  rootsVersion: z.int().min(0),
  state: z.enum(UPDATE_STATES),
  /** The release that `state` is about. */
  release: z.strictObject({ version: releaseVersionSchema, digest: sha256Schema }).optional(),
  code: z.enum(UPDATE_FAULTS).optional(),
  message: z.string().max(LIMITS.policyReasonCharsMax).optional(),
  /** Bytes of payloads that it got from a collector and from neighbours since it was enrolled. */
  loaded: z.strictObject({ collector: bytesCount, neighbours: bytesCount }),
  /** It hands out to its neighbours what it has whole. */
  share: z
    .strictObject({
      urls: z.array(neighbourUrlSchema).max(UPDATE_LIMITS.addressesMax),
      payloads: z.array(sha256Schema).max(RELEASE_LIMITS.buildsMax * 2),
    })
    .optional(),
});

export const updateRequestSchema = z.strictObject({
  agentId: agentIdSchema,
  /** JSON: updateAskSchema. */
  ask: z.string().max(UPDATE_LIMITS.askCharsMax),
  /** Over updateBytes() of signing.ts with the agent's key. */
  signature: signatureSchema,
});

export const updateAnswerSchema = z.strictObject({
  /** Lists of keys after the one that the agent trusts. */
  roots: z.array(signedTextSchema).max(RELEASE_LIMITS.rootsMax),
  /** Absent: nothing is offered to this host now. */
  release: signedTextSchema.optional(),
  /** `wait`: a neighbour is fetching it; ask again. */
  from: z.enum(['collector', 'neighbours', 'wait']).optional(),
  neighbours: z.array(neighbourUrlSchema).max(UPDATE_LIMITS.neighboursMax),
  askAgainMs: z.int().min(1_000).max(86_400_000),
});

export type UpdateAsk = z.infer<typeof updateAskSchema>;
export type UpdateRequest = z.infer<typeof updateRequestSchema>;
export type UpdateAnswer = z.infer<typeof updateAnswerSchema>;
