/**
 * Assessments as the API and the command line show them: kept ones, and those that are asked for now. Invariant: findings
 * about hosts that the caller may not see are left out; the counts are of the system; of the centre whoever sees a part of
 * it only is told the verdict, without counts and names.
 */
import { legalDayAt } from '../agency/legal-day.ts';
import { EVIDENCE_KINDS } from '../compliance/evidence/all-kinds.ts';
import type { Finding } from '../compliance/evidence/evidence-kind.ts';
import { periodsInWords } from '../compliance/evidence/reason-words.ts';
import { snapshotOf, type SnapshotBody, type SnapshotControl } from '../compliance/snapshot.ts';
import { statusOf, worstFirst, type Status } from '../compliance/status.ts';
import { type AgencyScope, inScope } from '../registry/agencies.ts';
import { agenciesOfAgents, agenciesOfSystem } from '../registry/compliance/assessed-systems.ts';
import { dayOfSnapshots, readSnapshot } from '../registry/compliance/snapshots.ts';
import type { Registry } from '../registry/database.ts';
import { isoTime } from '../registry/iso-time.ts';
import { RefusalError } from '../registry/refusal.ts';
import { findSystem } from '../registry/system-book.ts';
import { listSystems } from '../registry/systems.ts';
import { showStanding } from './compliance-snapshot-view.ts';
import { showControl, showFinding, showHosts, showScore } from './compliance-words.ts';
import type {
  AssessmentsView,
  AssessmentView,
  ControlsView,
  ExplainView,
  HostAssessmentView,
} from './contract-compliance-assessment.ts';
import type { ComplianceControl } from './ports.ts';

export interface CompliancePorts {
  registry: Registry;
  compliance: ComplianceControl;
}

/** Which assessment of a system is meant: kept on a day, or asked for a moment. */
export interface AssessmentAsked {
  day?: string | undefined;
  atMs?: number | undefined;
  /** Asked anew although there is one that was kept. */
  live?: boolean | undefined;
}

const EVERYTHING_MAX = 1_000_000;
const OPEN_SHOWN = 100;

/** By the systems' ids. */
export async function showAssessments(
  { registry }: CompliancePorts,
  scope: AgencyScope,
  asked: { day?: string | undefined; afterSystemId?: number | undefined; limit: number },
): Promise<Omit<AssessmentsView, 'next'>> {
  const { day, summaries } = await dayOfSnapshots(registry.db, scope, asked);
  const systems = new Map((await listSystems(registry, scope)).map((system) => [system.id, system]));
  return {
    day: day ?? null,
    systems: summaries.flatMap((summary) => {
      const system = systems.get(summary.systemId);
      if (system === undefined) return [];
      const { name: systemName, agencyId, agencyName } = system;
      return [{ systemId: summary.systemId, systemName, agencyId, agencyName, ...showStanding(summary) }];
    }),
  };
}

/** Control by control, how many systems of the scope stand how. */
export async function showControls(
  { registry, compliance }: CompliancePorts,
  scope: AgencyScope,
  asked: { day?: string | undefined; control?: string | undefined },
): Promise<ControlsView> {
  const { day, summaries } = await dayOfSnapshots(registry.db, scope, {
    day: asked.day,
    limit: EVERYTHING_MAX,
  });
  const profiles = await compliance.profiles();
  const controls = new Map<string, ControlsView['controls'][number]>();
  for (const { systemId, profile } of summaries) {
    const kept = await readSnapshot(registry.db, systemId, day);
    for (const { id, status } of kept?.body.controls ?? []) {
      if (asked.control !== undefined && asked.control !== id) continue;
      const title = profiles.get(profile)?.controls.find((one) => one.id === id)?.title;
      const entry = controls.get(id) ?? { id, title: title ?? { vi: id, en: id }, systems: {}, open: [] };
      controls.set(id, entry);
      entry.systems[status] = (entry.systems[status] ?? 0) + 1;
      if (['not-met', 'partly', 'not-assessed'].includes(status) && entry.open.length < OPEN_SHOWN)
        entry.open.push({ systemId, status });
    }
  }
  const order = [...controls.values()].toSorted((one, other) => (one.id < other.id ? -1 : 1));
  return { day: day ?? null, controls: order };
}

