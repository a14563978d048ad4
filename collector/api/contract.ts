/**
 * The HTTP API's shapes: one schema for the server's validation, for OpenAPI and for the console's types.
 * Everything under /api/v1. Times are ISO 8601 in UTC; ids are opaque strings.
 */
import { z } from 'zod';
import { PERMISSIONS } from './permissions.ts';
import type {
  Alert,
  AlertDetail,
  AlertKind,
  alertPageSchema,
  alertPatchSchema,
  alertQuerySchema,
  AlertVerdict,
} from './contract-alerts.ts';
import { ledgerSummarySchema } from './contract-ledger.ts';
import { type alertStateSchema, csvQueryShape, severitySchema } from './contract-vocabulary.ts';

export { severitySchema };

export const roleSchema = z.enum([
  'administrator',
  'soc-lead',
  'analyst',
  'agency-operator',
  'agency-viewer',
  'auditor',
  'api',
]);
/** Roles of people; `api` is for machines. */
export const personRoleSchema = roleSchema.exclude(['api']);

/** Every answer that is an error: RFC 9457 problem details, `application/problem+json`. Decide by `code`. */
export const errorSchema = z.object({
  /** `urn:vonggac:problem:` and the code. */
  type: z.string(),
  title: z.string(),
  status: z.int(),
  /** For people: what is wrong here and what to do. */
  detail: z.string(),
  code: z.string(),
  /** Finer than `code`, where the control plane refused: decide by it. */
  reason: z.string().optional(),
  /** Id of what stands in the way, such as the report that there is already. */
  about: z.string().optional(),
  /** Part of the request that is at fault, e.g. `hosts.0.name`. */
  field: z.string().optional(),
  /** Where several parts are at fault: each of them, the first being `field`. */
  errors: z.array(z.object({ field: z.string(), detail: z.string() })).optional(),
  /** Also in the header `x-request-id` and in the collector's log. */
  requestId: z.string(),
});

/** POST /login: sets the session cookie. */
export const loginBodySchema = z.strictObject({
  username: z.string().min(1).max(256),
  password: z.string().min(1).max(1024),
  /** Of the second factor, or a recovery code; needed where the answer was `second-factor-needed`. */
  code: z.string().min(6).max(64).optional(),
});
/** GET /me, and the answer of POST /login. While mustChangePassword, every other route answers 403 `password-change-required`. */
export const meSchema = z.object({
  username: z.string(),
  role: roleSchema,
  /** What the server lets this account do, within its part of the agency tree. */
  permissions: z.array(z.enum(PERMISSIONS)),
  /** Its part of the tree is the whole. */
  seesEverything: z.boolean(),
  mustChangePassword: z.boolean(),
  /** The role asks for a second factor that is not there yet. */
  mustEnrol: z.boolean(),
  hasSecondFactor: z.boolean(),
  /** `oidc`: at the identity provider, so there is no password here; `token`: a machine. */
  method: z.enum(['password', 'oidc', 'token']),
  /** The second factor of this account must be shown before anything else: POST /step-up with `code`. */
  needsCode: z.boolean(),
});
/** POST /password */
export const passwordBodySchema = z.strictObject({
  current: z.string().min(1).max(1024),
  next: z.string().min(12).max(1024),
});

export const eventSchema = z.object({
  id: z.string(),
  time: z.iso.datetime(),
  receivedAt: z.iso.datetime(),
  agentId: z.string(),
  hostname: z.string(),
  channel: z.string(),
  origin: z.string(),
  message: z.string(),
  fields: z.record(z.string(), z.unknown()),
  ruleIds: z.array(z.string()),
});
/** GET /events: newest first. */
export const eventQuerySchema = z.strictObject({
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
  /** Words that must occur in the message or a field. */
  text: z.string().max(1024).optional(),
  /** Whole words that must occur in the command line; the index of these makes it fast. */
  command: z.string().max(1024).optional(),
  agentId: z.string().max(64).optional(),
  /** Of a machine, whatever agent reported from it: before it was set up anew too. */
  hostId: z.string().max(64).optional(),
  channel: z.string().max(256).optional(),
  action: z.string().max(256).optional(),
  user: z.string().max(256).optional(),
  sourceIp: z.string().max(64).optional(),
  file: z.string().max(4096).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  after: z.string().max(512).optional(),
});
/** GET /events/export */
export const eventExportSchema = eventQuerySchema.omit({ limit: true, after: true }).extend(csvQueryShape);
export const eventPageSchema = z.object({ events: z.array(eventSchema), next: z.string().nullable() });

