/**
 * What ties alerts to each other: a value that both have within a time that fits it, or the same host at the same time.
 * Pure, in turns: whoever drives it may let others run at each yield. Invariant: each tie names the value.
 */
import type { Trait, TraitKind } from './chain-traits.ts';

export type LinkKind = TraitKind | 'host';
/** Work of which each piece takes a few milliseconds at most. */
export type InTurns<T> = Generator<undefined, T>;

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

/** Near the chain, and still not of it. */
export interface LeftOut {
  alert: ChainAlert;
  near: string;
  /** `minor`: on the host at the time, and of low severity. `common`: what they share, many hosts have. */
  why: 'minor' | 'common';
  reason: Reason;
}

const HOUR_MS = 3_600_000;
/** How sure what they share makes it, and for how long. */
export const LINKS: Readonly<Record<LinkKind, { points: number; gapMs: number }>> = {
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
/** Of one alert: its events and what it is about have them together. */
const TRAITS_MAX = 64;

export const hostOf = ({ agentId, id }: ChainAlert): string => agentId ?? id;
export const inTime = (a: ChainAlert, b: ChainAlert): number =>
  a.firstMs - b.firstMs || (a.id < b.id ? -1 : 1);
export const gapOf = (a: ChainAlert, b: ChainAlert): number =>
  Math.max(0, Math.max(a.firstMs, b.firstMs) - Math.min(a.lastMs, b.lastMs));

export class Links {
  readonly #of = new Map<string, Map<string, Reason[]>>();
  readonly #traits = new Map<string, ReadonlyMap<string, Trait>>();

  know({ id, traits }: ChainAlert): void {
    const keyed = traits
      .slice(0, TRAITS_MAX)
      .map((trait) => [`${trait.kind}/${trait.value}`, trait] as const);
    this.#traits.set(id, new Map(keyed));
  }

  traitsOf(id: string): ReadonlyMap<string, Trait> {
    return this.#traits.get(id) ?? new Map();
  }

  add(a: ChainAlert, b: ChainAlert, reason: Reason): void {
    for (const [one, other] of [
      [a.id, b.id],
      [b.id, a.id],
    ] as const) {
      const own = this.#of.get(one) ?? new Map<string, Reason[]>();
      this.#of.set(one, own);
      const list = own.get(other) ?? [];
      own.set(other, list);
      if (!list.some(({ kind, label }) => kind === reason.kind && label === reason.label)) list.push(reason);
    }
  }

  of(id: string): ReadonlyMap<string, readonly Reason[]> {
    return this.#of.get(id) ?? new Map();
  }

  /** What the two share by their own values, the surest first, though others stand between them in time. */
  shared(a: ChainAlert, b: ChainAlert): Reason[] {
    const found: Reason[] = [...(this.#of.get(a.id)?.get(b.id) ?? [])];
    const gapMs = gapOf(a, b);
    const own = this.traitsOf(a.id);
    for (const [key, { kind, label }] of this.traitsOf(b.id)) {
      if (!own.has(key) || gapMs > LINKS[kind].gapMs) continue;
      if (!found.some((one) => one.kind === kind && one.label === label)) found.push({ kind, label });
    }
    return found.length < 2 ? found : found.toSorted((x, y) => LINKS[y.kind].points - LINKS[x.kind].points);
  }
}

interface Joined {
  links: Links;
  leftOut: LeftOut[];
}

/** @param isGiven they are one matter already, by somebody's word: even the slightest reason is told */
export function* joinAlerts(alerts: readonly ChainAlert[], isGiven: boolean): InTurns<Joined> {
  const links = new Links();
  const leftOut: LeftOut[] = [];
  for (const { trait, having } of yield* byValue(alerts, links)) {
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
    yield;
  }
  const hosts = Map.groupBy(
    alerts.filter(({ agentId }) => agentId !== null),
    (alert) => hostOf(alert),
  );
  for (const own of hosts.values()) {
    let last: ChainAlert | undefined;
    for (const alert of own.toSorted(inTime)) {
      const reason: Reason = { kind: 'host', label: alert.hostname ?? '' };
      const isNear = last !== undefined && gapOf(last, alert) <= LINKS.host.gapMs;
      if (last !== undefined && isNear) {
        if (isGiven || alert.rank >= MEDIUM) links.add(last, alert, reason);
        else leftOut.push({ alert, near: last.id, why: 'minor', reason });
      }
      if (isGiven || alert.rank >= MEDIUM) last = alert;
    }
    yield;
  }
  return { links, leftOut };
}

interface Having {
  trait: Trait;
  having: ChainAlert[];
}

/** Which alerts have a value; those that only one has tie nothing. */
function* byValue(alerts: readonly ChainAlert[], links: Links): InTurns<Having[]> {
  const values = new Map<string, Having>();
  for (const alert of alerts) {
    links.know(alert);
    for (const [key, trait] of links.traitsOf(alert.id)) {
      const known = values.get(key);
      if (known === undefined) values.set(key, { trait, having: [alert] });
      else known.having.push(alert);
    }
    yield;
  }
  return [...values.values()].filter(({ having }) => having.length > 1);
}
