/** Vulnerabilities in the API: findings, hosts, feeds; part of contract.ts. */
import { z } from 'zod';
import { FINDING_STATES } from '../registry/vulnerability/finding-filter.ts';
import { FEED_FORMS, FEED_LIMITS, VULNERABILITY_SEVERITIES } from '../vulnerability/advisory.ts';
import { NOT_ASSESSED } from '../vulnerability/standing.ts';
import { jobDetailSchema } from './contract-jobs.ts';
import { csvQueryShape } from './contract-vocabulary.ts';

const time = z.iso.datetime();
const severity = z.enum(VULNERABILITY_SEVERITIES);
const name = (charsMax: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(charsMax)
    .regex(/^[\w.:+~/@-]+$/, 'no name of a vulnerability or package has such characters');
export const vulnerabilityNameSchema = name(FEED_LIMITS.nameChars);
const id = z.coerce.number().int().min(1).max(2_147_483_647);
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const list = <T extends z.ZodType>(item: T) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',') : value),
    z.array(item).min(1).max(10),
  );

const filterFields = {
  /** Several by commas; left out: `open,not-assessed`. */
  state: list(z.enum(FINDING_STATES)).optional(),
  /** Several by commas. */
  severity: list(severity).optional(),
  cve: vulnerabilityNameSchema.optional(),
  package: name(FEED_LIMITS.packageChars).optional(),
  agentId: z.uuid().optional(),
  /** With all below it. */
  agencyId: id.optional(),
  systemId: id.optional(),
  exceptionId: id.optional(),
  exploited: flag.optional(),
  /** Whether there is a version without it. */
  fixable: flag.optional(),
};

/** GET /vulnerabilities/facets */
export const findingFilterSchema = z.strictObject(filterFields);
const page = {
  after: z.string().max(512).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
};
/** GET /vulnerabilities */
export const findingQuerySchema = z.strictObject({ ...filterFields, ...page });
/** GET /vulnerabilities/export */
export const findingExportSchema = findingFilterSchema.extend(csvQueryShape);
export type FindingAsked = z.infer<typeof findingFilterSchema>;
/** GET /agents/:id/vulnerabilities */
export const hostFindingQuerySchema = findingQuerySchema.omit({
  agentId: true,
  agencyId: true,
  systemId: true,
});

export const findingSchema = z.object({
  id: z.number(),
  agentId: z.string(),
  hostname: z.string(),
  agencyId: z.number(),
  /** In words, e.g. `Debian GNU/Linux 12 (bookworm)`. */
  system: z.string(),
  cve: z.string(),
  /** As the advisory names it: the source on Debian and Ubuntu. */
  package: z.string(),
  installed: z.string(),
  /** First version without it; null: there is none yet. */
  fixed: z.string().nullable(),
  advisory: z.string(),
  severity,
  /** CVSS base score. */
  score: z.number().nullable(),
  /** Attacks with it are known (CISA KEV). */
  exploited: z.boolean(),
  /** Probability of attacks within 30 days, 0 to 1. */
  epss: z.number().nullable(),
  /** `not-assessed`: it was found, and whether it is still there is not known now. */
  state: z.enum(FINDING_STATES),
  firstSeen: time,
  /** Up to when it is known to be there. */
  lastSeen: time,
  fixedAt: time.nullable(),
  /** What covers it in the register of exceptions, or did. */
  exceptionId: z.number().nullable(),
  exceptedUntil: time.nullable(),
});

/** How a host stands: `assessed`, or why its vulnerabilities are not known now. */
const standing = {
  assessed: z.boolean(),
  reasons: z.array(z.enum(NOT_ASSESSED)),
};

const warningSchema = z.object({
  code: z.enum(['no-feeds', 'old-feed', 'hosts-not-assessed', 'hosts-waiting']),
  /** Name of the feed, or how many hosts. */
  subject: z.string(),
  message: z.string(),
});

export const findingPageSchema = z.object({
  findings: z.array(findingSchema),
  next: z.string().nullable(),
  /** What keeps the list from being the whole truth: an empty list is no clean bill of health. */
  warnings: z.array(warningSchema),
});

