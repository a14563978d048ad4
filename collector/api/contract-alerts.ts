/**
 * Shapes of alerts. `version` is the ETag of an alert: it grows with each act of people or the house on it, and not
 * with the detections that join it.
 */
import { z } from 'zod';
import { alertStateSchema, csvQueryShape, severitySchema } from './contract-vocabulary.ts';

export const ALERT_VERDICTS = ['true-positive', 'benign', 'false-positive', 'duplicate'] as const;
export type AlertVerdict = (typeof ALERT_VERDICTS)[number];
export const alertVerdictSchema = z.enum(ALERT_VERDICTS);
const ALERT_KINDS = ['detection', 'fleet', 'risk', 'digest', 'budget', 'house'] as const;
export const alertKindSchema = z.enum(ALERT_KINDS);

export const ALERT_LIMITS = { tagsMax: 32, tagChars: 64, reasonChars: 4_096, noteChars: 8_192 } as const;

export const alertSchema = z.object({
  id: z.string(),
  kind: alertKindSchema,
  ruleId: z.string(),
  title: z.string(),
  /** Title in Vietnamese where the rule has one. */
  titleVi: z.string().nullable(),
  severity: severitySchema,
  /** 0-100 for what rules find (severityWhy adds it up); the sum of points for an alert about risk. */
  risk: z.number(),
  state: alertStateSchema,
  verdict: alertVerdictSchema.nullable(),
  duplicateOf: z.string().nullable(),
  /** User name of who has it. */
  assignee: z.string().nullable(),
  dueAt: z.iso.datetime().nullable(),
  /** Past its due time and not closed. */
  overdue: z.boolean(),
  /** What the alert groups by, e.g. {"source.ip": "10.1.2.3"}. */
  entity: z.record(z.string(), z.string()),
  agentId: z.string().nullable(),
  hostname: z.string().nullable(),
  userName: z.string().nullable(),
  agencyId: z.number(),
  agencyName: z.string(),
  systemId: z.number().nullable(),
  systemLevel: z.number().nullable(),
  /** Number of detections grouped in this alert. */
  count: z.number(),
  /** Different hosts among them. */
  hosts: z.number(),
  /** The alert that this one is folded into: of the fleet, of its host, or the digest. */
  fleetId: z.string().nullable(),
  /** The closed alert about the same thing before this one. */
  predecessorId: z.string().nullable(),
  firstSeen: z.iso.datetime(),
  lastSeen: z.iso.datetime(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  version: z.number(),
  /** ATT&CK and other tags of the rule. */
  tags: z.array(z.string()),
  /** Latest message that proves it. */
  message: z.string(),
});

/** Why an alert has its severity: the parts add up to the score, which is cut to 0-100. */
const severityWhySchema = z.object({
  parts: z.array(
    z.object({
      part: z.enum(['rule', 'system-level', 'asset-role', 'indicator', 'prevalence']),
      value: z.string(),
      points: z.number(),
      /** Of an alert about risk: the rule whose title `value` is, and that title in Vietnamese where there is one. */
      ruleId: z.string().optional(),
      valueVi: z.string().nullable().optional(),
    }),
  ),
  score: z.number(),
  severity: severitySchema,
});

const distinctValueSchema = z.object({
  field: z.string(),
  /** Different values that are known of; more when `atLeast`. */
  distinct: z.number(),
  atLeast: z.boolean(),
  /** The first ones with how many detections have each. */
  values: z.array(z.object({ value: z.string(), count: z.number() })),
  /** Detections with a value that is not among these. */
  others: z.number(),
});

const earlierAlertSchema = z.object({
  id: z.string(),
  state: alertStateSchema,
  verdict: alertVerdictSchema.nullable(),
  stateReason: z.string().nullable(),
  lastSeen: z.iso.datetime(),
  count: z.number(),
});

/** GET /alerts/:id */
export const alertDetailSchema = alertSchema.extend({
  description: z.string(),
  descriptionVi: z.string().nullable(),
  /** The rule's own first steps, where it gives some. */
  advice: z.string().nullable(),
  adviceVi: z.string().nullable(),
  severityWhy: severityWhySchema,
  /** Who last changed the state, e.g. `user:an`, and why; null while nobody has. */
  stateBy: z.string().nullable(),
  stateReason: z.string().nullable(),
  closedAt: z.iso.datetime().nullable(),
  acknowledgedAt: z.iso.datetime().nullable(),
  /** Tags that people gave. */
  ownTags: z.array(z.string()),
  watchers: z.array(z.string()),
  distinct: z.array(distinctValueSchema),
  /** Alerts about the same thing before this one, the newest first, at most 10. */
  earlier: z.array(earlierAlertSchema),
  /** Alerts folded into this one. */
  members: z.number(),
  falsePositives: z.array(z.string()),
  references: z.array(z.string()),
  /** Newest detections first, at most 100: the events that prove it and the fields that matched. */
  detections: z.array(
    z.object({
      id: z.string(),
      time: z.iso.datetime(),
      eventId: z.string(),
      hostname: z.string(),
      message: z.string(),
      matched: z.record(z.string(), z.unknown()),
    }),
  ),
});

export const alertPageSchema = z.object({ alerts: z.array(alertSchema), next: z.string().nullable() });

/** What a list of alerts can be sorted by. */
export const ALERT_SORTS = [
  'last-seen',
  'first-seen',
  'created',
  'updated',
  'severity',
  'risk',
  'due',
  'count',
] as const;
export type AlertSort = (typeof ALERT_SORTS)[number];

/** Words with commas between them, of a set. */
const listOf = <T extends string>(words: readonly [T, ...T[]]) =>
  z
    .string()
    .max(256)
    .transform((text) => text.split(',').filter((word) => word !== ''))
    .pipe(z.array(z.enum(words)).min(1).max(words.length));

const timeSchema = z.iso.datetime({ offset: true });

/** Which alerts: of lists, facets and bulk acts. */
export const alertFilterSchema = z.strictObject({
  /** Some of new, acknowledged, in-progress, closed, with commas; `open` for all but closed. */
  state: z
    .string()
    .max(64)
    .transform((text) => text.replace('open', 'new,acknowledged,in-progress'))
    .pipe(listOf(['new', 'acknowledged', 'in-progress', 'closed']))
    .optional(),
  /** Some severities, with commas. */
  severity: listOf(['informational', 'low', 'medium', 'high', 'critical']).optional(),
  /** Some kinds, with commas. */
  kind: listOf(ALERT_KINDS).optional(),
  verdict: listOf(ALERT_VERDICTS).optional(),
  ruleId: z.string().max(256).optional(),
  agentId: z.string().max(64).optional(),
  host: z.string().max(256).optional(),
  user: z.string().max(256).optional(),
  systemId: z.coerce.number().int().min(1).optional(),
  /** An agency and all below it. */
  agencyId: z.coerce.number().int().min(1).optional(),
  /** A user name; `none` for alerts that nobody has, `me` for one's own. */
  assignee: z.string().min(1).max(256).optional(),
  /** `me` for alerts that one watches. */
  watcher: z.string().min(1).max(256).optional(),
  /** `overdue`, or open and due before this time. */
  due: z.union([z.literal('overdue'), timeSchema]).optional(),
  tag: z.string().max(128).optional(),
  /** ATT&CK technique, e.g. T1110: its sub-techniques too. */
  technique: z.string().max(32).optional(),
  /** Words that must all occur in title, values, names or message; accents and case do not count. */
  text: z.string().max(256).optional(),
  /** Active since this time. */
  from: timeSchema.optional(),
  /** Begun until this time. */
  to: timeSchema.optional(),
  /** Opened since this time, and before this one. */
  createdFrom: timeSchema.optional(),
  createdTo: timeSchema.optional(),
  /** Alerts that are folded into this one. */
  fleetId: z.string().max(64).optional(),
  /** Alerts in this case: its id or number. */
  case: z.string().min(1).max(64).optional(),
  /** `show` lists alerts beside the ones that they are folded into. */
  folded: z.enum(['hide', 'show']).optional(),
});

/** GET /alerts */
export const alertQuerySchema = alertFilterSchema.extend({
  sort: z.enum(ALERT_SORTS).default('risk'),
  order: z.enum(['asc', 'desc']).default('desc'),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  /** `next` of the page before. */
  after: z.string().max(512).optional(),
});

/** GET /alerts/export */
export const alertExportSchema = alertQuerySchema.omit({ limit: true, after: true }).extend(csvQueryShape);

/** GET /alerts/facets: for each field its values with the number of alerts, the most frequent first. */
export const alertFacetsSchema = z.object({
  total: z.number(),
  overdue: z.number(),
  facets: z.record(
    z.string(),
    z.array(
      z.object({
        value: z.string(),
        /** For people: a title or a name where the value is an id. */
        label: z.string(),
        /** The same in Vietnamese, of rules that have a Vietnamese title. */
        labelVi: z.string().optional(),
        count: z.number(),
      }),
    ),
  ),
});

const reasonSchema = z.string().max(ALERT_LIMITS.reasonChars);
const tagListSchema = z.array(z.string().min(1).max(128)).max(ALERT_LIMITS.tagsMax);

/** PATCH /alerts/:id. `closed` takes verdict and reason. */
export const alertPatchSchema = z.strictObject({
  state: alertStateSchema.optional(),
  verdict: alertVerdictSchema.optional(),
  duplicateOf: z.string().max(64).optional(),
  reason: reasonSchema.optional(),
  /** A user name; null gives it back. */
  assignee: z.string().min(1).max(256).nullable().optional(),
  addTags: tagListSchema.optional(),
  removeTags: tagListSchema.optional(),
  dueAt: timeSchema.nullable().optional(),
});

/** POST /alerts/:id/notes */
export const alertNoteBodySchema = z.strictObject({ text: z.string().min(1).max(ALERT_LIMITS.noteChars) });
export const alertNoteSchema = z.object({
  id: z.number(),
  at: z.iso.datetime(),
  author: z.string(),
  text: z.string(),
});
export const alertNoteListSchema = z.object({ notes: z.array(alertNoteSchema) });

/** GET /alerts/:id/history: newest first. */
export const alertHistoryQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  after: z.string().max(512).optional(),
});
export const alertHistorySchema = z.object({
  entries: z.array(
    z.object({
      id: z.number(),
      version: z.number(),
      at: z.iso.datetime(),
      actor: z.string(),
      action: z.string(),
      changes: z.record(z.string(), z.object({ before: z.unknown(), after: z.unknown() })),
      reason: z.string().nullable(),
      jobId: z.string().nullable(),
    }),
  ),
  next: z.string().nullable(),
});

export type Alert = z.infer<typeof alertSchema>;
export type AlertDetail = z.infer<typeof alertDetailSchema>;
export type AlertKind = z.infer<typeof alertKindSchema>;
export type AlertFilterQuery = z.infer<typeof alertFilterSchema>;
