/** Shapes of indicators of compromise in the API. */
import { z } from 'zod';
import { INDICATOR_KINDS, INDICATOR_LIMITS, TLP_LEVELS } from '../indicator/indicator.ts';
import { INDICATOR_FORMS } from '../indicator/read-indicators.ts';
import { SHARED_TLP_MAX } from '../indicator/write-stix.ts';
import { BULK_IDS_MAX } from '../registry/indicator/bulk-job.ts';
import { INDICATOR_PAGE_MAX } from '../registry/indicator/list-indicators.ts';
import { jobDetailSchema } from './contract-jobs.ts';
import { line as lineOfText } from './contract-vocabulary.ts';

const { sourceCharsMax, descriptionCharsMax, tagsMax, tagCharsMax, valueCharsMax } = INDICATOR_LIMITS;
/** One line that no character turns around. */
const line = (charsMax: number) =>
  lineOfText(charsMax).regex(/^[^\u202A-\u202E\u2066-\u2069]*$/u, 'no control characters');
export const indicatorSourceNameSchema = line(sourceCharsMax).min(1);
const confidence = z.int().min(0).max(100);
const tlp = z.enum(TLP_LEVELS).nullable();
const tags = z.array(line(tagCharsMax).min(1)).max(tagsMax);
const moment = z.iso.datetime({ offset: true });
const STANDINGS = ['active', 'expired', 'retired'] as const;
export const indicatorReasonSchema = z.strictObject({ reason: line(1_000).min(1) });

/** GET /indicators, and what of the register an export holds. */
export const indicatorFilterSchema = z.strictObject({
  type: z.enum(INDICATOR_KINDS).optional(),
  source: z.string().max(sourceCharsMax).optional(),
  tag: z.string().max(tagCharsMax).optional(),
  /** A value however it is written: `hxxp://`, `[.]`, capitals. */
  value: z.string().min(1).max(valueCharsMax).optional(),
  /** Stands in the value or the description. */
  text: z.string().min(1).max(256).optional(),
  state: z.enum([...STANDINGS, 'throttled']).optional(),
});
/** GET /indicators/stix */
export const indicatorStixSchema = indicatorFilterSchema.extend({
  /** Nothing that is marked above it leaves. */
  tlpMax: z.enum(TLP_LEVELS).default(SHARED_TLP_MAX),
});
export const indicatorQuerySchema = indicatorFilterSchema.extend({
  after: z.string().max(512).optional(),
  limit: z.coerce.number().int().min(1).max(INDICATOR_PAGE_MAX).default(100),
});

const sightingSumSchema = z.object({
  hosts: z.number(),
  events: z.number(),
  first: z.iso.datetime().nullable(),
  last: z.iso.datetime().nullable(),
});

export const indicatorSchema = z.object({
  id: z.number(),
  type: z.enum(INDICATOR_KINDS),
  value: z.string(),
  source: z.string(),
  confidence: z.number(),
  validUntil: z.iso.datetime().nullable(),
  tlp,
  tags: z.array(z.string()),
  description: z.string(),
  /** `expired`: its time is over; `retired`: somebody took it out. */
  state: z.enum(STANDINGS),
  stateAt: z.iso.datetime().nullable(),
  /** Null for who sees a part of the tree. */
  stateBy: z.string().nullable(),
  stateReason: z.string().nullable(),
  /** Since when it tells each host once a day only. */
  throttledAt: z.iso.datetime().nullable(),
  addedAt: z.iso.datetime(),
  /** Null for who sees a part of the tree. */
  addedBy: z.string().nullable(),
  updatedAt: z.iso.datetime(),
  version: z.number(),
  /** Hosts that showed it, as far as the caller sees them. */
  sightings: sightingSumSchema,
});
export const indicatorPageSchema = z.object({
  indicators: z.array(indicatorSchema),
  next: z.string().nullable(),
});

/** GET /indicators/:id/sightings: the latest first, 500 at most. */
export const sightingListSchema = z.object({
  sightings: z.array(
    z.object({
      agentId: z.string(),
      agencyId: z.number(),
      hostname: z.string(),
      first: z.iso.datetime(),
      last: z.iso.datetime(),
      events: z.number(),
      /** Of these, found in history after the indicator was known. */
      hindsight: z.number(),
    }),
  ),
});

/** POST /indicators */
export const newIndicatorSchema = z.strictObject({
  /** Left out: told by the value. */
  type: z.enum(INDICATOR_KINDS).optional(),
  value: z
    .string()
    .min(1)
    .max(valueCharsMax * 2),
  source: indicatorSourceNameSchema.default('manual'),
  confidence: confidence.optional(),
  validUntil: moment.nullable().optional(),
  tlp: tlp.optional(),
  tags: tags.default([]),
  description: line(descriptionCharsMax).default(''),
});
export const addedIndicatorSchema = indicatorSchema.extend({
  /** What many share, in words; null: nothing is known against it. */
  warning: z.string().nullable(),
});

