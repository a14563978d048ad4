/**
 * Decides what of a received day may be deleted: pure, from facts to a verdict for each host of the day.
 * Invariants: a host's day is deleted only when every system it could belong to has been served long enough, no legal
 * hold touches it, and the marks and the projector are past it; in doubt it is kept.
 *
 * The safe reading where the law is silent:
 * - A day counts from the day received, which is never before the event happened.
 * - A host in several systems keeps as long as the strictest. Systems it joined after the day count as well: the law
 *   asks what is kept of a system, and its hosts' past is part of it. Systems it had left shortly before the day count
 *   too, since hosts send what they gathered offline.
 * - Of a system's levels the highest since the day holds: raising acts at once, lowering does not reach back.
 * - A part of the day in no system, or in one whose level is not decided, keeps longest.
 */
import type { LawProfile } from '../registry/tables/agency.ts';
import type { HostDay } from '../store/event-retention.ts';
import { addDays, addMonths, type Day, DAY_MS, dayStartMs } from './day.ts';
import { basisOfLevel, type MonthsInForce, type RetentionBasis } from './law-months.ts';

/** While it holds, `toMs` is null; the end itself is outside. Times are milliseconds since 1970. */
interface Span {
  fromMs: number;
  toMs: number | null;
}

export interface LevelPeriod extends Span {
  /** Null while it was not decided. */
  level: number | null;
  lawProfile: LawProfile;
}

export interface Membership extends Span {
  systemId: number;
}

export interface Hold {
  id: number;
  /** What it is about; exactly one is set. */
  agentId: string | null;
  systemId: number | null;
  /** The agency and everything below it. */
  agencyIds: readonly number[] | null;
  /** Null: without a beginning, without an end. The end is inside. */
  fromMs: number | null;
  toMs: number | null;
}

export interface HostFacts {
  enrolledMs: number;
  agencyId: number;
  memberships: readonly Membership[];
}

export interface RetentionFacts {
  hosts: ReadonlyMap<string, HostFacts>;
  /** Level periods of each system, in order of time. */
  levels: ReadonlyMap<number, readonly LevelPeriod[]>;
  holds: readonly Hold[];
  months: MonthsInForce;
}

/** How long a host's day is kept, and what decides it. */
export interface HostDayRule {
  months: number;
  basis: RetentionBasis;
}

export type Verdict =
  | { kind: 'delete'; rule: HostDayRule }
  /** The time has not come yet: kept at least until the day before `until`. */
  | { kind: 'keep'; rule: HostDayRule; until: Day }
  | { kind: 'held'; holdIds: readonly number[] }
  /** Batches that the marks' checkpoint or the projector has not passed. */
  | { kind: 'unread' };

/** Hosts send what they gathered offline; a system that a host had left counts for so long. */
const OFFLINE_MS = 31 * DAY_MS;

const reaches = ({ toMs }: Span, fromMs: number): boolean => toMs === null || toMs > fromMs;

/** First day on which a received day may be deleted after so many months. A day more, since local days end later or earlier than UTC's. */
export function expiresOn(day: Day, months: number): Day {
  return addDays(addMonths(addDays(day, 1), months), 1);
}

/** Whether memberships leave no gap between two times. */
function covers(memberships: readonly Membership[], fromMs: number, toMs: number): boolean {
  let covered = fromMs;
  for (const span of memberships.toSorted((a, b) => a.fromMs - b.fromMs)) {
    if (span.fromMs > covered) break;
    covered = Math.max(covered, span.toMs ?? Number.POSITIVE_INFINITY);
  }
  return covered >= toMs;
}

/** What a system asks for a day: by its levels since then; undecided only where it still is. */
function* basesOfSystem(periods: readonly LevelPeriod[], sinceMs: number): Generator<RetentionBasis> {
  const now = periods.at(-1);
  if (now === undefined || now.level === null) yield 'unknown';
  for (const period of periods) {
    if (period.level !== null && reaches(period, sinceMs)) {
      yield basisOfLevel(period.lawProfile, period.level);
    }
  }
}

