/**
 * Alerts in cases. Invariants: an alert is in one case at most; only alerts in the scope are added or taken out.
 */
import { CASE_LIMITS } from '../../case/case-words.ts';
import { inScope, type AgencyScope } from '../agencies.ts';
import type { Registry, RegistryDb, RegistryTransaction } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { requireCase, type CaseBy } from './find-case.ts';
import { coveringAgency, noteAct, settleAgencies, tooMany } from './write-case.ts';

/** Ids in one statement. */
const IDS_MAX = 500;
/** Ids that an entry of the history names. */
const NAMED_MAX = 50;

/** For one statement each. */
export function* slices(ids: readonly string[]): Generator<readonly string[]> {
  for (let at = 0; at < ids.length; at += IDS_MAX) yield ids.slice(at, at + IDS_MAX);
}

/** What covers the agencies of those alerts that are there. */
export async function coverOfAlerts(
  db: RegistryDb,
  ids: readonly string[],
  scope: AgencyScope,
): Promise<number | undefined> {
  const agencies = new Set<number>();
  for (const some of slices(ids)) {
    const rows = await db
      .selectFrom('alert')
      .select('agency_id')
      .distinct()
      .where('id', 'in', some)
      .execute();
    for (const { agency_id: id } of rows) if (inScope(scope, id)) agencies.add(id);
  }
  return coveringAgency(db, [...agencies]);
}

function unknownAlert(id: string): RefusalError {
  return new RefusalError('alert-unknown', id, `there is no alert ${id}; "vonggac alert list" shows them`);
}

/**
 * Puts alerts into the case; those that are in it already stay.
 * @returns those that are new in it
 * @throws RefusalError alert-unknown, case-alert-elsewhere, case-limit
 */
export async function insertAlerts(
  trx: RegistryTransaction,
  into: { id: string; number: string },
  alertIds: readonly string[],
  act: { actor: string; scope: AgencyScope; nowMs: number; jobId?: string },
): Promise<string[]> {
  const ids = [...new Set(alertIds)];
  const elsewhere = await casesOf(trx, ids);
  const fresh: string[] = [];
  for (const some of slices(ids)) {
    const rows = await trx.selectFrom('alert').select(['id', 'agency_id']).where('id', 'in', some).execute();
    const agencies = new Map(rows.map((row) => [row.id, row.agency_id]));
    for (const id of some) {
      const agencyId = agencies.get(id);
      if (agencyId === undefined || !inScope(act.scope, agencyId)) throw unknownAlert(id);
      const other = elsewhere.get(id);
      if (other === undefined) fresh.push(id);
      else if (other.id !== into.id) {
        const said = `alert ${id} is in case ${other.number} already: take it out there first, or merge the cases`;
        throw new RefusalError('case-alert-elsewhere', id, said);
      }
    }
  }
  await insertRows(trx, into.id, fresh, act);
  return fresh;
}

async function insertRows(
  trx: RegistryTransaction,
  caseId: string,
  ids: readonly string[],
  { actor, nowMs, jobId }: { actor: string; nowMs: number; jobId?: string },
): Promise<void> {
  if (ids.length === 0) return;
  const { count } = await trx
    .selectFrom('case_alert')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('case_id', '=', caseId)
    .executeTakeFirstOrThrow();
  if (count + ids.length > CASE_LIMITS.alerts) throw tooMany('alerts', CASE_LIMITS.alerts);
  for (const some of slices(ids)) {
    await trx
      .insertInto('case_alert')
      .values(
        some.map((id) => ({
          alert_id: id,
          case_id: caseId,
          added_by: actor,
          added_ms: nowMs,
          job_id: jobId ?? null,
        })),
      )
      .execute();
  }
}

/** Alert id -> the case that it is in. */
async function casesOf(
  db: RegistryDb,
  ids: readonly string[],
): Promise<Map<string, { id: string; number: string }>> {
  const found = new Map<string, { id: string; number: string }>();
  for (const some of slices(ids)) {
    const rows = await db
      .selectFrom('case_alert')
      .innerJoin('case_file', 'case_file.id', 'case_alert.case_id')
      .select(['alert_id', 'case_file.id as id', 'case_file.number as number'])
      .where('alert_id', 'in', some)
      .execute();
    for (const { alert_id: alertId, ...one } of rows) found.set(alertId, one);
  }
  return found;
}

