/** Probes in the API; part of contract.ts. */
import { z } from 'zod';

const time = z.iso.datetime();
/** As in records; `unknown`: nothing was told of it. */
const state = z.enum(['ok', 'degraded', 'failed', 'changed', 'not-assessed', 'unknown']);

/** Targets of one answer. */
export const PROBES_MAX = 5_000;

/** GET /probes */
export const probesQuerySchema = z.strictObject({
  agencyId: z.coerce.number().int().min(1).optional(),
  agentId: z.string().min(1).max(64).optional(),
  limit: z.coerce.number().int().min(1).max(PROBES_MAX).default(1_000),
});

const uptimeSchema = z.object({
  /** Of the time that was watched outside maintenance; null when none was. */
  percent: z.number().nullable(),
  checks: z.number(),
  failures: z.number(),
  upMs: z.number(),
  downMs: z.number(),
  quietMs: z.number(),
});

export const probeTargetSchema = z.object({
  agentId: z.string(),
  hostname: z.string(),
  agencyId: z.number(),
  name: z.string(),
  target: z.string(),
  /** The worst of its aspects. */
  state,
  /** Nothing was told for more than three hours: the agent is away, or does not ask it any more. */
  isStale: z.boolean(),
  lastAt: time,
  aspects: z.array(
    z.object({
      aspect: z.string(),
      state,
      findings: z.array(z.string()),
      reason: z.string(),
      /** When it was told last; null when only summaries name it. */
      toldAt: time.nullable(),
    }),
  ),
  certificateEndsAt: time.nullable(),
  domainEndsAt: time.nullable(),
  responseMs: z.number().nullable(),
  page: z.object({ baseline: z.string(), isAccepted: z.boolean(), candidate: z.string() }).nullable(),
  uptime: z.object({ day: uptimeSchema, month: uptimeSchema }),
});

/** Worst first. */
export const probesSchema = z.object({
  at: time,
  targets: z.array(probeTargetSchema),
  /** There are more. */
  more: z.boolean(),
});

export type ProbesView = z.infer<typeof probesSchema>;
export type ProbeTargetView = z.infer<typeof probeTargetSchema>;
