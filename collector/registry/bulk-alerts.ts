/**
 * One act on as many alerts as a query finds. Invariants: only alerts that were there when it was asked for; those that a
 * part protects, and those that are so already, are left and counted; what each was before is written down with what it
 * became, in the step's transaction. Closing anything high or critical, and any act on more than 500, takes a second person.
 */
import { z } from 'zod';
import { ALERT_KINDS } from '../alert/alert-draft.ts';
import { severityRank } from '../alert/severity-score.ts';
import { ALERT_LIMITS, alertVerdictSchema, ALERT_VERDICTS } from '../api/contract-alerts.ts';
import { alertStateSchema, severitySchema } from '../api/contract-vocabulary.ts';
import type { AgencyScope } from './agencies.ts';
import { checkChange, columnsOf, ownTag, type AlertChange } from './alert-acts.ts';
import { whereAlerts, type AlertFilter } from './alert-filter.ts';
import { protectedAmong, type AlertProtector } from './alert-protectors.ts';
import type { RegistryDb, RegistryTransaction } from './database.ts';
import type { JobPreview } from './jobs.ts';

export const BULK = { withoutSecondMax: 500, idsMax: 1_000, sampleMax: 10 } as const;

export const BULK_KIND = 'alert.bulk';

/** Alerts in one statement. */
export const IDS_MAX = 500;

/** Ids in one statement of a preview. */
const PREVIEW_IDS = 1_000;

/** A filter as jobs keep it. */
export const filterSchema: z.ZodType<AlertFilter> = z.strictObject({
  states: z.array(alertStateSchema).optional(),
  severities: z.array(severitySchema).optional(),
  kinds: z.array(z.enum(ALERT_KINDS)).optional(),
  verdicts: z.array(z.enum(ALERT_VERDICTS)).optional(),
  ruleId: z.string().optional(),
  agentId: z.string().optional(),
  hostname: z.string().optional(),
  userName: z.string().optional(),
  systemId: z.number().optional(),
  agencyIds: z.array(z.number()).optional(),
  assignee: z.string().nullable().optional(),
  watcher: z.string().optional(),
  dueBeforeMs: z.number().optional(),
  tag: z.string().optional(),
  technique: z.string().optional(),
  text: z.string().optional(),
  fromMs: z.number().optional(),
  toMs: z.number().optional(),
  updatedSinceMs: z.number().optional(),
  createdSinceMs: z.number().optional(),
  createdBeforeMs: z.number().optional(),
  createdUntilMs: z.number().optional(),
  fleetId: z.string().optional(),
  caseId: z.string().optional(),
  folded: z.boolean().optional(),
});

/** Parameters of the job. Either a filter or ids. */
export const bulkParamsSchema = z.strictObject({
  filter: filterSchema,
  ids: z.array(z.string().min(1).max(64)).min(1).max(BULK.idsMax).optional(),
  act: z.strictObject({
    state: alertStateSchema.optional(),
    verdict: alertVerdictSchema.optional(),
    duplicateOf: z.string().max(64).optional(),
    assignee: z.string().min(1).max(256).nullable().optional(),
    addTags: z.array(z.string().min(1).max(128)).max(ALERT_LIMITS.tagsMax).optional(),
    removeTags: z.array(z.string().min(1).max(128)).max(ALERT_LIMITS.tagsMax).optional(),
  }),
  reason: z.string().min(1).max(ALERT_LIMITS.reasonChars),
  /** As in the audit trail. */
  actor: z.string().max(512),
  /** When it was asked for: what came later is not concerned. */
  askedMs: z.number(),
});

export type BulkParams = z.infer<typeof bulkParamsSchema>;

export const FIELDS = [
  'alert.id',
  'alert.kind',
  'alert.state',
  'alert.verdict',
  'alert.duplicate_of',
  'alert.assignee',
  'alert.due_ms',
  'alert.acknowledged_ms',
  'alert.closed_ms',
  'alert.state_by',
  'alert.state_reason',
  'alert.severity_rank',
  'alert.version',
] as const;

