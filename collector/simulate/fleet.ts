/**
 * Many simulated agents in one process: they connect, come back when cut off as real ones do (exponential back-off with
 * full jitter on top of the collector's hint), and send at a common pace. One timer for all of them.
 */
import type { SimIdentity } from './identity.ts';
import { Latency } from './latency.ts';
import { Group, type Host } from './group.ts';
import { hostsOf, type Part } from './profiles.ts';
import { SimSession } from './sim-session.ts';

export interface FleetOptions {
  identities: readonly SimIdentity[];
  parts: readonly Part[];
  /** Of all together. */
  eventsPerSecond: number;
  /** Hour of the day at which the simulated hosts begin (0-23). */
  hour: number;
  /** Uniform in [0, 1). */
  random: () => number;
  /** Milliseconds since 1970. */
  now: () => number;
}

export interface FleetState {
  online: number;
  /** Most that were online at once. */
  onlineMax: number;
  sent: number;
  acked: number;
  reconnects: number;
  failures: number;
}

const TICK_MS = 20;
/** As the real agent's. */
const RETRY_MS = { min: 1_000, max: 30_000 };
/** Connections that this process tries to make at the same time; a province's hosts are many processes. */
const CONNECTING_MAX = 400;
/** First connections of hosts that are not switched on all at once come this fast. */
const ARRIVALS_PER_SECOND = 500;
const HOUR_MS = 3_600_000;

export class Fleet {
  readonly #options: FleetOptions;
  readonly #groups: readonly Group[];
  readonly latency = new Latency();
  #timer: NodeJS.Timeout | undefined;
  #startMs = 0;
  /** When was last reckoned what is due; undefined while nothing is sent. */
  #reckonedMs: number | undefined;
  #connecting = 0;
  #online = 0;
  #onlineMax = 0;
  #reconnects = 0;
  #failures = 0;

  constructor(options: FleetOptions) {
    this.#options = options;
    const { parts, identities, eventsPerSecond, random, now } = options;
    let taken = 0;
    this.#groups = hostsOf(parts, identities.length).flatMap((count, at) => {
      const part = parts[at];
      if (part === undefined) return [];
      const perSecond = part.events * eventsPerSecond;
      const owes = Math.round((part.profile.backlogSeconds * perSecond) / Math.max(1, count));
      const hosts = identities
        .slice(taken, taken + count)
        .map((identity, index) => this.#newHost(identity, { owes, index, part }));
      taken += count;
      return [new Group({ profile: part.profile, hosts, eventsPerSecond: perSecond, random, now })];
    });
  }

  #newHost(identity: SimIdentity, { owes, index, part }: { owes: number; index: number; part: Part }): Host {
    const host: Host = {
      session: new SimSession(identity, {
        onAck: (ms) => this.latency.add(ms),
        onClosed: () => this.#lost(host),
      }),
      state: 'away',
      attempts: 0,
      owes,
      dueMs: part.profile.allAtOnce ? 0 : (index / (ARRIVALS_PER_SECOND * part.hosts)) * 1_000,
    };
    return host;
  }

  /** Begins to connect. */
  start(): void {
    this.#startMs = performance.now();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  startSending(): void {
    this.#reckonedMs = performance.now();
  }

  /** No more is made; what was sent is still waited for. */
  stopSending(): void {
    this.#reckonedMs = undefined;
  }

  get state(): FleetState {
    let [sent, acked] = [0, 0];
    for (const { session } of this.#hosts()) {
      sent += session.stats.sent;
      acked += session.stats.acked;
    }
    return {
      online: this.#online,
      onlineMax: this.#onlineMax,
      sent,
      acked,
      reconnects: this.#reconnects,
      failures: this.#failures,
    };
  }

  /** Hosts that are switched on at this hour. */
  get wanted(): number {
    const hour = this.#hour;
    return this.#groups.reduce((sum, group) => sum + group.wantedAt(hour), 0);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    for (const host of this.#hosts()) {
      host.state = 'off';
      host.session.close();
    }
  }

  #hosts(): readonly Host[] {
    return this.#groups.flatMap(({ hosts }) => hosts);
  }

  get #hour(): number {
    const passed = (performance.now() - this.#startMs) / HOUR_MS;
    return Math.floor(this.#options.hour + passed) % 24;
  }

  #tick(): void {
    const nowMs = performance.now() - this.#startMs;
    const hour = this.#hour;
    for (const group of this.#groups) {
      const wanted = group.wantedAt(hour);
      for (const [index, host] of group.hosts.entries()) {
        if (index >= wanted) this.#switchOff(host);
        else if (host.state === 'off') Object.assign(host, { state: 'away', dueMs: nowMs });
        if (host.state !== 'away' || host.dueMs > nowMs || this.#connecting >= CONNECTING_MAX) continue;
        void this.#connect(group, host);
      }
    }
    if (this.#reckonedMs !== undefined) this.#send(this.#reckonedMs);
  }

  #switchOff(host: Host): void {
    if (host.state !== 'online' && host.state !== 'away') return;
    if (host.state === 'online') this.#online -= 1;
    host.state = 'off';
    host.session.close();
  }

  async #connect(group: Group, host: Host): Promise<void> {
    host.state = 'connecting';
    this.#connecting += 1;
    try {
      await host.session.open();
      host.state = 'online';
      host.attempts = 0;
      this.#online += 1;
      this.#onlineMax = Math.max(this.#onlineMax, this.#online);
      group.sendBurst(host.session, host.owes);
      host.owes = 0;
    } catch {
      // Why is the collector's to say; that it happened is counted, and the host comes back like any other.
      this.#failures += 1;
      this.#sendAway(host);
    } finally {
      this.#connecting -= 1;
    }
  }

  #lost(host: Host): void {
    if (host.state !== 'online') return;
    this.#online -= 1;
    this.#reconnects += 1;
    this.#sendAway(host);
  }

  #sendAway(host: Host): void {
    const { random } = this.#options;
    const ceiling = Math.min(RETRY_MS.max, RETRY_MS.min * 2 ** Math.min(host.attempts + 1, 30));
    host.attempts += 1;
    host.state = 'away';
    const floor = Math.max(RETRY_MS.min, host.session.retryAfterMs ?? 0);
    host.dueMs = performance.now() - this.#startMs + floor + random() * (ceiling - RETRY_MS.min);
  }

  #send(reckonedMs: number): void {
    this.#reckonedMs = performance.now();
    const hour = this.#hour;
    for (const group of this.#groups) group.send(this.#reckonedMs - reckonedMs, hour);
  }
}
