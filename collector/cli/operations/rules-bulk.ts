/** States of many rules from the command line, over the whole tree. */
import { z } from 'zod';
import { jobDetailSchema, jobPreviewSchema } from '../../api/contract-jobs.ts';
import { ruleContentQuerySchema, ruleStateSchema } from '../../api/contract-rules.ts';
import { BULK_RULES, RULE_BULK_KIND, type BulkStates } from '../../registry/rules/bulk-states.ts';
import { defineOperation, liveOf, type OperationContext } from './operation.ts';
import { requestJob } from './request-job.ts';

const EVERYWHERE = { kind: 'all' } as const;

const input = z.strictObject({
  query: z.record(z.string().max(32), z.string().max(512)),
  state: ruleStateSchema,
  why: z.string().min(1).max(1_000),
});

function paramsOf(
  { registry, actor }: Pick<OperationContext, 'registry' | 'actor'>,
  { query, state, why }: z.infer<typeof input>,
): BulkStates {
  const { after: _after, limit: _limit, differs, ...filter } = ruleContentQuerySchema.parse(query);
  const asked = differs === 'true' ? { ...filter, differs: true } : filter;
  return { filter: asked, state, why, actor, askedMs: registry.now() };
}

export const rulesBulkPreview = defineOperation({
  name: 'rules.bulk-preview',
  needs: 'collector',
  input,
  output: jobPreviewSchema,
  run: async (context, asked) =>
    liveOf(context).jobs.preview(RULE_BULK_KIND, paramsOf(context, asked), EVERYWHERE),
});

export const rulesBulk = defineOperation({
  name: 'rules.bulk',
  needs: 'collector',
  input,
  output: jobDetailSchema,
  run: async (context, asked) =>
    requestJob(context, RULE_BULK_KIND, { params: paramsOf(context, asked), reason: asked.why }),
});

const statesInput = z.strictObject({
  ids: z.array(z.string().min(1).max(1_024)).min(1).max(BULK_RULES.idsMax),
  state: ruleStateSchema,
  why: z.string().min(1).max(1_000),
});

const paramsOfIds = (
  { registry, actor }: Pick<OperationContext, 'registry' | 'actor'>,
  { ids, state, why }: z.infer<typeof statesInput>,
): BulkStates => ({ filter: {}, ids, state, why, actor, askedMs: registry.now() });

/** Of named rules; those that are not here are not counted. */
export const rulesStatesPreview = defineOperation({
  name: 'rules.states-preview',
  needs: 'collector',
  input: statesInput,
  output: jobPreviewSchema,
  run: async (context, asked) =>
    liveOf(context).jobs.preview(RULE_BULK_KIND, paramsOfIds(context, asked), EVERYWHERE),
});

export const rulesStates = defineOperation({
  name: 'rules.states',
  needs: 'collector',
  input: statesInput,
  output: jobDetailSchema,
  run: async (context, asked) =>
    requestJob(context, RULE_BULK_KIND, { params: paramsOfIds(context, asked), reason: asked.why }),
});
