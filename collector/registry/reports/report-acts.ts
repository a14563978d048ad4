/**
 * The life of reports. Invariants: a body is written once and never changed; of the versions of one report the newest counts;
 * each act is one transaction with its row of history and of the audit trail.
 */
import { randomUUID } from 'node:crypto';
import { legalDayAt } from '../../agency/legal-day.ts';
import { bodyDigest, bodyText, type ReportBody } from '../../report/body.ts';
import { type AgencyScope, readAgency, requireVersion } from '../agencies.ts';
import { writeAudit } from '../audit.ts';
import type { Registry, RegistryDb, RegistryTransaction } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { requirePeriod } from './build-body.ts';
import { findReport, newestReport, type Report, type ReportSubject, type SentProof } from './report-rows.ts';

export interface ReportActor {
  actor: string;
  scope: AgencyScope;
  /** The version that the act was made for. */
  version?: number | undefined;
}

interface Act {
  action: string;
  reason?: string | undefined;
  detail?: Record<string, unknown> | undefined;
}

async function log(
  trx: RegistryTransaction,
  id: string,
  actor: string,
  act: Act,
  nowMs: number,
): Promise<void> {
  const { action, reason, detail = {} } = act;
  const { version, agency_id: agencyId } = await trx
    .selectFrom('report')
    .select(['version', 'agency_id'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  await trx
    .insertInto('report_event')
    .values({
      report_id: id,
      version,
      at_ms: nowMs,
      actor,
      action,
      reason: reason ?? null,
      detail: JSON.stringify(detail),
    })
    .execute();
  await writeAudit(trx, nowMs, {
    actor,
    action,
    target: `report:${id}`,
    agencyId,
    detail: { ...detail, ...(reason === undefined ? {} : { reason }) },
  });
}

/** @throws RefusalError report-period, report-exists, agency-unknown */
export function createReport(registry: Registry, subject: ReportSubject, by: ReportActor): Promise<Report> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    requirePeriod(subject);
    await readAgency(trx, subject.agencyId, by.scope);
    const known = await newestReport(trx, subject);
    if (known !== undefined)
      throw new RefusalError('report-exists', known.id, `that report was begun before: ${known.id}`);
    const id = await insertReport(trx, { ...subject, revision: 1, amends: null }, by.actor, nowMs);
    await log(trx, id, by.actor, { action: 'report.create', detail: { ...subject } }, nowMs);
    return findReport(trx, id, by.scope);
  });
}

async function insertReport(
  trx: RegistryTransaction,
  row: ReportSubject & { revision: number; amends: string | null },
  actor: string,
  nowMs: number,
): Promise<string> {
  const id = randomUUID();
  await trx
    .insertInto('report')
    .values({
      id,
      kind: row.kind,
      period: row.period,
      agency_id: row.agencyId,
      system_id: row.systemId,
      state: 'draft',
      revision: row.revision,
      amends: row.amends,
      body: null,
      sha256: null,
      pdf_sha256: null,
      pdf_bytes: null,
      locked_ms: null,
      locked_by: null,
      sent: null,
      signed: null,
      created_ms: nowMs,
      created_by: actor,
      updated_ms: nowMs,
    })
    .execute();
  return id;
}

export interface Locked {
  body: ReportBody;
  pdf: { sha256: string; bytes: number };
}

async function writeLock(
  trx: RegistryTransaction,
  id: string,
  { body, pdf }: Locked,
  actor: string,
  nowMs: number,
): Promise<string> {
  const text = bodyText(body);
  const sha256 = bodyDigest(text);
  await trx
    .updateTable('report')
    .set((eb) => ({
      state: 'locked' as const,
      body: text,
      sha256,
      pdf_sha256: pdf.sha256,
      pdf_bytes: pdf.bytes,
      locked_ms: nowMs,
      locked_by: actor,
      updated_ms: nowMs,
      version: eb('version', '+', 1),
    }))
    .where('id', '=', id)
    .execute();
  return sha256;
}

