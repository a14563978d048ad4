/** Checks of the dossiers of all systems that agencies of a scope own or run, as of today. */
import { legalDayAt } from '../../agency/legal-day.ts';
import { dossierFindings } from '../../compliance/dossier/checks.ts';
import type { DossierFinding } from '../../compliance/dossier/finding.ts';
import type { AgencyScope } from '../agencies.ts';
import type { Registry } from '../database.ts';
import { listSystems } from '../systems.ts';
import { dossiersBySystem, hostCounts, sharedHosts } from './mau-08-facts.ts';

export interface NamedFinding extends DossierFinding {
  systemName: string;
  agencyName: string;
}

export async function readFindings(
  registry: Pick<Registry, 'db' | 'now'>,
  scope: AgencyScope,
  filter: { systemId?: number | undefined; severity?: DossierFinding['severity'] | undefined } = {},
): Promise<NamedFinding[]> {
  const nowMs = registry.now();
  const systems = await listSystems(registry, scope);
  const dossiers = await dossiersBySystem(registry.db);
  const named = new Map(systems.map((system) => [system.id, system]));
  const counts = await hostCounts(registry.db, nowMs);
  const checked = systems.map(({ id, name, level }) => ({
    id,
    name,
    level,
    dossiers: dossiers.get(id) ?? [],
    hosts: counts.get(id) ?? 0,
  }));
  const hosts = await sharedHosts(registry.db, nowMs);
  return dossierFindings(checked, hosts, legalDayAt(nowMs)).flatMap((finding) => {
    const system = named.get(finding.systemId ?? 0);
    const isWanted =
      (filter.systemId === undefined || finding.systemId === filter.systemId) &&
      (filter.severity === undefined || finding.severity === filter.severity);
    return system === undefined || !isWanted
      ? []
      : [{ ...finding, systemName: system.name, agencyName: system.agencyName }];
  });
}
