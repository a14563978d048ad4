/**
 * Risk of a host or a user: points of what was detected, which fall to a half in a set time. Invariants: one rule
 * alone never reaches the alert's threshold, however often it hits; the sum depends on the points of each rule and the
 * latest time only.
 */
import type { Severity } from '../api/contract.ts';

/** Points of one rule, as of a time. */
export interface RiskPart {
  ruleId: string;
  title: string;
  points: number;
  atMs: number;
  /** How much of the points counts, 0-1: what more hosts have says less of one. */
  weight: number;
}

const POINTS: Readonly<Record<Severity, number>> = {
  informational: 0,
  low: 5,
  medium: 15,
  high: 40,
  critical: 80,
};
/** The most that one rule adds: one and a half of its points, never the whole threshold. */
const PER_RULE = 1.5;
const PER_RULE_MAX = 80;
/** What so many hosts have is usual; it still counts a little, should it be something else on this one. */
const COMMON_HOSTS = 10;
const COMMON_WEIGHT = 0.1;

export function riskPoints(severity: Severity): number {
  return POINTS[severity];
}

/**
 * How much what so many hosts have says of one of them. Invariant: never more of more hosts, and all of it of one alone.
 */
export function rarity(hosts: number): number {
  if (hosts >= COMMON_HOSTS) return COMMON_WEIGHT;
  return hosts <= 1 ? 1 : inThousandths(1 / Math.sqrt(hosts)) / 1_000;
}

function decayed(
  { points, atMs }: Pick<RiskPart, 'points' | 'atMs'>,
  toMs: number,
  halfLifeMs: number,
): number {
  return points * 2 ** (-Math.max(toMs - atMs, 0) / halfLifeMs);
}

/** As points are kept: so that reading them back changes nothing. */
export function inThousandths(points: number): number {
  return Math.round(points * 1_000);
}

/** The rule's part after one more detection; one that comes late counts as of the newest. */
export function addRisk(
  part: RiskPart | undefined,
  found: { ruleId: string; title: string; severity: Severity; timeMs: number; weight: number },
  halfLifeMs: number,
): RiskPart {
  const { ruleId, title, severity, timeMs } = found;
  const atMs = Math.max(part?.atMs ?? timeMs, timeMs);
  const before = part === undefined ? 0 : decayed(part, atMs, halfLifeMs);
  const most = Math.min(POINTS[severity] * PER_RULE, PER_RULE_MAX);
  // A part that a more severe hit of the rule has brought above this one's most is not lowered by it.
  const points = Math.max(before, Math.min(before + POINTS[severity], most));
  // What is known of a part already has been weighed with more at hand.
  const weight = Math.min(part?.weight ?? 1, found.weight);
  return { ruleId, title, points: inThousandths(points) / 1_000, atMs, weight };
}

/** The sum as of the newest part. */
export function riskScore(parts: readonly RiskPart[], halfLifeMs: number): number {
  const atMs = parts.reduce((latest, part) => Math.max(latest, part.atMs), 0);
  return parts.reduce((sum, part) => sum + part.weight * decayed(part, atMs, halfLifeMs), 0);
}

/** Parts with what they are worth now, the largest first. */
export function riskRanking(
  parts: readonly RiskPart[],
  halfLifeMs: number,
): { ruleId: string; title: string; points: number }[] {
  const atMs = parts.reduce((latest, part) => Math.max(latest, part.atMs), 0);
  return parts
    .map((part) => ({
      ruleId: part.ruleId,
      title: part.title,
      points: Math.round(part.weight * decayed(part, atMs, halfLifeMs)),
    }))
    .filter(({ points }) => points > 0)
    .toSorted((a, b) => b.points - a.points || (a.ruleId < b.ruleId ? -1 : 1));
}

/** Fields that name a user, by the worth of what they say. */
const USER_FIELDS = ['user.name', 'user.actor.name', 'TargetUserName', 'SubjectUserName', 'User'];
/** Accounts that every machine has: what they do is the host's risk. */
const SHARED =
  /^(?:-|system|root|nobody|daemon|www-data|administrator|local service|network service|anonymous logon|dwm-\d+|umfd-\d+|.*\$)$/i;

/** The person's account that an event is about; undefined for accounts of machines. */
export function riskUser(fields: Readonly<Record<string, unknown>>): string | undefined {
  for (const name of USER_FIELDS) {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (typeof value !== 'string') continue;
    const account = value.slice(value.lastIndexOf('\\') + 1).trim();
    if (account !== '' && account.length <= 256)
      return SHARED.test(account) ? undefined : account.toLowerCase();
  }
  return undefined;
}
