/** Shapes of cases. `version` is a case's ETag: it grows with every act on it or on what it holds. */
import { z } from 'zod';
import {
  CASE_CLASSES,
  CASE_LIMITS,
  CASE_OUTCOMES,
  CASE_STATES,
  OPEN_CASE_STATES,
} from '../case/case-words.ts';
import { CASE_SORTS } from '../registry/cases/list-cases.ts';
import { alertFilterSchema, alertVerdictSchema } from './contract-alerts.ts';
import { severitySchema } from './contract-vocabulary.ts';

export const timeSchema = z.iso.datetime({ offset: true });
export const agencyIdSchema = z.int().min(1).max(2_147_483_647);
const shownTime = z.iso.datetime();
const reason = z.string().min(1).max(CASE_LIMITS.reasonChars);
const tag = z.string().min(1).max(128);
const username = z.string().min(1).max(256);
export const caseIdSchema = z.string().min(1).max(64);
/** Path of a case: its id, or its number, e.g. VG-2026-0012. */
export const caseParams = z.strictObject({ id: caseIdSchema });

const countsSchema = z.object({
  alerts: z.number(),
  items: z.number(),
  events: z.number(),
  tasks: z.number(),
  notes: z.number(),
  entries: z.number(),
  attachments: z.number(),
  clocks: z.number(),
});

export const caseSchema = z.object({
  id: z.string(),
  /** e.g. `VG-2026-0012`. */
  number: z.string(),
  /** Empty for who does not see all that the case covered when it was written. */
  title: z.string(),
  severity: severitySchema,
  class: z.enum(CASE_CLASSES),
  state: z.enum(CASE_STATES),
  outcome: z.enum(CASE_OUTCOMES).nullable(),
  /** User name of its owner. */
  assignee: z.string().nullable(),
  /** An exercise: it does not count. */
  drill: z.boolean(),
  dueAt: shownTime.nullable(),
  overdue: z.boolean(),
  /** Agency that covers all that it touches. */
  agencyId: z.number(),
  /** False: one sees a part of it, and adds to that only. */
  whole: z.boolean(),
  /** Of what one sees. */
  alerts: z.number(),
  openTasks: z.number(),
  /** The next legal clock that runs. */
  clockDueAt: shownTime.nullable(),
  createdBy: z.string(),
  createdAt: shownTime,
  updatedAt: shownTime,
  version: z.number(),
});

export const caseDetailSchema = caseSchema.extend({
  summary: z.string(),
  lessons: z.string().nullable(),
  closeReason: z.string().nullable(),
  containedAt: shownTime.nullable(),
  closedAt: shownTime.nullable(),
  closedBy: z.string().nullable(),
  agencies: z.array(z.object({ id: z.number(), name: z.string() })),
  agenciesHidden: z.number(),
  tags: z.array(z.string()),
  watchers: z.array(z.string()),
  counts: countsSchema,
  /** What lies in it outside of one's part of the tree. */
  hidden: countsSchema,
  links: z.array(z.object({ number: z.string(), title: z.string(), state: z.string(), note: z.string() })),
  /** Numbers of cases that were merged into it. */
  merged: z.array(z.string()),
  /** The number that was asked for, when it leads here. */
  redirectedFrom: z.string().nullable(),
});

const listOf = <T extends string>(words: readonly [T, ...T[]]) =>
  z
    .string()
    .max(256)
    .transform((text) => text.split(',').filter((word) => word !== ''))
    .pipe(z.array(z.enum(words)).min(1).max(words.length));

export const caseFilterSchema = z.strictObject({
  /** Some states, with commas; `unclosed` for all but closed. */
  state: z
    .string()
    .max(64)
    .transform((text) => (text === 'unclosed' ? OPEN_CASE_STATES.join(',') : text))
    .pipe(listOf(CASE_STATES))
    .optional(),
  severity: listOf(['informational', 'low', 'medium', 'high', 'critical']).optional(),
  class: listOf(CASE_CLASSES).optional(),
  /** Cases that touch this agency or one below it. */
  agencyId: z.coerce.number().int().min(1).optional(),
  systemId: z.coerce.number().int().min(1).optional(),
  /** A user name; `none`, `me`. */
  assignee: username.optional(),
  /** `me`. */
  watcher: username.optional(),
  tag: tag.optional(),
  /** A number, or words that must all occur in title and summary; accents and case do not count. */
  text: z.string().max(256).optional(),
  due: z.union([z.literal('overdue'), timeSchema]).optional(),
  clock: z.enum(['running', 'overdue']).optional(),
  drill: z.enum(['true', 'false']).optional(),
  updatedSince: timeSchema.optional(),
  createdUntil: timeSchema.optional(),
});
export type CaseFilterQuery = z.infer<typeof caseFilterSchema>;

