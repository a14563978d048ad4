/**
 * One state for as many rules as a query finds, in one transaction: all of it or nothing, so that a correlation and what it is
 * made of come and go together. Invariants: what may not change is left and counted; what each was is written down with what
 * it became; switching off many, or what raises high or critical alerts, takes a second person.
 */
import { sql } from 'kysely';
import { z } from 'zod';
import { writeAudit } from '../audit.ts';
import type { RegistryDb, RegistryTransaction } from '../database.ts';
import type { JobPreview, StepOutcome } from '../jobs.ts';
import { RefusalError } from '../refusal.ts';
import { RULE_ORIGINS, RULE_STATES, type RuleState } from '../tables/rule.ts';
import { moveGeneration } from './merge-rules.ts';
import { ALLOWED } from './rule-acts.ts';
import { whereRules, type RuleFilter } from './rule-rows.ts';
import { IN_FORCE, inForce, readBases, readCorrelations, type CorrelationUses } from './rule-uses.ts';

export const BULK_RULES = { withoutSecondMax: 500, idsMax: 1_000, sampleMax: 10, namedMax: 200 } as const;
export const RULE_BULK_KIND = 'rule.bulk-state';
const IDS_MAX = 500;
const SEVERE: ReadonlySet<string | null> = new Set(['high', 'critical']);

const words = z.string().min(1).max(256);
const filterSchema: z.ZodType<RuleFilter> = z.strictObject({
  state: z.array(z.enum(RULE_STATES)).optional(),
  origin: z.enum(RULE_ORIGINS).optional(),
  level: z.array(words).optional(),
  product: words.optional(),
  category: words.optional(),
  service: words.optional(),
  tag: words.optional(),
  folder: words.optional(),
  text: words.optional(),
  differs: z.boolean().optional(),
});

/** Parameters of the job. Either a filter or ids. */
export const bulkStatesSchema = z.strictObject({
  filter: filterSchema,
  ids: z.array(z.string().min(1).max(1_024)).min(1).max(BULK_RULES.idsMax).optional(),
  state: z.enum(RULE_STATES),
  why: z.string().min(1).max(1_000),
  /** As in the audit trail. */
  actor: z.string().max(512),
  /** When it was asked for: rules that came later are not concerned. */
  askedMs: z.number(),
});
export type BulkStates = z.infer<typeof bulkStatesSchema>;

export const undoStatesSchema = z.strictObject({ jobId: z.string().min(1).max(64) });
export type UndoStates = z.infer<typeof undoStatesSchema>;

interface Target {
  id: string;
  name: string | null;
  title: string;
  level: string | null;
  kind: string;
  from: RuleState;
  to: RuleState;
  version: number;
}

/** What would change, and why the rest would not. */
export interface StatePlan {
  total: number;
  changes: Target[];
  skipped: Record<string, number>;
  needsApproval: string[];
}

const FIELDS = ['rule.id', 'name', 'title', 'level', 'kind', 'state as from', 'version'] as const;

export async function planStates(
  db: RegistryDb,
  { filter, ids, state, askedMs }: BulkStates,
): Promise<StatePlan> {
  let select = whereRules(db, filter).select(FIELDS).where('created_ms', '<=', askedMs).orderBy('id');
  if (ids !== undefined) select = select.where('id', 'in', ids);
  const targets = (await select.execute()).map((row) => ({ ...row, to: state }));
  return plan(db, targets, ({ from, to }) => (ALLOWED[from].includes(to) ? undefined : `is-${from}`));
}

/** Each gets the state again that it had, unless somebody changed it since. */
export async function planUndo(db: RegistryDb, { jobId }: UndoStates): Promise<StatePlan> {
  const rows = await db
    .selectFrom('rule_bulk_item as item')
    .innerJoin('rule', 'rule.id', 'item.rule_id')
    .select([...FIELDS, 'item.state_before as to', 'item.version_after'])
    .where('item.job_id', '=', jobId)
    .orderBy('rule.id')
    .execute();
  const after = new Map(rows.map(({ id, version_after }) => [id, version_after]));
  return plan(db, rows, ({ id, version }) => (version === after.get(id) ? undefined : 'edited-since'));
}

async function plan(
  db: RegistryDb,
  targets: readonly Target[],
  refuse: (target: Target) => string | undefined,
): Promise<StatePlan> {
  const skipped: Record<string, number> = {};
  const skip = (why: string): void => void (skipped[why] = (skipped[why] ?? 0) + 1);
  const changes = new Map<string, Target>();
  for (const target of targets) {
    const why = target.from === target.to ? 'unchanged' : refuse(target);
    if (why === undefined) changes.set(target.id, target);
    else skip(why);
  }
  for (const [id, why] of await outOfStep(db, changes)) {
    changes.delete(id);
    skip(why);
  }
  const list = [...changes.values()];
  return { total: targets.length, changes: list, skipped, needsApproval: approvalsFor(list) };
}

/** What raised alerts and raises none any more is a gap that one person alone does not make. */
function approvalsFor(changes: readonly Target[]): string[] {
  const silenced = changes.filter(({ from, to }) => from === 'on' && to !== 'on');
  const reasons: string[] = [];
  if (changes.length > BULK_RULES.withoutSecondMax)
    reasons.push(`more-than-${String(BULK_RULES.withoutSecondMax)}`);
  if (silenced.some(({ level }) => SEVERE.has(level))) reasons.push('high-or-critical');
  return reasons;
}

