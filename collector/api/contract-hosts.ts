/** What is told of hosts beside their agents, and of who is silent; part of contract.ts. */
import { z } from 'zod';
import { ASSET_ROLES } from '../alert/severity-score.ts';
import { severitySchema } from './contract-vocabulary.ts';

const time = z.iso.datetime();

/** GET /host-facts: of hosts that report, or wait to. */
export const hostFactsSchema = z.object({
  hosts: z.array(
    z.object({
      agentId: z.string(),
      /** Of the systems that it belongs to, the one of the highest level. */
      system: z.object({ id: z.number(), name: z.string(), level: z.number().nullable() }).nullable(),
      role: z.enum(ASSET_ROLES).nullable(),
      openAlerts: z.number(),
      worst: severitySchema.nullable(),
      /** Null: it never told what is installed. */
      vulnerabilities: z.object({ open: z.number(), exploited: z.number() }).nullable(),
    }),
  ),
});

/** GET /silences: those that last, and those that ended within 7 days. */
export const silenceQuerySchema = z.strictObject({
  agentId: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(5_000).default(1_000),
});
export const silenceListSchema = z.object({
  silences: z.array(
    z.object({
      id: z.string(),
      /** `agent`: the host is not heard of; `site`: most hosts of a network; `channel`: one log of a host. */
      kind: z.enum(['agent', 'site', 'channel']),
      agencyId: z.number(),
      agencyName: z.string(),
      agentId: z.string().nullable(),
      hostname: z.string().nullable(),
      channel: z.string().nullable(),
      network: z.string().nullable(),
      /** Since when nothing came, when that was noticed, and when it ended. */
      sinceAt: time,
      noticedAt: time,
      endedAt: time.nullable(),
    }),
  ),
});

export type HostFactsView = z.infer<typeof hostFactsSchema>;
export type SilenceListView = z.infer<typeof silenceListSchema>;
