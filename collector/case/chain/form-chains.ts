/**
 * Which alerts are one matter, and why each of them belongs: alerts are joined by what they have in common within a time
 * that fits it, and by nothing else. Pure. Invariants: the answer does not depend on the order of the alerts; each alert
 * is in one chain at most; every joining has a reason that names both alerts and the value.
 */
import type { Trait, TraitKind } from './chain-traits.ts';

export type LinkKind = TraitKind | 'host';

export interface ChainAlert {
  id: string;
  ruleId: string;
  /** Place of its severity among severities, from 0. */
  rank: number;
  agentId: string | null;
  hostname: string | null;
  firstMs: number;
  lastMs: number;
  /** As tags of its rule name them. */
  tactics: readonly string[];
  traits: readonly Trait[];
}

export interface Reason {
  kind: LinkKind;
  label: string;
}

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

/** Near the chain, and still not of it. */
export interface LeftOut {
  alert: ChainAlert;
  near: string;
  /** `minor`: on the host at the time, and of low severity. `common`: what they share, many hosts have. */
  why: 'minor' | 'common';
  reason: Reason;
}

export interface Chain {
  /** In the order of their first events. */
  members: ChainMember[];
  hosts: string[];
  tactics: string[];
  leads: Lead[];
  leftOut: LeftOut[];
  points: number;
  rank: number;
}

const HOUR_MS = 3_600_000;
/** How sure what they share makes it, and for how long. */
const LINKS: Readonly<Record<LinkKind, { points: number; gapMs: number }>> = {
  process: { points: 60, gapMs: 168 * HOUR_MS },
  file: { points: 50, gapMs: 168 * HOUR_MS },
  domain: { points: 40, gapMs: 72 * HOUR_MS },
  address: { points: 40, gapMs: 24 * HOUR_MS },
  user: { points: 30, gapMs: 12 * HOUR_MS },
  host: { points: 15, gapMs: 2 * HOUR_MS },
};
/** What alerts of so many hosts share connects none of them. */
const COMMON_HOSTS = 12;
/** From here on an alert is joined by its host and the time alone. */
const MEDIUM = 2;
const SEVERITY_POINTS = [0, 5, 15, 40, 80] as const;
/** A chain worth a proposal. */
const PROPOSAL_POINTS = 60;
const LEFT_OUT_MAX = 20;

interface Shared {
  kind: LinkKind;
  label: string;
}

/** Which alerts have a value, by the value. */
function byValue(alerts: readonly ChainAlert[]): Map<string, { trait: Trait; alerts: ChainAlert[] }> {
  const values = new Map<string, { trait: Trait; alerts: ChainAlert[] }>();
  for (const alert of alerts) {
    for (const trait of alert.traits) {
      const key = `${trait.kind}/${trait.value}`;
      const known = values.get(key) ?? { trait, alerts: [] };
      known.alerts.push(alert);
      values.set(key, known);
    }
  }
  return values;
}

const hostOf = ({ agentId, id }: ChainAlert): string => agentId ?? id;
const gapOf = (a: ChainAlert, b: ChainAlert): number =>
  Math.max(0, Math.max(a.firstMs, b.firstMs) - Math.min(a.lastMs, b.lastMs));
const inTime = (a: ChainAlert, b: ChainAlert): number => a.firstMs - b.firstMs || (a.id < b.id ? -1 : 1);

class Links {
  readonly #of = new Map<string, Map<string, Shared[]>>();

  add(a: ChainAlert, b: ChainAlert, shared: Shared): void {
    for (const [one, other] of [
      [a.id, b.id],
      [b.id, a.id],
    ] as const) {
      const own = this.#of.get(one) ?? new Map<string, Shared[]>();
      this.#of.set(one, own);
      const list = own.get(other) ?? [];
      own.set(other, list);
      if (!list.some(({ kind, label }) => kind === shared.kind && label === shared.label)) list.push(shared);
    }
  }

  of(id: string): ReadonlyMap<string, Shared[]> {
    return this.#of.get(id) ?? new Map();
  }
}

interface Joined {
  links: Links;
  leftOut: LeftOut[];
}

