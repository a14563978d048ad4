/** Shapes of requests to agencies: of the API and of the command line. */
import { z } from 'zod';
import { officeSchema } from '../registry/requests/request-offices.ts';
import { LINK_DAYS } from '../registry/requests/request-links.ts';
import { vulnerabilityNameSchema } from './contract-vulnerabilities.ts';
import { REQUEST_LIMITS, REQUEST_STATES, STEP_OUTCOMES, SUBJECT_KINDS } from '../request/request-words.ts';
import { alertFilterSchema } from './contract-alerts.ts';
import { line, severitySchema, text } from './contract-vocabulary.ts';

const idSchema = z.string().min(1).max(64);

const titleSchema = line(REQUEST_LIMITS.titleChars).min(1);
const bodySchema = text(REQUEST_LIMITS.bodyChars).min(1);
const stepsSchema = z.array(line(REQUEST_LIMITS.stepChars).min(1)).min(1).max(REQUEST_LIMITS.stepsMax);
const contactSchema = z.strictObject({
  name: line(REQUEST_LIMITS.nameChars),
  phone: line(40),
  email: z.union([z.literal(''), z.email().max(254)]),
});
const dispatchSchema = z.strictObject({
  /** In the register of outgoing documents; the office gives it. */
  number: line(30),
  day: z.iso.date().nullable(),
});
const reasonSchema = text(REQUEST_LIMITS.reasonChars);

/** POST /requests */
export const newRequestSchema = z.strictObject({
  /** Alerts, all of one agency. */
  alertIds: z.array(idSchema).max(REQUEST_LIMITS.subjectsMax).default([]),
  /** Hosts that are silent now. */
  silentAgentIds: z.array(z.uuid()).max(REQUEST_LIMITS.subjectsMax).default([]),
  /** Checks that hosts fail now. */
  gaps: z
    .array(
      z.strictObject({
        agentId: z.uuid(),
        policy: z.string().min(1).max(128),
        check: z.string().min(1).max(128),
      }),
    )
    .max(REQUEST_LIMITS.subjectsMax)
    .default([]),
  /** Vulnerabilities that hosts are found to have now; without a package: in whichever has it. */
  vulnerabilities: z
    .array(
      z.strictObject({
        agentId: z.uuid(),
        cve: vulnerabilityNameSchema,
        package: vulnerabilityNameSchema.optional(),
      }),
    )
    .max(REQUEST_LIMITS.subjectsMax)
    .default([]),
  template: z.string().max(64).optional(),
  severity: severitySchema.optional(),
  dueOn: z.iso.date().optional(),
  contact: contactSchema.optional(),
  title: titleSchema.optional(),
  body: bodySchema.optional(),
  steps: stepsSchema.optional(),
});

/** PATCH /requests/:id */
export const requestPatchSchema = z.strictObject({
  title: titleSchema.optional(),
  body: bodySchema.optional(),
  steps: stepsSchema.optional(),
  dueOn: z.iso.date().optional(),
  contact: contactSchema.optional(),
  dispatch: dispatchSchema.partial().optional(),
});

/** POST /requests/:id/send, /accept, /return, /cancel */
export const requestMoveSchema = z.strictObject({
  reason: reasonSchema.optional(),
  /** Of a return: the new deadline. */
  dueOn: z.iso.date().optional(),
});

/** POST /requests/:id/answer */
export const newAnswerSchema = z.strictObject({
  /** Who says it. */
  name: line(REQUEST_LIMITS.nameChars).min(1),
  text: text(REQUEST_LIMITS.answerChars).default(''),
  steps: z
    .array(
      z.strictObject({
        step: z.int().min(1).max(REQUEST_LIMITS.stepsMax),
        outcome: z.enum(STEP_OUTCOMES),
        note: line(REQUEST_LIMITS.noteChars).default(''),
      }),
    )
    .max(REQUEST_LIMITS.stepsMax),
  /** Files that are sent another way. */
  files: z
    .array(
      z.strictObject({
        name: line(255).min(1),
        sha256: z.string().regex(/^[0-9a-f]{64}$/, 'SHA-256 in lower-case hex'),
      }),
    )
    .max(REQUEST_LIMITS.filesMax)
    .default([]),
});

