/**
 * The proof an auditor asks for: of each information system, the oldest events that are kept, what the law requires,
 * and whether that is met. Pure. Invariant: `met` is never said where rows that had to be kept are gone.
 */
import { addDays, addMonths, type Day, dayOf } from './day.ts';
import { basisOfLevel, lawMonthsOf, type MonthsInForce, type RetentionBasis } from './law-months.ts';
import type { HostFacts, LevelPeriod } from './retention-policy.ts';

export interface ProofFacts {
  systemId: number;
  levels: readonly LevelPeriod[];
  hosts: ReadonlyMap<string, HostFacts>;
  months: MonthsInForce;
  /** Oldest day kept of each host. */
  oldest: ReadonlyMap<string, Day>;
  /** What is gone of each host. */
  deleted: ReadonlyMap<string, readonly { fromDay: Day; toDay: Day; rows: number }[]>;
}

/**
 * `kept`: everything since the required day is there. `young`: as `kept`, but its hosts are not here that long yet.
 * `deleted`: rows from within the required time are gone, e.g. deleted before the level was raised. `level-unknown`:
 * the level is not decided; everything is kept longest. `no-law`: the law states no number for this level.
 * `unexplained`: what is there begins later, and no deletion on record says why (hosts were silent, or a copy was
 * restored). `no-hosts`, `no-events`: there is nothing to keep.
 */
export const PROOF_REASONS = [
  'kept',
  'young',
  'deleted',
  'unexplained',
  'level-unknown',
  'no-law',
  'no-hosts',
  'no-events',
] as const;
export type ProofReason = (typeof PROOF_REASONS)[number];

export interface Proof {
  basis: RetentionBasis;
  /** The law's own number of months; null where it states none or the level is not decided. */
  lawMonths: number | null;
  source: string | null;
  monthsInForce: number;
  /** First day that must be there; null where the law requires none. */
  requiredFrom: Day | null;
  /** Oldest day kept of any of its hosts; null where nothing is. */
  oldestDay: Day | null;
  /** Since when it has had hosts here. */
  hostsSince: Day | null;
  /** Hosts that belong to it now. */
  hosts: number;
  met: boolean;
  reason: ProofReason;
  /** What is missing of the required time. */
  missing: { hosts: number; fromDay: Day; toDay: Day; rows: number } | null;
}

function missingOf(
  facts: ProofFacts,
  members: readonly { agentId: string; sinceDay: Day }[],
  requiredFrom: Day,
): Proof['missing'] {
  let missing: Proof['missing'] = null;
  for (const { agentId, sinceDay } of members) {
    const fromDay = Math.max(requiredFrom, sinceDay);
    const spans = (facts.deleted.get(agentId) ?? []).filter((span) => span.toDay >= fromDay);
    if (spans.length === 0) continue;
    missing ??= { hosts: 0, fromDay: Number.MAX_SAFE_INTEGER, toDay: 0, rows: 0 };
    missing.hosts += 1;
    for (const span of spans) {
      missing.fromDay = Math.min(missing.fromDay, Math.max(span.fromDay, fromDay));
      missing.toDay = Math.max(missing.toDay, span.toDay);
      missing.rows += span.rows;
    }
  }
  return missing;
}

/** Hosts that are in the system now, and since when they count. */
function membersOf(facts: ProofFacts): { agentId: string; sinceDay: Day }[] {
  return [...facts.hosts].flatMap(([agentId, { enrolledMs, memberships }]) => {
    const open = memberships.find(({ systemId, toMs }) => systemId === facts.systemId && toMs === null);
    return open === undefined ? [] : [{ agentId, sinceDay: dayOf(Math.max(open.fromMs, enrolledMs)) }];
  });
}

/** All hosts of a system may be silent so long, over the holidays of the new year. */
const QUIET_DAYS_MAX = 14;

/** @param today the day the proof is about */
export function proofOf(facts: ProofFacts, today: Day): Proof {
  const now = facts.levels.at(-1);
  const basis = now === undefined ? 'unknown' : basisOfLevel(now.lawProfile, now.level);
  const law = lawMonthsOf(basis);
  const lawMonths = law?.months ?? null;
  const members = membersOf(facts);
  const days = members.flatMap(({ agentId }) => facts.oldest.get(agentId) ?? []);
  const oldestDay = days.length === 0 ? null : Math.min(...days);
  const hostsSince = members.length === 0 ? null : Math.min(...members.map(({ sinceDay }) => sinceDay));
  const requiredFrom = lawMonths === null ? null : addMonths(today, -lawMonths);
  const missing = requiredFrom === null ? null : missingOf(facts, members, requiredFrom);
  const reason = (): ProofReason => {
    if (members.length === 0 || hostsSince === null) return 'no-hosts';
    if (missing !== null) return 'deleted';
    if (basis === 'unknown') return 'level-unknown';
    if (requiredFrom === null) return 'no-law';
    if (oldestDay === null) return 'no-events';
    if (oldestDay > addDays(Math.max(requiredFrom, hostsSince), QUIET_DAYS_MAX)) return 'unexplained';
    return hostsSince > requiredFrom ? 'young' : 'kept';
  };
  const why = reason();
  return {
    basis,
    lawMonths,
    source: law?.source ?? null,
    monthsInForce: facts.months.get(basis) ?? 0,
    requiredFrom,
    oldestDay,
    hostsSince,
    hosts: members.length,
    met: why !== 'deleted' && why !== 'level-unknown' && why !== 'unexplained',
    reason: why,
    missing,
  };
}