/** PATCH /indicators/:id */
export const indicatorChangeSchema = z
  .strictObject({
    confidence: confidence.optional(),
    validUntil: moment.nullable().optional(),
    tlp: tlp.optional(),
    tags: tags.optional(),
    description: line(descriptionCharsMax).optional(),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), {
    error: 'say what is to be changed',
  });

/** POST /indicators/import: the file is the body. */
export const indicatorImportQuerySchema = z.strictObject({
  /** Left out: told by how the file begins. */
  form: z.enum(INDICATOR_FORMS).optional(),
  /** What the file is called; kept with the job. */
  name: line(255).default(''),
  /** Of what names no source itself. */
  source: indicatorSourceNameSchema.default('import'),
  /** Of what neither says itself nor has a source that does. */
  confidence: z.coerce.number().int().min(0).max(100).default(50),
  /** Whole days that it holds; left out: until it is retired. */
  days: z.coerce.number().int().min(1).max(3_660).optional(),
  tlp: z.enum(TLP_LEVELS).optional(),
  dryRun: z.enum(['true', 'false']).default('false'),
});

const entry = { place: z.string(), value: z.string() };
export const importReportSchema = z.object({
  form: z.enum(INDICATOR_FORMS),
  /** What the file holds, each value of a source once. */
  indicators: z.number(),
  refused: z.number(),
  /** The first of them: where, which part, what it says, why. */
  refusals: z.array(z.object({ ...entry, field: z.string(), fault: z.string(), message: z.string() })),
  warned: z.number(),
  /** Taken, but worth a look. */
  warnings: z.array(z.object({ ...entry, warning: z.string(), message: z.string() })),
  /** What was left out without being wrong, by what it is. */
  skipped: z.record(z.string(), z.number()),
});
export const importAnswerSchema = z.object({
  report: importReportSchema,
  /** What it would come to; of a dry run only. */
  counts: z
    .object({
      added: z.number(),
      updated: z.number(),
      unchanged: z.number(),
      expired: z.number(),
      retired: z.number(),
    })
    .nullable(),
  /** The work that takes it in; null: a dry run, or nothing to take. */
  job: jobDetailSchema.nullable(),
});

/** POST /indicators/bulk: all of a source, or these. */
export const indicatorBulkSchema = z
  .strictObject({
    source: indicatorSourceNameSchema.optional(),
    ids: z.array(z.int().min(1)).min(1).max(BULK_IDS_MAX).optional(),
    act: z.enum(['retire', 'restore']),
    reason: line(1_000).min(1),
  })
  .refine(({ source, ids }) => (source === undefined) !== (ids === undefined), {
    error: 'say either source or ids',
    path: ['source'],
  });

/** POST /indicators/retro: those in force, and of these what is named; times are those of events. */
export const indicatorRetroSchema = z.strictObject({
  ids: z.array(z.int().min(1)).min(1).max(BULK_IDS_MAX).optional(),
  source: indicatorSourceNameSchema.optional(),
  addedSince: moment.optional(),
  from: moment,
  /** Not included; left out: now. */
  to: moment.optional(),
  reason: line(1_000).default('retro'),
});

/** PUT /indicators/sources/:name: of what comes from now on. */
export const indicatorSourceWantedSchema = z.strictObject({
  confidence: confidence.nullable().default(null),
  validDays: z.int().min(1).max(3_660).nullable().default(null),
  tlp: tlp.default(null),
  description: line(descriptionCharsMax).default(''),
});
export const indicatorSourceSchema = z.object({
  name: z.string(),
  confidence: z.number().nullable(),
  validDays: z.number().nullable(),
  tlp,
  description: z.string(),
  updatedAt: z.iso.datetime().nullable(),
  /** Null for who sees a part of the tree. */
  updatedBy: z.string().nullable(),
  version: z.number(),
  indicators: z.number(),
  retired: z.number(),
});
export const indicatorSourceListSchema = z.object({ sources: z.array(indicatorSourceSchema) });

/** POST /indicators/allowed: never to be an indicator, nor what holds it or lies below. */
export const newAllowedSchema = z.strictObject({
  value: z.string().min(1).max(253),
  reason: line(500).min(1),
});
export const allowedSchema = z.object({
  id: z.number(),
  type: z.enum(['ip', 'domain']),
  value: z.string(),
  reason: z.string(),
  addedAt: z.iso.datetime(),
  addedBy: z.string().nullable(),
});
export const allowedListSchema = z.object({ allowed: z.array(allowedSchema) });
