/** One command for many hosts, from the command line: looked at by whoever may open the socket, asked for by a person. */
import { z } from 'zod';
import { jobDetailSchema, jobPreviewSchema } from '../../api/contract-jobs.ts';
import { bulkResponseBodySchema } from '../../api/contract-response.ts';
import { viewJobDetail } from '../../api/job-view.ts';
import { type AgencyScope, readAgency, scopeOfAgency } from '../../registry/agencies.ts';
import { resolveAgent } from '../../registry/agents.ts';
import type { Registry } from '../../registry/database.ts';
import { RESPONSE_BULK_KIND, type BulkResponse } from '../../registry/responses-bulk/bulk-responses.ts';
import { defineOperation, liveOf } from './operation.ts';
import { personOf, personSchema } from './response.ts';

const AGENTS_MAX = 1_000;
const EVERYWHERE = { kind: 'all' } as const;

const wantedSchema = bulkResponseBodySchema
  .omit({ agentIds: true })
  .extend({ agents: z.array(z.string().max(64)).min(1).max(AGENTS_MAX).optional() })
  .refine(
    ({ agents, agencyId, group, tag, ruleId }) =>
      [agents, agencyId, group, tag, ruleId].some((one) => one !== undefined),
    { message: 'say which hosts' },
  );

/** @throws RefusalError agent-unknown, agency-unknown */
async function paramsOf(
  registry: Registry,
  { reason: _reason, agents, agencyId, ...rest }: z.infer<typeof wantedSchema>,
  { actor, scope }: { actor: string; scope: AgencyScope },
): Promise<BulkResponse> {
  if (agencyId !== undefined) await readAgency(registry.db, agencyId, scope);
  const below = agencyId === undefined ? undefined : await scopeOfAgency(registry.db, agencyId);
  const agentIds: string[] = [];
  for (const agent of agents ?? []) agentIds.push((await resolveAgent(registry, agent)).id);
  return {
    ...rest,
    ...(agents === undefined ? {} : { agentIds }),
    agencyIds: below?.kind === 'some' ? [...below.agencyIds] : undefined,
    actor,
  };
}

export const responseBulkPreview = defineOperation({
  name: 'response.bulk-preview',
  needs: 'collector',
  input: wantedSchema,
  output: jobPreviewSchema,
  async run(context, wanted) {
    const { registry, actor } = context;
    const params = await paramsOf(registry, wanted, { actor, scope: EVERYWHERE });
    return liveOf(context).jobs.preview(RESPONSE_BULK_KIND, params, EVERYWHERE);
  },
});

export const responseBulk = defineOperation({
  name: 'response.bulk',
  needs: 'collector',
  input: z.strictObject({ wanted: wantedSchema, person: personSchema }),
  output: jobDetailSchema,
  async run(context, { wanted, person }) {
    const { registry, actor } = context;
    const by = await personOf(registry, person, 'response:request', actor);
    const params = await paramsOf(registry, wanted, by);
    const job = { params, reason: wanted.reason, agencyId: by.agencyId };
    return viewJobDetail(await liveOf(context).jobs.request(RESPONSE_BULK_KIND, job, by));
  },
});
