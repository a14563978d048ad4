/** Shapes of what lies in cases: items, events, tasks, notes, timeline, attachments, clocks, history; and hand-over notes. */
import { z } from 'zod';
import { FILE_SCANS } from '../case/file-scan.ts';
import { handoverBodySchema } from '../case/handover.ts';
import { CASE_CLASSES, CASE_LIMITS, INDICATOR_TYPES, ITEM_KINDS } from '../case/case-words.ts';
import { TIMELINE_KINDS } from '../registry/cases/case-timeline.ts';
import { alertSchema } from './contract-alerts.ts';
import { agencyIdSchema, caseIdSchema, timeSchema } from './contract-cases.ts';
import { eventSchema } from './contract.ts';

const shownTime = z.iso.datetime();
const partId = z.coerce.number().int().min(1).max(2_147_483_647);
const limit = z.coerce.number().int().min(1).max(200).default(50);
const username = z.string().min(1).max(256);

export const partParams = z.strictObject({ id: caseIdSchema, partId });
export const fileParams = z.strictObject({ id: caseIdSchema, partId: z.string().regex(/^[0-9a-f]{32}$/) });
export const alertParams = z.strictObject({ id: caseIdSchema, partId: z.string().min(1).max(64) });
export const pageQuery = z.strictObject({ limit, after: z.string().max(512).optional() });

export const caseAlertsSchema = z.object({
  alerts: z.array(alertSchema),
  hidden: z.number(),
  next: z.string().nullable(),
});

export const itemBodySchema = z.strictObject({
  items: z
    .array(
      z.strictObject({
        kind: z.enum(ITEM_KINDS),
        /** Of indicators. */
        type: z.enum(INDICATOR_TYPES).optional(),
        /** A host's or system's id, a name, an account, an indicator. */
        value: z.string().min(1).max(CASE_LIMITS.valueChars),
        note: z.string().max(1_000).optional(),
        agencyId: agencyIdSchema.optional(),
      }),
    )
    .min(1)
    .max(100),
});
export const itemListSchema = z.object({
  items: z.array(
    z.object({
      id: z.number(),
      agencyId: z.number(),
      kind: z.enum(ITEM_KINDS),
      type: z.string(),
      value: z.string(),
      label: z.string(),
      /** The account, of items that are users. */
      user: z.string().nullable(),
      note: z.string(),
      addedBy: z.string(),
      addedAt: shownTime,
    }),
  ),
  hidden: z.number(),
});

export const keepBodySchema = z.strictObject({
  eventIds: z.array(z.string().min(1).max(128)).min(1).max(50),
});
export const keptEventsSchema = z.object({
  events: z.array(
    z.object({
      id: z.number(),
      agencyId: z.number(),
      addedBy: z.string(),
      addedAt: shownTime,
      /** SHA-256 of the kept text. */
      sha256: z.string(),
      event: eventSchema,
    }),
  ),
  hidden: z.number(),
  next: z.string().nullable(),
});

const detail = z.string().max(4_096);
export const taskBodySchema = z.strictObject({
  title: z.string().min(1).max(CASE_LIMITS.titleChars),
  detail: detail.optional(),
  assignee: username.optional(),
  dueAt: timeSchema.optional(),
  agencyId: agencyIdSchema.optional(),
});
export const taskPatchSchema = z.strictObject({
  title: z.string().min(1).max(CASE_LIMITS.titleChars).optional(),
  detail: detail.optional(),
  assignee: username.nullable().optional(),
  dueAt: timeSchema.nullable().optional(),
  done: z.boolean().optional(),
});
export const taskListSchema = z.object({
  tasks: z.array(
    z.object({
      id: z.number(),
      agencyId: z.number(),
      title: z.string(),
      detail: z.string(),
      assignee: z.string().nullable(),
      dueAt: shownTime.nullable(),
      doneAt: shownTime.nullable(),
      doneBy: z.string().nullable(),
      createdBy: z.string(),
      createdAt: shownTime,
      checklist: z.string().nullable(),
    }),
  ),
  hidden: z.number(),
});

export const noteBodySchema = z.strictObject({
  /** Markdown; it is shown as text that may be formatted, never as markup of its own. `@lan` makes her a watcher. */
  text: z.string().min(1).max(CASE_LIMITS.noteChars),
  agencyId: agencyIdSchema.optional(),
});
export const noteListSchema = z.object({
  notes: z.array(
    z.object({ id: z.number(), agencyId: z.number(), at: shownTime, author: z.string(), text: z.string() }),
  ),
  hidden: z.number(),
  next: z.string().nullable(),
});

export const entryBodySchema = z.strictObject({
  at: timeSchema,
  text: z.string().min(1).max(CASE_LIMITS.textChars),
  agencyId: agencyIdSchema.optional(),
});
export const timelineQuery = pageQuery.extend({
  /** Some kinds, with commas. */
  kind: z
    .string()
    .max(128)
    .transform((text) => text.split(',').filter((word) => word !== ''))
    .pipe(z.array(z.enum(TIMELINE_KINDS)).min(1).max(TIMELINE_KINDS.length))
    .optional(),
});
export const timelineSchema = z.object({
  lines: z.array(
    z.object({
      at: shownTime,
      kind: z.enum(TIMELINE_KINDS),
      id: z.string(),
      actor: z.string().nullable(),
      hostname: z.string().nullable(),
      text: z.string(),
      ref: z.string().nullable(),
    }),
  ),
  next: z.string().nullable(),
});
export const caseHistorySchema = z.object({
  acts: z.array(
    z.object({
      id: z.number(),
      /** The case that it was done to: this one, or one that was merged into it. */
      number: z.string(),
      version: z.number(),
      at: shownTime,
      actor: z.string(),
      action: z.string(),
      detail: z.record(z.string(), z.unknown()),
    }),
  ),
  next: z.string().nullable(),
});

