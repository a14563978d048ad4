/**
 * What monthly, quarterly, half-yearly and yearly reports say. Invariant: what is not known says why, and is never 0.
 */
import type { SEVERITIES } from '../alert/severity-score.ts';
import type { VulnerabilitySeverity } from '../vulnerability/advisory.ts';

type Severity = (typeof SEVERITIES)[number];

export type Known<T> = { known: true; value: T } | { known: false; why: string };

export function known<T>(value: T): Known<T> {
  return { known: true, value };
}

export function unknown(why: string): { known: false; why: string } {
  return { known: false, why };
}

export interface Coverage {
  agencies: number;
  systems: number;
  /** Hosts known, those whose agent reported within the period, and those that have none or were silent. */
  hosts: number;
  reporting: number;
  silent: number;
  /** By dossiers of so many of the systems: computers, and those without an agent. Null: no dossier says; absent: not asked then. */
  expected?: { systems: number; computers: number; missing: number } | null | undefined;
}

export interface LevelRow {
  /** Null: not decided. */
  level: number | null;
  systems: number;
  hosts: number;
}

export interface ScoreCounts {
  met: number;
  partly: number;
  notMet: number;
  notApplicable: number;
  notAssessed: number;
  excepted: number;
  provider: number;
}

export interface GroupScore {
  group: string;
  title: string;
  counts: ScoreCounts;
  /** 0 to 1; null when nothing was assessed. */
  score: number | null;
}

export interface SystemScore {
  system: string;
  agency: string;
  level: number | null;
  /** 0 to 1; null when it was not assessed, and why. */
  score: number | null;
  /** Share of what was looked at, 0 to 1. */
  coverage: number | null;
  why: string | null;
}

export interface Assessment {
  /** The day of the snapshots, `YYYY-MM-DD`. */
  day: string;
  groups: GroupScore[];
  systems: SystemScore[];
  failed: { control: string; title: string; clause: string; systems: number }[];
}

export interface AlertRow {
  severity: Severity;
  opened: number;
  closed: number;
  open: number;
}

export interface ClockRow {
  clock: string;
  due: number;
  kept: number;
  late: number;
  running: number;
}

export interface Incidents {
  alerts: AlertRow[];
  cases: { title: string; opened: number; closed: number; open: number }[];
  clocks: ClockRow[];
}

/** Hosts by what was found of their updates; one of two systems counts in both. */
export interface PatchState {
  inTime: number;
  late: number;
  excepted: number;
  notAssessed: number;
}

export interface VulnerabilityRow {
  severity: VulnerabilitySeverity;
  /** A vulnerability in one package of one host counts once. */
  open: number;
  hosts: number;
  /** Of those open, what is attacked with (CISA KEV); null: no such feed. */
  exploited: number | null;
  /** Days since the oldest was found here; null: none is open. */
  oldestDays: number | null;
}

/** At the end of the period. */
export interface VulnerabilityState {
  /** Hosts that could be judged whole, and the others by why not. */
  hosts: number;
  notAssessed: { why: string; hosts: number }[];
  rows: VulnerabilityRow[];
  /** Hosts with any that is open, and with one that is attacked with. */
  exposedHosts: number;
  exploitedHosts: number | null;
  /** The day that their data is of, `YYYY-MM-DD`; `old`: longer before the end than a week. */
  feeds: { name: string; day: string; old: boolean }[];
}

export interface LogRetention {
  /** `standard`: by which it is asked. */
  rows: {
    level: number | null;
    standard: string;
    systems: number;
    wantedMonths: number | null;
    keptMonths: number | null;
  }[];
}

export interface Change {
  what: string;
  before: number | null;
  after: number | null;
  as: 'count' | 'percent';
}

export interface PlanRow {
  system: string;
  control: string;
  title: string;
  owner: string;
  due: string | null;
  state: string;
  late: boolean;
}

export interface AttestationRow {
  subject: string;
  control: string;
  signer: string;
  signedOn: string;
  nextDue: string | null;
  late: boolean;
}

export interface SummaryFacts {
  coverage: Known<Coverage>;
  levels: Known<LevelRow[]>;
  assessment: Known<Assessment>;
  incidents: Known<Incidents>;
  patches: Known<PatchState>;
  /** Absent in reports that were locked before there were any. */
  vulnerabilities?: Known<VulnerabilityState> | undefined;
  logs: Known<LogRetention>;
  /** Since the period before; unknown without a report of it. */
  changes: Known<Change[]>;
  plan: Known<PlanRow[]>;
  attestations: Known<AttestationRow[]>;
}
