/** What cases say of incidents and drills, for controls of group IR. Milliseconds since 1970. */
import { ofSystem } from './centre-findings.ts';
import type { AssessedSystem, Finding } from './evidence-kind.ts';

export interface IncidentClockFact {
  /** Of rules/cases/legal-clocks.yml. */
  kind: string;
  startedMs: number;
  dueMs: number;
  metMs: number | undefined;
  /** It did not apply: somebody said why. */
  stopped: boolean;
  /** There is a proof of sending for it. */
  proven: boolean;
}

/** A case that is an incident, or a drill. */
export interface IncidentFact {
  number: string;
  drill: boolean;
  systemIds: readonly number[];
  closedMs: number | undefined;
  contained: boolean;
  updatedMs: number;
  class: string;
  /** What an incident is not closed without, and is not there. */
  missing: readonly string[];
  clocks: readonly IncidentClockFact[];
  /** Files and copies of events that are kept, each with its hash. */
  kept: number;
  /** Its package was exported. */
  exported: boolean;
}

/** Incidents are looked at for a year. */
export const INCIDENTS_MS = 365 * 86_400_000;

/** Drills count nowhere. */
export function incidentsOf(
  facts: readonly IncidentFact[],
  { id }: Pick<AssessedSystem, 'id'>,
): readonly IncidentFact[] {
  return facts.filter(({ drill, systemIds }) => !drill && systemIds.includes(id));
}

/** Text of the reason that `noIncident` gives. */
export const NO_INCIDENT = {
  vi: 'Không có sự cố nào của hệ thống trong 12 tháng',
  en: 'No incident of the system in twelve months',
} as const;

export function noIncident(atMs: number): readonly Finding<'no-incident'>[] {
  return ofSystem({ result: 'not-applicable', reason: { code: 'no-incident', args: {} }, atMs });
}
