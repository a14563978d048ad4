/** Shapes of rules as content in the API. */
import { z } from 'zod';
import { RULE_ORIGINS, RULE_STATES } from '../registry/tables/rule.ts';
import { severitySchema } from './contract-vocabulary.ts';

export const RULE_LIMITS = { textChars: 65_536, whyChars: 1_000, pageMax: 500, checkEventsMax: 100 } as const;

const words = z.string().min(1).max(256);
const why = z.string().trim().min(1).max(RULE_LIMITS.whyChars);
export const ruleStateSchema = z.enum(RULE_STATES);

export const ruleContentSchema = z.object({
  id: z.string(),
  title: z.string(),
  /** Title in Vietnamese where the rule has one. */
  titleVi: z.string().nullable(),
  kind: z.enum(['rule', 'correlation', 'filter']),
  origin: z.enum(RULE_ORIGINS),
  /** Only `on` and `test` are in force; in test matches are stored and raise no alert. */
  state: ruleStateSchema,
  stateSince: z.iso.datetime(),
  level: z.string().nullable(),
  status: z.string().nullable(),
  product: z.string().nullable(),
  category: z.string().nullable(),
  service: z.string().nullable(),
  tags: z.array(z.string()),
  place: z.string(),
  /** The version that counts, the newest one, and the one its pack says. */
  activeVersion: z.number(),
  latestVersion: z.number(),
  shippedVersion: z.number().nullable(),
  differsFromShipped: z.boolean(),
  updatedAt: z.iso.datetime(),
  updatedBy: z.string(),
  /** The ETag. */
  version: z.number(),
});
export type RuleContent = z.infer<typeof ruleContentSchema>;

/** GET /rules/content: by title. */
export const ruleContentQuerySchema = z.strictObject({
  state: z
    .string()
    .max(64)
    .transform((text) => text.split(','))
    .pipe(z.array(ruleStateSchema))
    .optional(),
  origin: z.enum(RULE_ORIGINS).optional(),
  level: z
    .string()
    .max(64)
    .transform((text) => text.split(','))
    .pipe(z.array(severitySchema))
    .optional(),
  product: words.optional(),
  category: words.optional(),
  service: words.optional(),
  tag: words.optional(),
  /** Where its file lies in its pack or import, with all below it. */
  folder: words.optional(),
  text: words.optional(),
  differs: z.literal('true').optional(),
  limit: z.coerce.number().int().min(1).max(RULE_LIMITS.pageMax).default(100),
  after: z.string().max(1_024).optional(),
});
export const ruleContentPageSchema = z.object({
  rules: z.array(ruleContentSchema),
  next: z.string().nullable(),
});

export const ruleVersionSchema = z.object({
  number: z.number(),
  sha256: z.string(),
  origin: z.enum(RULE_ORIGINS),
  place: z.string(),
  author: z.string().nullable(),
  license: z.string().nullable(),
  madeBy: z.string(),
  madeAt: z.iso.datetime(),
  why: z.string(),
});
export const ruleVersionTextSchema = ruleVersionSchema.extend({ text: z.string() });
export const ruleVersionListSchema = z.object({ versions: z.array(ruleVersionSchema) });

export const ruleScopeSchema = z.object({
  id: z.number(),
  target: z.enum(['agency', 'group', 'host']),
  name: z.string(),
  agencyId: z.number().nullable(),
  agentId: z.string().nullable(),
  /** Null: as above it. */
  on: z.boolean().nullable(),
  severity: severitySchema.nullable(),
  reason: z.string(),
  madeBy: z.string(),
  madeAt: z.iso.datetime(),
});
export const ruleDetailSchema = ruleContentSchema.extend({
  /** Of the version that counts. */
  text: z.string(),
  author: z.string().nullable(),
  license: z.string().nullable(),
  scopes: z.array(ruleScopeSchema),
});

/** POST /rules: one Sigma rule, which begins as a draft. */
export const ruleBodySchema = z.strictObject({ text: z.string().min(1).max(RULE_LIMITS.textChars), why });
/** POST /rules/:id/versions */
export const ruleVersionBodySchema = ruleBodySchema.extend({
  /** It counts at once; else the one before goes on to count. */
  activate: z.boolean().default(false),
});
/** POST /rules/:id/activate: `shipped` takes what its pack says. */
export const ruleActivateSchema = z.strictObject({
  version: z.union([z.int().min(1), z.literal('shipped')]),
  why,
});
/** POST /rules/:id/state */
export const ruleStateBodySchema = z.strictObject({ state: ruleStateSchema, why });

