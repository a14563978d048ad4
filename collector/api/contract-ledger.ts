/** The loss ledger's shapes in the API; part of contract.ts. */
import { z } from 'zod';

const count = z.number();
const reasons = z.record(z.string(), z.number());

export const ledgerSummarySchema = z.object({
  /** Hours of a channel of an agent that do not balance. */
  unbalancedHours: count,
  /** Runs of sequences that are neither stored nor declared lost. */
  sequenceGaps: count,
  /** Records that agents declared lost in the last 24 hours. */
  declaredLosses: count,
  silentAgents: count,
  silentSites: count,
});

export const ledgerBySchema = z.enum(['channel', 'hour', 'agent', 'agency']);

/** GET /ledger: the last 24 hours when no span is given. */
export const ledgerQuerySchema = z.strictObject({
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
  agentId: z.string().max(64).optional(),
  agencyId: z.coerce.number().int().min(1).optional(),
  by: ledgerBySchema.default('channel'),
});

/**
 * produced = limited + dropped + stored + rejected - uncounted + waiting - untold + named + missing, in each line.
 * What does not balance is `missing`: above 0 lost without a name, below 0 stored more than was read.
 */
const numbersSchema = z.object({
  produced: count,
  /** Seen and held back by a limit at the source. */
  limited: count,
  /** Given a sequence and kept: produced - limited. */
  spooled: count,
  /** Arrived here, resent ones included. */
  sent: count,
  stored: count,
  rejected: count,
  duplicate: count,
  /** Given up by the agent before they were sent. */
  dropped: count,
  /** Of stored and rejected: from agents that do not count what they read. They balance by sequences only. */
  uncounted: count,
  /** With the agent, or on the way. */
  waiting: count,
  /** Stored already, and not yet in the agent's counts. */
  untold: count,
  /** Declared lost, and in no count of the agent. */
  named: count,
  missing: count,
});

export const ledgerReportSchema = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  by: ledgerBySchema,
  balanced: z.boolean(),
  total: numbersSchema,
  lines: z.array(
    numbersSchema.extend({
      /** Channel, begin of the hour, agent id or agency id. */
      key: z.string(),
      /** Host or agency name, where the key is an id. */
      label: z.string(),
    }),
  ),
  reasons: z.object({ limited: reasons, dropped: reasons, named: reasons }),
  unbalanced: z.array(
    z.object({
      agentId: z.string(),
      hostname: z.string(),
      agencyId: z.number(),
      channel: z.string(),
      lane: z.number(),
      hour: z.iso.datetime(),
      difference: z.number(),
    }),
  ),
  gaps: z.array(
    z.object({
      agentId: z.string(),
      hostname: z.string(),
      agencyId: z.number(),
      epoch: z.string(),
      lane: z.number(),
      afterSeq: z.number(),
      toSeq: z.number(),
      missing: z.number(),
    }),
  ),
  /** Agents whose spool was lost with an unknown number of records in it. */
  unknownLosses: z.array(z.object({ agentId: z.string(), hostname: z.string(), hour: z.iso.datetime() })),
});

export type LedgerBy = z.infer<typeof ledgerBySchema>;
export type LedgerReportView = z.infer<typeof ledgerReportSchema>;
export type LedgerSummaryView = z.infer<typeof ledgerSummarySchema>;
