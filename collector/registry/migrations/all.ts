/** The migrations in order of their names. A released one is never edited; what is new comes as the next number. */
import type { Migration } from 'kysely/migration';
import { foundation } from './0001-foundation.ts';
import { alerts } from './0002-alerts.ts';
import { retention } from './0003-retention.ts';
import { identity } from './0004-identity.ts';
import { ledger } from './0005-ledger.ts';
import { quotas } from './0006-quotas.ts';
import { cluster } from './0007-cluster.ts';
import { policy } from './0010-policy.ts';
import { response } from './0011-response.ts';
import { agencyHistory } from './0012-agencies.ts';
import { people } from './0013-people.ts';
import { triage } from './0014-triage.ts';
import { jobs } from './0015-jobs.ts';
import { hunts } from './0018-hunts.ts';
import { indicators } from './0019-indicators.ts';
import { audit } from './0020-audit.ts';
import { notify } from './0021-notify.ts';
import { exceptions } from './0022-exceptions.ts';
import { rules } from './0023-rules.ts';
import { indicatorLife } from './0024-indicator-life.ts';
import { cases } from './0025-cases.ts';
import { requests } from './0026-requests.ts';
import { authorisations } from './0027-authorisations.ts';
import { externalPeople } from './0028-external-people.ts';
import { oncall } from './0029-oncall.ts';
import { bundles } from './0030-bundles.ts';
import { queue } from './0031-queue.ts';
import { huntSchedule } from './0032-hunt-schedule.ts';
import { contentBulk } from './0033-content-bulk.ts';
import { personalNews } from './0034-personal-news.ts';
import { ruleTitleVi } from './0037-rule-title-vi.ts';
import { exceptionSearch } from './0038-exception-search.ts';
import { vulnerabilities } from './0039-vulnerabilities.ts';
import { dossiers } from './0040-dossiers.ts';
import { attestations } from './0041-attestations.ts';
import { complianceSnapshots } from './0042-compliance-snapshots.ts';
import { complianceGaps } from './0043-compliance-gaps.ts';
import { reports } from './0044-reports.ts';
import { incidents } from './0045-incidents.ts';
import { complianceLists } from './0046-compliance-lists.ts';
import { complianceOverrides } from './0047-compliance-overrides.ts';
import { indicatorSearch } from './0048-indicator-search.ts';
import { accountEnd } from './0049-account-end.ts';
import { fileScans } from './0050-file-scans.ts';
import { expectedHosts } from './0051-expected-hosts.ts';
import { exchange } from './0053-exchange.ts';
import { alertViews } from './0056-alert-views.ts';
import { baselineApprovals } from './0060-baseline-approvals.ts';
import { alertsOfPeople } from './0061-alerts-of-people.ts';
import { externalGroupsTold } from './0062-external-groups-told.ts';
import { demonstration } from './0063-demonstration.ts';
import { updates } from './0065-updates.ts';
import { packageDownloads } from './0068-package-downloads.ts';
import { expectedMachines } from './0069-expected-machines.ts';
import { rolloutStateReason } from './0070-rollout-state-reason.ts';

export function allMigrations(now: () => number): Record<string, Migration> {
  return {
    '0001-foundation': foundation(now),
    '0002-alerts': alerts,
    '0003-retention': retention,
    '0004-identity': identity,
    '0005-ledger': ledger,
    '0006-quotas': quotas,
    '0007-cluster': cluster,
    '0010-policy': policy,
    '0011-response': response,
    '0012-agencies': agencyHistory,
    '0013-people': people,
    '0014-triage': triage,
    '0015-jobs': jobs,
    '0018-hunts': hunts,
    '0019-indicators': indicators,
    '0020-audit': audit,
    '0021-notify': notify,
    '0022-exceptions': exceptions,
    '0023-rules': rules,
    '0024-indicator-life': indicatorLife,
    '0025-cases': cases,
    '0026-requests': requests,
    '0027-authorisations': authorisations,
    '0028-external-people': externalPeople,
    '0029-oncall': oncall,
    '0030-bundles': bundles,
    '0031-queue': queue,
    '0032-hunt-schedule': huntSchedule,
    '0033-content-bulk': contentBulk,
    '0034-personal-news': personalNews,
    '0037-rule-title-vi': ruleTitleVi,
    '0038-exception-search': exceptionSearch,
    '0039-vulnerabilities': vulnerabilities,
    '0040-dossiers': dossiers,
    '0041-attestations': attestations,
    '0042-compliance-snapshots': complianceSnapshots,
    '0043-compliance-gaps': complianceGaps,
    '0044-reports': reports,
    '0045-incidents': incidents,
    '0046-compliance-lists': complianceLists,
    '0047-compliance-overrides': complianceOverrides,
    '0048-indicator-search': indicatorSearch,
    '0049-account-end': accountEnd,
    '0050-file-scans': fileScans,
    '0051-expected-hosts': expectedHosts,
    '0053-exchange': exchange,
    '0056-alert-views': alertViews,
    '0060-baseline-approvals': baselineApprovals,
    '0061-alerts-of-people': alertsOfPeople,
    '0062-external-groups-told': externalGroupsTold,
    '0063-demonstration': demonstration,
    '0065-updates': updates,
    '0068-package-downloads': packageDownloads,
    '0069-expected-machines': expectedMachines,
    '0070-rollout-state-reason': rolloutStateReason,
  };
}
