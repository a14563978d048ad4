/** States of many rules as a kind of jobs, and taking them back. */
import { setImmediate as yieldToLoop } from 'node:timers/promises';
import { readDocument } from '../../content/rule-document.ts';
import { anyJobKind, type AnyJobKind, type StepContext } from '../jobs/job-runner.ts';
import type { Registry, RegistryDb, RegistryTransaction } from '../../registry/database.ts';
import type { StepOutcome } from '../../registry/jobs.ts';
import { RefusalError } from '../../registry/refusal.ts';
import {
  bulkStatesSchema,
  planStates,
  planUndo,
  previewOf,
  RULE_BULK_KIND,
  undoStatesSchema,
  writeStates,
  type StatePlan,
} from '../../registry/rules/bulk-states.ts';
import { requireCompiles, requireHouse } from '../../registry/rules/rule-acts.ts';
import { fromPlace } from '../../registry/rules/rule-facts-of.ts';
import { readRule, readVersion } from '../../registry/rules/rule-rows.ts';
import { inForce } from '../../registry/rules/rule-uses.ts';

export const RULE_BULK_UNDO_KIND = 'rule.bulk-state-undo';

const DAY_MS = 86_400_000;
const UNDO_DAYS = 30;
const SLICE_MS = 15;
const ACCESS = { read: 'rule:read', run: 'rule:write', approve: 'rule:write' } as const;

/** @param rules takes up what is in force then */
export function ruleBulkJobs(registry: Registry, rules: { refresh: () => Promise<void> }): AnyJobKind[] {
  const { db } = registry;
  return [
    anyJobKind({
      name: RULE_BULK_KIND,
      access: ACCESS,
      params: bulkStatesSchema,
      undo: { kind: RULE_BULK_UNDO_KIND, withinMs: UNDO_DAYS * DAY_MS },
      preview: async (params) => previewOf(await planStates(db, params)),
      step: async (params, context) => {
        const { actor, why } = params;
        return stepOf(registry, rules, context, { actor, why }, (at) => planStates(at, params));
      },
    }),
    anyJobKind({
      name: RULE_BULK_UNDO_KIND,
      access: ACCESS,
      params: undoStatesSchema,
      preview: async (params) => previewOf(await planUndo(db, params)),
      step: async (params, context) => {
        const { requestedBy: actor, reason: why } = context.job;
        return stepOf(registry, rules, context, { actor, why }, (at) => planUndo(at, params));
      },
    }),
  ];
}

/** What takes long is asked before: the transaction only plans again and writes. */
async function stepOf(
  { db }: Registry,
  rules: { refresh: () => Promise<void> },
  { job, scope, nowMs, signal }: StepContext,
  act: { actor: string; why: string },
  plan: (at: RegistryDb) => Promise<StatePlan>,
): Promise<(trx: RegistryTransaction) => Promise<StepOutcome>> {
  requireHouse({ actor: act.actor, scope });
  const unfit = await unfitOf(db, await plan(db), signal);
  return async (trx) => {
    const written = { ...act, jobId: job.id, approved: job.decidedBy !== null, nowMs, unfit };
    const outcome = await writeStates(trx, await plan(trx), written);
    setTimeout(() => void rules.refresh().catch(() => undefined), 0); // looked at again by the service's own timer
    return outcome;
  };
}

/** Rules that would be in force and do not compile, with why; in slices, so that everything else goes on. */
async function unfitOf(
  db: RegistryDb,
  { changes }: StatePlan,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const unfit = new Map<string, string>();
  let beganMs = performance.now();
  for (const { id, from, to } of changes) {
    if (inForce(from) || !inForce(to)) continue;
    const { active } = await readRule(db, id);
    const { text, place } = await readVersion(db, id, active);
    const document = readDocument({ text, ...fromPlace(place) });
    try {
      if ('errors' in document) unfit.set(id, document.errors[0]?.message ?? 'it is no rule');
      else await requireCompiles(db, document);
    } catch (error) {
      if (!(error instanceof RefusalError)) throw error;
      unfit.set(id, error.message);
    }
    if (performance.now() - beganMs < SLICE_MS) continue;
    await yieldToLoop();
    signal.throwIfAborted();
    beganMs = performance.now();
  }
  return unfit;
}
