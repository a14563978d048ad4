/** Vulnerabilities that a request is to be about, as they are found now. */
import type { Severity } from './contract.ts';
import type { AgencyScope } from '../registry/agency-scope.ts';
import type { Registry } from '../registry/database.ts';
import { invalidRequest, type RequestFinding } from '../registry/requests/request-findings.ts';
import { listFindings } from '../registry/vulnerability/list-findings.ts';
import type { VulnerabilitySeverity } from '../vulnerability/advisory.ts';
import { momentOf } from './vulnerability-view.ts';

export interface WantedVulnerability {
  agentId: string;
  cve: string;
  /** Left out: every package that has it. */
  package?: string | undefined;
}

const PACKAGES_MAX = 20;
const SEVERITIES: Readonly<Record<VulnerabilitySeverity, Severity>> = {
  critical: 'critical',
  high: 'high',
  medium: 'medium',
  low: 'low',
  none: 'informational',
  unknown: 'medium',
};

/** @throws RefusalError request-invalid for what the host is not found to have now, or is not seen by who asks */
export async function vulnerabilityFindings(
  registry: Registry,
  wanted: readonly WantedVulnerability[],
  scope: AgencyScope,
): Promise<RequestFinding[]> {
  if (wanted.length === 0) return [];
  const moment = await momentOf(registry);
  const findings: RequestFinding[] = [];
  for (const { agentId, cve, package: name } of wanted) {
    const filter = { agentId, cve, package: name };
    const found = await listFindings(registry.db, { filter, scope, moment, limit: PACKAGES_MAX });
    const [first] = found;
    if (first === undefined)
      throw invalidRequest('vulnerabilities', `no open finding of ${cve} on host ${agentId}`);
    const packages = found.map(
      (one) =>
        `${one.package} ${one.installed} (${one.fixed === null ? 'chưa có bản vá' : `đã vá ở ${one.fixed}`})`,
    );
    findings.push({
      kind: 'vulnerability',
      ref: `${agentId}/${cve}`,
      ruleId: cve,
      tags: [],
      agencyId: first.agencyId,
      agentId,
      hostname: first.hostname,
      title: `Lỗ hổng ${cve} trên ${found.map((one) => one.package).join(', ')}`,
      detail: packages.join('; '),
      advice: '',
      severity: first.exploited ? 'critical' : SEVERITIES[first.severity],
      firstMs: Math.min(...found.map(({ firstMs }) => firstMs)),
      lastMs: Math.max(...found.map(({ lastMs }) => lastMs)),
    });
  }
  return findings;
}
