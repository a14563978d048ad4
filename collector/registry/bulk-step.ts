/** A step of a bulk act: some alerts change, and what each was and became is written down, in one transaction. */
import { sql } from 'kysely';
import { z } from 'zod';
import { ALERT_KINDS, gathers } from '../alert/alert-draft.ts';
import { severityRank } from '../alert/severity-score.ts';
import type { AgencyScope } from './agencies.ts';
import { columnsOf, ownTag, requireAssignee } from './alert-acts.ts';
import { writeHistories, type AlertChanges } from './alert-history.ts';
import { protectedAmong, type AlertProtector } from './alert-protectors.ts';
import { IDS_MAX, FIELDS, changeOf, readRows, type Before, type BulkParams } from './bulk-alerts.ts';
import { addBulkTags, removeBulkTags } from './bulk-tags.ts';
import type { RegistryTransaction } from './database.ts';
import type { StepOutcome } from './jobs.ts';
import { text } from './typed-value.ts';

const cursorSchema = z.object({ phase: z.enum(['found', 'folded']), after: z.string() }).nullable();

/**
 * One step: so many alerts, then where to go on. Alerts of the fleet that are closed take those with them that are folded
 * into them and that nobody has touched.
 */
export async function bulkStep(
  trx: RegistryTransaction,
  params: BulkParams,
  context: {
    jobId: string;
    cursor: unknown;
    scope: AgencyScope;
    rowsMax: number;
    nowMs: number;
    protectors: readonly AlertProtector[];
    /** A second person has let it. */
    approved: boolean;
  },
): Promise<StepOutcome> {
  const { phase, after } = cursorSchema.parse(context.cursor) ?? { phase: 'found', after: '' };
  const { jobId, scope, rowsMax } = context;
  if (typeof params.act.assignee === 'string') await requireAssignee(trx, params.act.assignee);
  const rows =
    phase === 'found'
      ? await readRows(trx, params, scope, after, rowsMax)
      : await readFolded(trx, jobId, rowsMax);
  const { changed, skipped } = await apply(trx, rows, params, context);
  const last = rows.at(-1);
  const isLast = rows.length < rowsMax || last === undefined;
  const folds = params.act.state === 'closed';
  // Folded ones are left over only by being protected; those are not asked for again.
  const isEnd = isLast && (phase === 'folded' || !folds);
  return {
    cursor: isLast ? { phase: 'folded', after: '' } : { phase, after: last.id },
    done: rows.length,
    changed,
    skipped,
    isEnd: isEnd || (phase === 'folded' && changed === 0),
  };
}

/** What alerts were that were all the same before the act. */
async function writeItems(
  trx: RegistryTransaction,
  jobId: string,
  before: string,
  ids: readonly string[],
): Promise<void> {
  for (let at = 0; at < ids.length; at += IDS_MAX) {
    await trx
      .insertInto('bulk_item')
      .columns(['job_id', 'alert_id', 'is_fleet', 'before', 'version_after'])
      .expression((eb) =>
        eb
          .selectFrom('alert')
          .select((one) => [
            text(jobId).as('job_id'),
            'alert.id',
            one
              .case()
              .when(
                'alert.kind',
                'in',
                ALERT_KINDS.filter((kind) => gathers(kind)),
              )
              .then(sql.lit(1))
              .else(sql.lit(0))
              .end()
              .as('is_fleet'),
            text(before).as('before'),
            'alert.version',
          ])
          .where('alert.id', 'in', ids.slice(at, at + IDS_MAX)),
      )
      .execute();
  }
}

async function readFolded(trx: RegistryTransaction, jobId: string, limit: number) {
  return trx
    .selectFrom('alert')
    .select(FIELDS)
    .where('fleet_id', 'in', (eb) =>
      eb.selectFrom('bulk_item').select('alert_id').where('job_id', '=', jobId).where('is_fleet', '=', 1),
    )
    .where('closed', '=', 0)
    .where('state', '=', 'new')
    .where('assignee', 'is', null)
    .orderBy('alert.id')
    .limit(limit)
    .execute();
}

async function apply(
  trx: RegistryTransaction,
  rows: Awaited<ReturnType<typeof readRows>>,
  params: BulkParams,
  context: {
    jobId: string;
    nowMs: number;
    protectors: readonly AlertProtector[];
    approved: boolean;
  },
): Promise<{ changed: number; skipped: Record<string, number> }> {
  const { jobId, nowMs, protectors, approved } = context;
  const change = changeOf(params);
  const skipped: Record<string, number> = {};
  const skip = (why: string): void => void (skipped[why] = (skipped[why] ?? 0) + 1);
  const kept = await protectedAmong(
    trx,
    protectors,
    rows.map(({ id }) => id),
  );
  const free = rows.filter((row) => {
    const why = kept.get(row.id);
    // It may have become more serious since it was looked at.
    const needsSecond = !approved && change.state === 'closed' && row.severity_rank >= severityRank('high');
    if (why !== undefined) skip(why);
    else if (needsSecond) skip('high-or-critical');
    return why === undefined && !needsSecond;
  });
  const ids = free.map(({ id }) => id);
  const added = await addBulkTags(trx, ids, (change.addTags ?? []).map(ownTag));
  const removed = await removeBulkTags(trx, ids, (change.removeTags ?? []).map(ownTag));
  const acts: { row: (typeof free)[number]; changes: AlertChanges }[] = [];
  let columns: ReturnType<typeof columnsOf>['columns'] = {};
  for (const row of free) {
    const of = columnsOf(row, change, params.actor, nowMs);
    const changes: AlertChanges = { ...of.changes };
    const addedTags = added.get(row.id) ?? [];
    const removedTags = removed.get(row.id) ?? [];
    if (addedTags.length + removedTags.length > 0) changes['tags'] = [removedTags, addedTags];
    if (Object.keys(changes).length === 0) skip('unchanged');
    else acts.push({ row, changes });
    columns = { ...columns, ...of.columns };
  }
  if (acts.length === 0) return { changed: 0, skipped };
  const { acknowledged_ms: acknowledged, ...same } = columns;
  await trx
    .updateTable('alert')
    .set((eb) => ({
      ...same,
      ...(acknowledged === undefined || acknowledged === null
        ? {}
        : { acknowledged_ms: eb.fn.coalesce('acknowledged_ms', eb.val(nowMs)) }),
      updated_ms: nowMs,
      version: eb('version', '+', 1),
    }))
    .where(
      'id',
      'in',
      acts.map(({ row }) => row.id),
    )
    .execute();
  const act = { actor: params.actor, action: 'alert.bulk', reason: params.reason, jobId };
  await writeHistories(
    trx,
    nowMs,
    acts.map(({ row, changes }) => ({ ...act, alertId: row.id, changes })),
  );
  const befores = new Map<string, string[]>();
  for (const { row, changes } of acts) {
    const before: Before = {
      state: row.state,
      verdict: row.verdict,
      duplicateOf: row.duplicate_of,
      assignee: row.assignee,
      stateBy: row.state_by,
      stateReason: row.state_reason,
      closedMs: row.closed_ms,
      acknowledgedMs: row.acknowledged_ms,
      set: Object.keys(changes),
      addedTags: added.get(row.id) ?? [],
      removedTags: removed.get(row.id) ?? [],
    };
    const key = JSON.stringify(before);
    befores.set(key, [...(befores.get(key) ?? []), row.id]);
  }
  for (const [before, alike] of befores) await writeItems(trx, jobId, before, alike);
  return { changed: acts.length, skipped };
}
