/** Hunts of the command line; they see everything, as whoever may use the local socket does. */
import { z } from 'zod';
import { HuntQueryError } from '../../hunt/hunt-query.ts';
import { HuntRuleError } from '../../hunt/hunt-rule.ts';
import { HuntTooWideError } from '../../hunt/run-hunt.ts';
import { HuntLimitError } from '../../store/hunt-store.ts';
import { defineOperation, liveOf } from './operation.ts';

const askedSchema = z.union([
  z.strictObject({ query: z.string().max(4_096) }),
  z.strictObject({ sigma: z.string().max(65_536) }),
  z.strictObject({ ruleId: z.string().max(256) }),
]);
const spanShape = {
  asked: askedSchema,
  fromMs: z.number(),
  toMs: z.number(),
  secondsMax: z.number().min(1).max(3_600),
};

/** What is wrong with the hunt itself is an answer, in words for who asked. */
export const wrongSchema = z.object({ problem: z.string() });

const eventSchema = z.object({
  id: z.string(),
  timeMs: z.number(),
  agentId: z.string(),
  hostname: z.string(),
  channel: z.string(),
  message: z.string(),
  fields: z.record(z.string(), z.unknown()),
  ruleIds: z.array(z.string()),
});
const foundSchema = z.object({
  events: z.array(eventSchema),
  hasMore: z.boolean(),
  examined: z.number(),
  exact: z.boolean(),
  reachedMs: z.number(),
  unknownFields: z.array(z.object({ field: z.string(), near: z.array(z.string()) })),
});

export async function orProblem<T>(work: () => Promise<T>): Promise<T | { problem: string }> {
  try {
    return await work();
  } catch (error) {
    if (
      error instanceof HuntQueryError ||
      error instanceof HuntRuleError ||
      error instanceof HuntTooWideError ||
      error instanceof HuntLimitError
    )
      return { problem: error.message };
    throw error;
  }
}

export const huntRun = defineOperation({
  name: 'hunt.run',
  needs: 'collector',
  input: z.strictObject({
    ...spanShape,
    limit: z.int().min(1).max(10_000),
    after: z.strictObject({ timeMs: z.number(), id: z.string() }).optional(),
  }),
  output: z.union([wrongSchema, foundSchema]),
  run: (context, input) =>
    orProblem(async () => {
      const { hunts } = liveOf(context);
      const span = { ...input, scope: { kind: 'all' } } as const;
      const found = await hunts.run(span);
      const isNothing = found.events.length === 0 && input.after === undefined;
      return { ...found, unknownFields: isNothing ? await hunts.unknownFields(span) : [] };
    }),
});

export const huntSummary = defineOperation({
  name: 'hunt.summary',
  needs: 'collector',
  input: z.strictObject(spanShape),
  output: z.union([
    wrongSchema,
    z.object({
      count: z.number(),
      exact: z.boolean(),
      stepMs: z.number(),
      byTime: z.array(z.object({ fromMs: z.number(), count: z.number() })),
      facets: z.record(z.string(), z.array(z.object({ value: z.string(), count: z.number() }))),
      hosts: z.object({
        inScope: z.number(),
        withEvents: z.number(),
        silent: z.array(
          z.object({ agentId: z.string(), hostname: z.string(), lastSeenMs: z.number().nullable() }),
        ),
      }),
    }),
  ]),
  run: (context, input) =>
    orProblem(async () => liveOf(context).hunts.summary({ ...input, scope: { kind: 'all' } })),
});
