/** What rules find in recorded events: hits and hosts of each, and which events, so that two rules can be compared. Bounded. */

/** Events that are kept of a rule; with more the comparison is about the first ones. */
export const EVENTS_KEPT_MAX = 2_000;

export interface RuleFigures {
  hits: number;
  hosts: number;
  /** Numbers of its first events. */
  events: ReadonlySet<number>;
}

export class RuleMeasure {
  readonly #rules = new Map<string, { hits: number; hosts: Set<string>; events: Set<number> }>();
  readonly #hostDays = new Set<string>();
  #events = 0;

  /** @param day of the event, e.g. `2026-11-23`; events without host or day count as of one */
  add({ host, day }: { host: string; day: string }, ruleIds: Iterable<string>): void {
    this.#events += 1;
    this.#hostDays.add(`${host}\n${day}`);
    for (const id of new Set(ruleIds)) {
      const one = this.#rules.get(id) ?? { hits: 0, hosts: new Set(), events: new Set() };
      one.hits += 1;
      one.hosts.add(host);
      if (one.events.size < EVENTS_KEPT_MAX) one.events.add(this.#events);
      this.#rules.set(id, one);
    }
  }

  get events(): number {
    return this.#events;
  }

  /** Hosts times days on which each told something. */
  get hostDays(): number {
    return this.#hostDays.size;
  }

  of(id: string): RuleFigures {
    const one = this.#rules.get(id);
    return { hits: one?.hits ?? 0, hosts: one?.hosts.size ?? 0, events: one?.events ?? new Set() };
  }
}

/** @returns share of a's events that b finds, and of b's that a does; undefined where one found nothing */
export function overlap(a: RuleFigures, b: RuleFigures): { ofA: number; ofB: number } | undefined {
  if (a.events.size === 0 || b.events.size === 0) return undefined;
  const both = [...a.events].filter((event) => b.events.has(event)).length;
  return { ofA: both / a.events.size, ofB: both / b.events.size };
}
