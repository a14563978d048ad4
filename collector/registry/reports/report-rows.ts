/** Reports as they are read: lists by page, one with its history. A report is seen by who sees its agency. */
import { readBody, type ReportBody } from '../../report/body.ts';
import type { ReportKind, ReportState, SendChannel } from '../../report/report-words.ts';
import { type AgencyScope, inScope } from '../agencies.ts';
import type { RegistryDb } from '../database.ts';
import { RefusalError } from '../refusal.ts';

/** That a report left: what the register of outgoing documents says. */
export interface SentProof {
  number: string;
  /** `YYYY-MM-DD`. */
  on: string;
  channel: SendChannel;
  /** Of the file that was sent, lower-case hex. */
  sha256: string;
  note: string;
}

export interface Report {
  id: string;
  kind: ReportKind;
  period: string;
  agencyId: number;
  agencyName: string;
  systemId: number | null;
  systemName: string | null;
  state: ReportState;
  revision: number;
  amends: string | null;
  sha256: string | null;
  pdfSha256: string | null;
  pdfBytes: number | null;
  lockedMs: number | null;
  lockedBy: string | null;
  sent: SentProof | null;
  /** What was found of the newest signed file, as JSON of `signature/signed-pdf.ts`. */
  signed: string | null;
  createdMs: number;
  createdBy: string;
  updatedMs: number;
  version: number;
}

export interface ReportFilter {
  kind?: ReportKind | undefined;
  period?: string | undefined;
  agencyId?: number | undefined;
  state?: ReportState | undefined;
}

function reportRows(db: RegistryDb) {
  return db
    .selectFrom('report')
    .innerJoin('agency', 'agency.id', 'report.agency_id')
    .leftJoin('information_system as system', 'system.id', 'report.system_id')
    .select([
      'report.id as id',
      'report.kind as kind',
      'report.period as period',
      'report.agency_id as agencyId',
      'agency.name as agencyName',
      'report.system_id as systemId',
      'system.name as systemName',
      'report.state as state',
      'report.revision as revision',
      'report.amends as amends',
      'report.sha256 as sha256',
      'report.pdf_sha256 as pdfSha256',
      'report.pdf_bytes as pdfBytes',
      'report.locked_ms as lockedMs',
      'report.locked_by as lockedBy',
      'report.sent as sent',
      'report.signed as signed',
      'report.created_ms as createdMs',
      'report.created_by as createdBy',
      'report.updated_ms as updatedMs',
      'report.version as version',
    ]);
}

const STANDING_MAX = 5_000;

type Row = Awaited<ReturnType<ReturnType<typeof reportRows>['execute']>>[number];

function toReport({ sent, ...row }: Row): Report {
  return { ...row, sent: sent === null ? null : (JSON.parse(sent) as SentProof) };
}

export interface ReportPlace {
  createdMs: number;
  id: string;
}

/** Newest first. */
export async function listReports(
  db: RegistryDb,
  wanted: { filter: ReportFilter; scope: AgencyScope; limit: number; after?: ReportPlace | undefined },
): Promise<{ reports: Report[]; next: ReportPlace | undefined }> {
  const { filter, scope, limit, after } = wanted;
  let select = reportRows(db)
    .orderBy('report.created_ms', 'desc')
    .orderBy('report.id', 'desc')
    .limit(limit + 1);
  if (scope.kind === 'some') select = select.where('report.agency_id', 'in', scope.agencyIds);
  if (filter.kind !== undefined) select = select.where('report.kind', '=', filter.kind);
  if (filter.period !== undefined) select = select.where('report.period', '=', filter.period);
  if (filter.agencyId !== undefined) select = select.where('report.agency_id', '=', filter.agencyId);
  if (filter.state !== undefined) select = select.where('report.state', '=', filter.state);
  if (after !== undefined)
    select = select.where((eb) =>
      eb.or([
        eb('report.created_ms', '<', after.createdMs),
        eb.and([eb('report.created_ms', '=', after.createdMs), eb('report.id', '<', after.id)]),
      ]),
    );
  const rows = (await select.execute()).map(toReport);
  const reports = rows.slice(0, limit);
  const last = reports.at(-1);
  const next =
    rows.length > limit && last !== undefined ? { createdMs: last.createdMs, id: last.id } : undefined;
  return { reports, next };
}

/** @throws RefusalError report-unknown, also for one outside the scope */
export async function findReport(db: RegistryDb, id: string, scope: AgencyScope): Promise<Report> {
  const row = await reportRows(db).where('report.id', '=', id).executeTakeFirst();
  if (row !== undefined && inScope(scope, row.agencyId)) return toReport(row);
  const said = `there is no report ${id}; "vonggac report list" shows them`;
  throw new RefusalError('report-unknown', id, said);
}

export interface ReportSubject {
  kind: ReportKind;
  period: string;
  agencyId: number;
  systemId: number | null;
}

/** The version that counts; undefined when none was begun. */
export async function newestReport(db: RegistryDb, subject: ReportSubject): Promise<Report | undefined> {
  const row = await reportRows(db)
    .where('report.agency_id', '=', subject.agencyId)
    .where('report.kind', '=', subject.kind)
    .where('report.period', '=', subject.period)
    .where('report.system_id', subject.systemId === null ? 'is' : '=', subject.systemId)
    .orderBy('report.revision', 'desc')
    .executeTakeFirst();
  return row === undefined ? undefined : toReport(row);
}

/** The versions that count, of all reports of whole agencies; at most so many as are looked at. */
export async function standingReports(db: RegistryDb): Promise<Report[]> {
  const rows = await reportRows(db)
    .where('report.state', '<>', 'amended')
    .where('report.system_id', 'is', null)
    .orderBy('report.created_ms', 'desc')
    .orderBy('report.id')
    .limit(STANDING_MAX)
    .execute();
  return rows.map(toReport);
}

/** Undefined for a draft. @throws RangeError when it is not what was locked */
export async function lockedBody(db: RegistryDb, id: string): Promise<ReportBody | undefined> {
  const row = await db
    .selectFrom('report')
    .select(['body', 'sha256'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (row === undefined || row.body === null || row.sha256 === null) return undefined;
  return readBody(row.body, row.sha256);
}

export interface ReportAct {
  version: number;
  atMs: number;
  actor: string;
  action: string;
  reason: string | null;
  detail: Record<string, unknown>;
}

/** Oldest first. */
export async function readReportHistory(db: RegistryDb, id: string): Promise<ReportAct[]> {
  const rows = await db
    .selectFrom('report_event')
    .select(['version', 'at_ms as atMs', 'actor', 'action', 'reason', 'detail'])
    .where('report_id', '=', id)
    .orderBy('id')
    .execute();
  return rows.map(({ detail, ...row }) => ({
    ...row,
    detail: JSON.parse(detail) as Record<string, unknown>,
  }));
}