interface Found {
  body: SnapshotBody;
  day: string;
  digest: string;
  kept: boolean;
}

/** @throws RefusalError system-unknown, compliance-snapshot-unknown, compliance-control-unknown */
async function findAssessment(
  { registry, compliance }: CompliancePorts,
  systemId: number,
  scope: AgencyScope,
  { day, atMs, live = false }: AssessmentAsked,
  control?: string,
): Promise<Found> {
  await findSystem(registry.db, systemId, scope);
  if (atMs === undefined && !live) {
    const kept = await readSnapshot(registry.db, systemId, day);
    if (kept !== undefined) return { ...kept, kept: true };
    const said = `system ${systemId} was not assessed by then`;
    if (day !== undefined) throw new RefusalError('compliance-snapshot-unknown', day, said);
  }
  const controls = control === undefined ? undefined : new Set([control]);
  const { assessments, profiles, systems } = await compliance.assess({
    systemIds: [systemId],
    atMs,
    controls,
  });
  const [assessment] = assessments;
  if (assessment === undefined) {
    const said = `system ${systemId} had no level then: nothing is asked of it`;
    throw new RefusalError('compliance-control-unknown', String(systemId), said);
  }
  const catalogue = profiles.get(assessment.system.profile)?.digest ?? '';
  const { sharedHosts } = systems;
  const body = snapshotOf(assessment, { catalogue, sharedHosts }, EVERYTHING_MAX);
  return { body, day: legalDayAt(body.atMs), digest: '', kept: false };
}

/** @throws as findAssessment */
export async function showAssessment(
  ports: CompliancePorts,
  systemId: number,
  scope: AgencyScope,
  asked: AssessmentAsked,
): Promise<AssessmentView> {
  const { body, day, digest, kept } = await findAssessment(ports, systemId, scope, asked);
  const catalogue = (await ports.compliance.profiles()).get(body.profile);
  return {
    systemId,
    systemName: body.systemName,
    day,
    at: isoTime(body.atMs),
    profile: body.profile,
    level: body.level,
    ...showHosts({
      hosts: body.hosts.total,
      hostsReporting: body.hosts.reporting,
      hostsExpected: body.hosts.expected ?? null,
    }),
    score: showScore(body.score),
    digest,
    kept,
    sharedHosts: body.hosts.shared,
    controls: body.controls.map((control) => ({
      ...showControl(
        control,
        catalogue?.controls.find(({ id }) => id === control.id),
        scope.kind === 'all',
      ),
      evidence: control.evidence.map(({ kind, status, counts }) => ({ kind, status, counts })),
    })),
  };
}

export interface FindingPage {
  result?: Finding['result'] | undefined;
  /** So many findings are left out: those of the pages before. */
  skip: number;
  limit: number;
}

/** The evidence page of a control. @throws as findAssessment */
export async function showControlOf(
  ports: CompliancePorts,
  { systemId, control }: { systemId: number; control: string },
  scope: AgencyScope,
  { result, skip, limit, ...asked }: AssessmentAsked & FindingPage,
): Promise<{ view: Omit<ExplainView, 'next'>; hasMore: boolean }> {
  const live = asked.day === undefined;
  const { body, day, kept } = await findAssessment(ports, systemId, scope, { live, ...asked }, control);
  const found = body.controls.find(({ id }) => id === control);
  const inCatalogue = (await ports.compliance.profiles())
    .get(body.profile)
    ?.controls.find(({ id }) => id === control);
  if (found === undefined || body.level === null || inCatalogue === undefined) {
    const said = `system ${systemId} is not asked ${control} at its level`;
    throw new RefusalError('compliance-control-unknown', control, said);
  }
  const findings = (await visible(ports.registry, systemId, found, scope))
    .filter(({ finding }) => result === undefined || finding.result === result)
    .toSorted((one, other) => worstFirst(one.finding, other.finding));
  const view = {
    systemId,
    systemName: body.systemName,
    day,
    at: isoTime(body.atMs),
    profile: body.profile,
    level: body.level,
    kept,
    ...showControl(found, inCatalogue, scope.kind === 'all'),
    requirement: inCatalogue.requirement,
    remedy: inCatalogue.remedy,
    clause: inCatalogue.clauses[body.level] ?? null,
    confidence: inCatalogue.confidence,
    evidence: found.evidence.map(({ kind, parameters, status, counts }) => ({
      kind,
      parameters,
      query: queryOf(kind, parameters),
      status,
      counts,
    })),
    findings: findings.slice(skip, skip + limit).map(({ kind, evidence: index, finding }) => ({
      ...showFinding(kind, finding, scope.kind === 'all'),
      evidence: index,
    })),
  };
  return { view, hasMore: findings.length > skip + limit };
}

