/**
 * What has been received and not yet been taken into the spool: bounded, in the order of arrival. A stream is told to
 * pause when it is full and to go on when there is room; what cannot wait is counted as dropped.
 */
import type { LaneName } from '#protocol/lane.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { LogRecord } from '#protocol/record.ts';
import type { LimitedRecords, SourceItem } from '../source.ts';
import { Batch } from '../file/batch.ts';

const RECORDS_MAX = 5_000;
const BYTES_MAX = 4 * LIMITS.batchBytesMax;
const ROOM_BELOW = 0.5;

/** Why a message is not passed on; as in the tally. */
export type DropReason = 'sender-rate' | 'not-allowed' | 'queue-full' | 'kernel-buffer' | 'bad-frame';

export interface InboxOptions {
  lane: LaneName;
  /** As in the tally. */
  channel: string;
  /** Milliseconds since 1970. */
  now: () => number;
  recordsMax?: number | undefined;
}

interface Waiting {
  record: LogRecord;
  bytes: number;
}

export class Inbox {
  readonly #options: InboxOptions;
  readonly #recordsMax: number;
  #waiting: Waiting[] = [];
  #bytes = 0;
  readonly #dropped = new Map<DropReason, number>();
  readonly #onRoom = new Set<() => void>();
  #wake: (() => void) | undefined;
  #failure: Error | undefined;

  constructor(options: InboxOptions) {
    this.#options = options;
    this.#recordsMax = options.recordsMax ?? RECORDS_MAX;
  }

  get full(): boolean {
    return this.#waiting.length >= this.#recordsMax || this.#bytes >= BYTES_MAX;
  }

  /** @param bytes of the record's text. */
  add(record: LogRecord, bytes: number): void {
    this.#waiting.push({ record, bytes });
    this.#bytes += bytes;
    this.#wake?.();
  }

  drop(reason: DropReason, count = 1): void {
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + count);
    this.#wake?.();
  }

  /** Calls back once, when there is room again. */
  whenRoom(callback: () => void): void {
    this.#onRoom.add(callback);
  }

  /** A sender that is gone waits no longer. */
  forget(callback: () => void): void {
    this.#onRoom.delete(callback);
  }

  /** The listener's end, when it failed. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  fail(error: Error): void {
    this.#failure ??= error;
    this.#wake?.();
  }

  /** Resolves when there is something to take, when the listener failed, or when `signal` aborts. */
  async filled(signal: AbortSignal): Promise<void> {
    if (this.#waiting.length > 0 || this.#dropped.size > 0) return;
    if (this.#failure !== undefined || signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => resolve();
    this.#wake = wake;
    signal.addEventListener('abort', wake, { once: true });
    await promise;
    signal.removeEventListener('abort', wake);
    this.#wake = undefined;
  }

  /** @returns undefined when nothing waits. */
  take(): SourceItem | undefined {
    if (this.#waiting.length === 0 && this.#dropped.size === 0) return undefined;
    const batch = new Batch(this.#options.lane);
    let count = 0;
    for (const { record, bytes } of this.#waiting) {
      if (batch.full) break;
      batch.add(record, bytes);
      this.#bytes -= bytes;
      count += 1;
    }
    this.#waiting = this.#waiting.slice(count);
    const item: SourceItem = { ...batch.item(), limited: this.#takeDropped() };
    this.#tellRoom();
    return item;
  }

  #takeDropped(): LimitedRecords[] {
    const { channel, now } = this.#options;
    const at = now();
    const limited = [...this.#dropped].map(([reason, count]) => ({ channel, reason, count, at }));
    this.#dropped.clear();
    return limited;
  }

  #tellRoom(): void {
    const room = this.#waiting.length < this.#recordsMax * ROOM_BELOW && this.#bytes < BYTES_MAX * ROOM_BELOW;
    if (!room) return;
    const callbacks = [...this.#onRoom];
    this.#onRoom.clear();
    for (const callback of callbacks) callback();
  }
}
