/**
 * One system against the controls of its profile and level, at a moment: pure, once the evidence is gathered. Invariant: what
 * the register accepts and what a provider answers for is shown as that, never as met.
 */
import type {
  AssessedHost,
  AssessedSystem,
  Excepted,
  Finding,
  Moment,
  Parameters,
  Reason,
} from './evidence/evidence-kind.ts';
import type { LinkedEvidence } from './evidence/link-evidence.ts';
import { judgeAttestation, type Attestation, type AttestationState } from './attestation.ts';
import type { AskedControl, AskedProfile, Gathered } from './gather-evidence.ts';
import { withMissing } from './missing-hosts.ts';
import { scoreOf, type Score } from './score.ts';
import {
  combine,
  countFindings,
  leadingReason,
  statusOf,
  type FindingCounts,
  type Status,
} from './status.ts';

/** What people decided, as of the moment. */
export interface Decisions {
  /** The newest accepted attestation of a control for a system. */
  attestationOf(systemId: number, control: string): Attestation | undefined;
  /** Until when a provider answers for the control; undefined: it does not. */
  providerUntil(systemId: number, control: string): number | undefined;
  /** What the register accepts: of one host, or of the system as a whole. */
  exceptionOf(system: AssessedSystem, control: string, host: AssessedHost | undefined): Excepted | undefined;
}

export interface EvidenceAssessment {
  kind: string;
  /** As the catalogue asks at the system's level. */
  parameters: Parameters;
  status: Status;
  counts: FindingCounts;
  findings: readonly Finding[];
}

export interface ControlAssessment {
  id: string;
  mode: AskedControl['mode'];
  status: Status;
  /** Why, where the status needs saying. */
  reason: Reason | undefined;
  /** Which kind of evidence the reason is of; undefined: a common reason. */
  reasonKind: string | undefined;
  evidence: readonly EvidenceAssessment[];
  attestation: AttestationState | undefined;
  /** Earliest end of what the status rests on: of exceptions, or of the provider's word. */
  untilMs: number | undefined;
}

export interface SystemAssessment {
  system: AssessedSystem;
  atMs: number;
  controls: readonly ControlAssessment[];
  score: Score;
}

/** @param profile that of the system */
export function assessSystem(
  system: AssessedSystem,
  {
    profile,
    gathered,
    decisions,
    moment,
    controls,
  }: {
    profile: AskedProfile;
    gathered: Gathered;
    decisions: Decisions;
    moment: Moment;
    controls?: ReadonlySet<string> | undefined;
  },
): SystemAssessment {
  const hosts = new Map(system.hosts.map((host) => [host.id, host]));
  const assessed = profile.controls
    .filter(({ id, levels }) => levels.includes(system.level) && (controls === undefined || controls.has(id)))
    .map((control): ControlAssessment => {
      const asked = profile.linked.evidenceOf(control.id, system.level);
      const evidence =
        control.mode === 'manual'
          ? []
          : asked.map((one) =>
              assessEvidence(one, { control: control.id, system, hosts, gathered, decisions, moment }),
            );
      return assessControl(control, { evidence, system, decisions, moment });
    });
  return {
    system,
    atMs: moment.atMs,
    controls: assessed,
    score: scoreOf(assessed.map(({ status }) => status)),
  };
}

function assessEvidence(
  asked: LinkedEvidence,
  {
    control,
    system,
    hosts,
    gathered,
    decisions,
    moment,
  }: {
    control: string;
    system: AssessedSystem;
    hosts: ReadonlyMap<string, AssessedHost>;
    gathered: Gathered;
    decisions: Decisions;
    moment: Moment;
  },
): EvidenceAssessment {
  if (asked.state !== 'asked') {
    const finding: Finding = {
      subject: { kind: 'system' },
      result: asked.state,
      reason: asked.reason,
      atMs: moment.atMs,
    };
    const findings = [finding];
    return {
      kind: asked.name,
      parameters: {},
      status: asked.state,
      counts: countFindings(findings),
      findings,
    };
  }
  const { findings: judged, foldOf } = gathered.judge(asked, system);
  const findings = withMissing(judged, system, moment.atMs).map((finding): Finding => {
    if (finding.result !== 'not-met' || finding.excepted !== undefined) return finding;
    const host = finding.subject.kind === 'host' ? hosts.get(finding.subject.id) : undefined;
    const excepted = decisions.exceptionOf(system, control, host);
    return excepted === undefined ? finding : { ...finding, excepted };
  });
  return {
    kind: asked.kind.kind,
    parameters: asked.params,
    status: foldOf(findings) ?? combine(findings.map(statusOf)),
    counts: countFindings(findings),
    findings,
  };
}

function assessControl(
  { id, mode }: AskedControl,
  {
    evidence,
    system,
    decisions,
    moment,
  }: {
    evidence: readonly EvidenceAssessment[];
    system: AssessedSystem;
    decisions: Decisions;
    moment: Moment;
  },
): ControlAssessment {
  const attestation =
    mode === 'auto' ? undefined : judgeAttestation(decisions.attestationOf(system.id, id), moment.atMs);
  const parts = evidence.map(({ status }) => status);
  if (attestation !== undefined) parts.push(attestation.status);
  const seen = parts.length === 0 ? 'not-assessed' : combine(parts);
  const common = { id, mode, evidence, attestation };
  const providerUntilMs = decisions.providerUntil(system.id, id);
  if (seen !== 'met' && providerUntilMs !== undefined)
    return {
      ...common,
      status: 'provider',
      reason: undefined,
      reasonKind: undefined,
      untilMs: providerUntilMs,
    };
  const isOpen = seen === 'not-met' || seen === 'partly' || seen === 'not-assessed';
  const excepted = isOpen ? decisions.exceptionOf(system, id, undefined) : undefined;
  const status = excepted === undefined ? seen : 'excepted';
  return {
    ...common,
    status,
    ...whyOf(common, seen),
    untilMs: excepted?.expiresMs ?? endOf(status, evidence),
  };
}

/** The part that decided, and its reason. */
function whyOf(
  { evidence, attestation }: Pick<ControlAssessment, 'evidence' | 'attestation'>,
  status: Status,
): Pick<ControlAssessment, 'reason' | 'reasonKind'> {
  const none = { reason: undefined, reasonKind: undefined };
  if (status === 'met') return none;
  const order: readonly Status[] = ['not-met', 'partly', 'not-assessed', 'excepted', 'not-applicable'];
  for (const wanted of order) {
    const part = evidence.find((one) => one.status === wanted);
    if (part !== undefined && (wanted !== 'not-applicable' || attestation === undefined))
      return { reason: leadingReason(part.findings), reasonKind: part.kind };
    if (attestation?.status === wanted) return { reason: attestation.reason, reasonKind: undefined };
  }
  return evidence.length === 0 && attestation === undefined
    ? { reason: { code: 'no-source', args: { kind: '-' } }, reasonKind: undefined }
    : none;
}

function endOf(status: Status, evidence: readonly EvidenceAssessment[]): number | undefined {
  if (status !== 'excepted') return undefined;
  const ends = evidence.flatMap(({ findings }) =>
    findings.flatMap(({ excepted }) => excepted?.expiresMs ?? []),
  );
  return ends.length === 0 ? undefined : ends.reduce((least, end) => Math.min(least, end));
}
