/** What requests are about: alerts, silences of hosts and failed checks as findings, with the facts their texts name. */
import type { Severity } from '../../api/contract.ts';
import { severitySchema } from '../../api/contract-vocabulary.ts';
import { severityRank } from '../../alert/severity-score.ts';
import type { Finding } from '../../request/request-template.ts';
import { REQUEST_LIMITS } from '../../request/request-words.ts';
import { type AgencyScope, inScope } from '../agencies.ts';
import type { RegistryDb } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { ruleFactsSchema } from '../rule-facts.ts';

export interface RequestFinding extends Finding {
  agencyId: number;
  ref: string;
  agentId: string | null;
  hostname: string | null;
  title: string;
  detail: string;
  advice: string;
  severity: Severity;
  firstMs: number;
  lastMs: number;
}

const DETAIL_CHARS_MAX = 500;

export function invalidRequest(field: string, message: string): RefusalError {
  return new RefusalError('request-invalid', field, message);
}

const ALERT_FIELDS = [
  'alert.id',
  'alert.kind',
  'alert.rule_id',
  'alert.agency_id',
  'alert.agent_id',
  'alert.hostname',
  'alert.rule',
  'alert.message',
  'alert.severity',
  'alert.first_seen_ms',
  'alert.last_seen_ms',
] as const;

/** Columns of alerts that a finding is made of. */
export function findingColumns(db: RegistryDb) {
  return db.selectFrom('alert').select(ALERT_FIELDS);
}

type AlertRow = Awaited<ReturnType<ReturnType<typeof findingColumns>['executeTakeFirstOrThrow']>>;

export function findingOf(row: AlertRow): RequestFinding {
  const rule = ruleFactsSchema.parse(JSON.parse(row.rule));
  return {
    kind: 'alert',
    ref: row.id,
    ruleId: row.rule_id,
    tags: rule.tags,
    agencyId: row.agency_id,
    agentId: row.agent_id,
    hostname: row.hostname,
    title: rule.titleVi ?? rule.title,
    detail: row.message.slice(0, DETAIL_CHARS_MAX),
    advice: rule.adviceVi ?? '',
    severity: severitySchema.parse(row.severity),
    firstMs: row.first_seen_ms,
    lastMs: row.last_seen_ms,
  };
}

/** In the order of the ids. @throws RefusalError alert-unknown */
export async function alertFindings(
  db: RegistryDb,
  ids: readonly string[],
  scope: AgencyScope,
): Promise<RequestFinding[]> {
  if (ids.length === 0) return [];
  const found = new Map(
    (await findingColumns(db).where('alert.id', 'in', ids).execute()).map((row) => [row.id, row]),
  );
  return ids.map((id) => {
    const row = found.get(id);
    if (row === undefined || !inScope(scope, row.agency_id))
      throw new RefusalError('alert-unknown', id, `there is no alert ${id}; "vonggac alert list" shows them`);
    return findingOf(row);
  });
}

/** Hosts that are silent now. @throws RefusalError agent-unknown, request-invalid for one that is heard of */
export async function silenceFindings(
  db: RegistryDb,
  agentIds: readonly string[],
  scope: AgencyScope,
  nowMs: number,
): Promise<RequestFinding[]> {
  const findings: RequestFinding[] = [];
  for (const agentId of agentIds) {
    const agent = await db
      .selectFrom('agent')
      .select(['hostname', 'agency_id'])
      .where('id', '=', agentId)
      .executeTakeFirst();
    if (agent === undefined || !inScope(scope, agent.agency_id))
      throw new RefusalError('agent-unknown', agentId, `there is no agent ${agentId}`);
    const silence = await db
      .selectFrom('silence')
      .select(['id', 'since_ms'])
      .where('agent_id', '=', agentId)
      .where('kind', '=', 'agent')
      .where('ended_ms', 'is', null)
      .executeTakeFirst();
    if (silence === undefined)
      throw invalidRequest('silentAgentIds', `host ${agent.hostname} is not silent now`);
    findings.push({
      kind: 'silence',
      ref: silence.id,
      ruleId: 'vonggac:silent-agent',
      tags: [],
      agencyId: agent.agency_id,
      agentId,
      hostname: agent.hostname,
      title: 'Máy mất liên lạc với hệ thống giám sát',
      detail: '',
      advice: '',
      severity: 'medium',
      firstMs: silence.since_ms,
      lastMs: nowMs,
    });
  }
  return findings;
}

/** All of one agency, and not more than a request holds. @throws RefusalError request-invalid */
export function requireOneAgency(findings: readonly RequestFinding[]): number {
  const agencies = new Set(findings.map(({ agencyId }) => agencyId));
  const [agencyId] = agencies;
  if (agencyId === undefined)
    throw invalidRequest('alertIds', 'a request is about something: alerts, silent hosts or failed checks');
  if (agencies.size > 1)
    throw invalidRequest(
      'alertIds',
      `these are of ${agencies.size} agencies (${[...agencies].join(', ')}): ask each on its own, or in bulk`,
    );
  if (findings.length > REQUEST_LIMITS.subjectsMax)
    throw invalidRequest('alertIds', `a request is about at most ${REQUEST_LIMITS.subjectsMax} things`);
  return agencyId;
}

export function worstOf(findings: readonly RequestFinding[]): Severity {
  let worst: Severity = 'informational';
  for (const { severity } of findings) if (severityRank(severity) > severityRank(worst)) worst = severity;
  return worst;
}
