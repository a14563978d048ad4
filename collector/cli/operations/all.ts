/** All operations by name. */
import {
  agencyChange,
  agencyCodeAdd,
  agencyCodeEnd,
  agencyCreate,
  agencyList,
  agencyResponsible,
  agencyShow,
} from './agency.ts';
import {
  agencyChangeCancel,
  agencyChangeList,
  agencyChangePlan,
  agencyChangePreview,
  agencyChangeReverse,
  agencyChangeReversePreview,
} from './agency-change.ts';
import {
  agencyExport,
  agencyImport,
  agentTag,
  systemExport,
  systemImport,
  systemRuleAdd,
  systemRuleList,
  systemRulePreview,
  systemRuleRemove,
  systemStarter,
  systemWhy,
} from './agency-csv.ts';
import { agentApprove, agentList, agentMove, agentRevoke, agentShow } from './agent.ts';
import { apiTokenCreate, apiTokenList, apiTokenRevoke } from './api-token.ts';
import { joinTokenCreate, joinTokenList, joinTokenRevoke, joinTokenUses } from './join-token.ts';
import { certificateCancel, certificateRotate, certificateShow } from './certificate.ts';
import { doctor } from './doctor.ts';
import { postureChecks, postureShow } from './posture.ts';
import { inventoryDiff, inventoryFind, inventoryShow } from './inventory.ts';
import { ledgerRead } from './ledger.ts';
import { backupCreate, backupFolder, backupPlan, backupProgress } from './backup.ts';
import { anyOperation, type AnyOperation } from './operation.ts';
import { replayBegin, replayEnd } from './replay.ts';
import { bandwidthClear, bandwidthList, bandwidthSet } from './bandwidth.ts';
import { huntRun, huntSummary } from './hunt.ts';
import { auditChain, auditHead, auditList, auditSend } from './audit.ts';
import { bundleDistrust, bundlePublishers, bundleTaken, bundleTrust } from './bundle.ts';
import {
  calendarClear,
  calendarList,
  calendarSet,
  calendarShow,
  groupList,
  groupProfile,
} from './calendar.ts';
import {
  notifyAdd,
  notifyChannels,
  notifyMessages,
  notifyRemove,
  notifyRetry,
  notifyTest,
} from './notify.ts';
import { probesStatus } from './probes.ts';
import {
  policyList,
  policyRollback,
  policyRollout,
  policySet,
  policyShow,
  policyStatusRead,
  signingKeyRotate,
} from './policy.ts';
import {
  alertBulk,
  alertBulkPreview,
  alertChange,
  alertList,
  alertShow,
  jobCancel,
  jobDecide,
  jobList,
  jobShow,
  jobUndo,
} from './alert.ts';
import { responseDecide, responseList, responseRequest, responseShow } from './response.ts';
import { quotaClear, quotaList, quotaSet } from './quota.ts';
import {
  retentionBudget,
  retentionDeletions,
  retentionMonths,
  retentionProgress,
  retentionProof,
  retentionRun,
  retentionStatus,
} from './retention.ts';
import {
  holdCreate,
  holdList,
  holdRelease,
  systemAssign,
  systemCreate,
  systemList,
  systemSetLevel,
  systemUnassign,
} from './system.ts';
import { simulateCount } from './simulate.ts';
import { sameHostDecide, sameHostList } from './same-host.ts';
import { status } from './status.ts';
import { userCreate, userDisable, userList, userResetPassword } from './user.ts';
import { agentUninstallToken } from './uninstall-token.ts';

