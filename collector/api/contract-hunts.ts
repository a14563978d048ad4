/** Shapes of hunts in the API. */
import { z } from 'zod';
import { HUNT_FAULTS } from '../hunt/hunt-query.ts';
import { eventSchema } from './contract.ts';
import { csvBodyShape } from './contract-vocabulary.ts';
import { huntScheduleSchema } from './contract-hunt-schedules.ts';

const QUERY_MAX = 4_096;
const SIGMA_MAX = 65_536;
const HOUR_S = 3_600;
const DAY_S = 86_400;

/** What is hunted for: exactly one of these. */
const asked = {
  /** e.g. `process.command_line: *-enc* and not user.name: SYSTEM`; docs/hunting.md says the language. */
  query: z.string().max(QUERY_MAX).optional(),
  /** A Sigma rule as it stands in a file. */
  sigma: z.string().max(SIGMA_MAX).optional(),
  /** A rule that is in force. */
  ruleId: z.string().min(1).max(256).optional(),
};
const oneAsked = ({ query, sigma, ruleId }: Partial<Record<keyof typeof asked, unknown>>): boolean =>
  [query, sigma, ruleId].filter((one) => one !== undefined).length === 1;
const nothingAsked = ({ query, sigma, ruleId }: Partial<Record<keyof typeof asked, unknown>>): boolean =>
  query === undefined && sigma === undefined && ruleId === undefined;
const ONE_ASKED = { error: 'say one of: query, sigma, ruleId', path: ['query'] };

const span = {
  /** Included. */
  from: z.iso.datetime({ offset: true }),
  /** Not included; left out: now. */
  to: z.iso.datetime({ offset: true }).optional(),
  /** Only of this agency and those below it. */
  agencyId: z.int().min(1).optional(),
};

/** POST /hunts/run: newest first. */
export const huntRunSchema = z
  .strictObject({
    ...asked,
    ...span,
    limit: z.int().min(1).max(1_000).default(100),
    /** `next` of the page before. */
    after: z.string().max(512).optional(),
    /** It is stopped after so long. */
    seconds: z.int().min(1).max(300).default(60),
  })
  .refine(oneAsked, ONE_ASKED);

/** POST /hunts/export */
export const huntExportSchema = z
  .strictObject({ ...asked, ...span, ...csvBodyShape, seconds: z.int().min(1).max(300).default(60) })
  .refine(oneAsked, ONE_ASKED);

export const huntPageSchema = z.object({
  events: z.array(eventSchema),
  next: z.string().nullable(),
  /** The database decided alone; else it gave candidates and the rule's matcher decided. */
  exact: z.boolean(),
  /** Events that were looked at one by one. */
  examined: z.number(),
  /** Back to here all was looked at. */
  reachedAt: z.iso.datetime(),
  /** Where nothing was found: fields of the query that no event of this time has, and known ones that are written alike. */
  unknownFields: z.array(z.object({ field: z.string(), near: z.array(z.string()) })),
});

/** POST /hunts/summary; nothing asked: all events of the time. */
export const huntSummaryBodySchema = z
  .strictObject({ ...asked, ...span, seconds: z.int().min(1).max(300).default(60) })
  .refine((body) => oneAsked(body) || nothingAsked(body), ONE_ASKED);

export const huntSummarySchema = z.object({
  count: z.number(),
  /** False: the counts are of candidates, so there are no more than these. */
  exact: z.boolean(),
  stepSeconds: z.number(),
  byTime: z.array(z.object({ from: z.iso.datetime(), count: z.number() })),
  /** The most frequent values of some fields. */
  facets: z.record(z.string(), z.array(z.object({ value: z.string(), count: z.number() }))),
  /** Whether absence means anything: hosts that told nothing at all in this time. */
  hosts: z.object({
    inScope: z.number(),
    withEvents: z.number(),
    /** At most 200 of them, by name. */
    silent: z.array(
      z.object({ agentId: z.string(), hostname: z.string(), lastSeen: z.iso.datetime().nullable() }),
    ),
  }),
});

/** POST /hunts/check: a query while it is written. */
export const huntCheckBodySchema = z.strictObject({ query: z.string().max(QUERY_MAX * 2) });
export const huntCheckSchema = z.object({
  /** Null: it can be asked. */
  fault: z
    .object({
      /** `rule`: each part can be read, the whole cannot be used; `message` says why. */
      code: z.enum([...HUNT_FAULTS, 'rule']),
      /** Characters from 0; null: of the whole. */
      at: z.number().nullable(),
      message: z.string(),
    })
    .nullable(),
});

/** GET /hunts/fields */
export const huntFieldsQuerySchema = z.strictObject({
  from: z.iso.datetime({ offset: true }),
  to: z.iso.datetime({ offset: true }).optional(),
});
export const huntFieldsSchema = z.object({
  /** Names that events of the time have; only those that all have where they are too many. */
  names: z.array(z.string()),
  /** Names that stand for what different systems call the same thing. */
  aliases: z.array(z.string()),
});

/** POST /hunts/rule: the query as a Sigma rule, to be tested and turned on. */
export const huntRuleBodySchema = z.strictObject({
  query: z.string().max(QUERY_MAX),
  title: z.string().min(1).max(256),
  level: z.enum(['informational', 'low', 'medium', 'high', 'critical']).default('medium'),
});
export const huntRuleSchema = z.object({ sigma: z.string() });

const content = {
  name: z.string().trim().min(1).max(256),
  description: z.string().max(4_096),
  query: asked.query,
  sigma: asked.sigma,
  /** How far back it looks. */
  spanSeconds: z
    .int()
    .min(HOUR_S)
    .max(3_660 * DAY_S),
};
/** As the command line keeps a hunt: what is left out stays, or is as that of a new one. */
export const huntKeepSchema = z.strictObject({
  name: content.name,
  asked: z.union([
    z.strictObject({ query: content.query.unwrap() }),
    z.strictObject({ sigma: content.sigma.unwrap() }),
  ]),
  description: content.description.optional(),
  spanSeconds: content.spanSeconds.optional(),
  agencyId: z.int().min(1).optional(),
  /** In place of this one: its id, or its name; made for the version that it is at, unless another is said. */
  replaces: z
    .strictObject({ hunt: z.string().min(1).max(256), version: z.int().positive().optional() })
    .optional(),
});
export const HUNT_DEFAULTS = { description: '', spanSeconds: DAY_S } as const;
const written = {
  ...content,
  description: content.description.default(HUNT_DEFAULTS.description),
  spanSeconds: content.spanSeconds.default(HUNT_DEFAULTS.spanSeconds),
};
const ONE_TEXT = { error: 'say one of: query, sigma', path: ['query'] };
/** POST /hunts */
export const huntBodySchema = z
  .strictObject({ ...written, agencyId: z.int().min(1).optional() })
  .refine(oneAsked, ONE_TEXT);
/** PUT /hunts/:id */
export const huntChangeSchema = z.strictObject(written).refine(oneAsked, ONE_TEXT);

export const savedHuntSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  query: z.string().nullable(),
  sigma: z.string().nullable(),
  spanSeconds: z.number(),
  agencyId: z.number(),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  updatedBy: z.string(),
  updatedAt: z.iso.datetime(),
  version: z.number(),
  /** Null: it runs when somebody runs it. */
  schedule: huntScheduleSchema.nullable(),
});
export const savedHuntListSchema = z.object({ hunts: z.array(savedHuntSchema) });
