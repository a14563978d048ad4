/** What exceptions hid, and alerts for it, from the command line, over all agencies. */
import { z } from 'zod';
import { exceptionHiddenSchema, exceptionRaiseSchema } from '../../api/contract-exceptions.ts';
import { jobDetailSchema, jobPreviewSchema } from '../../api/contract-jobs.ts';
import { viewHidden } from '../../api/exception-view.ts';
import { readException } from '../../registry/exceptions/exception-book.ts';
import { RAISE_KIND, readHidden, type RaiseParams } from '../../registry/exceptions/raise-hidden.ts';
import { defineOperation, liveOf } from './operation.ts';
import { requestJob } from './request-job.ts';

const EVERYWHERE = { kind: 'all' } as const;
const SHOWN_MAX = 1_000;
const id = z.int().min(1);
const input = exceptionRaiseSchema.extend({ id });

const paramsOf = (
  { id: exceptionId, rules: ruleIds, agentIds, reason }: z.infer<typeof input>,
  actor: string,
): RaiseParams => ({ exceptionId, ruleIds, agentIds, reason, actor });

export const exceptionHidden = defineOperation({
  name: 'exception.hidden',
  needs: 'data',
  input: z.strictObject({ id }),
  output: exceptionHiddenSchema.shape.hidden,
  async run({ registry }, asked) {
    const { id: exceptionId } = await readException(registry.db, asked.id, EVERYWHERE);
    return (await readHidden(registry.db, { exceptionId }, { limit: SHOWN_MAX })).map(viewHidden);
  },
});

export const exceptionRaisePreview = defineOperation({
  name: 'exception.raise-preview',
  needs: 'collector',
  input,
  output: jobPreviewSchema,
  run: async (context, asked) =>
    liveOf(context).jobs.preview(RAISE_KIND, paramsOf(asked, context.actor), EVERYWHERE),
});

export const exceptionRaise = defineOperation({
  name: 'exception.raise',
  needs: 'collector',
  input,
  output: jobDetailSchema,
  run: (context, asked) =>
    requestJob(context, RAISE_KIND, { params: paramsOf(asked, context.actor), reason: asked.reason }),
});
