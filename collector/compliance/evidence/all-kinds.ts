/** The kinds of evidence there are, by name: the one table. A kind is a file of kinds/ and a line here. */
import type { AnyEvidenceKind } from './evidence-kind.ts';
import { agentReportingKind } from './kinds/agent-reporting.ts';
import { postureKind } from './kinds/posture.ts';

const KINDS: readonly AnyEvidenceKind[] = [agentReportingKind, postureKind];

export const EVIDENCE_KINDS: ReadonlyMap<string, AnyEvidenceKind> = new Map(
  KINDS.map((kind) => [kind.kind, kind]),
);