/** @param isGiven they are one matter already, by somebody's word: even the slightest reason is told */
function joinAlerts(alerts: readonly ChainAlert[], isGiven: boolean): Joined {
  const links = new Links();
  const leftOut: LeftOut[] = [];
  for (const { trait, alerts: having } of byValue(alerts).values()) {
    const { kind, label } = trait;
    const isCommon = !isGiven && new Set(having.map((alert) => hostOf(alert))).size >= COMMON_HOSTS;
    const ordered = having.toSorted(inTime);
    // Neighbours in time are enough: who shares a value with one of a row shares it with all.
    for (const [at, alert] of ordered.entries()) {
      const before = ordered[at - 1];
      if (before === undefined || gapOf(before, alert) > LINKS[kind].gapMs) continue;
      if (isCommon) leftOut.push({ alert, near: before.id, why: 'common', reason: { kind, label } });
      else links.add(before, alert, { kind, label });
    }
  }
  const hosts = Map.groupBy(
    alerts.filter(({ agentId }) => agentId !== null),
    (alert) => hostOf(alert),
  );
  for (const own of hosts.values()) {
    const ordered = own.toSorted(inTime);
    let last: ChainAlert | undefined;
    for (const alert of ordered) {
      const reason: Reason = { kind: 'host', label: alert.hostname ?? '' };
      const isNear = last !== undefined && gapOf(last, alert) <= LINKS.host.gapMs;
      if (last !== undefined && isNear) {
        if (isGiven || alert.rank >= MEDIUM) links.add(last, alert, reason);
        else leftOut.push({ alert, near: last.id, why: 'minor', reason });
      }
      if (isGiven || alert.rank >= MEDIUM) last = alert;
    }
  }
  return { links, leftOut };
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

/** What the two share by their own values, though others stand between them in time. */
function sharedBy(a: ChainAlert, b: ChainAlert, links: Links): Shared[] {
  const shared: Shared[] = [...(links.of(a.id).get(b.id) ?? [])];
  const own = new Set(a.traits.map(({ kind, value }) => `${kind}/${value}`));
  for (const { kind, value, label } of b.traits) {
    const isKnown = shared.some((one) => one.kind === kind && one.label === label);
    if (!isKnown && own.has(`${kind}/${value}`) && gapOf(a, b) <= LINKS[kind].gapMs)
      shared.push({ kind, label });
  }
  return shared.toSorted((x, y) => LINKS[y.kind].points - LINKS[x.kind].points);
}

function linkTo(alert: ChainAlert, others: readonly ChainAlert[], links: Links): ChainLink | null {
  let best: ChainLink | null = null;
  for (const other of others) {
    const all = sharedBy(alert, other, links);
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

function tell(members: readonly ChainAlert[], links: Links, leftOut: readonly LeftOut[]): Chain {
  const ids = new Set(members.map(({ id }) => id));
  const told: ChainMember[] = [];
  const leads: Lead[] = [];
  const reached = new Map<string, ChainAlert>();
  for (const [at, alert] of members.entries()) {
    const before = members.slice(0, at);
    // A strand of its own that a later alert ties in is told by that one.
    const link =
      linkTo(alert, before, links) ?? (at === 0 ? null : linkTo(alert, members.slice(at + 1), links));
    told.push({ alert, link });
    const host = hostOf(alert);
    if (reached.has(host)) continue;
    reached.set(host, alert);
    if (at > 0) leads.push(...leadTo(alert, members, links));
  }
  const tactics = new Set(members.flatMap((alert) => alert.tactics));
  const strongest = new Map<string, number>();
  for (const { ruleId, rank } of members)
    strongest.set(ruleId, Math.max(strongest.get(ruleId) ?? 0, SEVERITY_POINTS[rank] ?? 0));
  return {
    members: told,
    hosts: [...new Set(members.flatMap(({ hostname }) => hostname ?? []))],
    tactics: [...tactics],
    leads,
    leftOut: leftOut.filter(({ alert, near }) => ids.has(near) && !ids.has(alert.id)).slice(0, LEFT_OUT_MAX),
    points: [...strongest.values()].reduce((sum, points) => sum + points, 0),
    rank: Math.max(...members.map(({ rank }) => rank)),
  };
}

/** How the chain came to the host of an alert: the strongest that anything on it shares with what was elsewhere before. */
function leadTo(first: ChainAlert, members: readonly ChainAlert[], links: Links): Lead[] {
  const host = hostOf(first);
  const own = members.filter((alert) => hostOf(alert) === host);
  const earlier = new Set(members.filter((alert) => inTime(alert, first) < 0).map((alert) => hostOf(alert)));
  const others = members.filter((alert) => hostOf(alert) !== host && earlier.has(hostOf(alert)));
  let best: { alert: ChainAlert; link: ChainLink } | undefined;
  for (const alert of own) {
    const link = linkTo(alert, others, links);
    if (link !== null && link.points > (best?.link.points ?? 0)) best = { alert, link };
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
function isProposal({ members, hosts, tactics, points }: Chain): boolean {
  const rules = new Set(members.map(({ alert }) => alert.ruleId));
  return rules.size >= 2 && (tactics.length >= 2 || hosts.length >= 2) && points >= PROPOSAL_POINTS;
}

/** What of these alerts should be one case each, the most serious first. */
export function formChains(alerts: readonly ChainAlert[]): Chain[] {
  const { links, leftOut } = joinAlerts(alerts, false);
  return componentsOf(alerts, links)
    .map((members) => tell(members, links, leftOut))
    .filter((chain) => isProposal(chain))
    .toSorted((a, b) => b.rank - a.rank || b.points - a.points || first(a) - first(b));
}

const first = ({ members }: Chain): number => members[0]?.alert.firstMs ?? 0;

/** How alerts that somebody has put together hang together; null when there are none. */
export function explainChain(alerts: readonly ChainAlert[]): Chain | null {
  if (alerts.length === 0) return null;
  const { links } = joinAlerts(alerts, true);
  return tell(alerts.toSorted(inTime), links, []);
}