export const caseQuerySchema = caseFilterSchema.extend({
  sort: z.enum(CASE_SORTS).default('updated'),
  order: z.enum(['asc', 'desc']).default('desc'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.string().max(512).optional(),
});
export const casePageSchema = z.object({ cases: z.array(caseSchema), next: z.string().nullable() });
export const caseFacetsSchema = z.object({
  total: z.number(),
  overdue: z.number(),
  facets: z.record(
    z.string(),
    z.array(z.object({ value: z.string(), label: z.string(), count: z.number() })),
  ),
});

/** POST /cases */
export const caseBodySchema = z.strictObject({
  title: z.string().min(1).max(CASE_LIMITS.titleChars),
  summary: z.string().max(CASE_LIMITS.summaryChars).optional(),
  severity: severitySchema.default('medium'),
  class: z.enum(CASE_CLASSES).default('other'),
  /** Whose case it is; left out, what covers its alerts. */
  agencyId: agencyIdSchema.optional(),
  assignee: username.optional(),
  tags: z.array(tag).max(CASE_LIMITS.tags).optional(),
  dueAt: timeSchema.optional(),
  drill: z.boolean().optional(),
  alertIds: z.array(z.string().min(1).max(64)).max(1_000).optional(),
  /** Tasks of the class's checklist. */
  checklist: z.boolean().default(false),
});

/** PATCH /cases/:id */
export const casePatchSchema = z.strictObject({
  title: z.string().min(1).max(CASE_LIMITS.titleChars).optional(),
  summary: z.string().max(CASE_LIMITS.summaryChars).optional(),
  severity: severitySchema.optional(),
  class: z.enum(CASE_CLASSES).optional(),
  state: z.enum(OPEN_CASE_STATES).optional(),
  assignee: username.nullable().optional(),
  dueAt: timeSchema.nullable().optional(),
  drill: z.boolean().optional(),
  addTags: z.array(tag).max(CASE_LIMITS.tags).optional(),
  removeTags: z.array(tag).max(CASE_LIMITS.tags).optional(),
  addAgencyIds: z.array(agencyIdSchema).max(100).optional(),
  removeAgencyIds: z.array(agencyIdSchema).max(100).optional(),
});

/** POST /cases/:id/close */
export const caseCloseSchema = z.strictObject({
  outcome: z.enum(CASE_OUTCOMES),
  reason,
  /** Asked for when it was an incident. */
  lessons: z.string().max(CASE_LIMITS.summaryChars).optional(),
  /** Closes its open alerts with the same reason, as a job that can be undone for 30 days. */
  closeAlerts: z.strictObject({ verdict: alertVerdictSchema.exclude(['duplicate']) }).optional(),
});
export const caseClosedSchema = z.object({ case: caseDetailSchema, jobId: z.string().nullable() });
export const caseReasonSchema = z.strictObject({ reason });

/** POST /cases/:id/alerts */
export const caseAlertIdsSchema = z.strictObject({
  ids: z.array(z.string().min(1).max(64)).min(1).max(1_000),
});
/** POST /cases/:id/alerts/bulk and .../preview */
export const caseAlertBulkSchema = z.strictObject({ filter: alertFilterSchema, reason });

/** GET /alerts/:id/cases */
export const alertCasesSchema = z.object({
  /** The case that it is in. */
  in: z.object({ number: z.string(), state: z.enum(CASE_STATES) }).nullable(),
  /** Open cases that it may belong to, and what they have in common. */
  hints: z.array(
    z.object({
      number: z.string(),
      state: z.enum(CASE_STATES),
      severity: severitySchema,
      why: z.array(z.enum(['host', 'user', 'value'])),
    }),
  ),
});

/** POST /cases/:id/merge */
export const caseMergeSchema = z.strictObject({ from: z.array(caseIdSchema).min(1).max(20), reason });
const numbers = z.array(z.int().min(1).max(2_147_483_647)).max(1_000).optional();
const ids = z.array(z.string().min(1).max(64)).max(1_000).optional();
/** POST /cases/:id/split */
export const caseSplitSchema = z.strictObject({
  title: z.string().min(1).max(CASE_LIMITS.titleChars),
  reason,
  severity: severitySchema.optional(),
  class: z.enum(CASE_CLASSES).optional(),
  alerts: ids,
  attachments: ids,
  items: numbers,
  events: numbers,
  tasks: numbers,
  notes: numbers,
  entries: numbers,
  clocks: numbers,
});
export const caseMovesSchema = z.object({
  moves: z.array(
    z.object({
      id: z.number(),
      kind: z.enum(['merge', 'split']),
      from: z.string(),
      into: z.string(),
      at: shownTime,
      actor: z.string(),
      reason: z.string(),
      undoneAt: shownTime.nullable(),
    }),
  ),
});
export const caseLinkSchema = z.strictObject({ case: caseIdSchema, note: z.string().max(1_000).default('') });

export type CaseView = z.infer<typeof caseSchema>;
export type CaseDetail = z.infer<typeof caseDetailSchema>;
