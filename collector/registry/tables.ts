/** All tables of the control plane. A module that adds tables adds its migration and one line here. */
import type { AlertTables } from './alert-tables.ts';
import type { AgencyTables } from './tables/agency.ts';
import type { AlertViewTables } from './tables/alert-view.ts';
import type { AuthorisationTables } from './tables/authorisation.ts';
import type { AgentTable, JoinTokenTable, JoinTokenUseTable } from './tables/agent.ts';
import type { BaselineApprovalTables } from './tables/baseline-approval.ts';
import type { CaseTables } from './tables/case.ts';
import type { BundleTables } from './tables/bundle.ts';
import type { ComplianceTables } from './tables/compliance.ts';
import type { ClusterTables } from './tables/cluster.ts';
import type { ComplianceListTables } from './tables/compliance-list.ts';
import type { ComplianceOverrideTables } from './tables/compliance-override.ts';
import type { DossierTables } from './tables/dossier.ts';
import type { ExchangeTables } from './tables/exchange.ts';
import type { ExceptionTables } from './tables/exception.ts';
import type { HuntTables } from './tables/hunt.ts';
import type { HuntScheduleTables } from './tables/hunt-schedule.ts';
import type { IndicatorTables } from './tables/indicator.ts';
import type { JobTables } from './tables/job.ts';
import type { LedgerTables } from './tables/ledger.ts';
import type { LivenessTables } from './tables/liveness.ts';
import type { HostFactTable, HostTable, SameHostTable } from './tables/host.ts';
import type { NotifyTables } from './tables/notify.ts';
import type { PeopleTables } from './tables/people.ts';
import type { PolicyTables } from './tables/policy.ts';
import type { IncidentTables } from './tables/incident.ts';
import type { ReportTables } from './tables/report.ts';
import type { RequestTables } from './tables/request.ts';
import type { ResponseTables } from './tables/response.ts';
import type { BandwidthCapTable, QuotaTable } from './tables/quota.ts';
import type { RetentionTables } from './tables/retention.ts';
import type { RolloutTables } from './tables/rollout.ts';
import type { RuleTables } from './tables/rule.ts';
import type { UpdateTables } from './tables/update.ts';
import type { VulnerabilityTables } from './tables/vulnerability.ts';

/** One row where all is made up. */
interface DemonstrationTable {
  id: number;
  since_ms: number;
}

export interface Database
  extends
    AgencyTables,
    AlertTables,
    AlertViewTables,
    AuthorisationTables,
    BaselineApprovalTables,
    CaseTables,
    IncidentTables,
    BundleTables,
    ClusterTables,
    ComplianceTables,
    ComplianceListTables,
    ComplianceOverrideTables,
    DossierTables,
    ExceptionTables,
    ExchangeTables,
    HuntTables,
    HuntScheduleTables,
    IndicatorTables,
    JobTables,
    LedgerTables,
    LivenessTables,
    NotifyTables,
    PeopleTables,
    PolicyTables,
    ReportTables,
    RequestTables,
    ResponseTables,
    RetentionTables,
    RolloutTables,
    RuleTables,
    UpdateTables,
    VulnerabilityTables {
  agent: AgentTable;
  host: HostTable;
  host_fact: HostFactTable;
  same_host: SameHostTable;
  join_token: JoinTokenTable;
  join_token_use: JoinTokenUseTable;
  quota: QuotaTable;
  bandwidth_cap: BandwidthCapTable;
  demonstration: DemonstrationTable;
}