export const attachmentSchema = z.object({
  id: z.string(),
  agencyId: z.number(),
  name: z.string(),
  type: z.string(),
  bytes: z.number(),
  sha256: z.string(),
  quarantined: z.boolean(),
  /** What a virus scanner said when the file came. */
  scan: z.enum(FILE_SCANS),
  addedBy: z.string(),
  addedAt: shownTime,
  removedBy: z.string().nullable(),
  removedAt: shownTime.nullable(),
  removedReason: z.string().nullable(),
});
export const attachmentListSchema = z.object({ attachments: z.array(attachmentSchema), hidden: z.number() });
/** POST /cases/:id/attachments?name=...: the body is the file (application/octet-stream). */
export const attachQuery = z.strictObject({
  name: z.string().min(1).max(512),
  agencyId: partId.optional(),
});
export const quarantineBodySchema = z.strictObject({ quarantined: z.boolean() });
export const downloadQuery = z.strictObject({
  /** `accepted`: also what is under quarantine. */
  risk: z.literal('accepted').optional(),
});
export const downloadReasonSchema = z.strictObject({
  reason: z.string().min(1).max(1_000),
  risk: z.literal('accepted').optional(),
});

export const clockBodySchema = z.strictObject({
  kind: z.string().min(1).max(64),
  /** When the law's time began; now by default. */
  startedAt: timeSchema.optional(),
  note: z.string().max(1_000).optional(),
});
export const clockMeetSchema = z.strictObject({
  metAt: timeSchema.optional(),
  /** What was sent, to whom. */
  note: z.string().min(1).max(CASE_LIMITS.reasonChars),
});
export const clockListSchema = z.object({
  clocks: z.array(
    z.object({
      id: z.number(),
      agencyId: z.number(),
      kind: z.string(),
      title: z.string(),
      titleVi: z.string(),
      source: z.string(),
      /** A, B: read; C, D: to be confirmed. */
      confidence: z.string(),
      startedAt: shownTime,
      dueAt: shownTime,
      warnAt: shownTime,
      startedBy: z.string(),
      note: z.string(),
      state: z.enum(['running', 'overdue', 'met', 'met-late', 'stopped']),
      metAt: shownTime.nullable(),
      metBy: z.string().nullable(),
      metNote: z.string().nullable(),
      stoppedAt: shownTime.nullable(),
      stoppedBy: z.string().nullable(),
      stoppedWhy: z.string().nullable(),
      /** Facts of the incident started it: POST .../told meets it, with the proof of sending. */
      needsProof: z.boolean(),
    }),
  ),
  hidden: z.number(),
});

/** GET /case-rules: classes with their checklists, and the clocks that may be started. */
export const caseRulesSchema = z.object({
  classes: z.array(
    z.object({
      class: z.enum(CASE_CLASSES),
      checklist: z.array(z.object({ vi: z.string(), en: z.string(), withinHours: z.number().nullable() })),
    }),
  ),
  clocks: z.array(
    z.object({
      id: z.string(),
      profile: z.string(),
      within: z.unknown(),
      title: z.string(),
      titleVi: z.string(),
      text: z.string(),
      textVi: z.string(),
      receiver: z.string(),
      source: z.string(),
      confidence: z.string(),
      toBeConfirmed: z.boolean(),
    }),
  ),
});

export const handoverWantedSchema = z.strictObject({
  /** User name of who takes over. */
  to: username,
  hours: z.int().min(1).max(168).default(8),
  note: z.string().max(CASE_LIMITS.noteChars).default(''),
  nextSteps: z
    .array(z.strictObject({ case: caseIdSchema, text: z.string().min(1).max(1_000) }))
    .max(200)
    .default([]),
});
export const handoverSchema = z.object({
  id: z.number(),
  agencyId: z.number(),
  from: z.string(),
  to: z.string(),
  at: shownTime,
  hours: z.number(),
  note: z.string(),
  acknowledgedAt: shownTime.nullable(),
  cases: z.number(),
});
export const handoverDetailSchema = handoverSchema.extend({ body: handoverBodySchema });
export const handoverListSchema = z.object({
  handovers: z.array(handoverSchema),
  next: z.string().nullable(),
});
export const handoverQuery = pageQuery.extend({ waiting: z.literal('me').optional() });
export const handoverParams = z.strictObject({ id: partId });
export const printQuery = z.strictObject({
  format: z.enum(['text', 'html']).default('html'),
  language: z.enum(['vi', 'en']).default('vi'),
});
/** POST /cases/:id/export: it is on record who had it, so it is no GET. */
export const exportBodySchema = z.strictObject({
  format: z.enum(['json', 'csv', 'zip']).default('json'),
  language: z.enum(['vi', 'en']).default('vi'),
});
