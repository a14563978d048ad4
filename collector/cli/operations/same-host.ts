/** Hosts that were set up anew: what is proposed, and the decision. */
import { z } from 'zod';
import { RefusalError } from '../../registry/refusal.ts';
import { acceptSameHost, listSameHosts, rejectSameHost, type SameHost } from '../../registry/same-hosts.ts';
import { AGENTS_AT_ONCE } from './agent.ts';
import { defineOperation } from './operation.ts';

const EVERYWHERE = { kind: 'all' } as const;

const sameHostSchema = z.object({
  agentId: z.string(),
  hostname: z.string(),
  agencyId: z.number(),
  agencyName: z.string(),
  enrolledMs: z.number(),
  formerId: z.string(),
  formerHostname: z.string(),
  formerLastSeenMs: z.number().nullable(),
  agreeing: z.array(z.string()),
  score: z.number(),
  alive: z.boolean(),
  proposedMs: z.number(),
});

export const sameHostList = defineOperation({
  name: 'same-host.list',
  needs: 'data',
  input: z.strictObject({}),
  output: z.array(sameHostSchema),
  run: ({ registry }) => listSameHosts(registry, EVERYWHERE),
});

/** Proposals by the id of the new agent or its first characters; with none given, all whose former agent is silent. */
function chosen(
  proposals: readonly SameHost[],
  ids: readonly string[],
): { ids: string[]; unknown: string[] } {
  if (ids.length === 0) {
    return { ids: proposals.filter(({ alive }) => !alive).map(({ agentId }) => agentId), unknown: [] };
  }
  const found = ids.map((id) => ({ id, hits: proposals.filter(({ agentId }) => agentId.startsWith(id)) }));
  return {
    ids: found.flatMap(({ hits }) => (hits.length === 1 ? hits.map(({ agentId }) => agentId) : [])),
    unknown: found.filter(({ hits }) => hits.length !== 1).map(({ id }) => id),
  };
}

export const sameHostDecide = defineOperation({
  name: 'same-host.decide',
  needs: 'data',
  input: z.strictObject({
    /** None: all. */
    ids: z.array(z.string().min(1).max(64)).max(AGENTS_AT_ONCE),
    accept: z.boolean(),
    dryRun: z.boolean().optional(),
  }),
  output: z.object({
    decided: z.array(sameHostSchema),
    refused: z.array(z.object({ id: z.string(), message: z.string() })),
  }),
  async run({ registry, actor, live }, { ids, accept, dryRun = false }) {
    const proposals = await listSameHosts(registry, EVERYWHERE);
    const which = chosen(proposals, ids);
    const refused = which.unknown.map((id) => ({
      id,
      message: `nothing (or more than one) is proposed for ${id}`,
    }));
    const decided: SameHost[] = [];
    for (const id of which.ids) {
      const proposal = proposals.find(({ agentId }) => agentId === id);
      if (proposal === undefined) continue;
      try {
        if (!dryRun && accept) {
          const { formerId } = await acceptSameHost(registry, id, { actor, scope: EVERYWHERE });
          live?.presence.disconnect(formerId, 'cloned');
        }
        if (!dryRun && !accept) await rejectSameHost(registry, id, { actor, scope: EVERYWHERE });
        decided.push(proposal);
      } catch (error) {
        if (!(error instanceof RefusalError)) throw error;
        refused.push({ id, message: error.message });
      }
    }
    return { decided, refused };
  },
});
