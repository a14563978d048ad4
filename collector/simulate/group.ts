/** Hosts of one kind in a fleet: which of them are on, and whose turn it is to send. */
import { laneNumber } from '#protocol/lane.ts';
import { OpenFrame } from './frames.ts';
import type { Profile } from './profiles.ts';
import { RecordPool } from './record-pool.ts';
import type { SimSession } from './sim-session.ts';

export interface Host {
  session: SimSession;
  state: 'away' | 'connecting' | 'online' | 'off';
  attempts: number;
  dueMs: number;
  /** Records made while it could not connect. */
  owes: number;
}

export interface GroupOptions {
  profile: Profile;
  hosts: readonly Host[];
  /** Of all its hosts together. */
  eventsPerSecond: number;
  /** Uniform in [0, 1). */
  random: () => number;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** As the real agent's. */
const WINDOW = 16;

export class Group {
  readonly profile: Profile;
  readonly hosts: readonly Host[];
  readonly #options: GroupOptions;
  readonly #pool: RecordPool;
  #due = 0;
  #turn = 0;

  constructor(options: GroupOptions) {
    this.#options = options;
    this.profile = options.profile;
    this.hosts = options.hosts;
    this.#pool = new RecordPool(options.profile, options.random, options.now());
  }

  /** How many of its hosts are switched on at an hour of the day. */
  wantedAt(hour: number): number {
    return Math.ceil(this.hosts.length * this.profile.onAt(hour));
  }

  /** What is due after so many milliseconds more: bursts of random size from host after host. */
  send(passedMs: number, hour: number): void {
    const { eventsPerSecond, profile, random, now } = this.#options;
    const share = this.wantedAt(hour) / Math.max(1, this.hosts.length);
    this.#due += (eventsPerSecond * share * passedMs) / 1_000;
    this.#pool.refresh(now());
    for (let tried = 0; this.#due >= 1 && tried < this.hosts.length; tried += 1) {
      const host = this.hosts[this.#turn % this.hosts.length];
      this.#turn += 1;
      const windowMax = Math.min(WINDOW, host?.session.policy?.inFlightBatchesMax ?? WINDOW);
      if (host === undefined || host.state !== 'online' || host.session.inFlight >= windowMax) continue;
      const burst = Math.min(Math.ceil(this.#due), 1 + Math.floor(random() * 2 * profile.burst));
      this.#due -= burst;
      this.sendBurst(host.session, burst);
    }
  }

  sendBurst(session: SimSession, count: number): void {
    const lanes = new Map<number, OpenFrame>();
    const flush = (lane: number): void => {
      const open = lanes.get(lane);
      if (open !== undefined) session.send(lane, open.records);
      lanes.delete(lane);
    };
    for (let made = 0; made < count; made += 1) {
      const { lane: name, json } = this.#pool.take();
      const lane = laneNumber(name);
      const open = lanes.get(lane) ?? new OpenFrame();
      lanes.set(lane, open);
      if (open.add(json)) flush(lane);
    }
    for (const lane of lanes.keys()) flush(lane);
  }
}
