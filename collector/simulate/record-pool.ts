/**
 * Records made beforehand and renewed a few at a time, so that a load generator that shares the machine with what it
 * loads costs little: at 20,000 a second each is sent about ten times, and none is older than half a minute.
 */
import { MadeUp } from './made-up.ts';
import type { Profile } from './profiles.ts';
import type { LaneRecord } from './records.ts';

const RECORDS = 20_000;
/** Of each refresh, about fifty a second. */
const RENEWED = 20;

export class RecordPool {
  readonly #profile: Profile;
  readonly #random: () => number;
  readonly #records: LaneRecord[];
  #next = 0;
  #oldest = 0;

  /** @param nowMs milliseconds since 1970, the time the records bear */
  constructor(profile: Profile, random: () => number, nowMs: number) {
    this.#profile = profile;
    this.#random = random;
    this.#records = Array.from({ length: RECORDS }, () => profile.record(new MadeUp(random, nowMs)));
  }

  take(): LaneRecord {
    this.#next = (this.#next + 1) % RECORDS;
    const record = this.#records[this.#next];
    if (record === undefined) throw new RangeError('the pool is empty');
    return record;
  }

  refresh(nowMs: number): void {
    for (let count = 0; count < RENEWED; count += 1) {
      this.#records[this.#oldest] = this.#profile.record(new MadeUp(this.#random, nowMs));
      this.#oldest = (this.#oldest + 1) % RECORDS;
    }
  }
}
