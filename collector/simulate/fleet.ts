/**
 * Many simulated agents in one process: they connect, come back when cut off as real ones do (exponential back-off with
 * full jitter on top of the collector's hint), and send at a common pace. One timer for all of them.
 */
import { laneNumber } from '#protocol/lane.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { SimIdentity } from './identity.ts';
import { Latency } from './latency.ts';
import type { Profile } from './profiles.ts';
import { RecordPool } from './record-pool.ts';
import { SimSession } from './sim-session.ts';

export interface FleetOptions {
  identities: readonly SimIdentity[];
  profile: Profile;
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

interface Host {
  session: SimSession;
  state: 'away' | 'connecting' | 'online' | 'off';
  attempts: number;
  dueMs: number;
  /** Records made while it could not connect. */
  owes: number;
}

const TICK_MS = 20;
/** As the real agent's. */
const RETRY_MS = { min: 1_000, max: 30_000 };
const WINDOW = 16;
const FRAME_RECORDS_MAX = 100;
const FRAME_BYTES_MAX = LIMITS.batchBytesMax / 4;
/** Connections that this process tries to make at the same time; a province's hosts are many processes. */
const CONNECTING_MAX = 400;
/** First connections of hosts that are not switched on all at once come this fast. */
const ARRIVALS_PER_SECOND = 500;
const HOUR_MS = 3_600_000;

export class Fleet {
  readonly #options: FleetOptions;
  readonly #hosts: Host[];
  readonly latency = new Latency();
  readonly #pool: RecordPool;
  #timer: NodeJS.Timeout | undefined;
  #startMs = 0;
  /** When was last reckoned what is due; undefined while nothing is sent. */
  #reckonedMs: number | undefined;
  #due = 0;
  #turn = 0;
  #connecting = 0;
  #online = 0;
  #onlineMax = 0;
  #reconnects = 0;
  #failures = 0;

  constructor(options: FleetOptions) {
    this.#options = options;
    const { profile, identities, eventsPerSecond } = options;
    this.#pool = new RecordPool(profile, options.random, options.now());
    const owes = Math.round((profile.backlogSeconds * eventsPerSecond) / Math.max(1, identities.length));
    this.#hosts = identities.map((identity, index) => {
      const host: Host = {
        session: new SimSession(identity, {
          onAck: (ms) => this.latency.add(ms),
          onClosed: () => this.#lost(host),
        }),
        state: 'away',
        attempts: 0,
        owes,
        dueMs: profile.allAtOnce ? 0 : (index / ARRIVALS_PER_SECOND) * 1_000,
      };
      return host;
    });
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
    for (const { session } of this.#hosts) {
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
    return Math.ceil(this.#hosts.length * this.#options.profile.onAt(this.#hour));
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    for (const host of this.#hosts) {
      host.state = 'off';
      host.session.close();
    }
  }

  get #hour(): number {
    const passed = (performance.now() - this.#startMs) / HOUR_MS;
    return Math.floor(this.#options.hour + passed) % 24;
  }

  #tick(): void {
    const nowMs = performance.now() - this.#startMs;
    const { wanted } = this;
    for (const [index, host] of this.#hosts.entries()) {
      if (index >= wanted) this.#switchOff(host);
      else if (host.state === 'off') Object.assign(host, { state: 'away', dueMs: nowMs });
      if (host.state !== 'away' || host.dueMs > nowMs || this.#connecting >= CONNECTING_MAX) continue;
      void this.#connect(host);
    }
    if (this.#reckonedMs !== undefined) this.#send(this.#reckonedMs);
  }

  #switchOff(host: Host): void {
    if (host.state !== 'online' && host.state !== 'away') return;
    if (host.state === 'online') this.#online -= 1;
    host.state = 'off';
    host.session.close();
  }

  async #connect(host: Host): Promise<void> {
    host.state = 'connecting';
    this.#connecting += 1;
    try {
      await host.session.open();
      host.state = 'online';
      host.attempts = 0;
      this.#online += 1;
      this.#onlineMax = Math.max(this.#onlineMax, this.#online);
      this.#sendBurst(host.session, host.owes);
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

  /** Bursts of random size from host after host, until as much is sent as is due. */
  #send(reckonedMs: number): void {
    const { eventsPerSecond, profile, random, now } = this.#options;
    const share = this.wanted / Math.max(1, this.#hosts.length);
    this.#reckonedMs = performance.now();
    this.#due += (eventsPerSecond * share * (this.#reckonedMs - reckonedMs)) / 1_000;
    this.#pool.refresh(now());
    for (let tried = 0; this.#due >= 1 && tried < this.#hosts.length; tried += 1) {
      const host = this.#hosts[this.#turn % this.#hosts.length];
      this.#turn += 1;
      const windowMax = Math.min(WINDOW, host?.session.policy?.inFlightBatchesMax ?? WINDOW);
      if (host === undefined || host.state !== 'online' || host.session.inFlight >= windowMax) continue;
      const burst = Math.min(Math.ceil(this.#due), 1 + Math.floor(random() * 2 * profile.burst));
      this.#due -= burst;
      this.#sendBurst(host.session, burst);
    }
  }

  #sendBurst(session: SimSession, count: number): void {
    const lanes = new Map<number, { records: string[]; bytes: number }>();
    const flush = (lane: number): void => {
      const open = lanes.get(lane);
      if (open !== undefined) session.send(lane, open.records);
      lanes.delete(lane);
    };
    for (let made = 0; made < count; made += 1) {
      const { lane: name, json } = this.#pool.take();
      const lane = laneNumber(name);
      const open = lanes.get(lane) ?? { records: [], bytes: 0 };
      lanes.set(lane, open);
      open.records.push(json);
      open.bytes += json.length;
      if (open.records.length >= FRAME_RECORDS_MAX || open.bytes > FRAME_BYTES_MAX) flush(lane);
    }
    for (const lane of lanes.keys()) flush(lane);
  }
}