/** Whose affair a change of these alerts is. */
async function noteAlerts(
  trx: RegistryTransaction,
  caseId: string,
  ids: readonly string[],
  { actor, action, nowMs, jobId }: { actor: string; action: string; nowMs: number; jobId?: string },
): Promise<void> {
  const agencyId = await coverOfAlerts(trx, ids, { kind: 'all' });
  const detail = {
    alerts: ids.length,
    ids: ids.slice(0, NAMED_MAX),
    ...(jobId === undefined ? {} : { jobId }),
  };
  await noteAct(trx, caseId, { actor, action, agencyId, detail, nowMs });
}

/** @returns id of the case and what was added @throws RefusalError as requireCase and insertAlerts */
export async function addAlerts(
  registry: Registry,
  id: string,
  alertIds: readonly string[],
  by: CaseBy,
): Promise<{ caseId: string; added: string[] }> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const row = await requireCase(trx, id, by, 'part');
    const added = await insertAlerts(trx, row, alertIds, { ...by, nowMs });
    if (added.length === 0) return { caseId: row.id, added };
    await settleAgencies(trx, row.id);
    await noteAlerts(trx, row.id, added, { actor: by.actor, action: 'case.add-alerts', nowMs });
    return { caseId: row.id, added };
  });
}

/** One step of a bulk act: what is in some case already, or not in the scope any more, is left and counted. */
export async function addAlertsStep(
  trx: RegistryTransaction,
  caseId: string,
  ids: readonly string[],
  act: { actor: string; scope: AgencyScope; nowMs: number; jobId: string },
): Promise<{ caseId: string; changed: number; skipped: Record<string, number> }> {
  const row = await requireCase(trx, caseId, { actor: act.actor, scope: act.scope }, 'part');
  const elsewhere = await casesOf(trx, ids);
  const free = ids.filter((id) => !elsewhere.has(id));
  const { count } = await trx
    .selectFrom('case_alert')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('case_id', '=', row.id)
    .executeTakeFirstOrThrow();
  const fitting = free.slice(0, Math.max(0, CASE_LIMITS.alerts - count));
  const skipped: Record<string, number> = {};
  const skip = (why: string, number: number): void => {
    if (number > 0) skipped[why] = number;
  };
  const there = [...elsewhere.values()].filter((one) => one.id === row.id).length;
  skip('unchanged', there);
  skip('case', elsewhere.size - there);
  skip('case-full', free.length - fitting.length);
  if (fitting.length > 0) {
    await insertRows(trx, row.id, fitting, act);
    await settleAgencies(trx, row.id);
    await noteAlerts(trx, row.id, fitting, { ...act, action: 'case.add-alerts' });
  }
  return { caseId: row.id, changed: fitting.length, skipped };
}

/** @throws RefusalError as requireCase; case-part-unknown for an alert that is not in it, or not in the scope */
export async function removeAlerts(
  registry: Registry,
  id: string,
  alertIds: readonly string[],
  by: CaseBy,
): Promise<string> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const row = await requireCase(trx, id, by, 'part');
    for (const alertId of alertIds) {
      const alert = await trx
        .selectFrom('case_alert')
        .innerJoin('alert', 'alert.id', 'case_alert.alert_id')
        .select('alert.agency_id')
        .where('alert_id', '=', alertId)
        .where('case_id', '=', row.id)
        .executeTakeFirst();
      if (alert === undefined || !inScope(by.scope, alert.agency_id))
        throw new RefusalError('case-part-unknown', alertId, `alert ${alertId} is not in case ${row.number}`);
      await trx.deleteFrom('case_alert').where('alert_id', '=', alertId).execute();
    }
    await noteAlerts(trx, row.id, alertIds, { actor: by.actor, action: 'case.remove-alerts', nowMs });
    await settleAgencies(trx, row.id);
    return row.id;
  });
}

/** Takes out what a job put in, some at a time. @returns how many, fewer than `limit` when that was all, and of which cases */
export async function removeAlertsOfJob(
  trx: RegistryTransaction,
  jobId: string,
  limit: number,
  act: { actor: string; nowMs: number; undoJobId: string },
): Promise<{ removed: number; caseIds: string[] }> {
  const rows = await trx
    .selectFrom('case_alert')
    .select(['alert_id', 'case_id'])
    .where('job_id', '=', jobId)
    .orderBy('alert_id')
    .limit(limit)
    .execute();
  const cases = Map.groupBy(rows, (row) => row.case_id);
  for (const [caseId, some] of cases) {
    const ids = some.map((row) => row.alert_id);
    await trx.deleteFrom('case_alert').where('alert_id', 'in', ids).execute();
    await noteAlerts(trx, caseId, ids, { ...act, action: 'case.remove-alerts', jobId: act.undoJobId });
    await settleAgencies(trx, caseId);
  }
  return { removed: rows.length, caseIds: [...cases.keys()] };
}