/** A kind or parameters of an older catalogue may no longer be known. */
function queryOf(kind: string, parameters: Readonly<Record<string, unknown>>): { vi: string; en: string } {
  const known = EVIDENCE_KINDS.get(kind);
  return known !== undefined && known.check(parameters).length === 0
    ? periodsInWords(known.explain(parameters))
    : { vi: kind, en: kind };
}

async function visible(
  { db }: Registry,
  systemId: number,
  { evidence }: Pick<SnapshotControl, 'evidence'>,
  scope: AgencyScope,
): Promise<{ kind: string; evidence: number; finding: Finding }[]> {
  const all = evidence.flatMap(({ kind, findings }, index) =>
    findings.map((finding) => ({ kind, evidence: index, finding })),
  );
  if (scope.kind === 'all') return all;
  const ids = all.flatMap(({ finding: { subject } }) => (subject.kind === 'host' ? [subject.id] : []));
  const agencies = await agenciesOfAgents(db, [...new Set(ids)]);
  const seesHosts = (await agenciesOfSystem(db, systemId)).every((agencyId) => inScope(scope, agencyId));
  return all.flatMap(({ finding, ...place }) => {
    const { subject, ...rest } = finding;
    if (subject.kind === 'host') {
      const agencyId = agencies.get(subject.id);
      return agencyId !== undefined && inScope(scope, agencyId) ? [{ ...place, finding }] : [];
    }
    // What was seen of a system as a whole may name any of its hosts.
    return [{ ...place, finding: seesHosts ? finding : { ...rest, subject, observed: '' } }];
  });
}

const SHORT: ReadonlySet<Status> = new Set(['not-met', 'excepted', 'not-assessed']);

/** What one host is short of in a system, as of now. @throws as findAssessment, and agent-unknown for a host that is not in it */
export async function showHost(
  ports: CompliancePorts,
  { systemId, agentId }: { systemId: number; agentId: string },
  scope: AgencyScope,
  asked: Pick<AssessmentAsked, 'atMs'>,
): Promise<HostAssessmentView> {
  await findSystem(ports.registry.db, systemId, scope);
  const { assessments, profiles, atMs } = await ports.compliance.assess({ systemIds: [systemId], ...asked });
  const [assessment] = assessments;
  const host = assessment?.system.hosts.find(({ id }) => id === agentId);
  if (assessment === undefined || host === undefined || !inScope(scope, host.agencyId)) {
    const said = `host ${agentId} is not in system ${systemId}`;
    throw new RefusalError('agent-unknown', agentId, said);
  }
  const catalogue = profiles.get(assessment.system.profile);
  const controls = assessment.controls.flatMap(({ id, evidence }) => {
    const findings = evidence.flatMap(({ kind, findings: all }) =>
      all
        .filter((finding) => finding.subject.kind === 'host' && finding.subject.id === agentId)
        .filter((finding) => SHORT.has(statusOf(finding)))
        .map((finding) => showFinding(kind, finding, scope.kind === 'all')),
    );
    const title = catalogue?.controls.find((one) => one.id === id)?.title ?? { vi: id, en: id };
    return findings.length === 0 ? [] : [{ id, title, findings }];
  });
  return { systemId, agentId, hostname: host.hostname, at: isoTime(atMs), controls };
}
