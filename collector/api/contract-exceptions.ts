/** Shapes of exceptions in the API. `version` is the ETag; it grows with each act, and not with what is hidden. */
import { z } from 'zod';
import { maintenanceWindowSchema } from '../exceptions/maintenance.ts';
import { EXCEPTION_KINDS, EXCEPTION_LIMITS, EXCEPTION_STATES } from '../exceptions/vocabulary.ts';

const moment = z.iso.datetime({ offset: true });
const time = z.iso.datetime();
const word = z.string().min(1).max(256);
const reason = z.string().trim().min(1).max(EXCEPTION_LIMITS.reasonChars);
const value = z.union([z.string().max(EXCEPTION_LIMITS.valueChars), z.number(), z.boolean()]);

/** POST /exceptions: one of `condition`, `fields`, `alert`, unless there is a `window`. */
export const exceptionBodySchema = z.strictObject({
  name: z.string().trim().min(1).max(EXCEPTION_LIMITS.nameChars),
  kind: z.enum(EXCEPTION_KINDS).default('rule'),
  /** A Sigma detection block, YAML: selections and a `condition`. */
  condition: z.string().max(65_536).optional(),
  /** Each field has exactly this value, or one of these. */
  fields: z
    .record(word, z.union([value, z.array(value).min(1).max(EXCEPTION_LIMITS.valuesMax)]))
    .refine((fields) => Object.keys(fields).length <= EXCEPTION_LIMITS.fieldsMax, {
      error: `at most ${EXCEPTION_LIMITS.fieldsMax} fields`,
    })
    .optional(),
  /** Fields of an alert's newest event, with the values they have there; left out: what the alert is about. */
  alert: z
    .strictObject({
      id: word,
      fields: z.array(word).min(1).max(EXCEPTION_LIMITS.fieldsMax).optional(),
    })
    .optional(),
  /** A maintenance window, as agents have them: once, or on days of weeks. */
  window: maintenanceWindowSchema.optional(),
  /** With all below it; left out: one's own, or the alert's. */
  agencyId: z.int().min(1).optional(),
  agentId: z.string().min(1).max(64).optional(),
  /** Name of a group of hosts. */
  group: z.string().min(1).max(128).optional(),
  /** Ids of rules, of checks for `posture`, of vulnerabilities. */
  rules: z.array(word).min(1).max(EXCEPTION_LIMITS.rulesMax).optional(),
  /** Tags and log sources of rules. */
  categories: z.array(word).min(1).max(EXCEPTION_LIMITS.categoriesMax).optional(),
  allRules: z.boolean().optional(),
  /** It may match everything: for one rule on one host only. */
  takesAll: z.boolean().optional(),
  reason,
  /** Earlier events are not concerned. */
  startsAt: moment.optional(),
  /** May be left out where a window ends by itself. */
  expiresAt: moment.optional(),
  reviewAt: moment.optional(),
});
export type ExceptionBody = z.infer<typeof exceptionBodySchema>;

/** POST /exceptions/simulate */
export const exceptionSimulateBodySchema = z.strictObject({
  ...exceptionBodySchema.shape,
  /** So many days back. */
  days: z.int().min(1).max(30).default(30),
});
/** POST /exceptions/:id/simulate */
export const exceptionSimulateSchema = z.strictObject({ days: z.int().min(1).max(30).default(30) });

/** POST /exceptions/:id/approve */
export const exceptionApproveSchema = z.strictObject({
  reason: reason.optional(),
  /** Close the open alerts that it covers, as this. */
  close: z.enum(['benign', 'false-positive']).optional(),
});
export const exceptionReasonSchema = z.strictObject({ reason });
/** POST /exceptions/:id/extend */
export const exceptionExtendSchema = z.strictObject({
  reason,
  expiresAt: moment,
  reviewAt: moment.optional(),
});

