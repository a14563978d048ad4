/** One item under way: records of a lane from any number of files, and the checkpoints that cover them. */
import type { LaneName } from '#protocol/lane.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { SourceRecord } from '#protocol/record.ts';
import type { LimitedRecords, PositionChange, SourceItem } from '../source.ts';

/** With one more record of the longest text the item is still within the bytes of a batch. */
const FULL_AT_BYTES = LIMITS.batchBytesMax - LIMITS.recordTextBytesMax;
const RECORD_OVERHEAD_BYTES = 96;
const POSITIONS_MAX = 1_000;

export class Batch {
  readonly lane: LaneName;
  readonly #records: SourceRecord[] = [];
  readonly #positions = new Map<string, string | undefined>();
  readonly #limited: LimitedRecords[] = [];
  #bytes = 0;

  constructor(lane: LaneName) {
    this.lane = lane;
  }

  /** No further record may be added. */
  get full(): boolean {
    return (
      this.#records.length >= LIMITS.batchEventsMax ||
      this.#bytes >= FULL_AT_BYTES ||
      this.#positions.size >= POSITIONS_MAX
    );
  }

  get empty(): boolean {
    return this.#records.length === 0 && this.#positions.size === 0 && this.#limited.length === 0;
  }

  /** @param textBytes size of the record's text; only long ones need to be exact. */
  add(record: SourceRecord, textBytes: number): void {
    this.#records.push(record);
    this.#bytes += textBytes + RECORD_OVERHEAD_BYTES;
  }

  position(key: string, value: string | undefined): void {
    this.#positions.set(key, value);
  }

  /** What was seen and cannot be passed on. */
  limit(limited: LimitedRecords): void {
    this.#limited.push(limited);
  }

  item(): SourceItem {
    const positions: PositionChange[] = [...this.#positions].map(([key, value]) => ({ key, value }));
    const item = { lane: this.lane, records: this.#records, positions };
    return this.#limited.length === 0 ? item : { ...item, limited: this.#limited };
  }
}
