/**
 * How many alerts matches would have opened: those about one thing join an alert until it was quiet for the rule's window,
 * and an agency gets at most the rule's budget in an hour. Alerts of a fleet, exceptions and risk are left out: they only
 * make fewer rows.
 */
export interface ForecastPolicy {
  windowMs: number;
  alertsPerHourMax: number;
}

export interface ForecastDay {
  /** Day in Vietnam, e.g. `2026-11-26`. */
  day: string;
  matches: number;
  alerts: number;
}

const HOUR_MS = 3_600_000;
const VIETNAM_MS = 7 * HOUR_MS;

export class AlertForecast {
  readonly #policy: ForecastPolicy;
  readonly #open = new Map<string, number>();
  readonly #opened = new Map<string, number>();
  readonly #days = new Map<string, ForecastDay>();
  #alerts = 0;
  #held = 0;

  constructor(policy: ForecastPolicy) {
    this.#policy = policy;
  }

  /** Matches about one thing, close together; by the order of time. */
  add(seen: { agencyId: number; key: string; firstMs: number; lastMs: number; count: number }): void {
    const { agencyId, key, firstMs, lastMs, count } = seen;
    const day = this.#dayOf(firstMs);
    day.matches += count;
    const before = this.#open.get(key);
    if (before !== undefined && firstMs - before <= this.#policy.windowMs) {
      this.#open.set(key, Math.max(before, lastMs));
      return;
    }
    const place = `${String(agencyId)}/${String(Math.floor(firstMs / HOUR_MS))}`;
    const used = this.#opened.get(place) ?? 0;
    if (used >= this.#policy.alertsPerHourMax) {
      this.#held += count;
      return;
    }
    this.#opened.set(place, used + 1);
    this.#open.set(key, lastMs);
    this.#alerts += 1;
    day.alerts += 1;
  }

  result(): { alerts: number; held: number; days: ForecastDay[] } {
    const days = [...this.#days.values()].toSorted((a, b) => (a.day < b.day ? -1 : 1));
    return { alerts: this.#alerts, held: this.#held, days };
  }

  #dayOf(timeMs: number): ForecastDay {
    const name = new Date(timeMs + VIETNAM_MS).toISOString().slice(0, 10);
    const day = this.#days.get(name) ?? { day: name, matches: 0, alerts: 0 };
    this.#days.set(name, day);
    return day;
  }
}
