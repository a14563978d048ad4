/** Parts of an assessment as they are shown: scores with their sum, reasons with their texts. */
import type { CatalogueControl } from '../../rules/compliance/index.ts';
import { EVIDENCE_KINDS } from '../compliance/evidence/all-kinds.ts';
import { reasonText } from '../compliance/evidence/common-reasons.ts';
import type { Finding } from '../compliance/evidence/evidence-kind.ts';
import { scoreArithmetic, type Score } from '../compliance/score.ts';
import type { SnapshotControl } from '../compliance/snapshot.ts';
import { isoTime } from '../registry/iso-time.ts';
import type { AssessmentView, ExplainView } from './contract-compliance-assessment.ts';

type Reason = Finding['reason'];

export function showScore(score: Score): Score & { arithmetic: string } {
  return { ...score, arithmetic: scoreArithmetic(score) };
}

/** @param kind whose texts it is of; left out: a common one */
export function showReason({ code, args }: Pick<Reason, 'code' | 'args'>, kind?: string) {
  return {
    code,
    args: { ...args },
    text: reasonText({ code, args }, kind === undefined ? {} : EVIDENCE_KINDS.get(kind)?.reasons),
  };
}

/** What a control is in the catalogue; one that is there no longer is shown by its id. */
export function showControl(
  { id, mode, status, reason, reasonKind, untilMs, attestation }: Omit<SnapshotControl, 'evidence'>,
  control: CatalogueControl | undefined,
): Omit<AssessmentView['controls'][number], 'evidence'> {
  return {
    id,
    group: control?.group ?? id.slice(0, 2),
    title: control?.title ?? { vi: id, en: id },
    mode,
    status,
    reason: reason === undefined ? null : showReason(reason, reasonKind),
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
): Omit<ExplainView['findings'][number], 'evidence'> {
  const { subject, result, reason, observed = '', atMs, excepted } = finding;
  const host = subject.kind === 'host' ? subject : undefined;
  return {
    kind,
    agentId: host?.id ?? null,
    hostname: host?.hostname ?? null,
    about: subject.kind,
    result,
    reason: showReason(reason, kind),
    observed,
    at: isoTime(atMs),
    excepted:
      excepted === undefined ? null : { exceptionId: excepted.id, until: isoTime(excepted.expiresMs) },
  };
}