/** POST /requests/:id/links */
export const newLinkSchema = z.strictObject({
  days: z.int().min(LINK_DAYS.min).max(LINK_DAYS.max).default(LINK_DAYS.default),
});
export const linkSchema = z.object({
  id: z.string(),
  /** Path on this server, with the secret: told once. */
  path: z.string(),
  expiresAt: z.iso.datetime(),
});

export const requestSchema = z.object({
  id: z.string(),
  agencyId: z.number(),
  agencyName: z.string(),
  issuerAgencyId: z.number(),
  template: z.string(),
  title: z.string(),
  body: z.string(),
  steps: z.array(z.string()),
  severity: severitySchema,
  state: z.enum(REQUEST_STATES),
  dueAt: z.iso.datetime(),
  /** Waited for, and past its due time. */
  overdue: z.boolean(),
  contact: z.object({ name: z.string(), phone: z.string(), email: z.string() }),
  dispatch: z.object({ number: z.string(), day: z.string().nullable() }),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  stateBy: z.string().nullable(),
  stateReason: z.string().nullable(),
  sentAt: z.iso.datetime().nullable(),
  seenAt: z.iso.datetime().nullable(),
  answeredAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  /** When it is reminded of, or told higher up, next. */
  nextAt: z.iso.datetime().nullable(),
  jobId: z.string().nullable(),
  version: z.number(),
});
export type RequestView = z.infer<typeof requestSchema>;

export const requestDetailSchema = requestSchema.extend({
  subjects: z.array(
    z.object({
      place: z.number(),
      kind: z.enum(SUBJECT_KINDS),
      ref: z.string(),
      agentId: z.string().nullable(),
      hostname: z.string().nullable(),
      title: z.string(),
      detail: z.string(),
      time: z.iso.datetime(),
    }),
  ),
  /** Oldest first. */
  answers: z.array(
    z.object({
      id: z.number(),
      at: z.iso.datetime(),
      /** `user:NAME`, `token:ID`, or `request-link:ID` without an account. */
      actor: z.string(),
      name: z.string(),
      text: z.string(),
      steps: z.array(z.object({ step: z.number(), outcome: z.enum(STEP_OUTCOMES), note: z.string() })),
      files: z.array(z.object({ name: z.string(), sha256: z.string() })),
    }),
  ),
});

/** GET /requests/:id/history: newest first. */
export const requestHistorySchema = z.object({
  events: z.array(
    z.object({
      version: z.number(),
      at: z.iso.datetime(),
      actor: z.string(),
      action: z.string(),
      reason: z.string().nullable(),
      detail: z.record(z.string(), z.unknown()),
    }),
  ),
});

/** Of lists and exports. */
export const requestFilterSchema = z.strictObject({
  state: z.enum(REQUEST_STATES).optional(),
  /** With all below it. */
  agencyId: z.coerce.number().int().positive().optional(),
  alertId: idSchema.optional(),
  jobId: idSchema.optional(),
  due: z.enum(['overdue']).optional(),
});
/** GET /requests: newest first. */
export const requestQuerySchema = requestFilterSchema.extend({
  after: z.string().max(512).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const requestPageSchema = z.object({ requests: z.array(requestSchema), next: z.string().nullable() });

/** GET /requests/overdue: the most overdue agency first. */
export const overdueSchema = z.object({
  agencies: z.array(
    z.object({
      agencyId: z.number(),
      agencyName: z.string(),
      waiting: z.number(),
      overdue: z.number(),
      oldestDueAt: z.iso.datetime(),
    }),
  ),
});

/** GET /requests/templates */
export const templateListSchema = z.object({
  templates: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      title: z.string(),
      body: z.string(),
      steps: z.array(z.string()),
    }),
  ),
});

/** GET and PUT /requests/office */
export const requestOfficeSchema = z.object({
  agencyId: z.number(),
  office: officeSchema,
  version: z.number(),
});
export const newOfficeSchema = officeSchema;

/** POST /requests/bulk and /requests/bulk/preview: one request for each agency of what `filter` finds, or of these `ids`. */
export const requestBulkBodySchema = z.strictObject({
  filter: alertFilterSchema.optional(),
  ids: z.array(idSchema).min(1).max(1_000).optional(),
  template: z.string().max(64).optional(),
  dueOn: z.iso.date().optional(),
  /** Sent at once; by default they are drafts. */
  send: z.boolean().default(false),
  reason: text(REQUEST_LIMITS.reasonChars).min(1),
});
export type RequestBulkBody = z.infer<typeof requestBulkBodySchema>;
