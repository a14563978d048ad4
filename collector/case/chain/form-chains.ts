/**
 * Which alerts are one matter, and why each of them belongs: alerts are joined by what they have in common within a time
 * that fits it, and by nothing else. Pure. Invariants: the answer does not depend on the order of the alerts; each alert
 * is in one chain at most; every joining has a reason that names both alerts and the value.
 */
import {
  gapOf,
  hostOf,
  inTime,
  joinAlerts,
  LINKS,
  type ChainAlert,
  type InTurns,
  type LeftOut,
  type Links,
  type Reason,
} from './join-alerts.ts';

/** Why an alert belongs: what it shares with one other alert of the chain, the strongest first. */
export interface ChainLink {
  to: string;
  reasons: Reason[];
  /** From one alert's time to the other's. */
  gapMs: number;
  points: number;
}

export interface ChainMember {
  alert: ChainAlert;
  /** Null for the one that it began with. */
  link: ChainLink | null;
}

/** The first step onto another host. */
export interface Lead {
  fromHost: string;
  toHost: string;
  from: string;
  to: string;
  reasons: Reason[];
}

export interface Chain {
  /** In the order of their first events. */
  members: ChainMember[];
  /** What belongs to it, too, and is not told: the slighter and later ones of very many. */
  untold: ChainAlert[];
  hosts: string[];
  tactics: string[];
  leads: Lead[];
  leftOut: LeftOut[];
  points: number;
  rank: number;
}

const SEVERITY_POINTS = [0, 5, 15, 40, 80] as const;
/** A chain worth a proposal. */
const PROPOSAL_POINTS = 60;
const LEFT_OUT_MAX = 20;
/** Alerts of a chain that are told one by one: each is held against all others. */
const TOLD_MAX = 300;
/** Chains in one answer, unless the caller says so. */
const CHAINS_MAX = 50;

/** What is joined, before any of it is told. */
interface Matter {
  members: readonly ChainAlert[];
  hosts: string[];
  tactics: string[];
  points: number;
  rank: number;
}

function componentsOf(alerts: readonly ChainAlert[], links: Links): ChainAlert[][] {
  const byId = new Map(alerts.map((alert) => [alert.id, alert]));
  const seen = new Set<string>();
  const found: ChainAlert[][] = [];
  for (const first of alerts.toSorted(inTime)) {
    if (seen.has(first.id)) continue;
    const members: ChainAlert[] = [];
    const open = [first.id];
    seen.add(first.id);
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      const alert = byId.get(id);
      if (alert !== undefined) members.push(alert);
      for (const other of links.of(id).keys()) {
        if (seen.has(other)) continue;
        seen.add(other);
        open.push(other);
      }
    }
    found.push(members.toSorted(inTime));
  }
  return found;
}

function matterOf(members: readonly ChainAlert[]): Matter {
  const strongest = new Map<string, number>();
  let rank = 0;
  for (const alert of members) {
    const points = SEVERITY_POINTS[alert.rank] ?? 0;
    strongest.set(alert.ruleId, Math.max(strongest.get(alert.ruleId) ?? 0, points));
    rank = Math.max(rank, alert.rank);
  }
  return {
    members,
    hosts: [...new Set(members.flatMap(({ hostname }) => hostname ?? []))],
    tactics: [...new Set(members.flatMap((alert) => alert.tactics))],
    points: [...strongest.values()].reduce((sum, points) => sum + points, 0),
    rank,
  };
}

function linkTo(alert: ChainAlert, others: readonly ChainAlert[], links: Links): ChainLink | null {
  let best: ChainLink | null = null;
  for (const other of others) {
    const all = links.shared(alert, other);
    // That it is the same host goes without saying where there is more.
    const reasons = all.length > 1 ? all.filter(({ kind }) => kind !== 'host') : all;
    const [strongest] = reasons;
    if (strongest === undefined) continue;
    const { points } = LINKS[strongest.kind];
    const gapMs = gapOf(alert, other);
    if (best === null || points > best.points || (points === best.points && gapMs < best.gapMs))
      best = { to: other.id, reasons, gapMs, points };
  }
  return best;
}