const countsOf = z.array(z.object({ value: z.string(), findings: z.number() }));
export const findingFacetsSchema = z.object({
  /** Of the most pressing 20,000 at most. */
  findings: z.number(),
  more: z.boolean(),
  hosts: z.number(),
  exploited: z.number(),
  fixable: z.number(),
  severities: countsOf,
  cves: countsOf,
  packages: countsOf,
  agencies: z.array(z.object({ agencyId: z.number(), findings: z.number() })),
});

export const hostStandingSchema = z.object({
  agentId: z.string(),
  hostname: z.string(),
  agencyId: z.number(),
  system: z.string(),
  /** As feeds name it, e.g. `debian:12`. */
  release: z.string().nullable(),
  packages: z.number(),
  ...standing,
  /** When it last said what is installed. */
  toldAt: time.nullable(),
  matchedAt: time.nullable(),
  findings: z.object({ open: z.number(), exploited: z.number(), excepted: z.number() }),
});

/** GET /vulnerabilities/hosts */
export const hostStandingQuerySchema = z.strictObject({
  agencyId: id.optional(),
  ...page,
});
export const hostStandingPageSchema = z.object({
  hosts: z.array(hostStandingSchema),
  next: z.string().nullable(),
});

export const hostFindingsSchema = z.object({
  host: hostStandingSchema,
  findings: z.array(findingSchema),
  next: z.string().nullable(),
  warnings: z.array(warningSchema),
});

/** GET /vulnerabilities/cves/:id */
export const vulnerabilitySchema = z.object({
  cve: z.string(),
  aliases: z.array(z.string()),
  summary: z.string(),
  severity,
  score: z.number().nullable(),
  vector: z.string(),
  publishedAt: time.nullable(),
  exploited: z.object({ addedAt: time, dueAt: time.nullable(), ransomware: z.boolean() }).nullable(),
  epss: z.object({ score: z.number(), percentile: z.number() }).nullable(),
  /** Hosts of the caller's part of the tree, by how the finding stands there. */
  hosts: z.object({ open: z.number(), 'not-assessed': z.number(), excepted: z.number(), fixed: z.number() }),
  packages: z.array(z.object({ package: z.string(), fixed: z.string().nullable(), hosts: z.number() })),
});

export const feedSchema = z.object({
  name: z.string(),
  form: z.enum(FEED_FORMS),
  releases: z.array(z.string()),
  vulnerabilities: z.number(),
  ranges: z.number(),
  refused: z.number(),
  /** Of which day the data is. */
  dataAt: time,
  ageDays: z.number(),
  /** Older than 7 days. */
  old: z.boolean(),
  fileName: z.string(),
  sha256: z.string(),
  importedAt: time,
  importedBy: z.string(),
  version: z.number(),
});
export const feedListSchema = z.object({
  feeds: z.array(feedSchema),
  /** Hosts that wait to be matched with them. */
  hostsWaiting: z.number(),
});

/** POST /vulnerabilities/import: the file is the body. */
export const feedImportQuerySchema = z.strictObject({
  /** Left out: told by how the file begins. */
  form: z.enum(FEED_FORMS).optional(),
  name: z
    .string()
    .trim()
    .max(255)
    .regex(/^[^\p{Cc}\u202A-\u202E\u2066-\u2069]*$/u, 'no control characters')
    .default(''),
  /** Of which day the data is, where the file does not say. */
  dataDate: z.union([z.iso.date(), z.iso.datetime({ offset: true })]).optional(),
  /** Also when it is older than what is there, or holds much less. */
  replace: z.enum(['true', 'false']).default('false'),
  dryRun: z.enum(['true', 'false']).default('false'),
});

export const feedImportAnswerSchema = z.object({
  feed: z.string(),
  form: z.enum(FEED_FORMS),
  dataAt: time,
  entries: z.number(),
  vulnerabilities: z.number(),
  ranges: z.number(),
  releases: z.array(z.string()),
  refused: z.number(),
  /** The first of them. */
  refusals: z.array(z.object({ place: z.string(), field: z.string(), message: z.string() })),
  /** What was left out without being wrong, by why. */
  skipped: z.record(z.string(), z.number()),
  /** The work that takes it over; null: a dry run. */
  job: jobDetailSchema.nullable(),
});

export type FindingView = z.infer<typeof findingSchema>;
export type HostStandingView = z.infer<typeof hostStandingSchema>;
export type FindingWarning = z.infer<typeof warningSchema>;
