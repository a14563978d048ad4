/**
 * Shapes of information systems, legal holds and retention: of the API and of the command line. Days are `YYYY-MM-DD`
 * of UTC.
 */
import { z } from 'zod';
import { BASES } from '../retention/law-months.ts';
import { PROOF_REASONS } from '../retention/proof.ts';
import { LAW_PROFILES } from '../registry/tables/agency.ts';

const NAME_MAX = 256;
const REASON_MAX = 4_096;
const HOSTS_MAX = 20_000;

export const levelSchema = z.int().min(1).max(5);
const profileSchema = z.enum(LAW_PROFILES);
const time = z.iso.datetime({ offset: true });
export const systemCodeSchema = z
  .string()
  .trim()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._/-]{0,63}$/u, 'letters, digits and . _ / - only');

export const systemSchema = z.object({
  id: z.number(),
  name: z.string(),
  /** The province's own short code; null without one. */
  code: z.string().nullable(),
  description: z.string(),
  /** The owner (chủ quản). */
  agencyId: z.number(),
  agencyName: z.string(),
  /** Who runs it (đơn vị vận hành); null: its owner. */
  operatorId: z.number().nullable(),
  operatorName: z.string().nullable(),
  /** Security level; null until it is decided. */
  level: z.number().nullable(),
  lawProfile: profileSchema,
  createdAt: z.iso.datetime(),
  /** Hosts that belong to it now. */
  hosts: z.number(),
  version: z.number(),
});
export const systemListSchema = z.object({ systems: z.array(systemSchema) });
/** POST /systems */
export const systemBodySchema = z.strictObject({
  name: z.string().trim().min(1).max(NAME_MAX),
  code: systemCodeSchema.optional(),
  description: z.string().max(REASON_MAX).optional(),
  agencyId: z.int().min(1).optional(),
  operatorId: z.int().min(1).optional(),
  level: levelSchema.optional(),
  lawProfile: profileSchema.default('vn-2026'),
});
/** PATCH /systems/:id: what is left out stays; a level of null takes the decision back. */
export const systemPatchSchema = z.strictObject({
  name: z.string().trim().min(1).max(NAME_MAX).optional(),
  code: systemCodeSchema.nullable().optional(),
  description: z.string().max(REASON_MAX).optional(),
  agencyId: z.int().min(1).optional(),
  operatorId: z.int().min(1).nullable().optional(),
  level: levelSchema.nullable().optional(),
  lawProfile: profileSchema.optional(),
});
/** Hosts by agent id (or its first characters), by host name, by agent group. */
export const hostSelectionSchema = z.strictObject({
  agentIds: z.array(z.string().min(1).max(64)).max(HOSTS_MAX).optional(),
  hostnames: z.array(z.string().min(1).max(NAME_MAX)).max(HOSTS_MAX).optional(),
  groups: z.array(z.string().min(1).max(NAME_MAX)).max(HOSTS_MAX).optional(),
});
/** POST /systems/:id/hosts: from `since` on; else from now, or from its enrolment for a host that was in no system. */
export const assignBodySchema = hostSelectionSchema.extend({ since: time.optional() });
export const assignmentSchema = z.object({
  system: systemSchema,
  changed: z.number(),
  unchanged: z.number(),
});

