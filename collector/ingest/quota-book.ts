/**
 * What agents may send, by quota: over it their frames wait, and in the end their sockets, but nothing is dropped.
 * Invariant: security lanes are held by what security lanes alone have sent, so a flood of other logs never delays them.
 */
import type { Urgency } from './fair-line.ts';

export interface QuotaRule {
  id: number;
  /** With the agencies under it; null for all. */
  agencyId: number | null;
  groupId: number | null;
  /** For each agent by itself, not for all together. */
  perAgent: boolean;
  eventsPerSecond: number | null;
  /** Beyond it, what comes is let in at the day's mean. */
  bytesPerDay: number | null;
}

/** A burst of this many seconds passes unhindered. */
const BURST_SECONDS = 10;
const DAY_SECONDS = 86_400;

/** Fills at a rate; what is taken beyond what is there is owed. */
class Bucket {
  readonly #perMs: number;
  readonly #max: number;
  #level: number;
  #atMs: number;

  constructor(perSecond: number, seconds: number, nowMs: number) {
    this.#perMs = perSecond / 1_000;
    this.#max = perSecond * seconds;
    this.#level = this.#max;
    this.#atMs = nowMs;
  }

  #fill(nowMs: number): void {
    this.#level = Math.min(this.#max, this.#level + Math.max(0, nowMs - this.#atMs) * this.#perMs);
    this.#atMs = nowMs;
  }

  take(amount: number, nowMs: number): void {
    this.#fill(nowMs);
    this.#level -= amount;
  }

  /** Until nothing is owed. */
  owedMs(nowMs: number): number {
    this.#fill(nowMs);
    return this.#level >= 0 ? 0 : Math.ceil(-this.#level / this.#perMs);
  }
}

/** What one quota has let through, of security lanes and of all. */
export class Meter {
  readonly rule: QuotaRule;
  readonly #events: readonly [security: Bucket, all: Bucket] | undefined;
  readonly #bytes: readonly [security: Bucket, all: Bucket] | undefined;

  constructor(rule: QuotaRule, nowMs: number) {
    this.rule = rule;
    const two = (perSecond: number, seconds: number): readonly [Bucket, Bucket] => [
      new Bucket(perSecond, seconds, nowMs),
      new Bucket(perSecond, seconds, nowMs),
    ];
    const { eventsPerSecond, bytesPerDay } = rule;
    this.#events = eventsPerSecond === null ? undefined : two(eventsPerSecond, BURST_SECONDS);
    this.#bytes = bytesPerDay === null ? undefined : two(bytesPerDay / DAY_SECONDS, DAY_SECONDS);
  }

  take(urgency: Urgency, events: number, bytes: number, nowMs: number): void {
    if (urgency === 0) {
      this.#events?.[0].take(events, nowMs);
      this.#bytes?.[0].take(bytes, nowMs);
    }
    this.#events?.[1].take(events, nowMs);
    this.#bytes?.[1].take(bytes, nowMs);
  }

  /** How long work of that urgency has to wait, milliseconds. */
  heldMs(urgency: Urgency, nowMs: number): number {
    return Math.max(this.#events?.[urgency].owedMs(nowMs) ?? 0, this.#bytes?.[urgency].owedMs(nowMs) ?? 0);
  }
}

export interface Sender {
  agentId: string;
  agencyId: number;
  groupId: number | null;
}

export interface QuotaBookOptions {
  /** Milliseconds of a clock that only goes forward. */
  clock: () => number;
}

export class QuotaBook {
  readonly #options: QuotaBookOptions;
  #rules: readonly QuotaRule[] = [];
  #parentOf: (agencyId: number) => number | null = () => null;
  readonly #shared = new Map<number, Meter>();
  readonly #own = new Map<number, Map<string, Meter>>();
  /** Goes up when what was handed out no longer holds. */
  version = 0;

  constructor(options: QuotaBookOptions) {
    this.#options = options;
  }

  /**
   * A quota that has not changed goes on with what it has counted.
   * @returns whether other agents may be counted now than before
   */
  setRules(rules: readonly QuotaRule[], parentOf: (agencyId: number) => number | null): boolean {
    this.#parentOf = parentOf;
    const known = new Map(this.#rules.map((rule) => [rule.id, rule]));
    const kept = new Set(rules.filter((rule) => isSame(rule, known.get(rule.id))).map(({ id }) => id));
    for (const { id } of this.#rules) {
      if (kept.has(id)) continue;
      this.#shared.delete(id);
      this.#own.delete(id);
    }
    const isChanged = known.size !== rules.length || rules.some(({ id }) => !known.has(id));
    this.#rules = rules;
    this.version += 1;
    return isChanged;
  }

  get isEmpty(): boolean {
    return this.#rules.length === 0;
  }

  /** What counts what this agent sends; asked again when `version` has gone up. */
  metersOf(sender: Sender): readonly Meter[] {
    return this.#rulesOf(sender).map((rule) => this.#meter(rule, sender.agentId));
  }

  /** Whether any quota counts what this agent sends. */
  covers(sender: Omit<Sender, 'agentId'>): boolean {
    return !this.isEmpty && this.#rulesOf(sender).length > 0;
  }

  #rulesOf(sender: Omit<Sender, 'agentId'>): QuotaRule[] {
    const agencies = new Set<number>();
    for (let id: number | null = sender.agencyId; id !== null && !agencies.has(id); id = this.#parentOf(id))
      agencies.add(id);
    return this.#rules
      .filter(({ agencyId }) => agencyId === null || agencies.has(agencyId))
      .filter(({ groupId }) => groupId === null || groupId === sender.groupId);
  }

  #meter(rule: QuotaRule, agentId: string): Meter {
    const nowMs = this.#options.clock();
    if (!rule.perAgent) {
      const shared = this.#shared.get(rule.id) ?? new Meter(rule, nowMs);
      this.#shared.set(rule.id, shared);
      return shared;
    }
    const own = this.#own.get(rule.id) ?? new Map<string, Meter>();
    this.#own.set(rule.id, own);
    const meter = own.get(agentId) ?? new Meter(rule, nowMs);
    own.set(agentId, meter);
    return meter;
  }

  /** How many of a quota's meters hold something back now: agents, or 1 for one that is shared. */
  slowing(id: number): number {
    const nowMs = this.#options.clock();
    const shared = this.#shared.get(id);
    const meters = [...(shared === undefined ? [] : [shared]), ...(this.#own.get(id)?.values() ?? [])];
    return meters.filter((meter) => meter.heldMs(1, nowMs) > 0).length;
  }
}

function isSame(a: QuotaRule, b: QuotaRule | undefined): boolean {
  return (
    b !== undefined &&
    a.perAgent === b.perAgent &&
    a.eventsPerSecond === b.eventsPerSecond &&
    a.bytesPerDay === b.bytesPerDay
  );
}
