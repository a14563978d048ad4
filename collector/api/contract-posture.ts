/** Postures in the API; part of contract.ts. */
import { z } from 'zod';
import { POSTURE_RESULTS } from '../protocol/posture-record.ts';

const time = z.iso.datetime();
const moment = z.iso.datetime({ offset: true });
const name = z.string().min(1).max(128);
const control = z.string().regex(/^[A-Z]{2}-\d{2}$/);

/** GET /agents/:id/posture: now, when no moment is given. */
export const postureQuerySchema = z.strictObject({
  at: moment.optional(),
  policy: name.optional(),
  check: name.optional(),
  control: control.optional(),
});

const counts = z.object({
  pass: z.number(),
  fail: z.number(),
  'not-applicable': z.number(),
  'not-assessed': z.number(),
  excepted: z.number(),
});

const checkFields = {
  policy: z.string(),
  check: z.string(),
  /** As the host's policy names it; empty of agents that do not tell. */
  title: z.string(),
  severity: z.string(),
  controls: z.array(z.string()),
};

export const postureSchema = z.object({
  agentId: z.string(),
  hostname: z.string(),
  at: time,
  counts,
  results: z.array(
    z.object({
      ...checkFields,
      policyVersion: z.string(),
      result: z.enum(POSTURE_RESULTS),
      /** Why, where it is no pass and no fail. */
      reason: z.string(),
      reasonCode: z.string(),
      observed: z.string(),
      expected: z.string(),
      exceptedBy: z.string(),
      exceptedUntil: time.nullable(),
      /** Number of what covers it in the register of exceptions; null when the host's own policy excepts it, or nothing does. */
      exceptionId: z.number().nullable(),
      /** When the host told it last. */
      toldAt: time,
    }),
  ),
});

/** GET /posture/checks */
export const postureChecksQuerySchema = z.strictObject({
  ...postureQuerySchema.shape,
  agencyId: z.coerce.number().int().min(1).optional(),
});

export const postureChecksSchema = z.object({
  at: time,
  checks: z.array(z.object({ ...checkFields, hosts: counts })),
});

/** GET /posture/hosts: of hosts that told something. */
export const postureHostsQuerySchema = postureChecksQuerySchema;

export const postureHostsSchema = z.object({
  at: time,
  hosts: z.array(z.object({ agentId: z.string(), checks: counts })),
});

const words = z.object({ vi: z.string(), en: z.string() });

/** GET /posture/policies: what the checks that come with the product mean, and how to mend what fails. */
export const posturePoliciesSchema = z.object({
  policies: z.array(
    z.object({
      policy: z.string(),
      version: z.string(),
      title: words,
      checks: z.array(z.object({ check: z.string(), title: words, why: words, mend: words })),
    }),
  ),
});

export type PostureHostsView = z.infer<typeof postureHostsSchema>;
export type PostureView = z.infer<typeof postureSchema>;
export type PostureChecksView = z.infer<typeof postureChecksSchema>;
export type PostureCounts = z.infer<typeof counts>;
