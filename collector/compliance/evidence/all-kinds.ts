/** The kinds of evidence there are, by name: the one table. A kind is a file of kinds/ and a line here. */
import type { AnyEvidenceKind } from './evidence-kind.ts';
import { agentReportingKind } from './kinds/agent-reporting.ts';
import { auditChainKind } from './kinds/audit-chain.ts';
import { clockKind } from './kinds/clock.ts';
import { logAccessKind } from './kinds/log-access.ts';
import { logCoverageKind } from './kinds/log-coverage.ts';
import { logFieldsKind } from './kinds/log-fields.ts';
import { postureKind } from './kinds/posture.ts';
import { processLogKind } from './kinds/process-log.ts';
import { retentionKind } from './kinds/retention.ts';
import { roadmapKind } from './kinds/roadmap.ts';
import { roomKind } from './kinds/room.ts';
import { ruleTuningKind } from './kinds/rule-tuning.ts';
import { rulesOnKind } from './kinds/rules-on.ts';
import { watchKind } from './kinds/watch.ts';

const KINDS: readonly AnyEvidenceKind[] = [
  agentReportingKind,
  auditChainKind,
  clockKind,
  logAccessKind,
  logCoverageKind,
  logFieldsKind,
  postureKind,
  processLogKind,
  retentionKind,
  roadmapKind,
  roomKind,
  ruleTuningKind,
  rulesOnKind,
  watchKind,
];

export const EVIDENCE_KINDS: ReadonlyMap<string, AnyEvidenceKind> = new Map(
  KINDS.map((kind) => [kind.kind, kind]),
);
