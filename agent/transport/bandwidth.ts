/**
 * How fast the agent may send: the lower of what the collector allows now and what the host's own settings say for
 * this hour. It outlives sessions, so that connecting anew buys nothing. Old records have a bound of their own
 * below it, so that the first catch-up leaves room for news.
 */
import type { AgentPolicy } from '#protocol/down.ts';
import { LIMITS } from '#protocol/limits.ts';
import { minuteOfDay } from '#protocol/time-of-day.ts';
import type { Clock } from '../clock.ts';
import { TokenBucket } from './token-bucket.ts';

export interface BandwidthSettings {
  /** Bytes per second. */
  bytesPerSecondMax?: number | undefined;
  hours?: readonly CappedHours[] | undefined;
}

export interface CappedHours {
  /** Host's own time of day, `07:30`; `to` before `from` reaches over midnight. */
  from: string;
  to: string;
  /** 1 is Monday, 7 Sunday; of the day on which the hours begin. Left out: every day. */
  days?: readonly number[] | undefined;
  bytesPerSecondMax: number;
}

/** Age above which a record is old, unless the collector says so. */
const CATCH_UP_AGE_MS = 600_000;
/** For what a restored collector lacks, unless the collector bounds old records anyway. */
const REFILL_BYTES_PER_SECOND = 1_048_576;
/** What a message costs beside its own bytes: WebSocket, TLS and TCP headers, roughly. */
const OVERHEAD_BYTES = 64;
const FRAME_BYTES_MIN = 256;
const DAY_MINUTES = 1_440;

export type Age = { kind: 'news' } | { kind: 'old' } | { kind: 'refill' };

export class Bandwidth {
  readonly #clock: Pick<Clock, 'now' | 'monotonicMs'>;
  readonly #settings: BandwidthSettings;
  readonly #all: TokenBucket;
  readonly #old: TokenBucket;
  #sentBytes = 0;
  #policy: Pick<AgentPolicy, 'bytesPerSecondMax' | 'catchUpBytesPerSecondMax' | 'catchUpAgeMs'> = {};

  constructor(clock: Pick<Clock, 'now' | 'monotonicMs'>, settings: BandwidthSettings = {}) {
    this.#clock = clock;
    this.#settings = settings;
    this.#all = new TokenBucket(() => clock.monotonicMs());
    this.#old = new TokenBucket(() => clock.monotonicMs());
  }

  apply(policy: Pick<AgentPolicy, 'bytesPerSecondMax' | 'catchUpBytesPerSecondMax' | 'catchUpAgeMs'>): void {
    this.#policy = policy;
  }

  /** @param committedMs when a record was committed: milliseconds since 1970. */
  ageOf(committedMs: number): Age {
    const { catchUpAgeMs = CATCH_UP_AGE_MS } = this.#policy;
    return { kind: this.#clock.now() - committedMs > catchUpAgeMs ? 'old' : 'news' };
  }

  /** Bytes per second for all lanes together now; undefined: no bound. */
  get bytesPerSecondMax(): number | undefined {
    return lower(this.#policy.bytesPerSecondMax, localCap(this.#settings, this.#clock.now()));
  }

  #rateOf(age: Age): number | undefined {
    const { catchUpBytesPerSecondMax: caught } = this.#policy;
    if (age.kind === 'news') return undefined;
    return age.kind === 'old' ? caught : (caught ?? REFILL_BYTES_PER_SECOND);
  }

  /** Milliseconds until anything may be sent; 0: now. */
  waitMs(): number {
    return this.#all.waitMs(this.bytesPerSecondMax);
  }

  /** Milliseconds until something of that age may be sent, when anything may. */
  waitMsOf(age: Age): number {
    const rate = this.#rateOf(age);
    return rate === undefined ? 0 : this.#old.waitMs(rate);
  }

  /** Bytes on the wire that one frame should not be above: about a second of what is allowed. */
  get frameBytesMax(): number {
    const rate = lower(this.bytesPerSecondMax, this.#policy.catchUpBytesPerSecondMax);
    return Math.max(FRAME_BYTES_MIN, Math.min(rate ?? Infinity, LIMITS.batchBytesMax));
  }

  /** Handed to the line since the start, TLS and what lies below it left out. */
  get sentBytes(): number {
    return this.#sentBytes;
  }

  take(bytes: number, age: Age = { kind: 'news' }): void {
    this.#sentBytes += bytes;
    this.#all.take(bytes + OVERHEAD_BYTES, this.bytesPerSecondMax);
    const rate = this.#rateOf(age);
    if (rate !== undefined) this.#old.take(bytes + OVERHEAD_BYTES, rate);
  }
}

function lower(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

/** The lowest of all that hold at that time, by the host's own clock and zone. */
function localCap({ bytesPerSecondMax, hours = [] }: BandwidthSettings, nowMs: number): number | undefined {
  // Asking for the local time loads the runtime's time zones, half a megabyte for good.
  if (hours.length === 0) return bytesPerSecondMax;
  const now = new Date(nowMs);
  const minute = now.getHours() * 60 + now.getMinutes();
  const day = now.getDay() === 0 ? 7 : now.getDay();
  const holds = ({ from, to, days }: CappedHours): boolean => {
    const begin = minuteOfDay(from) ?? 0;
    const end = minuteOfDay(to) ?? DAY_MINUTES;
    const onDay = (which: number): boolean => days === undefined || days.includes(which);
    if (begin <= end) return minute >= begin && minute < end && onDay(day);
    return (minute >= begin && onDay(day)) || (minute < end && onDay(day === 1 ? 7 : day - 1));
  };
  return hours
    .filter(holds)
    .reduce<number | undefined>((cap, entry) => lower(cap, entry.bytesPerSecondMax), bytesPerSecondMax);
}
