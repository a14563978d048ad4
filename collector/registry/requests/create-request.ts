/** Writes a draft: its text out of a template and what it is about, its deadline by severity and the agency's working days. */
import { randomUUID } from 'node:crypto';
import { severityRank } from '../../alert/severity-score.ts';
import type { Severity } from '../../api/contract.ts';
import { dueAfter, endOfWork } from '../../request/due-day.ts';
import { factsOf } from '../../request/finding-facts.ts';
import {
  chooseTemplate,
  fillTemplate,
  type RequestTemplate,
  type RequestText,
} from '../../request/request-template.ts';
import type { RequestContact } from '../../request/request-words.ts';
import { type AgencyScope, inScope, readAgency, requireAgency } from '../agencies.ts';
import type { Registry, RegistryTransaction } from '../database.ts';
import {
  alertFindings,
  invalidRequest,
  requireOneAgency,
  silenceFindings,
  worstOf,
  type RequestFinding,
} from './request-findings.ts';
import { logRequest } from './request-log.ts';
import { findRequest, type AgencyRequest } from './request-rows.ts';
import { calendarOf } from './request-timing.ts';

export interface NewRequest {
  alertIds?: readonly string[] | undefined;
  silentAgentIds?: readonly string[] | undefined;
  /** Failed checks, looked up before. */
  gaps?: readonly RequestFinding[] | undefined;
  template?: string | undefined;
  severity?: Severity | undefined;
  /** A day of its own, `YYYY-MM-DD`: the end of work on it. */
  dueOn?: string | undefined;
  contact?: RequestContact | undefined;
  /** In place of the template's. */
  title?: string | undefined;
  body?: string | undefined;
  steps?: readonly string[] | undefined;
}

export interface RequestBy {
  actor: string;
  scope: AgencyScope;
  /** Whose request it is: the agency of who writes it. */
  agencyId: number;
}

/** @throws RefusalError alert-unknown, agent-unknown, request-invalid, agency-ended */
export function createRequest(
  registry: Registry,
  templates: readonly RequestTemplate[],
  wanted: NewRequest,
  by: RequestBy,
): Promise<AgencyRequest> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const findings = [
      ...(await alertFindings(trx, [...new Set(wanted.alertIds)], by.scope)),
      ...(await silenceFindings(trx, [...new Set(wanted.silentAgentIds)], by.scope, nowMs)),
      ...(wanted.gaps ?? []).filter(({ agencyId }) => inScope(by.scope, agencyId)),
    ];
    return writeDraft(trx, templates, { ...wanted, findings, jobId: null }, by, nowMs);
  });
}

/** As part of a larger act. @throws as createRequest */
export async function writeDraft(
  trx: RegistryTransaction,
  templates: readonly RequestTemplate[],
  wanted: Omit<NewRequest, 'alertIds' | 'silentAgentIds' | 'gaps'> & {
    findings: readonly RequestFinding[];
    jobId: string | null;
  },
  by: RequestBy,
  nowMs: number,
): Promise<AgencyRequest> {
  const { findings, severity = worstOf(findings), jobId } = wanted;
  const agencyId = requireOneAgency(findings);
  await requireAgency(trx, agencyId);
  const agency = await readAgency(trx, agencyId, by.scope);
  const calendar = await calendarOf(trx, agencyId);
  const template = templateFor(templates, findings, wanted.template);
  const text = fillTemplate(template, factsOf(findings, { agencyName: agency.name, severity, calendar }));
  const { title, body, steps }: RequestText = {
    title: wanted.title ?? text.title,
    body: wanted.body ?? text.body,
    steps: wanted.steps === undefined ? text.steps : [...wanted.steps],
  };
  const dueMs =
    wanted.dueOn === undefined ? dueAfter(calendar, nowMs, severity) : endOfWork(calendar, wanted.dueOn);
  if (dueMs <= nowMs) throw invalidRequest('dueOn', 'the deadline is past');
  const contact = wanted.contact ?? (await lastContact(trx, agencyId));
  const id = randomUUID();
  await trx
    .insertInto('agency_request')
    .values({
      id,
      agency_id: agencyId,
      issuer_agency_id: by.agencyId,
      template: template.id,
      title,
      body,
      steps: JSON.stringify(steps),
      severity,
      severity_rank: severityRank(severity),
      state: 'draft',
      due_ms: dueMs,
      contact: JSON.stringify(contact),
      dispatch: JSON.stringify({ number: '', day: null }),
      created_by: by.actor,
      created_ms: nowMs,
      updated_ms: nowMs,
      job_id: jobId,
    })
    .execute();
  await insertSubjects(trx, id, findings);
  await logRequest(trx, nowMs, {
    id,
    agencyId,
    actor: by.actor,
    action: 'request.create',
    detail: { template: template.id, title, severity, dueMs, subjects: findings.length, jobId },
  });
  return findRequest(trx, id, { kind: 'all' });
}

/** @throws RefusalError request-invalid */
function templateFor(
  templates: readonly RequestTemplate[],
  findings: readonly RequestFinding[],
  wanted: string | undefined,
): RequestTemplate {
  if (wanted !== undefined) {
    const found = templates.find(({ id }) => id === wanted);
    if (found !== undefined) return found;
    throw invalidRequest(
      'template',
      `there is no template ${wanted}; "vonggac request templates" shows them`,
    );
  }
  // The most serious finding says what it is about.
  const [first] = findings.toSorted((a, b) => severityRank(b.severity) - severityRank(a.severity));
  const chosen = first && chooseTemplate(templates, first);
  if (chosen !== undefined) return chosen;
  throw invalidRequest('template', 'no template is for this kind of finding: name one');
}

/** Whom the agency was asked through last. */
async function lastContact(trx: RegistryTransaction, agencyId: number): Promise<RequestContact> {
  const row = await trx
    .selectFrom('agency_request')
    .select('contact')
    .where('agency_id', '=', agencyId)
    .orderBy('created_ms', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? { name: '', phone: '', email: '' } : (JSON.parse(row.contact) as RequestContact); // written by this module
}

const ROWS_MAX = 100;

async function insertSubjects(
  trx: RegistryTransaction,
  id: string,
  findings: readonly RequestFinding[],
): Promise<void> {
  const rows = findings.map((finding, at) => ({
    request_id: id,
    place: at + 1,
    kind: finding.kind,
    ref: finding.ref,
    agent_id: finding.agentId,
    hostname: finding.hostname,
    title: finding.title,
    detail: finding.detail,
    time_ms: finding.lastMs,
  }));
  for (let at = 0; at < rows.length; at += ROWS_MAX) {
    await trx
      .insertInto('request_subject')
      .values(rows.slice(at, at + ROWS_MAX))
      .execute();
  }
}
