/** Shapes of chains: what alerts have in common, told alert by alert. */
import { z } from 'zod';
import { alertSchema } from './contract-alerts.ts';
import { severitySchema } from './contract-vocabulary.ts';

/** From the surest to the least sure. */
export const CHAIN_REASONS = ['process', 'file', 'domain', 'address', 'user', 'host'] as const;
export type ChainReasonKind = (typeof CHAIN_REASONS)[number];

const reasonSchema = z.object({
  kind: z.enum(CHAIN_REASONS),
  /** The process, file, name, address or host; empty for accounts. */
  label: z.string(),
  /** The account, of reasons that are one. */
  user: z.string().nullable(),
});

const linkSchema = z.object({
  /** The alert that it has this in common with. */
  to: z.string(),
  /** The surest first. */
  reasons: z.array(reasonSchema).min(1),
  /** Seconds between the two; 0 when they overlap. */
  gapSeconds: z.number(),
});

export const chainSchema = z.object({
  /** In the order in which they began; `link` is null for the first one. */
  members: z.array(z.object({ alert: alertSchema, link: linkSchema.nullable() })),
  /** Alerts that belong to it, too, and are not told one by one: there are very many. */
  untold: z.number(),
  hosts: z.array(z.string()),
  /** Of ATT&CK, in the order in which they are first seen. */
  tactics: z.array(z.string()),
  /** The first step onto each further host. */
  leads: z.array(
    z.object({
      fromHost: z.string(),
      toHost: z.string(),
      from: z.string(),
      to: z.string(),
      reasons: z.array(reasonSchema).min(1),
    }),
  ),
  /** Near it and still not of it, with why not. */
  leftOut: z.array(
    z.object({
      alert: alertSchema,
      near: z.string(),
      /** `minor`: only at the same time on the same host, and not serious. `common`: what they share, many hosts have. */
      why: z.enum(['minor', 'common']),
      reason: reasonSchema,
    }),
  ),
  severity: severitySchema,
  /** What its rules are worth, each once. */
  points: z.number(),
});

/** GET /case-proposals */
export const caseProposalsSchema = z.object({
  proposals: z.array(
    chainSchema.extend({
      /** Of its first alert: the same as long as it begins there. */
      id: z.string(),
      /** What a case of it should hold: its members, and rows that only sum its hosts up. */
      alertIds: z.array(z.string()),
    }),
  ),
  /** Open alerts in no case that were looked at. */
  considered: z.number(),
  /** How many there are; what is alike on one host, and the slightest and oldest of very many, is not looked at. */
  open: z.number(),
});

/** GET /cases/:id/chain */
export const caseChainSchema = z.object({
  chain: chainSchema.nullable(),
  /** Alerts of the case that one does not see. */
  hidden: z.number(),
});

export type ChainView = z.infer<typeof chainSchema>;
export type ChainReason = z.infer<typeof reasonSchema>;
export type CaseProposals = z.infer<typeof caseProposalsSchema>;