export const exceptionSchema = z.object({
  id: z.number(),
  name: z.string(),
  kind: z.enum(EXCEPTION_KINDS),
  state: z.enum(EXCEPTION_STATES),
  condition: z.string().nullable(),
  window: z.record(z.string(), z.unknown()).nullable(),
  agencyId: z.number(),
  agentId: z.string().nullable(),
  hostname: z.string().nullable(),
  group: z.string().nullable(),
  /** Null for all. */
  rules: z.array(z.string()).nullable(),
  categories: z.array(z.string()).nullable(),
  takesAll: z.boolean(),
  reason: z.string(),
  requestedBy: z.string(),
  requestedAt: time,
  startsAt: time.nullable(),
  expiresAt: time,
  reviewAt: time,
  /** Review or end within 14 days. */
  due: z.boolean(),
  decidedBy: z.string().nullable(),
  decidedAt: time.nullable(),
  decidedReason: z.string().nullable(),
  endedBy: z.string().nullable(),
  endedAt: time.nullable(),
  endedReason: z.string().nullable(),
  /** Detections that it kept from becoming alerts, of how many hosts. */
  hidden: z.number(),
  hiddenHosts: z.number(),
  hiddenFirst: time.nullable(),
  hiddenLast: time.nullable(),
  updatedAt: time,
  version: z.number(),
});
export type ExceptionView = z.infer<typeof exceptionSchema>;

export const exceptionDetailSchema = exceptionSchema.extend({
  /** Where it hid most, at most 100. */
  where: z.array(
    z.object({
      ruleId: z.string(),
      agentId: z.string(),
      hostname: z.string(),
      agencyId: z.number(),
      hidden: z.number(),
      first: time,
      last: time,
    }),
  ),
  /** The newest detections that it hid, at most 100; their events are stored as ever. */
  proofs: z.array(
    z.object({
      detectionId: z.string(),
      time,
      eventId: z.string(),
      ruleId: z.string(),
      hostname: z.string(),
      message: z.string(),
    }),
  ),
});
export type ExceptionDetail = z.infer<typeof exceptionDetailSchema>;

/** An approval: `jobId` of the job that closes what it covers. */
export const exceptionApprovedSchema = exceptionDetailSchema.extend({ jobId: z.string().nullable() });

export const exceptionQuerySchema = z.strictObject({
  /** Some states, with commas. */
  state: z
    .string()
    .max(128)
    .transform((text) => text.split(',').filter((part) => part !== ''))
    .pipe(z.array(z.enum(EXCEPTION_STATES)).min(1).max(EXCEPTION_STATES.length))
    .optional(),
  kind: z.enum(EXCEPTION_KINDS).optional(),
  /** That name this rule, or all. */
  ruleId: z.string().min(1).max(256).optional(),
  agencyId: z.coerce.number().int().min(1).optional(),
  agentId: z.string().min(1).max(64).optional(),
  /** As in the audit trail, e.g. `user:lan`. */
  requestedBy: z.string().min(1).max(256).optional(),
  /** `soon`: approved, and to be reviewed or at its end within 14 days; or before this time. */
  due: z.union([z.literal('soon'), moment]).optional(),
  window: z.enum(['only', 'none']).optional(),
  /** Stands in name or reason. */
  text: z.string().min(1).max(256).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  after: z.string().max(512).optional(),
});
export const exceptionPageSchema = z.object({
  exceptions: z.array(exceptionSchema),
  next: z.string().nullable(),
});

/** GET /exceptions/:id/hidden: by rule, then host. */
export const exceptionHiddenQuerySchema = z.strictObject({
  ruleId: word.optional(),
  agentId: z.string().min(1).max(64).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  after: z.string().max(1_024).optional(),
});
export const exceptionHiddenSchema = z.object({
  hidden: z.array(
    z.object({
      ruleId: z.string(),
      agentId: z.string(),
      agencyId: z.number(),
      hostname: z.string(),
      /** Detections, and how many of them were judged again since. */
      hidden: z.number(),
      raised: z.number(),
      first: time,
      last: time,
    }),
  ),
  next: z.string().nullable(),
});
/** POST /exceptions/:id/raise and /exceptions/:id/raise/preview: of these rules and hosts; left out: of all. */
export const exceptionRaiseSchema = z.strictObject({
  rules: z.array(word).min(1).max(EXCEPTION_LIMITS.rulesMax).optional(),
  agentIds: z.array(z.string().min(1).max(64)).min(1).max(200).optional(),
  reason,
});

export const exceptionHistoryQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  after: z.string().max(512).optional(),
});
export const exceptionHistorySchema = z.object({
  entries: z.array(
    z.object({
      id: z.number(),
      version: z.number(),
      at: time,
      actor: z.string(),
      action: z.string(),
      changes: z.record(z.string(), z.object({ before: z.unknown(), after: z.unknown() })),
      reason: z.string().nullable(),
    }),
  ),
  next: z.string().nullable(),
});
