/**
 * Severity of an alert: points of the rule, of what the host is, of the system's legal level and of how sure an
 * indicator is, added up. Invariant: what is answered says its own arithmetic, so anybody can add it up again.
 */
import type { Severity } from '../api/contract.ts';

/** From the least to the most serious: the place is the rank that lists sort by. */
export const SEVERITIES: readonly Severity[] = ['informational', 'low', 'medium', 'high', 'critical'];

export const ASSET_ROLES = ['workstation', 'server', 'domain-controller', 'key-server'] as const;
export type AssetRole = (typeof ASSET_ROLES)[number];

export interface SeverityFacts {
  rule: Severity;
  /** Security level 1-5 of the host's highest system; null when none is decided. */
  systemLevel: number | null;
  /** Name of that system. */
  system: string | null;
  /** Null when the host is not known. */
  role: AssetRole | null;
  /** Of the indicator that matched, 0-100; undefined where none did. */
  confidence?: number | undefined;
}

export interface SeverityPart {
  /** `prevalence`: how many hosts have it, taken into account when the queue is arranged. */
  part: 'rule' | 'system-level' | 'asset-role' | 'indicator' | 'prevalence';
  value: string;
  points: number;
  /** Where `value` is the title of another rule: its id, so that the title can be told in the reader's language. */
  ruleId?: string | undefined;
}

/** Why an alert has its severity: `score` is the sum of the parts, cut to 0-100. */
export interface SeverityWhy {
  parts: SeverityPart[];
  score: number;
  severity: Severity;
}

const RULE_POINTS: Readonly<Record<Severity, number>> = {
  informational: 10,
  low: 30,
  medium: 50,
  high: 70,
  critical: 90,
};
/** Level 3 is what rules are written for: a level not decided counts like it. */
const LEVEL_POINTS: readonly number[] = [-10, -5, 0, 10, 15];
const ROLE_POINTS: Readonly<Record<AssetRole, number>> = {
  workstation: 0,
  server: 5,
  'key-server': 10,
  'domain-controller': 10,
};
/** A band is this wide; the first begins at 0. */
const BAND = 20;

export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** @param score 0-100 */
export function severityOfScore(score: number): Severity {
  return SEVERITIES[Math.min(Math.floor(score / BAND), SEVERITIES.length - 1)] ?? 'informational';
}

/** Sure indicators raise, doubtful ones lower; 50 says nothing. */
function indicatorPoints(confidence: number): number {
  return Math.round((Math.min(Math.max(confidence, 0), 100) - 50) / 5);
}

export function scoreSeverity(facts: SeverityFacts): SeverityWhy {
  const { rule, systemLevel, system, role, confidence } = facts;
  const parts: SeverityPart[] = [{ part: 'rule', value: rule, points: RULE_POINTS[rule] }];
  if (systemLevel !== null) {
    const value = system === null ? String(systemLevel) : `${systemLevel} (${system})`;
    parts.push({ part: 'system-level', value, points: LEVEL_POINTS[systemLevel - 1] ?? 0 });
  }
  if (role !== null) parts.push({ part: 'asset-role', value: role, points: ROLE_POINTS[role] });
  if (confidence !== undefined) {
    parts.push({ part: 'indicator', value: String(confidence), points: indicatorPoints(confidence) });
  }
  return addUp(parts);
}

function addUp(parts: SeverityPart[]): SeverityWhy {
  const sum = parts.reduce((total, { points }) => total + points, 0);
  const score = Math.min(Math.max(sum, 0), 100);
  return { parts, score, severity: severityOfScore(score) };
}

/** Of a finding on many hosts: what one of them is says nothing of all. */
export function withoutRole({ parts }: SeverityWhy): SeverityWhy {
  return addUp(parts.filter(({ part }) => part !== 'asset-role'));
}
