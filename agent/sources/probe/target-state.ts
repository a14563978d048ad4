/** What the source remembers of a target between looks and over restarts; kept in the spool with what was told. */
import { z } from 'zod';
import { hourOf, hourSchema } from './availability.ts';
import { ASPECTS, FINDINGS } from './finding.ts';
import { dnsKnownSchema } from './judge-dns.ts';
import { pageModelSchema } from './page-model.ts';

const aspect = z.enum(ASPECTS);
const finding = z.enum(FINDINGS);
const state = z.enum(['ok', 'degraded', 'failed', 'not-assessed']);

const aspectMemorySchema = z.object({
  /** Of the last look. */
  findings: z.array(finding),
  /** As it was last reported; undefined: nothing was yet. */
  told: z.object({ state, findings: z.array(finding) }).optional(),
});

export const targetStateSchema = z.object({
  /** Another one under the same name begins anew. */
  url: z.string(),
  aspects: z.partialRecord(aspect, aspectMemorySchema),
  /** Whether the last checks were answered, newest last. */
  answered: z.array(z.boolean()),
  down: z.boolean(),
  lookedAtMs: z.number().optional(),
  last: z.object({ atMs: z.number(), condition: z.enum(['up', 'down', 'quiet']) }).optional(),
  hour: hourSchema,
  /** Certificates seen, newest last. */
  certificates: z.array(z.string()),
  certificateEndsMs: z.number().optional(),
  legacyTls: z.object({ atMs: z.number(), offered: z.boolean() }).optional(),
  dns: dnsKnownSchema.optional(),
  dnsAtMs: z.number().optional(),
  zone: z.string().optional(),
  domain: z.object({ atMs: z.number(), expiresMs: z.number().optional() }).optional(),
  cloakingAtMs: z.number().optional(),
});

export type TargetState = z.infer<typeof targetStateSchema>;
export type AspectMemory = z.infer<typeof aspectMemorySchema>;

/** Baseline and what a page that differs from it is about to be: kept apart, since they are large. */
export const pageMemorySchema = z.object({
  url: z.string(),
  baseline: pageModelSchema.optional(),
  accepted: z.boolean(),
  candidate: pageModelSchema.optional(),
});

export type PageMemory = z.infer<typeof pageMemorySchema>;

export function newTargetState(url: string, nowMs: number): TargetState {
  return { url, aspects: {}, answered: [], down: false, hour: hourOf(nowMs), certificates: [] };
}

/** @returns undefined for what another version of the agent wrote, or of another address. */
export function parseTargetState(text: string | undefined, url: string): TargetState | undefined {
  return parseMemory(targetStateSchema, text, url);
}

export function parsePageMemory(text: string | undefined, url: string): PageMemory | undefined {
  return parseMemory(pageMemorySchema, text, url);
}

function parseMemory<Memory extends { url: string }>(
  schema: z.ZodType<Memory>,
  text: string | undefined,
  url: string,
): Memory | undefined {
  if (text === undefined) return undefined;
  const memory = schema.safeParse(JSON.parse(text)).data;
  return memory?.url === url ? memory : undefined;
}
