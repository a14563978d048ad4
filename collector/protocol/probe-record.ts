/** Since version 3: what a chosen agent saw of a system on which there is none. */
import { z } from 'zod';
import { detailSchema, nameSchema, shortStringSchema, timeMsSchema } from './record-fields.ts';

/** `domain`: its registration; `cloaking`: another page for search engines than for people. */
export const PROBE_ASPECTS = ['reachability', 'tls', 'dns', 'domain', 'page', 'cloaking'] as const;
const FINDINGS_MAX = 64;
export const PROBE_STATES = ['ok', 'degraded', 'failed', 'changed', 'not-assessed'] as const;

export const probeRecordSchema = z.strictObject({
  kind: z.literal('probe'),
  at: timeMsSchema,
  /** Name of the probe in the settings. */
  probe: nameSchema,
  /** What it asks, e.g. a URL. */
  target: shortStringSchema.min(1),
  aspect: z.enum(PROBE_ASPECTS),
  /** `change`: another state than before; `summary`: what a span of time came to. */
  change: z.enum(['first', 'change', 'summary']),
  state: z.enum(PROBE_STATES),
  previousState: z.enum(PROBE_STATES).optional(),
  /** What is wrong with it, or has changed: words of docs/probe.md. With a summary: of all aspects. */
  findings: z.array(nameSchema).min(1).max(FINDINGS_MAX).optional(),
  /** In words, where the findings need some. */
  reason: shortStringSchema.optional(),
  detail: detailSchema.optional(),
});

export type ProbeRecord = z.infer<typeof probeRecordSchema>;
