/** What an exception for vulnerabilities would hide now: findings that are there, judged as they would be when it acts. */
import type { ActingException } from '../../exceptions/exception-index.ts';
import { addCount, addHidden, SIMULATION, type Tally } from '../../exceptions/simulation.ts';
import { type AgencyScope, scopeOfAgency } from '../../registry/agency-scope.ts';
import { agentPages } from '../../registry/agents.ts';
import type { Registry } from '../../registry/database.ts';
import { openFindings } from '../vulnerabilities/settle-exceptions.ts';
import { VulnerabilityExceptions } from '../vulnerabilities/vulnerability-exceptions.ts';

const HOSTS_AT_ONCE = 50;

/** @param agencyId within it and below */
export async function simulateVulnerabilities(
  registry: Registry,
  exception: ActingException,
  { scope, agencyId, nowMs }: { scope: AgencyScope; agencyId: number; nowMs: number },
  tally: Tally,
): Promise<void> {
  const { db } = registry;
  const below = await scopeOfAgency(db, agencyId);
  const agencyIds = below.kind === 'all' ? undefined : new Set(below.agencyIds);
  const exceptions = new VulnerabilityExceptions([{ ...exception, agencyIds }], nowMs);
  for await (const page of agentPages(registry, scope, { states: ['active'] })) {
    const hosts = page.map(({ id, agencyId: of, hostname }) => ({ agentId: id, agencyId: of, hostname }));
    await exceptions.lookUpGroups(db, hosts);
    const reached = hosts.flatMap((host) => {
      const cover = exceptions.of(host);
      return cover === undefined ? [] : [{ host, cover }];
    });
    for (let at = 0; at < reached.length; at += HOSTS_AT_ONCE) {
      if (tally.examined >= SIMULATION.eventsMax) {
        tally.truncated = true;
        return;
      }
      const byId = new Map(reached.slice(at, at + HOSTS_AT_ONCE).map((one) => [one.host.agentId, one]));
      for (const finding of await openFindings(db, [...byId.keys()], false)) {
        const of = byId.get(finding.agentId);
        if (of === undefined) continue;
        const { cve, package: name, installed, fixed, severity, exploited } = finding;
        tally.examined += 1;
        addCount(tally.allOfRules, cve, SIMULATION.rulesMax);
        if (of.cover(finding) === undefined) continue;
        const { hostname, agencyId: ofAgency } = of.host;
        const message = `${name} ${installed}, ${fixed === null ? 'no fix yet' : `fixed in ${fixed}`}`;
        addHidden(tally, { ruleId: cve, timeMs: nowMs, eventId: '', hostname, agencyId: ofAgency, message });
        const isSevere = exploited || severity === 'critical' || severity === 'high';
        if (isSevere && !tally.severe.includes(cve) && tally.severe.length < SIMULATION.alertsMax)
          tally.severe.push(cve);
      }
    }
  }
}
