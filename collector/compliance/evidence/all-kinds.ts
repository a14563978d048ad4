/** The kinds of evidence there are, by name: the one table. A kind is a file of kinds/ and a line here. */
import type { AnyEvidenceKind } from './evidence-kind.ts';
import { accountsKind } from './kinds/accounts.ts';
import { adminSourcesKind, jumpHostsKind, remoteAccessKind } from './kinds/admin-sources.ts';
import { agentReportingKind } from './kinds/agent-reporting.ts';
import { antivirusKind } from './kinds/antivirus.ts';
import { auditChainKind } from './kinds/audit-chain.ts';
import { clockKind } from './kinds/clock.ts';
import { encryptionKind } from './kinds/encryption.ts';
import { firewallKind } from './kinds/firewall.ts';
import { listeningKind } from './kinds/listening.ts';
import { logAccessKind } from './kinds/log-access.ts';
import { logCoverageKind } from './kinds/log-coverage.ts';
import { logFieldsKind } from './kinds/log-fields.ts';
import { postureKind } from './kinds/posture.ts';
import { processLogKind } from './kinds/process-log.ts';
import { resolversKind } from './kinds/resolvers.ts';
import { retentionKind } from './kinds/retention.ts';
import { roadmapKind } from './kinds/roadmap.ts';
import { roomKind } from './kinds/room.ts';
import { ruleTuningKind } from './kinds/rule-tuning.ts';
import { rulesOnKind } from './kinds/rules-on.ts';
import { sharedAccountsKind } from './kinds/shared-accounts.ts';
import { watchKind } from './kinds/watch.ts';

const KINDS: readonly AnyEvidenceKind[] = [
  accountsKind,
  adminSourcesKind,
  agentReportingKind,
  antivirusKind,
  auditChainKind,
  clockKind,
  encryptionKind,
  firewallKind,
  jumpHostsKind,
  listeningKind,
  logAccessKind,
  logCoverageKind,
  logFieldsKind,
  postureKind,
  processLogKind,
  remoteAccessKind,
  resolversKind,
  retentionKind,
  roadmapKind,
  roomKind,
  ruleTuningKind,
  rulesOnKind,
  sharedAccountsKind,
  watchKind,
];

export const EVIDENCE_KINDS: ReadonlyMap<string, AnyEvidenceKind> = new Map(
  KINDS.map((kind) => [kind.kind, kind]),
);