async function ofState(
  db: RegistryDb,
  id: string,
  by: ReportActor,
  states: readonly Report['state'][],
  act: string,
): Promise<Report> {
  const report = await findReport(db, id, by.scope);
  requireVersion(`report ${id}`, report.version, by.version);
  if (states.includes(report.state)) return report;
  throw new RefusalError('report-state', id, `report ${id} is ${report.state}: it cannot be ${act}`);
}

/** The data of a period is complete when its last day is over. @throws RefusalError report-too-early */
export function requireOver(report: Pick<Report, 'kind' | 'period' | 'id'>, nowMs: number): void {
  const { day } = requirePeriod(report);
  if (legalDayAt(nowMs) > day) return;
  throw new RefusalError(
    'report-too-early',
    report.id,
    `the data of ${report.period} is gathered up to ${day}`,
  );
}

/** @throws RefusalError report-unknown, report-state, report-too-early, version-conflict */
export function lockReport(
  registry: Registry,
  id: string,
  locked: Locked,
  by: ReportActor & { reason?: string | undefined },
): Promise<Report> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const report = await ofState(trx, id, by, ['draft'], 'locked');
    requireOver(report, nowMs);
    const sha256 = await writeLock(trx, id, locked, by.actor, nowMs);
    await log(trx, id, by.actor, { action: 'report.lock', reason: by.reason, detail: { sha256 } }, nowMs);
    return findReport(trx, id, by.scope);
  });
}

/**
 * A corrected version takes the place of a locked or sent one.
 * @throws RefusalError report-unknown, report-state, version-conflict
 */
export function amendReport(
  registry: Registry,
  id: string,
  locked: Locked,
  by: ReportActor & { reason: string },
): Promise<Report> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const before = await ofState(trx, id, by, ['locked', 'sent'], 'amended');
    await trx
      .updateTable('report')
      .set((eb) => ({ state: 'amended' as const, updated_ms: nowMs, version: eb('version', '+', 1) }))
      .where('id', '=', id)
      .execute();
    const row = { ...before, revision: before.revision + 1, amends: id };
    const next = await insertReport(trx, row, by.actor, nowMs);
    const sha256 = await writeLock(trx, next, locked, by.actor, nowMs);
    const differences = locked.body.amendment?.differences.length ?? 0;
    const detail = { amends: id, sha256, differences };
    await log(
      trx,
      id,
      by.actor,
      { action: 'report.amended', reason: by.reason, detail: { by: next } },
      nowMs,
    );
    await log(trx, next, by.actor, { action: 'report.amend', reason: by.reason, detail }, nowMs);
    return findReport(trx, next, by.scope);
  });
}

/** That it was sent, with its proof; said again, the newer proof counts. @throws RefusalError report-unknown, report-state, version-conflict */
export function noteSent(registry: Registry, id: string, proof: SentProof, by: ReportActor): Promise<Report> {
  return write(registry, id, by, {
    states: ['locked', 'sent'],
    act: 'sent',
    set: { state: 'sent', sent: JSON.stringify(proof) },
    log: { action: 'report.send', detail: { ...proof } },
  });
}

/** What was found of a signed file that came back. @throws RefusalError report-unknown, report-state */
export function noteSigned(
  registry: Registry,
  id: string,
  found: { json: string; detail: Record<string, unknown> },
  by: ReportActor,
): Promise<Report> {
  return write(registry, id, by, {
    states: ['locked', 'sent'],
    act: 'signed',
    set: { signed: found.json },
    log: { action: 'report.verify', detail: found.detail },
  });
}

function write(
  registry: Registry,
  id: string,
  by: ReportActor,
  change: {
    states: readonly Report['state'][];
    act: string;
    set: { state?: 'sent'; sent?: string; signed?: string };
    log: Act;
  },
): Promise<Report> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    await ofState(trx, id, by, change.states, change.act);
    await trx
      .updateTable('report')
      .set((eb) => ({ ...change.set, updated_ms: nowMs, version: eb('version', '+', 1) }))
      .where('id', '=', id)
      .execute();
    await log(trx, id, by.actor, change.log, nowMs);
    return findReport(trx, id, by.scope);
  });
}