const LIST: readonly AnyOperation[] = [
  anyOperation(joinTokenCreate),
  anyOperation(joinTokenList),
  anyOperation(joinTokenUses),
  anyOperation(joinTokenRevoke),
  anyOperation(agentList),
  anyOperation(agentShow),
  anyOperation(agentApprove),
  anyOperation(agentRevoke),
  anyOperation(agentMove),
  anyOperation(agentUninstallToken),
  anyOperation(sameHostList),
  anyOperation(sameHostDecide),
  anyOperation(certificateShow),
  anyOperation(certificateRotate),
  anyOperation(certificateCancel),
  anyOperation(apiTokenCreate),
  anyOperation(apiTokenList),
  anyOperation(apiTokenRevoke),
  anyOperation(userCreate),
  anyOperation(userList),
  anyOperation(userResetPassword),
  anyOperation(userDisable),
  anyOperation(agencyList),
  anyOperation(agencyCreate),
  anyOperation(agencyShow),
  anyOperation(agencyChange),
  anyOperation(agencyCodeAdd),
  anyOperation(agencyCodeEnd),
  anyOperation(agencyResponsible),
  anyOperation(agencyChangePreview),
  anyOperation(agencyChangePlan),
  anyOperation(agencyChangeList),
  anyOperation(agencyChangeCancel),
  anyOperation(agencyChangeReversePreview),
  anyOperation(agencyChangeReverse),
  anyOperation(agencyImport),
  anyOperation(agencyExport),
  anyOperation(agentTag),
  anyOperation(systemImport),
  anyOperation(systemExport),
  anyOperation(systemStarter),
  anyOperation(systemRuleAdd),
  anyOperation(systemRulePreview),
  anyOperation(systemRuleList),
  anyOperation(systemRuleRemove),
  anyOperation(systemWhy),
  anyOperation(backupCreate),
  anyOperation(backupPlan),
  anyOperation(backupProgress),
  anyOperation(backupFolder),
  anyOperation(simulateCount),
  anyOperation(quotaList),
  anyOperation(quotaSet),
  anyOperation(quotaClear),
  anyOperation(bandwidthList),
  anyOperation(bandwidthSet),
  anyOperation(bandwidthClear),
  anyOperation(policyList),
  anyOperation(policyShow),
  anyOperation(policySet),
  anyOperation(policyRollout),
  anyOperation(policyRollback),
  anyOperation(policyStatusRead),
  anyOperation(signingKeyRotate),
  anyOperation(alertList),
  anyOperation(alertShow),
  anyOperation(alertChange),
  anyOperation(alertBulkPreview),
  anyOperation(alertBulk),
  anyOperation(jobList),
  anyOperation(jobShow),
  anyOperation(jobDecide),
  anyOperation(jobCancel),
  anyOperation(jobUndo),
  anyOperation(responseList),
  anyOperation(responseShow),
  anyOperation(responseRequest),
  anyOperation(responseDecide),
  anyOperation(huntRun),
  anyOperation(huntSummary),
  anyOperation(auditList),
  anyOperation(auditChain),
  anyOperation(auditHead),
  anyOperation(auditSend),
  anyOperation(notifyChannels),
  anyOperation(notifyAdd),
  anyOperation(notifyRemove),
  anyOperation(notifyTest),
  anyOperation(notifyMessages),
  anyOperation(notifyRetry),
  anyOperation(bundlePublishers),
  anyOperation(bundleTrust),
  anyOperation(bundleDistrust),
  anyOperation(bundleTaken),
  anyOperation(calendarList),
  anyOperation(calendarShow),
  anyOperation(calendarSet),
  anyOperation(calendarClear),
  anyOperation(groupList),
  anyOperation(groupProfile),
  anyOperation(retentionStatus),
  anyOperation(retentionProof),
  anyOperation(retentionDeletions),
  anyOperation(retentionRun),
  anyOperation(retentionProgress),
  anyOperation(retentionMonths),
  anyOperation(retentionBudget),
  anyOperation(systemCreate),
  anyOperation(systemList),
  anyOperation(systemSetLevel),
  anyOperation(systemAssign),
  anyOperation(systemUnassign),
  anyOperation(holdCreate),
  anyOperation(holdList),
  anyOperation(holdRelease),
  anyOperation(status),
  anyOperation(ledgerRead),
  anyOperation(postureShow),
  anyOperation(postureChecks),
  anyOperation(inventoryShow),
  anyOperation(inventoryDiff),
  anyOperation(inventoryFind),
  anyOperation(probesStatus),
  anyOperation(doctor),
  anyOperation(replayBegin),
  anyOperation(replayEnd),
];

export const OPERATIONS: ReadonlyMap<string, AnyOperation> = new Map(
  LIST.map((operation) => [operation.name, operation]),
);
