/** What a merge, a split or a renaming is to do on its day. Ids name agencies of now; a new one is described. */
import { z } from 'zod';
import { LIMITS } from '../protocol/limits.ts';
import { AGENCY_CODE_FORMS, AGENCY_KINDS } from '../registry/tables/agency.ts';
import { hostRuleSchema } from './host-rule.ts';
import { legalDaySchema } from './legal-day.ts';

const AGENCIES_MAX = 500;
const PARTS_MAX = 50;
const REFS_MAX = 20_000;
const REASON_MAX = 4_096;

const id = z.int().min(1);
const name = z.string().trim().min(1).max(LIMITS.nameMax);
const codes = z
  .array(
    z.strictObject({ code: z.string().trim().min(1).max(64), form: z.enum(AGENCY_CODE_FORMS).optional() }),
  )
  .max(4)
  .optional();
const reason = z.string().trim().min(1).max(REASON_MAX);

/** An agency that is there, or one that begins on the day. */
const targetSchema = z.union([
  z.strictObject({ agencyId: id, codes }),
  z.strictObject({
    name,
    shortName: z.string().trim().max(64).optional(),
    kind: z.enum(AGENCY_KINDS),
    /** The place of the first one that ends by default. */
    parentId: id.optional(),
    codes,
  }),
]);
export type ChangeTarget = z.infer<typeof targetSchema>;

export const mergePlanSchema = z.strictObject({
  kind: z.literal('merge'),
  on: legalDaySchema,
  /** They end; what is below them moves below the target. */
  sources: z.array(id).min(1).max(AGENCIES_MAX),
  into: targetSchema,
  /** What comes together under one parent with one name: refuse, or merge these, too, all the way down. */
  twins: z.enum(['refuse', 'merge']).default('refuse'),
  reason,
});

const takesSchema = z.strictObject({
  /** Agencies directly below the one that is split. */
  agencyIds: z.array(id).max(AGENCIES_MAX).optional(),
  /** Of its own hosts. */
  hosts: hostRuleSchema.optional(),
  agentIds: z.array(z.string().min(1).max(64)).max(REFS_MAX).optional(),
  systemIds: z.array(id).max(REFS_MAX).optional(),
  usernames: z.array(z.string().min(1).max(128)).max(REFS_MAX).optional(),
  apiTokenIds: z.array(z.string().min(1).max(64)).max(REFS_MAX).optional(),
  joinTokenIds: z.array(z.string().min(1).max(64)).max(REFS_MAX).optional(),
});
export type PartTakes = z.infer<typeof takesSchema>;

export const splitPlanSchema = z
  .strictObject({
    kind: z.literal('split'),
    on: legalDaySchema,
    source: id,
    parts: z
      .array(z.strictObject({ into: targetSchema, takes: takesSchema.default({}) }))
      .min(1)
      .max(PARTS_MAX),
    /** Place in `parts` (from 0) that takes what no part names; `stays`: the agency goes on with it. */
    rest: z.union([z.int().min(0), z.literal('stays')]),
    /** Place in `parts` whose agency sees what the one that ends left; null: only those above. */
    history: z.int().min(0).nullable().default(null),
    reason,
  })
  .refine(({ parts, rest }) => rest === 'stays' || rest < parts.length, {
    path: ['rest'],
    message: 'there is no such part',
  })
  .refine(({ parts, history }) => history === null || history < parts.length, {
    path: ['history'],
    message: 'there is no such part',
  });

export const renamePlanSchema = z.strictObject({
  kind: z.literal('rename'),
  on: legalDaySchema,
  agencyId: id,
  name,
  shortName: z.string().trim().max(64).optional(),
  codes,
  reason,
});

export const changePlanSchema = z.discriminatedUnion('kind', [
  mergePlanSchema,
  splitPlanSchema,
  renamePlanSchema,
]);
export type MergePlan = z.infer<typeof mergePlanSchema>;
export type SplitPlan = z.infer<typeof splitPlanSchema>;
export type RenamePlan = z.infer<typeof renamePlanSchema>;
export type ChangePlan = z.infer<typeof changePlanSchema>;

function targetIds(target: ChangeTarget): number[] {
  if ('agencyId' in target) return [target.agencyId];
  return target.parentId === undefined ? [] : [target.parentId];
}

/** All agencies that the plan names. */
export function agenciesOfPlan(plan: ChangePlan): number[] {
  switch (plan.kind) {
    case 'merge':
      return [...new Set([...plan.sources, ...targetIds(plan.into)])];
    case 'split': {
      const named = plan.parts.flatMap(({ into, takes }) => [...targetIds(into), ...(takes.agencyIds ?? [])]);
      return [...new Set([plan.source, ...named])];
    }
    case 'rename':
      return [plan.agencyId];
  }
}

/** Agencies that may be no more after the day: another plan cannot count on them. */
export function agenciesAtStake(plan: ChangePlan): number[] {
  switch (plan.kind) {
    case 'merge':
      return plan.sources;
    case 'split':
      return [plan.source];
    case 'rename':
      return [plan.agencyId];
  }
}
