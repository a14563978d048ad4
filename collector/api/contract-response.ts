/** Shapes of commands to hosts: of the API and of the command line. */
import { z } from 'zod';
import { commandActionSchema } from '../protocol/command.ts';
import { RESPONSE_STATES } from '../registry/tables/response.ts';

const REASON_MAX = 1_000;
const MINUTE_MS = 60_000;

/** POST /responses */
export const newResponseSchema = z.strictObject({
  agentId: z.uuid(),
  command: commandActionSchema,
  /** The host says what it would do, and does nothing. */
  dryRun: z.boolean().default(false),
  reason: z.string().trim().min(1).max(REASON_MAX),
  /** It is not begun later than so long from now. */
  expiresInMs: z
    .int()
    .min(MINUTE_MS)
    .max(7 * 86_400_000)
    .default(60 * MINUTE_MS),
});

/** POST /responses/bulk and /responses/bulk/preview: hosts that all conditions given find. */
export const bulkResponseBodySchema = newResponseSchema.omit({ agentId: true }).extend({
  command: commandActionSchema.refine(
    ({ action }) => action !== 'kill-process' && action !== 'restore-file',
    {
      message: 'this names something of one host: ask each on its own',
    },
  ),
  agentIds: z.array(z.uuid()).min(1).max(1_000).optional(),
  /** With all below it. */
  agencyId: z.int().positive().optional(),
  group: z.string().min(1).max(128).optional(),
  tag: z.string().min(1).max(128).optional(),
  /** Hosts of open alerts of this rule. */
  ruleId: z.string().min(1).max(128).optional(),
  /** Servers, and hosts of systems of level 3 and above; they are left out otherwise. */
  includeServers: z.boolean().default(false),
});

/** POST /responses/:id/approve and /reject */
export const decideResponseSchema = z.strictObject({ reason: z.string().trim().max(REASON_MAX).optional() });

export const responseSchema = z.object({
  id: z.string(),
  agentId: z.string(),
  hostname: z.string(),
  agencyId: z.number(),
  command: commandActionSchema,
  dryRun: z.boolean(),
  reason: z.string(),
  state: z.enum(RESPONSE_STATES),
  requestedBy: z.string(),
  requestedAt: z.iso.datetime(),
  /** Who approved or rejected it; null where nobody had to. */
  decidedBy: z.string().nullable(),
  decidedAt: z.iso.datetime().nullable(),
  decidedReason: z.string().nullable(),
  expiresAt: z.iso.datetime(),
  sentAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  message: z.string().nullable(),
  /** What the host says it did. */
  detail: z.record(z.string(), z.unknown()).nullable(),
  /** The job that it is part of. */
  jobId: z.string().nullable(),
});
/** GET /responses: newest first. */
export const responseListSchema = z.object({ responses: z.array(responseSchema) });
export const responseQuerySchema = z.strictObject({
  agentId: z.uuid().optional(),
  state: z.enum(RESPONSE_STATES).optional(),
  /** Commands of one job: what became of each host. */
  jobId: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});

export type ResponseView = z.infer<typeof responseSchema>;