/** POST /rules/check: a text before it is kept, and events to try it on, as they are stored or as they are shown. */
export const ruleCheckBodySchema = z.strictObject({
  text: z.string().max(RULE_LIMITS.textChars),
  events: z.array(z.record(z.string(), z.unknown())).max(RULE_LIMITS.checkEventsMax).default([]),
  lang: z.enum(['vi', 'en']).default('vi'),
});
const testedLineSchema = z.object({
  selection: z.string(),
  /** Null: anywhere in the event. */
  field: z.string().nullable(),
  modifiers: z.array(z.string()),
  wanted: z.array(z.string()),
  /** What the event has there; null: nothing. */
  found: z.array(z.string()).nullable(),
});
const meantItemSchema = z.object({
  field: z.string().nullable(),
  modifiers: z.array(z.string()),
  values: z.array(z.string()),
  more: z.number(),
});
export const ruleCheckSchema = z.object({
  /** By line; `error`: it cannot be used like this. */
  findings: z.array(
    z.object({
      line: z.number(),
      column: z.number(),
      severity: z.enum(['error', 'warning', 'hint']),
      code: z.string(),
      message: z.string(),
    }),
  ),
  /** What it looks for; null where the text is no rule. */
  meaning: z
    .object({
      id: z.string(),
      title: z.string(),
      kind: z.enum(['rule', 'correlation', 'filter']),
      level: z.string().nullable(),
      status: z.string().nullable(),
      product: z.string().nullable(),
      category: z.string().nullable(),
      service: z.string().nullable(),
      tags: z.array(z.string()),
      falsePositives: z.array(z.string()),
      /** Any of `any` holds; each holds when all of its lines do. */
      selections: z.array(z.object({ name: z.string(), any: z.array(z.array(meantItemSchema)) })),
      conditions: z.array(z.string()),
      correlation: z
        .object({
          type: z.string(),
          rules: z.array(z.string()),
          groupBy: z.array(z.string()),
          timespanSeconds: z.number().nullable(),
          condition: z.string(),
          valueFields: z.array(z.string()),
        })
        .nullable(),
    })
    .nullable(),
  /** In the order of the request. */
  events: z.array(
    z.object({
      matches: z.boolean(),
      held: z.array(testedLineSchema),
      /** The line that decided against the rule. */
      failed: testedLineSchema.nullable(),
    }),
  ),
});

/** GET /rules/facets: each counts what all others of the filter leave. */
export const ruleFacetsQuerySchema = ruleContentQuerySchema.omit({ limit: true, after: true });
const countsSchema = z.record(z.string(), z.number());
export const ruleFacetsSchema = z.object({
  total: z.number(),
  state: countsSchema,
  level: countsSchema,
  product: countsSchema,
  origin: countsSchema,
  tactic: countsSchema,
});

/** POST /rules/bulk and /rules/bulk/preview: what `filter` finds, or these `ids`. */
export const ruleBulkSchema = z.strictObject({
  filter: z
    .strictObject({
      state: z.array(ruleStateSchema).min(1).optional(),
      origin: z.enum(RULE_ORIGINS).optional(),
      level: z.array(severitySchema).min(1).optional(),
      product: words.optional(),
      category: words.optional(),
      service: words.optional(),
      tag: words.optional(),
      folder: words.optional(),
      text: words.optional(),
      differs: z.boolean().optional(),
    })
    .optional(),
  ids: z.array(z.string().min(1).max(1_024)).min(1).max(1_000).optional(),
  state: ruleStateSchema,
  why,
});
export type RuleBulk = z.infer<typeof ruleBulkSchema>;

/** GET /rules/:id/diff: `shipped` is what its pack says; left out: the version that counts. */
const which = z.union([z.coerce.number().int().min(1), z.literal('shipped')]);
export const ruleDiffQuerySchema = z.strictObject({ from: which.optional(), to: which.optional() });
export const ruleDiffSchema = z.object({
  from: z.number(),
  to: z.number(),
  lines: z.array(z.object({ sign: z.enum([' ', '-', '+']), text: z.string() })),
});

/** PUT /rules/:id/scopes: for one agency with all below it, one agent group, or one host. */
export const ruleScopeBodySchema = z
  .strictObject({
    agencyId: z.int().min(1).optional(),
    group: words.optional(),
    agentId: words.optional(),
    on: z.boolean().nullable().default(null),
    severity: severitySchema.nullable().default(null),
    reason: why,
  })
  .refine(
    ({ agencyId, group, agentId }) =>
      [agencyId, group, agentId].filter((one) => one !== undefined).length === 1,
    { error: 'say one of: agencyId, group, agentId', path: ['agencyId'] },
  )
  .refine(({ on, severity }) => on !== null || severity !== null, {
    error: 'say on, severity, or both',
    path: ['on'],
  });
export const ruleScopeListSchema = z.object({ scopes: z.array(ruleScopeSchema) });
