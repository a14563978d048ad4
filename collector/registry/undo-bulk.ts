/**
 * Takes a bulk act back: each alert gets the fields again that the job set, as far as nobody has changed them since.
 * State, verdict and what belongs to them are one field; each tag is one.
 */
import { z } from 'zod';
import type { AgencyScope } from './agencies.ts';
import { changesSchema, writeHistories, type AlertChanges } from './alert-history.ts';
import { beforeSchema, type Before } from './bulk-alerts.ts';
import { insertOwnTags } from './bulk-tags.ts';
import type { RegistryDb, RegistryTransaction } from './database.ts';
import type { JobPreview, StepOutcome } from './jobs.ts';

export const UNDO_KIND = 'alert.bulk-undo';
export const UNDO_DAYS = 30;

export const undoParamsSchema = z.strictObject({ jobId: z.string().min(1).max(64) });
export type UndoParams = z.infer<typeof undoParamsSchema>;

const cursorSchema = z.object({ after: z.string() }).nullable();
/** Fields that go with the state. */
const STATE_FIELDS = ['state', 'verdict', 'duplicateOf'];

export async function previewUndo(db: RegistryDb, { jobId }: UndoParams): Promise<JobPreview> {
  const { total } = await db
    .selectFrom('bulk_item')
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .where('job_id', '=', jobId)
    .executeTakeFirstOrThrow();
  const { kept } = await db
    .selectFrom('bulk_item')
    .innerJoin('alert', 'alert.id', 'bulk_item.alert_id')
    .select((eb) => eb.fn.countAll<number>().as('kept'))
    .where('job_id', '=', jobId)
    .whereRef('alert.version', '!=', 'bulk_item.version_after')
    .executeTakeFirstOrThrow();
  const skipped = kept > 0 ? { 'edited-since': kept } : {};
  return { total, changes: total, skipped: {}, sample: kept > 0 ? [skipped] : [], needsApproval: [] };
}

export async function undoStep(
  trx: RegistryTransaction,
  { jobId }: UndoParams,
  context: {
    undoJobId: string;
    actor: string;
    reason: string;
    cursor: unknown;
    scope: AgencyScope;
    rowsMax: number;
    nowMs: number;
  },
): Promise<StepOutcome> {
  const { undoJobId, actor, reason, scope, rowsMax, nowMs } = context;
  const after = cursorSchema.parse(context.cursor)?.after ?? '';
  let query = trx
    .selectFrom('bulk_item')
    .innerJoin('alert', 'alert.id', 'bulk_item.alert_id')
    .select([
      'alert.id',
      'alert.version',
      'alert.state',
      'alert.verdict',
      'alert.duplicate_of',
      'alert.assignee',
      'bulk_item.before',
      'bulk_item.version_after',
    ])
    .where('bulk_item.job_id', '=', jobId)
    .where('bulk_item.alert_id', '>', after)
    .orderBy('bulk_item.alert_id')
    .limit(rowsMax);
  if (scope.kind === 'some') query = query.where('alert.agency_id', 'in', scope.agencyIds);
  // Most alerts of a bulk act were the same before it.
  const read = new Map<string, Before>();
  const beforeOf = (written: string): Before => {
    const before = read.get(written) ?? beforeSchema.parse(JSON.parse(written));
    read.set(written, before);
    return before;
  };
  const rows = (await query.execute()).map((row) => ({ ...row, before: beforeOf(row.before) }));
  const edited = await editedSince(
    trx,
    rows.filter(({ version, version_after }) => version !== version_after),
  );
  const back = rows.map((row) => ({ row, ...takeBack(row, edited.get(row.id) ?? NOTHING) }));
  const changed = back.filter(({ changes }) => Object.keys(changes).length > 0);
  await restoreColumns(trx, changed, nowMs);
  await restoreTags(trx, changed);
  const act = { actor, action: 'alert.bulk-undo', reason, jobId: undoJobId };
  await writeHistories(
    trx,
    nowMs,
    changed.map(({ row, changes }) => ({ ...act, alertId: row.id, changes })),
  );
  const last = rows.at(-1);
  const kept = rows.length - changed.length;
  return {
    cursor: { after: last?.id ?? after },
    done: rows.length,
    changed: changed.length,
    skipped: kept > 0 ? { 'edited-since': kept } : {},
    isEnd: rows.length < rowsMax,
  };
}

interface Edited {
  fields: ReadonlySet<string>;
  tags: ReadonlySet<string>;
}
const NOTHING: Edited = { fields: new Set(), tags: new Set() };