/** What is written down of an alert before a job touches it. */
export const beforeSchema = z.object({
  state: z.string(),
  verdict: alertVerdictSchema.nullable(),
  duplicateOf: z.string().nullable(),
  assignee: z.string().nullable(),
  stateBy: z.string().nullable(),
  stateReason: z.string().nullable(),
  closedMs: z.number().nullable(),
  acknowledgedMs: z.number().nullable(),
  /** Fields that the job set. */
  set: z.array(z.string()),
  addedTags: z.array(z.string()),
  removedTags: z.array(z.string()),
});

export type Before = z.infer<typeof beforeSchema>;

function matching(db: RegistryDb, { filter, ids, askedMs }: BulkParams, scope: AgencyScope) {
  const query = db
    .selectFrom('alert')
    .where((eb) =>
      whereAlerts(eb, { ...filter, createdUntilMs: askedMs, ...(ids && { folded: true }) }, scope, 'id'),
    );
  return ids === undefined ? query : query.where('alert.id', 'in', ids);
}

/** The change as an act on one alert. */
export function changeOf({ act, reason }: BulkParams): AlertChange {
  return { ...act, reason };
}

/** @throws RefusalError alert-invalid */
export function checkBulk(params: BulkParams): void {
  checkChange(changeOf(params));
  for (const tag of [...(params.act.addTags ?? []), ...(params.act.removeTags ?? [])]) ownTag(tag);
}

/** What the act would do, as of now. */
export async function previewBulk(
  db: RegistryDb,
  params: BulkParams,
  scope: AgencyScope,
  protectors: readonly AlertProtector[],
): Promise<JobPreview> {
  checkBulk(params);
  const skipped: Record<string, number> = {};
  const sampled: string[] = [];
  let total = 0;
  let changes = 0;
  let severe = 0;
  for (let after = ''; ;) {
    const rows = await matching(db, params, scope)
      .select(FIELDS)
      .where('alert.id', '>', after)
      .orderBy('alert.id')
      .limit(PREVIEW_IDS)
      .execute();
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last.id;
    total += rows.length;
    const kept = await protectedAmong(
      db,
      protectors,
      rows.map(({ id }) => id),
    );
    for (const row of rows) {
      const why = kept.get(row.id) ?? (isSo(row, params) ? 'unchanged' : undefined);
      if (why !== undefined) {
        skipped[why] = (skipped[why] ?? 0) + 1;
        continue;
      }
      changes += 1;
      if (row.severity_rank >= severityRank('high')) severe += 1;
      if (sampled.length < BULK.sampleMax) sampled.push(row.id);
    }
    if (rows.length < PREVIEW_IDS) break;
  }
  const needsApproval: string[] = [];
  if (changes > BULK.withoutSecondMax) needsApproval.push(`more-than-${BULK.withoutSecondMax}`);
  if (severe > 0 && params.act.state === 'closed') needsApproval.push('high-or-critical');
  const sample = await readSample(db, sampled);
  return { total, changes, skipped, sample, needsApproval };
}

/** In the order of the ids, as they were found. */
async function readSample(db: RegistryDb, ids: readonly string[]): Promise<JobPreview['sample']> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('alert')
    .select(['id', 'rule', 'hostname', 'severity'])
    .where('id', 'in', ids)
    .orderBy('id')
    .execute();
  return rows.map((row) => sampleOf(row));
}

function sampleOf(row: { id: string; rule: string; hostname: string | null; severity: string }) {
  const rule = JSON.parse(row.rule) as { title: string; titleVi: string | null };
  const { id, hostname, severity } = row;
  return { id, title: rule.title, titleVi: rule.titleVi, hostname, severity };
}

export async function readRows(
  trx: RegistryTransaction,
  params: BulkParams,
  scope: AgencyScope,
  after: string,
  limit: number,
) {
  return matching(trx, params, scope)
    .select(FIELDS)
    .where('alert.id', '>', after)
    .orderBy('alert.id')
    .limit(limit)
    .execute();
}

type Row = Pick<
  Awaited<ReturnType<typeof readRows>>[number],
  'state' | 'verdict' | 'duplicate_of' | 'assignee' | 'due_ms' | 'acknowledged_ms'
>;

/** Whether nothing of the alert itself would change; tags always may. */
function isSo(row: Row, params: BulkParams): boolean {
  const { addTags = [], removeTags = [] } = params.act;
  if (addTags.length + removeTags.length > 0) return false;
  return Object.keys(columnsOf(row, changeOf(params), '', 0).changes).length === 0;
}