/**
 * Changes after which a correlation in force would count something that is not: the rule stays, or the correlation does.
 * What is left as it is may hold up others, so it goes round until nothing more is found.
 */
async function outOfStep(
  db: RegistryDb,
  changes: ReadonlyMap<string, Target>,
): Promise<Map<string, 'in-use' | 'needs-its-rules'>> {
  const left = new Map<string, 'in-use' | 'needs-its-rules'>();
  const moved = [...changes.values()];
  const crosses = moved.some(({ from, to }) => inForce(from) !== inForce(to));
  if (!crosses) return left;
  const standing = await readCorrelations(db, IN_FORCE);
  const known = new Set(standing.map(({ id }) => id));
  const coming = moved.filter(({ id, kind, to }) => kind === 'correlation' && inForce(to) && !known.has(id));
  const came = coming.length === 0 ? [] : await readCorrelations(db, RULE_STATES);
  const chosen = new Set(coming.map(({ id }) => id));
  const correlations = [...standing, ...came.filter(({ id }) => chosen.has(id))];
  const basesOf = await resolver(db, correlations);
  const isInForce = (id: string, state: RuleState): boolean => {
    const change = left.has(id) ? undefined : changes.get(id);
    return inForce(change?.to ?? state);
  };
  for (let isMore = true; isMore;) {
    isMore = false;
    for (const correlation of correlations) {
      const { id } = correlation;
      if (!isInForce(id, known.has(id) ? 'on' : 'off')) continue;
      for (const base of basesOf(correlation)) {
        if (isInForce(base.id, base.state)) continue;
        const isLeaving = changes.has(base.id) && inForce(base.state);
        const culprit = isLeaving ? base.id : chosen.has(id) ? id : undefined;
        if (culprit === undefined || left.has(culprit)) continue;
        left.set(culprit, isLeaving ? 'in-use' : 'needs-its-rules');
        isMore = true;
      }
    }
  }
  return left;
}

async function resolver(db: RegistryDb, correlations: readonly CorrelationUses[]) {
  const names = [...new Set(correlations.flatMap(({ uses }) => uses))];
  const rows: Awaited<ReturnType<typeof readBases>> = [];
  for (let at = 0; at < names.length; at += IDS_MAX)
    rows.push(...(await readBases(db, names.slice(at, at + IDS_MAX))));
  return ({ uses }: CorrelationUses) =>
    rows.filter(({ id, name }) => uses.includes(id) || (name !== null && uses.includes(name)));
}

export function previewOf({ total, changes, skipped, needsApproval }: StatePlan): JobPreview {
  const sample = changes
    .slice(0, BULK_RULES.sampleMax)
    .map(({ id, title, level, from, to }) => ({ id, title, level, from, to }));
  return { total, changes: changes.length, skipped, sample, needsApproval };
}

/**
 * Writes a plan that was made in the same transaction.
 * @param unfit rules that do not compile, with why: they are left as they are
 * @throws RefusalError bulk-changed: what takes a second person was let by none
 */
export async function writeStates(
  trx: RegistryTransaction,
  made: StatePlan,
  act: {
    jobId: string;
    actor: string;
    why: string;
    approved: boolean;
    nowMs: number;
    unfit?: ReadonlyMap<string, string> | undefined;
  },
): Promise<StepOutcome> {
  const { jobId, actor, why, approved, nowMs, unfit } = act;
  if (!approved && made.needsApproval.length > 0) {
    const said = 'the rules have changed since it was asked for, and now it takes a second person: ask again';
    throw new RefusalError('bulk-changed', jobId, said);
  }
  const changes = made.changes.filter(({ id }) => !(unfit?.has(id) ?? false));
  for (const [to, group] of Map.groupBy(changes, (change) => change.to)) {
    for (let at = 0; at < group.length; at += IDS_MAX) {
      const part = group.slice(at, at + IDS_MAX);
      await trx
        .updateTable('rule')
        .set({
          state: to,
          state_ms: nowMs,
          updated_ms: nowMs,
          updated_by: actor,
          version: sql<number>`version + 1`,
        })
        .where(
          'id',
          'in',
          part.map(({ id }) => id),
        )
        .execute();
      await trx
        .insertInto('rule_bulk_item')
        .values(
          part.map(({ id, from, version }) => ({
            job_id: jobId,
            rule_id: id,
            state_before: from,
            version_after: version + 1,
          })),
        )
        .execute();
    }
  }
  if (changes.some(({ from, to }) => inForce(from) || inForce(to))) await moveGeneration(trx);
  const named = changes.slice(0, BULK_RULES.namedMax).map(({ id, from, to }) => ({ id, from, to }));
  await writeAudit(trx, nowMs, {
    actor,
    action: 'rule.bulk-state',
    target: `job:${jobId}`,
    detail: { why, count: changes.length, rules: named },
  });
  const left = made.changes.length - changes.length;
  return {
    cursor: null,
    done: made.total,
    changed: changes.length,
    skipped: left === 0 ? made.skipped : { ...made.skipped, 'does-not-compile': left },
    isEnd: true,
    result: { unfit: [...(unfit ?? [])].slice(0, BULK_RULES.namedMax).map(([id, said]) => ({ id, said })) },
  };
}