/** The severest of very many, then the earliest, in the order of time. */
function toldOf(members: readonly ChainAlert[]): { told: readonly ChainAlert[]; untold: ChainAlert[] } {
  if (members.length <= TOLD_MAX) return { told: members, untold: [] };
  const chosen = members.toSorted((a, b) => b.rank - a.rank || inTime(a, b)).slice(0, TOLD_MAX);
  const ids = new Set(chosen.map(({ id }) => id));
  return { told: chosen.toSorted(inTime), untold: members.filter(({ id }) => !ids.has(id)) };
}

function* tell({ members: all, ...matter }: Matter, links: Links, leftOut: LeftOut[]): InTurns<Chain> {
  const { told: members, untold } = toldOf(all);
  const told: ChainMember[] = [];
  const leads: Lead[] = [];
  const reached = new Set<string>();
  for (const [at, alert] of members.entries()) {
    const before = members.slice(0, at);
    // A strand of its own that a later alert ties in is told by that one.
    const link =
      linkTo(alert, before, links) ?? (at === 0 ? null : linkTo(alert, members.slice(at + 1), links));
    told.push({ alert, link });
    yield;
    const host = hostOf(alert);
    if (reached.has(host)) continue;
    reached.add(host);
    if (at > 0) leads.push(...(yield* leadTo(alert, members, links)));
  }
  return { ...matter, members: told, untold, leads, leftOut };
}

/** How the chain came to the host of an alert: the strongest that anything on it shares with what was elsewhere before. */
function* leadTo(first: ChainAlert, members: readonly ChainAlert[], links: Links): InTurns<Lead[]> {
  const host = hostOf(first);
  const own = members.filter((alert) => hostOf(alert) === host);
  const earlier = new Set(members.filter((alert) => inTime(alert, first) < 0).map((alert) => hostOf(alert)));
  const others = members.filter((alert) => hostOf(alert) !== host && earlier.has(hostOf(alert)));
  let best: { alert: ChainAlert; link: ChainLink } | undefined;
  for (const alert of own) {
    const link = linkTo(alert, others, links);
    if (link !== null && link.points > (best?.link.points ?? 0)) best = { alert, link };
    yield;
  }
  const from = others.find(({ id }) => id === best?.link.to);
  if (best === undefined || from === undefined) return [];
  return [
    {
      fromHost: from.hostname ?? '',
      toHost: first.hostname ?? '',
      from: from.id,
      to: best.alert.id,
      reasons: best.link.reasons,
    },
  ];
}

/** Several rules over several tactics or hosts, and serious enough together. */
function isProposal({ members, hosts, tactics, points }: Matter): boolean {
  const rules = new Set(members.map(({ ruleId }) => ruleId));
  return rules.size >= 2 && (tactics.length >= 2 || hosts.length >= 2) && points >= PROPOSAL_POINTS;
}

const firstMs = ({ members }: Matter): number => members[0]?.firstMs ?? 0;

/** What of these alerts should be one case each, the most serious first. */
export function* chainsInTurns(alerts: readonly ChainAlert[], max = CHAINS_MAX): InTurns<Chain[]> {
  const { links, leftOut } = yield* joinAlerts(alerts, false);
  yield;
  const matters = componentsOf(alerts, links)
    .map((members) => matterOf(members))
    .filter((matter) => isProposal(matter))
    .toSorted((a, b) => b.rank - a.rank || b.points - a.points || firstMs(a) - firstMs(b))
    .slice(0, max);
  const near = Map.groupBy(leftOut, (left) => left.near);
  const chains: Chain[] = [];
  for (const matter of matters) {
    yield;
    const ids = new Set(matter.members.map(({ id }) => id));
    const left = matter.members
      .flatMap(({ id }) => near.get(id) ?? [])
      .filter(({ alert }) => !ids.has(alert.id));
    chains.push(yield* tell(matter, links, left.slice(0, LEFT_OUT_MAX)));
  }
  return chains;
}

/** How alerts that somebody has put together hang together; null when there are none. */
export function* explainInTurns(alerts: readonly ChainAlert[]): InTurns<Chain | null> {
  if (alerts.length === 0) return null;
  const { links } = yield* joinAlerts(alerts, true);
  return yield* tell(matterOf(alerts.toSorted(inTime)), links, []);
}

function atOnce<T>(work: InTurns<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

export const formChains = (alerts: readonly ChainAlert[]): Chain[] => atOnce(chainsInTurns(alerts));
export const explainChain = (alerts: readonly ChainAlert[]): Chain | null => atOnce(explainInTurns(alerts));
