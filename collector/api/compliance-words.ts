/** Parts of an assessment as they are shown: scores with their sum, reasons with their texts. */
import type { CatalogueControl } from '../../rules/compliance/index.ts';
import { EVIDENCE_KINDS } from '../compliance/evidence/all-kinds.ts';
import { isOutsideCommon, outsideText, reasonText } from '../compliance/evidence/common-reasons.ts';
import type { Finding } from '../compliance/evidence/evidence-kind.ts';
import { hostsInWords } from '../compliance/missing-hosts.ts';
import { scoreArithmetic, type Score } from '../compliance/score.ts';
import type { SnapshotControl } from '../compliance/snapshot.ts';
import { isoTime } from '../registry/iso-time.ts';
import type { AssessmentView, ExplainView } from './contract-compliance-assessment.ts';

type Reason = Finding['reason'];

export function showScore(score: Score): Score & { arithmetic: string } {
  return { ...score, arithmetic: scoreArithmetic(score) };
}

/** Hosts of a system, with those that its dossier has and no agent tells of. */
export function showHosts<H extends { hosts: number; hostsExpected: number | null }>(
  told: H,
): H & { hostsMissing: number | null; hostsText: { vi: string; en: string } } {
  const { hosts, hostsExpected } = told;
  const hostsMissing = hostsExpected === null ? null : Math.max(0, hostsExpected - hosts);
  return { ...told, hostsMissing, hostsText: hostsInWords(hosts, hostsExpected) };
}

/** A reason about the centre, for whoever sees a part of it: the verdict in words, no counts and names. */
function showOutside({ code }: Pick<Reason, 'code'>, kind?: string) {
  return {
    code,
    args: {},
    text: outsideText(code, kind === undefined ? undefined : EVIDENCE_KINDS.get(kind)),
  };
}

/** Whether it says something of the centre that only whoever sees all of it may read. */
export function isAboutCentre({ subject, reason }: Pick<Finding, 'subject' | 'reason'>): boolean {
  return subject.kind === 'centre' || isOutsideCommon(reason.code);
}

/** Whether the reason of a control is that of a finding about the centre. */
function isReasonOfCentre({ reason, reasonKind, evidence }: SnapshotControl): boolean {
  return evidence.some(
    ({ kind, findings }) =>
      kind === reasonKind &&
      findings.some((finding) => finding.reason.code === reason?.code && isAboutCentre(finding)),
  );
}

/** @param kind whose texts it is of; left out: a common one */
export function showReason({ code, args }: Pick<Reason, 'code' | 'args'>, kind?: string) {
  return {
    code,
    args: { ...args },
    text: reasonText({ code, args }, kind === undefined ? {} : EVIDENCE_KINDS.get(kind)?.reasons),
  };
}

/**
 * What a control is in the catalogue; one that is there no longer is shown by its id.
 * @param seesAll whether what is the centre's own may be read
 */
export function showControl(
  kept: SnapshotControl,
  control: CatalogueControl | undefined,
  seesAll: boolean,
): Omit<AssessmentView['controls'][number], 'evidence'> {
  const { id, mode, status, reason, reasonKind, untilMs, attestation } = kept;
  const show = seesAll || !isReasonOfCentre(kept) ? showReason : showOutside;
  return {
    id,
    group: control?.group ?? id.slice(0, 2),
    title: control?.title ?? { vi: id, en: id },
    mode,
    status,
    reason: reason === undefined ? null : show(reason, reasonKind),
    until: untilMs === undefined ? null : isoTime(untilMs),
    attestation:
      attestation === undefined
        ? null
        : {
            id: attestation.id ?? null,
            status: attestation.status,
            reason: showReason(attestation.reason),
            due: attestation.dueMs === undefined ? null : isoTime(attestation.dueMs),
          },
  };
}

export function showFinding(
  kind: string,
  finding: Finding,
  seesAll: boolean,
): Omit<ExplainView['findings'][number], 'evidence'> {
  const { subject, result, reason, observed = '', atMs, excepted } = finding;
  const isHidden = !seesAll && isAboutCentre(finding);
  const host = subject.kind === 'host' ? subject : undefined;
  return {
    kind,
    agentId: host?.id ?? null,
    hostname: host?.hostname ?? null,
    about: subject.kind,
    result,
    reason: isHidden ? showOutside(reason, kind) : showReason(reason, kind),
    observed: isHidden ? '' : observed,
    hosts: finding.hosts ?? null,
    at: isoTime(atMs),
    excepted:
      excepted === undefined ? null : { exceptionId: excepted.id, until: isoTime(excepted.expiresMs) },
  };
}