/** What others have changed after the job did. */
async function editedSince(
  trx: RegistryTransaction,
  rows: readonly { id: string; version_after: number }[],
): Promise<Map<string, Edited>> {
  const edited = new Map<string, { fields: Set<string>; tags: Set<string> }>();
  if (rows.length === 0) return edited;
  const since = new Map(rows.map(({ id, version_after }) => [id, version_after]));
  const entries = await trx
    .selectFrom('alert_history')
    .select(['alert_id', 'version', 'changes'])
    .where('alert_id', 'in', [...since.keys()])
    .execute();
  for (const { alert_id: id, version, changes } of entries) {
    if (version <= (since.get(id) ?? Number.MAX_SAFE_INTEGER)) continue;
    const known = edited.get(id) ?? { fields: new Set(), tags: new Set() };
    for (const [field, [before, now]] of Object.entries(changesSchema.parse(JSON.parse(changes)))) {
      if (field === 'tags') for (const tag of differing(before, now)) known.tags.add(tag);
      else known.fields.add(field);
    }
    edited.set(id, known);
  }
  return edited;
}

const tagsSchema = z.array(z.string()).catch([]);

/** Tags that one of the lists has and the other has not. */
function differing(before: unknown, now: unknown): string[] {
  const [a, b] = [new Set(tagsSchema.parse(before)), new Set(tagsSchema.parse(now))];
  return [...a.symmetricDifference(b)];
}

interface Back {
  changes: AlertChanges;
  columns: Record<string, string | number | null>;
  addTags: string[];
  removeTags: string[];
}

function takeBack(
  row: {
    state: string;
    verdict: string | null;
    duplicate_of: string | null;
    assignee: string | null;
    before: Before;
  },
  edited: Edited,
): Back {
  const { before } = row;
  const changes: AlertChanges = {};
  const columns: Back['columns'] = {};
  const set = new Set(before.set);
  const isSet = STATE_FIELDS.some((field) => set.has(field));
  if (isSet && !STATE_FIELDS.some((field) => edited.fields.has(field))) {
    if (row.state !== before.state) changes['state'] = [row.state, before.state];
    if (row.verdict !== before.verdict) changes['verdict'] = [row.verdict, before.verdict];
    if (row.duplicate_of !== before.duplicateOf)
      changes['duplicateOf'] = [row.duplicate_of, before.duplicateOf];
    Object.assign(columns, {
      state: before.state,
      closed: before.state === 'closed' ? 1 : 0,
      verdict: before.verdict,
      duplicate_of: before.duplicateOf,
      state_by: before.stateBy,
      state_reason: before.stateReason,
      closed_ms: before.closedMs,
      acknowledged_ms: before.acknowledgedMs,
    });
  }
  if (set.has('assignee') && !edited.fields.has('assignee')) {
    changes['assignee'] = [row.assignee, before.assignee];
    columns['assignee'] = before.assignee;
  }
  const removeTags = before.addedTags.filter((tag) => !edited.tags.has(tag));
  const addTags = before.removedTags.filter((tag) => !edited.tags.has(tag));
  if (addTags.length + removeTags.length > 0) changes['tags'] = [removeTags, addTags];
  return { changes, columns, addTags, removeTags };
}

/** Alerts that get the same back are written together. */
async function restoreColumns(
  trx: RegistryTransaction,
  back: readonly (Back & { row: { id: string } })[],
  nowMs: number,
): Promise<void> {
  const groups = new Map<string, { columns: Back['columns']; ids: string[] }>();
  for (const { columns, row } of back) {
    const key = JSON.stringify(columns);
    const group = groups.get(key) ?? { columns, ids: [] };
    group.ids.push(row.id);
    groups.set(key, group);
  }
  for (const { columns, ids } of groups.values()) {
    await trx
      .updateTable('alert')
      .set((eb) => ({ ...columns, updated_ms: nowMs, version: eb('version', '+', 1) }))
      .where('id', 'in', ids)
      .execute();
  }
}

async function restoreTags(
  trx: RegistryTransaction,
  back: readonly (Back & { row: { id: string } })[],
): Promise<void> {
  await insertOwnTags(trx, new Map(back.map(({ row, addTags }) => [row.id, addTags])));
  const byTag = new Map<string, string[]>();
  for (const { row, removeTags } of back) {
    for (const tag of removeTags) byTag.set(tag, [...(byTag.get(tag) ?? []), row.id]);
  }
  for (const [tag, ids] of byTag) {
    await trx
      .deleteFrom('alert_tag')
      .where('tag', '=', tag)
      .where('own', '=', 1)
      .where('alert_id', 'in', ids)
      .execute();
  }
}
