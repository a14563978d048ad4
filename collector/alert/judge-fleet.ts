/**
 * The same rule and value on many hosts is one alert: in each agency, and one over all agencies that folds those of the
 * agencies in, so that the province sees one row and each agency its own. Alerts that somebody has taken up stay on
 * their own; folded ones are there for whoever sees their agency only.
 */
import type { AlertDesk, FleetMember } from './alert-desk.ts';
import { foldOf, raiseSeverity, takeDetection, type AlertDraft } from './alert-draft.ts';
import type { Detection, RuleFacts } from './detection.ts';
import { addValue } from './distinct-values.ts';
import type { Circumstances } from './judge-detection.ts';
import { withoutRole, type SeverityWhy } from './severity-score.ts';

/** Of what fleets of several agencies have: ids as text; who reads an alert is told their names. */
export const AGENCY_FIELD = 'agency.id';

/** From so many hosts on a domain controller among them makes the whole no more serious; its own alert is. */
const MANY_HOSTS = 10;

interface Level {
  groupKey: string;
  /** Whose alert it is. */
  agencyId: number;
  /** Which members count: those of one agency, or all. */
  isOwn: (member: FleetMember) => boolean;
}

/** The agency's own, then the one over all; they are the same for the agency at the top. */
function levelsOf({ agencyId }: Detection, desk: AlertDesk, { keys }: Circumstances): Level[] {
  const all: Level = { groupKey: keys.rootFleet, agencyId: desk.rootAgencyId, isOwn: () => true };
  if (agencyId === desk.rootAgencyId) return [all];
  return [{ groupKey: keys.agencyFleet, agencyId, isOwn: (member) => member.agencyId === agencyId }, all];
}

/** The fleet's alert that a new alert of this detection is folded into from the start. */
export function openFleetOf(
  detection: Detection,
  desk: AlertDesk,
  about: Circumstances,
): AlertDraft | undefined {
  for (const { groupKey } of levelsOf(detection, desk, about)) {
    const fleet = desk.openAlert(groupKey, detection.timeMs, about.policy.windowMs);
    if (fleet !== undefined) return fleet;
  }
  return undefined;
}

function isNear({ firstMs, lastMs }: FleetMember, timeMs: number, windowMs: number): boolean {
  return lastMs >= timeMs - windowMs && firstMs <= timeMs + windowMs;
}

/** On how many hosts the detection's rule has found the same value about that time, this one included. */
export function hostsWith(
  { timeMs }: Detection,
  desk: AlertDesk,
  { policy, keys }: Pick<Circumstances, 'policy' | 'keys'>,
): number {
  const near = [...desk.membersOf(keys.fleet).values()].filter((one) => isNear(one, timeMs, policy.windowMs));
  return Math.max(1, countHosts(near));
}

/** Several alerts may be of one host; of one that is of several it is known how many they are. */
function countHosts(members: readonly FleetMember[]): number {
  const named = new Set<string>();
  let unnamed = 0;
  for (const { hostname, hosts } of members) {
    if (hostname === null) unnamed += hosts;
    else named.add(hostname);
  }
  return named.size + unnamed;
}

/**
 * Counts a detection, which `draft` holds already, with its fleets, and opens those that are due. Invariant: an alert
 * belongs to the fleet of the value that opened it, which is what is kept of it; one that joins it with another value
 * counts with that value's fleets where they are open.
 */