/** How long the host's rows of that day are kept. */
export function ruleOf(facts: RetentionFacts, agentId: string, day: Day): HostDayRule {
  const longest = (basis: RetentionBasis): HostDayRule => ({ basis, months: facts.months.get(basis) ?? 0 });
  const host = facts.hosts.get(agentId);
  if (host === undefined) return longest('unknown');
  const beginMs = dayStartMs(day);
  const endMs = beginMs + DAY_MS;
  const coveredFromMs = Math.max(beginMs, host.enrolledMs);
  if (coveredFromMs >= endMs || !covers(host.memberships, coveredFromMs, endMs)) return longest('unknown');
  const sinceMs = beginMs - OFFLINE_MS;
  let rule: HostDayRule | undefined;
  for (const membership of host.memberships) {
    if (!reaches(membership, sinceMs)) continue;
    for (const basis of basesOfSystem(facts.levels.get(membership.systemId) ?? [], sinceMs)) {
      const candidate = longest(basis);
      if (rule === undefined || candidate.months > rule.months) rule = candidate;
    }
  }
  return rule ?? longest('unknown');
}

/** Holds that touch the host's day: by what they are about, and by the day received or the events' own times. */
export function holdsOn(facts: RetentionFacts, day: Day, host: HostDay): number[] {
  const known = facts.hosts.get(host.agentId);
  const beginMs = dayStartMs(day);
  const firstMs = Math.min(host.firstMs, beginMs);
  const lastMs = Math.max(host.lastMs, beginMs + DAY_MS - 1);
  const concerns = (hold: Hold): boolean => {
    if (hold.agentId !== null) return hold.agentId === host.agentId;
    if (hold.systemId !== null) {
      return known?.memberships.some(({ systemId }) => systemId === hold.systemId) ?? false;
    }
    const agencies = [...host.agencyIds, ...(known === undefined ? [] : [known.agencyId])];
    return agencies.some((agencyId) => hold.agencyIds?.includes(agencyId) ?? false);
  };
  return facts.holds
    .filter(({ fromMs, toMs }) => (fromMs ?? firstMs) <= lastMs && (toMs ?? lastMs) >= firstMs)
    .filter(concerns)
    .map(({ id }) => id);
}

/**
 * The verdict on a host's day.
 * @param today the day it is; @param batchMax highest batch that marks and projector are past
 */
export function judge(
  facts: RetentionFacts,
  day: Day,
  host: HostDay,
  { today, batchMax }: { today: Day; batchMax: number },
): Verdict {
  const rule = ruleOf(facts, host.agentId, day);
  const until = expiresOn(day, rule.months);
  if (today < until) return { kind: 'keep', rule, until };
  const holdIds = holdsOn(facts, day, host);
  if (holdIds.length > 0) return { kind: 'held', holdIds };
  if (host.batchMax > batchMax) return { kind: 'unread' };
  return { kind: 'delete', rule };
}

/** Hosts whose rows of the day go, with what decided it. */
export interface Doomed {
  agentId: string;
  rows: number;
  rule: HostDayRule;
}

export interface DayPlan {
  day: Day;
  /** `partition`: nobody needs anything of the day. */
  kind: 'keep' | 'rows' | 'partition';
  doomed: readonly Doomed[];
  kept: { hosts: number; rows: number };
  held: { hosts: number; rows: number };
  unread: { hosts: number; rows: number };
}

/** What is to be done with a day, of which `hosts` is everything the store holds. */
export function planDay(
  facts: RetentionFacts,
  day: Day,
  hosts: readonly HostDay[],
  at: { today: Day; batchMax: number },
): DayPlan {
  const doomed: Doomed[] = [];
  const tally = { keep: { hosts: 0, rows: 0 }, held: { hosts: 0, rows: 0 }, unread: { hosts: 0, rows: 0 } };
  for (const host of hosts) {
    const verdict = judge(facts, day, host, at);
    if (verdict.kind === 'delete') {
      doomed.push({ agentId: host.agentId, rows: host.rows, rule: verdict.rule });
      continue;
    }
    tally[verdict.kind].hosts += 1;
    tally[verdict.kind].rows += host.rows;
  }
  const kind = doomed.length === 0 ? 'keep' : doomed.length === hosts.length ? 'partition' : 'rows';
  return { day, kind, doomed, kept: tally.keep, held: tally.held, unread: tally.unread };
}

/** Days younger than this are nobody's to delete. @returns the newest day that any rule lets go */
export function newestExpirable(facts: RetentionFacts, today: Day): Day {
  const shortest = Math.min(...facts.months.values());
  let day = addDays(addMonths(today, -shortest), 1);
  while (expiresOn(day, shortest) > today) day = addDays(day, -1);
  return day;
}