export const agentSchema = z.object({
  id: z.string(),
  hostname: z.string(),
  osName: z.string(),
  osVersion: z.string(),
  agentVersion: z.string(),
  agencyId: z.number(),
  agencyName: z.string(),
  group: z.string().nullable(),
  /** The machine: agents that followed each other on it have the same. */
  hostId: z.string(),
  state: z.enum(['online', 'offline', 'pending', 'revoked', 'replaced']),
  enrolledAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime().nullable(),
  clockSkewMs: z.number().nullable(),
});
/** GET /agents: which of them. `active` is online and offline together. */
export const agentQuerySchema = z.strictObject({
  agencyId: z.coerce.number().int().min(1).optional(),
  group: z.string().max(256).optional(),
  state: z.enum(['pending', 'active', 'online', 'offline', 'revoked', 'replaced']).optional(),
  /** Not heard of for so many days. */
  staleDays: z.coerce.number().positive().max(36_500).optional(),
  hostId: z.string().max(64).optional(),
});
/** GET /agents */
export const agentListSchema = z.object({ agents: z.array(agentSchema) });

/** GET /overview: what the console's first page shows. */
export const overviewSchema = z.object({
  alertsOpenBySeverity: z.record(severitySchema, z.number()),
  agentsOnline: z.number(),
  agentsTotal: z.number(),
  eventsStored: z.number(),
  /** Of the whole watch post: null for who sees a part of the tree. */
  eventsPerSecond: z.number().nullable(),
  rulesLoaded: z.number(),
  rulesRejected: z.number(),
  /** Losses and silences: 0 everywhere when all is well. */
  ledger: ledgerSummarySchema,
});

export const ruleSchema = z.object({
  id: z.string(),
  title: z.string(),
  titleVi: z.string().nullable(),
  kind: z.enum(['rule', 'correlation']),
  severity: severitySchema,
  status: z.string(),
  tags: z.array(z.string()),
  source: z.string(),
  /** It is being tested: what it matches is stored and raises no alert. */
  test: z.boolean().optional(),
});
/** GET /rules */
export const ruleListSchema = z.object({
  rules: z.array(ruleSchema),
  rejected: z.array(
    z.object({
      source: z.string(),
      line: z.number(),
      column: z.number(),
      message: z.string(),
      /** The same in Vietnamese; left out where there are no words for it. */
      messageVi: z.string().optional(),
    }),
  ),
});

/**
 * GET /stream: server-sent events. `event: alert` carries an alertSchema each time one is new or changed;
 * `event: agent` an agentSchema when one connects or leaves; a comment every 15 s keeps the line open.
 */
export type {
  Alert,
  AlertDetail,
  AlertKind,
  alertPageSchema,
  alertPatchSchema,
  alertQuerySchema,
  AlertVerdict,
};
export type AlertState = z.infer<typeof alertStateSchema>;
export type AgentSummary = z.infer<typeof agentSchema>;
export type ApiEvent = z.infer<typeof eventSchema>;
export type Me = z.infer<typeof meSchema>;
export type Overview = z.infer<typeof overviewSchema>;
export type Role = z.infer<typeof roleSchema>;
export type PersonRole = z.infer<typeof personRoleSchema>;
export type RuleSummary = z.infer<typeof ruleSchema>;
export type Severity = z.infer<typeof severitySchema>;