export function judgeFleet(
  draft: AlertDraft,
  detection: Detection,
  desk: AlertDesk,
  about: Circumstances,
): void {
  const { policy, keys, why, asset } = about;
  const member = memberFor(draft, desk);
  const isMember = draft.fleetKey === keys.fleet;
  const members = desk.membersOf(keys.fleet);
  let below: AlertDraft | undefined;
  for (const level of levelsOf(detection, desk, about)) {
    let fleet = desk.openAlert(level.groupKey, detection.timeMs, policy.windowMs);
    if (fleet === undefined) {
      if (!isMember) continue;
      // In an order that does not depend on which of them were read back.
      const near = [...members.values()]
        .filter((one) => level.isOwn(one) && isNear(one, detection.timeMs, policy.windowMs))
        .toSorted((a, b) => (a.id < b.id ? -1 : 1));
      const hosts = countHosts(near);
      if (near.length < 2 || hosts < policy.fleetHostsMin) continue;
      const newest = member.id;
      fleet = openFleet(desk, level, {
        rule: detection.rule,
        fleet: keys.fleet,
        value: keys.value,
        near,
        newest,
      });
      const { hosts: known } = fleet;
      takeDetection(fleet, detection, asset, keys.user);
      fleet.hosts = known;
    } else takeDetection(fleet, detection, asset, keys.user);
    countAgency(fleet, desk, detection.agencyId);
    raiseSeverity(fleet, fleetWhy(why, fleet.hosts));
    if (below !== undefined && below.fleetId === null && below.untouched) {
      Object.assign(below, { fleetId: fleet.id, fold: foldOf(fleet, below), changed: true });
    }
    if (isMember && member.untouched && member.fleetId === null) fold(desk, member, fleet);
    below = fleet;
  }
  if (draft.fleetId !== member.fleetId) {
    Object.assign(draft, { fleetId: member.fleetId, fold: member.fold, changed: true });
  }
}

function fleetWhy(why: SeverityWhy, hosts: number): SeverityWhy {
  return hosts >= MANY_HOSTS ? withoutRole(why) : why;
}

/** An agency's own fleet has one only, which says nothing. */
function countAgency(fleet: AlertDraft, desk: AlertDesk, agencyId: number, times = 1): void {
  if (fleet.agencyId === desk.rootAgencyId) addValue(fleet.values, AGENCY_FIELD, String(agencyId), times);
}

function openFleet(
  desk: AlertDesk,
  level: Level,
  about: {
    rule: RuleFacts;
    fleet: string;
    value: Record<string, string>;
    near: readonly FleetMember[];
    /** The member whose newest detection is still to be counted. */
    newest: string;
  },
): AlertDraft {
  const { rule, near } = about;
  const entity = Object.keys(about.value).length > 0 ? about.value : { 'rule.id': rule.ruleId };
  const worst = near.reduce((most, one) => (one.risk > most.risk ? one : most));
  const draft = desk.open(
    {
      kind: 'fleet',
      groupKey: level.groupKey,
      rule,
      entity,
      agencyId: level.agencyId,
      fleetKey: about.fleet,
    },
    fleetWhy(worst.why, countHosts(near)),
  );
  draft.detections = near.reduce((sum, one) => sum + one.detections, 0) - 1;
  draft.hosts = countHosts(near);
  draft.firstMs = Math.min(...near.map(({ firstMs }) => firstMs));
  draft.lastMs = Math.max(...near.map(({ lastMs }) => lastMs));
  for (const one of near) {
    const counted = one.detections - (one.id === about.newest ? 1 : 0);
    if (one.hostname !== null && counted > 0) addValue(draft.values, 'host.name', one.hostname, counted);
    if (counted > 0) countAgency(draft, desk, one.agencyId, counted);
    if (one.untouched && (one.fleetId === null || level.agencyId === one.agencyId)) fold(desk, one, draft);
  }
  return draft;
}

function fold(desk: AlertDesk, member: FleetMember, fleet: AlertDraft): void {
  member.fleetId = fleet.id;
  member.fold = foldOf(fleet, member);
  desk.folded.add(member);
}

/** The alert as its own fleet sees it, with what it counts now. */
function memberFor(draft: AlertDraft, desk: AlertDesk): FleetMember {
  const members = desk.membersOf(draft.fleetKey ?? '');
  const member = members.get(draft.id) ?? memberOf(draft);
  members.set(draft.id, Object.assign(member, factsOf(draft)));
  return member;
}

function factsOf(draft: AlertDraft) {
  const { hosts, hostname, detections, firstMs, lastMs, risk, why } = draft;
  return { hosts, hostname, detections, firstMs, lastMs, risk, why };
}

function memberOf(draft: AlertDraft): FleetMember {
  const { id, agencyId, untouched, fleetId, fold: folded } = draft;
  return { id, agencyId, untouched, fleetId, fold: folded, ...factsOf(draft) };
}
