/** The kinds of evidence there are, by name: the one table. A kind is a file of kinds/ and a line here. */
import type { AnyEvidenceKind } from './evidence-kind.ts';
import { accountsCentralKind } from './kinds/accounts-central.ts';
import { accountsKind } from './kinds/accounts.ts';
import { adminSourcesKind, jumpHostsKind, remoteAccessKind } from './kinds/admin-sources.ts';
import { agentReportingKind } from './kinds/agent-reporting.ts';
import { antivirusKind } from './kinds/antivirus.ts';
import { auditChainKind } from './kinds/audit-chain.ts';
import { backupRunKind } from './kinds/backup-run.ts';
import { baselineSnapshotKind } from './kinds/baseline-snapshot.ts';
import { browserExtensionsKind } from './kinds/browser-extensions.ts';
import { browsersKind } from './kinds/browsers.ts';
import { centreFeedKind } from './kinds/centre-feed.ts';
import { clockKind } from './kinds/clock.ts';
import { dhcpLogKind } from './kinds/dhcp-log.ts';
import { edrCoverageKind } from './kinds/edr-coverage.ts';
import { encryptionKind } from './kinds/encryption.ts';
import { endOfLifeKind } from './kinds/end-of-life.ts';
import { evidencePackKind } from './kinds/evidence-pack.ts';
import { firewallKind } from './kinds/firewall.ts';
import { incidentClocksKind } from './kinds/incident-clocks.ts';
import { incidentDrillKind } from './kinds/incident-drill.ts';
import { incidentFieldsKind } from './kinds/incident-fields.ts';
import { integrityCoverageKind } from './kinds/integrity-coverage.ts';
import { inventoryFreshKind } from './kinds/inventory-fresh.ts';
import { inventoryReviewKind } from './kinds/inventory-review.ts';
import { listReviewedKind } from './kinds/list-reviewed.ts';
import { listeningKind } from './kinds/listening.ts';
import { logAccessKind } from './kinds/log-access.ts';
import { logCoverageKind } from './kinds/log-coverage.ts';
import { logFieldsKind } from './kinds/log-fields.ts';
import { logStoreKind } from './kinds/log-store.ts';
import { logonLogKind } from './kinds/logon-log.ts';
import { mailDomainKind } from './kinds/mail-domain.ts';
import { neighboursKind } from './kinds/neighbours.ts';
import { outboundKind } from './kinds/outbound.ts';
import { patchSourceKind } from './kinds/patch-source.ts';
import { patchedKind } from './kinds/patched.ts';
import { performanceKind } from './kinds/performance.ts';
import { postureKind } from './kinds/posture.ts';
import { processLogKind } from './kinds/process-log.ts';
import { removableStorageKind } from './kinds/removable-storage.ts';
import { resolversKind } from './kinds/resolvers.ts';
import { reportSentKind } from './kinds/report-sent.ts';
import { retentionKind } from './kinds/retention.ts';
import { riskTriggersKind } from './kinds/risk-triggers.ts';
import { roadmapKind } from './kinds/roadmap.ts';
import { roomKind } from './kinds/room.ts';
import { ruleTuningKind } from './kinds/rule-tuning.ts';
import { rulesOnKind } from './kinds/rules-on.ts';
import { sharedAccountsKind } from './kinds/shared-accounts.ts';
import { snapshotsKeptKind } from './kinds/snapshots-kept.ts';
import { softwareAllowedKind } from './kinds/software-allowed.ts';
import { softwareChangesKind } from './kinds/software-changes.ts';
import { threatFeedsKind } from './kinds/threat-feeds.ts';
import { vulnerabilityScanKind } from './kinds/vulnerability-scan.ts';
import { watchKind } from './kinds/watch.ts';

const KINDS: readonly AnyEvidenceKind[] = [
  accountsCentralKind,
  accountsKind,
  adminSourcesKind,
  agentReportingKind,
  antivirusKind,
  auditChainKind,
  backupRunKind,
  baselineSnapshotKind,
  browserExtensionsKind,
  browsersKind,
  centreFeedKind,
  clockKind,
  dhcpLogKind,
  edrCoverageKind,
  encryptionKind,
  endOfLifeKind,
  evidencePackKind,
  firewallKind,
  incidentClocksKind,
  incidentDrillKind,
  incidentFieldsKind,
  integrityCoverageKind,
  inventoryFreshKind,
  inventoryReviewKind,
  jumpHostsKind,
  listReviewedKind,
  listeningKind,
  logAccessKind,
  logCoverageKind,
  logFieldsKind,
  logStoreKind,
  logonLogKind,
  mailDomainKind,
  neighboursKind,
  outboundKind,
  patchSourceKind,
  patchedKind,
  performanceKind,
  postureKind,
  processLogKind,
  remoteAccessKind,
  removableStorageKind,
  resolversKind,
  reportSentKind,
  retentionKind,
  riskTriggersKind,
  roadmapKind,
  roomKind,
  ruleTuningKind,
  rulesOnKind,
  sharedAccountsKind,
  snapshotsKeptKind,
  softwareAllowedKind,
  softwareChangesKind,
  threatFeedsKind,
  vulnerabilityScanKind,
  watchKind,
];

export const EVIDENCE_KINDS: ReadonlyMap<string, AnyEvidenceKind> = new Map(
  KINDS.map((kind) => [kind.kind, kind]),
);