export const holdSubjectSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('agent'), agentId: z.string().min(1).max(64) }),
  z.strictObject({ kind: z.literal('system'), systemId: z.int().min(1) }),
  z.strictObject({ kind: z.literal('agency'), agencyId: z.int().min(1) }),
]);
export const holdSchema = z.object({
  id: z.number(),
  subject: holdSubjectSchema,
  /** Null: without a beginning, without an end. */
  from: z.iso.datetime().nullable(),
  to: z.iso.datetime().nullable(),
  reason: z.string(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
  releasedAt: z.iso.datetime().nullable(),
  releasedBy: z.string().nullable(),
  releaseReason: z.string().nullable(),
});
export const holdListSchema = z.object({ holds: z.array(holdSchema) });
/** POST /holds */
export const holdBodySchema = z.strictObject({
  subject: holdSubjectSchema,
  from: time.optional(),
  to: time.optional(),
  reason: z.string().trim().min(1).max(REASON_MAX),
});
/** POST /holds/:id/release */
export const releaseBodySchema = z.strictObject({ reason: z.string().trim().min(1).max(REASON_MAX) });

const tallySchema = z.object({ rows: z.number(), hostDays: z.number() });
const progressSchema = z.object({
  days: z.number(),
  daysDone: z.number(),
  daysDropped: z.number(),
  deleted: tallySchema,
  kept: tallySchema,
  held: tallySchema,
  unread: tallySchema,
});
const day = z.iso.date();
export const runSchema = z.object({
  id: z.number(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  actor: z.string(),
  day,
  state: z.enum(['running', 'done', 'unfinished', 'failed']),
  deletedRows: z.number(),
  message: z.string(),
});
export const ruleMonthsSchema = z.object({
  basis: z.enum(BASES),
  months: z.number(),
  monthsMin: z.number(),
  lawMonths: z.number().nullable(),
  source: z.string().nullable(),
});
export const usageSchema = z.object({
  agencyId: z.number(),
  agencyName: z.string(),
  /** Newest day that was counted. */
  day: day.nullable(),
  events: z.number(),
  /** On disk, about. */
  bytes: z.number(),
  eventsPerDay: z.number().nullable(),
  bytesPerDay: z.number().nullable(),
  isOver: z.boolean(),
});
export const diskSchema = z.object({
  freeBytes: z.number(),
  totalBytes: z.number(),
  reserveBytes: z.number(),
  isFull: z.boolean(),
  growthBytesPerDay: z.number().nullable(),
  daysUntilFull: z.number().nullable(),
});
/** Where old days lie when there is a second volume for them. */
export const coldSchema = z.object({
  freeBytes: z.number(),
  totalBytes: z.number(),
  /** Of events. */
  storedBytes: z.number(),
  days: z.number(),
});
/** GET /retention */
export const retentionSchema = z.object({
  rules: z.array(ruleMonthsSchema),
  runs: z.array(runSchema),
  holdsInForce: z.number(),
  deletedRows: z.number(),
  agencies: z.array(usageSchema),
  /** Null beside an idle data folder. */
  disk: diskSchema.nullable(),
  /** Null without one. */
  cold: coldSchema.nullable(),
});
/** PUT /retention/months */
export const monthsBodySchema = z.strictObject({ basis: z.enum(BASES), months: z.int().min(1).max(240) });
/** PUT /retention/budgets: null is no limit. */
export const budgetBodySchema = z.strictObject({
  agencyId: z.int().min(1),
  eventsPerDay: z.int().min(1).nullable(),
  bytesPerDay: z.int().min(1).nullable(),
});
/** POST /retention/runs */
export const runBodySchema = z.strictObject({
  dryRun: z.boolean().default(false),
  /** The date is right, however far it has moved since the last run. */
  trustClock: z.boolean().default(false),
});
/** GET /retention/runs/current */
export const runStateSchema = z.object({
  running: z.boolean(),
  dryRun: z.boolean(),
  progress: progressSchema.nullable(),
  /** How the last run of this process ended. */
  last: z
    .discriminatedUnion('kind', [
      z.object({
        kind: z.literal('ended'),
        today: day,
        isClockHeldBack: z.boolean(),
        isDryRun: z.boolean(),
        unfinished: z.boolean(),
        progress: progressSchema,
      }),
      z.object({ kind: z.literal('failed'), message: z.string() }),
    ])
    .nullable(),
});
export const deletionSchema = z.object({
  id: z.number(),
  runId: z.number(),
  day,
  kind: z.enum(['rows', 'partition']),
  state: z.enum(['begun', 'done', 'given-up']),
  /** Set when it is about one host only. */
  agentId: z.string().nullable(),
  agents: z.number(),
  rows: z.number(),
  bytes: z.number(),
  policy: z.array(z.object({ basis: z.string(), months: z.number(), hosts: z.number(), rows: z.number() })),
  begunAt: z.iso.datetime(),
  doneAt: z.iso.datetime().nullable(),
});
/** GET /retention/deletions: newest first; `next` of a page as `before`. */
export const deletionQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  before: z.coerce.number().int().min(1).optional(),
});
export const deletionPageSchema = z.object({
  deletions: z.array(deletionSchema),
  next: z.number().nullable(),
});
export const systemProofSchema = z.object({
  day,
  systemId: z.number(),
  systemName: z.string(),
  agencyId: z.number(),
  writtenAt: z.iso.datetime(),
  basis: z.enum(BASES),
  lawMonths: z.number().nullable(),
  source: z.string().nullable(),
  monthsInForce: z.number(),
  /** First day that must be there. */
  requiredFrom: day.nullable(),
  oldestDay: day.nullable(),
  hostsSince: day.nullable(),
  hosts: z.number(),
  met: z.boolean(),
  reason: z.enum(PROOF_REASONS),
  missing: z.object({ hosts: z.number(), from: day, to: day, rows: z.number() }).nullable(),
});
/** GET /retention/proofs: of a day, else of the newest. */
export const proofQuerySchema = z.strictObject({
  day: day.optional(),
  systemId: z.coerce.number().int().min(1).optional(),
});
export const proofListSchema = z.object({ proofs: z.array(systemProofSchema) });

export type SystemView = z.infer<typeof systemSchema>;
export type HoldView = z.infer<typeof holdSchema>;
export type HoldSubjectView = z.infer<typeof holdSubjectSchema>;
export type RetentionView = z.infer<typeof retentionSchema>;
export type RunStateView = z.infer<typeof runStateSchema>;
export type SystemProofView = z.infer<typeof systemProofSchema>;
export type DeletionView = z.infer<typeof deletionSchema>;
