/**
 * What a site's line may carry by hour, divided among its agents that are online. Shares are told at the welcome and when
 * the hour or the company changes; small changes are not told, and never more often than `settle` is called.
 */
import type { AgentPolicy } from '../protocol/down.ts';

export interface BandwidthRule {
  id: number;
  /** With the agencies under it; null where the address decides. */
  agencyId: number | null;
  /** Whether an address belongs to the site. */
  contains: ((address: string) => boolean) | undefined;
  fromHour: number;
  /** Below `fromHour`, over midnight. */
  toHour: number;
  /** IANA zone of the hours. */
  timeZone: string;
  bytesPerSecond: number;
}

export interface BandwidthOptions {
  /** Milliseconds since 1970. */
  now: () => number;
}

interface Member {
  agencyId: number;
  address: string;
  rules: readonly BandwidthRule[];
  /** What it was told; undefined for no limit. */
  told: number | undefined;
}

/** The protocol's least. */
const SHARE_MIN = 256;
/** A change by less is not worth a message. */
const WORTH_TELLING = 0.1;

export class Bandwidth {
  readonly #options: BandwidthOptions;
  #rules: readonly BandwidthRule[] = [];
  #parentOf: (agencyId: number) => number | null = () => null;
  readonly #members = new Map<string, Member>();
  readonly #company = new Map<number, number>();
  readonly #hours = new Map<string, Intl.DateTimeFormat>();

  constructor(options: BandwidthOptions) {
    this.#options = options;
  }

  setRules(rules: readonly BandwidthRule[], parentOf: (agencyId: number) => number | null): void {
    this.#rules = rules;
    this.#parentOf = parentOf;
    this.#company.clear();
    for (const member of this.#members.values()) this.#place(member);
  }

  joined(agentId: string, agencyId: number, address: string): void {
    this.left(agentId);
    const member: Member = { agencyId, address, rules: [], told: undefined };
    this.#members.set(agentId, member);
    this.#place(member);
    member.told = this.#share(member);
  }

  left(agentId: string): void {
    const member = this.#members.get(agentId);
    if (member === undefined) return;
    this.#members.delete(agentId);
    for (const { id } of member.rules) this.#company.set(id, (this.#company.get(id) ?? 1) - 1);
  }

  /** Bytes a second that it was told; undefined for as much as it can. */
  shareOf(agentId: string): number | undefined {
    return this.#members.get(agentId)?.told;
  }

  /** Shares that have changed enough to be told; from now on they count as told. */
  settle(): { agentId: string; share: number | undefined }[] {
    const changed: { agentId: string; share: number | undefined }[] = [];
    for (const [agentId, member] of this.#members) {
      const share = this.#share(member);
      if (!isWorthTelling(member.told, share)) continue;
      member.told = share;
      changed.push({ agentId, share });
    }
    return changed;
  }

  #place(member: Member): void {
    const agencies = new Set<number>();
    for (let id: number | null = member.agencyId; id !== null && !agencies.has(id); id = this.#parentOf(id))
      agencies.add(id);
    member.rules = this.#rules.filter(({ agencyId, contains }) =>
      agencyId === null ? contains?.(member.address) === true : agencies.has(agencyId),
    );
    for (const { id } of member.rules) this.#company.set(id, (this.#company.get(id) ?? 0) + 1);
  }

  #share(member: Member): number | undefined {
    let least: number | undefined;
    for (const rule of member.rules) {
      if (!this.#isNow(rule)) continue;
      const share = Math.max(
        SHARE_MIN,
        Math.floor(rule.bytesPerSecond / Math.max(1, this.#company.get(rule.id) ?? 1)),
      );
      least = least === undefined ? share : Math.min(least, share);
    }
    return least;
  }

  #isNow({ fromHour, toHour, timeZone }: BandwidthRule): boolean {
    let format = this.#hours.get(timeZone);
    if (format === undefined) {
      format = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', hourCycle: 'h23', timeZone });
      this.#hours.set(timeZone, format);
    }
    const hour = Number(format.format(this.#options.now()));
    return fromHour < toHour ? hour >= fromHour && hour < toHour : hour >= fromHour || hour < toHour;
  }
}

/** The first catch-up leaves half of a share for news. */
const CATCH_UP_SHARE = 0.5;
const CATCH_UP_AGE_MS = 900_000;

/** A share as an agent is told of it. */
export function sharePolicy(
  share: number | undefined,
): Pick<AgentPolicy, 'bytesPerSecondMax' | 'catchUpBytesPerSecondMax' | 'catchUpAgeMs'> {
  if (share === undefined) return {};
  return {
    bytesPerSecondMax: share,
    catchUpBytesPerSecondMax: Math.max(SHARE_MIN, Math.floor(share * CATCH_UP_SHARE)),
    catchUpAgeMs: CATCH_UP_AGE_MS,
  };
}

function isWorthTelling(told: number | undefined, share: number | undefined): boolean {
  if (told === undefined || share === undefined) return told !== share;
  return Math.abs(share - told) > told * WORTH_TELLING;
}
