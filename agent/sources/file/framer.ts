/**
 * Cuts the bytes of one file into records: lines, or whole <Event> elements. Bytes are fed in file order and frames
 * are pulled one by one. Invariants: `offset` is the first byte not yet handed out, so it is always a safe place to
 * start again; memory is bounded by one read plus one record's limit however long a record is.
 */
import type { TextEncoding } from './text-encoding.ts';

export interface Frame {
  bytes: Buffer;
  /** Bytes of the record that were dropped after `bytes`. */
  droppedBytes: number;
}

export type FrameKind = 'line' | 'event-element';

/** Bytes handed out before `offset` that are kept, to recognise the place again after the file was rewritten. */
export const TRAIL_BYTES_MAX = 256;

/** Of a record that does not end: then another begins. */
const SPAN_BYTES_MAX = 268_435_456;

interface Match {
  /** First byte of what ends the record. */
  at: number;
  /** First byte after it. */
  after: number;
}

const EMPTY = Buffer.alloc(0);

function encode(text: string, encoding: TextEncoding): Buffer {
  if (encoding === 'utf-8') return Buffer.from(text, 'utf8');
  const units = Buffer.from(text, 'utf16le');
  return encoding === 'utf-16be' ? units.swap16() : units;
}

export class Framer {
  readonly #kind: FrameKind;
  readonly #unit: 1 | 2;
  readonly #bigEndian: boolean;
  readonly #recordBytesMax: number;
  readonly #newline: Buffer;
  readonly #open: Buffer;
  readonly #close: Buffer;
  #window: Buffer = EMPTY;
  /** File position of #window[0]. */
  #base: number;
  /** First byte of the window not handed out. */
  #cursor = 0;
  /** No terminator begins before this byte of the window. */
  #scanned = 0;
  /** The record under way is longer than the limit: its beginning, its place, and what was dropped of it so far. */
  #long: { head: Buffer; start: number; droppedBytes: number } | undefined;
  /** Inside an <Event> element. */
  #inside = false;
  /** Bytes other than white space between elements. */
  #strayBytes = 0;

  constructor(kind: FrameKind, encoding: TextEncoding, recordBytesMax: number, position: number) {
    this.#kind = kind;
    this.#unit = encoding === 'utf-8' ? 1 : 2;
    this.#bigEndian = encoding === 'utf-16be';
    this.#recordBytesMax = recordBytesMax;
    this.#newline = encode('\n', encoding);
    this.#open = encode('<Event', encoding);
    this.#close = encode('</Event>', encoding);
    this.#base = position;
  }

  /** File position of the first byte not handed out. */
  get offset(): number {
    return this.#long?.start ?? this.#base + this.#cursor;
  }

  /** File position after the last byte fed. */
  get fedTo(): number {
    return this.#base + this.#window.length;
  }

  /** The last bytes fed, at most `TRAIL_BYTES_MAX`. */
  get fedTrail(): Buffer {
    return this.#window.subarray(Math.max(0, this.#window.length - TRAIL_BYTES_MAX));
  }

  /** The bytes before `offset`, at most `TRAIL_BYTES_MAX`; fewer, even none, when they are not at hand. */
  get trail(): Buffer {
    if (this.#long !== undefined) return EMPTY;
    return this.#window.subarray(Math.max(0, this.#cursor - TRAIL_BYTES_MAX), this.#cursor);
  }

  /** Whether a record has begun that is not complete. */
  get pending(): boolean {
    return this.#long !== undefined || this.#cursor < this.#window.length;
  }

  get strayBytes(): number {
    return this.#strayBytes;
  }

  /** Bytes of the unfinished record held in memory. */
  get heldBytes(): number {
    return (this.#long?.head.length ?? 0) + this.#window.length - this.#cursor;
  }

  /**
   * Memory for the next read: `start` bytes of it are already filled with what is still needed. After reading
   * `count` bytes behind them, hand it back with `feed`.
   */
  prepare(readBytes: number): { into: Buffer; start: number } {
    const keepFrom = Math.max(0, this.#cursor - TRAIL_BYTES_MAX);
    const kept = this.#window.subarray(keepFrom);
    const into = Buffer.allocUnsafe(kept.length + readBytes);
    kept.copy(into);
    this.#base += keepFrom;
    this.#cursor -= keepFrom;
    this.#scanned = Math.max(this.#cursor, this.#scanned - keepFrom);
    this.#window = into.subarray(0, kept.length);
    return { into, start: kept.length };
  }

  /** Gives back memory that is not needed until more is read. */
  compact(): void {
    const { into } = this.prepare(0);
    // Not of the pool: a few bytes would hold one of its blocks as long as the file is followed.
    this.#window = Buffer.allocUnsafeSlow(into.length);
    into.copy(this.#window);
  }

  feed(into: Buffer, filled: number): void {
    this.#window = into.subarray(0, filled);
  }

  /** Puts known bytes before `offset`, right after construction. */
  seedTrail(trail: Buffer): void {
    this.#window = trail;
    this.#base -= trail.length;
    this.#cursor = trail.length;
    this.#scanned = trail.length;
  }

  /**
   * The next complete record, or undefined when more bytes are needed.
   * @param final nothing follows in this file: what is left is a record too.
   */
  next(final: boolean): Frame | undefined {
    return this.#kind === 'line' ? this.#nextLine(final) : this.#nextElement(final);
  }

  #nextLine(final: boolean): Frame | undefined {
    const at = this.#find(this.#newline, this.#scanned);
    if (at >= 0) return this.#take({ at, after: at + this.#unit }, true);
    this.#scanned = Math.max(this.#cursor, this.#window.length - (this.#unit - 1));
    if (final && this.pending) {
      return this.#take({ at: this.#window.length, after: this.#window.length }, true);
    }
    this.#shed(0);
    const { droppedBytes = 0 } = this.#long ?? {};
    // A line without end, such as a hole in a sparse file: what is known of it is told, and the place moves on.
    return droppedBytes >= SPAN_BYTES_MAX
      ? this.#take({ at: this.#cursor, after: this.#cursor }, true)
      : undefined;
  }

  #nextElement(final: boolean): Frame | undefined {
    if (!this.#inside && !this.#enterElement(final)) return undefined;
    const close = this.#find(this.#close, this.#scanned);
    // A second start before the end: the first element was never finished. It is a record of its own.
    const open = this.#findOpen(this.#scanned);
    if (open.at >= 0 && (close < 0 || open.at < close)) {
      this.#inside = false;
      return this.#take({ at: open.at, after: open.at }, false);
    }
    if (close >= 0) {
      this.#inside = false;
      const after = close + this.#close.length;
      return this.#take({ at: after, after }, false);
    }
    const overlap = this.#close.length;
    this.#scanned = Math.max(this.#scanned, this.#window.length - overlap);
    if (final) {
      this.#inside = false;
      return this.#take({ at: this.#window.length, after: this.#window.length }, false);
    }
    this.#shed(overlap);
    return undefined;
  }

  /** Moves to the next start of an element, past what is no event. */
  #enterElement(final: boolean): boolean {
    const open = this.#findOpen(this.#cursor);
    const end = open.at >= 0 ? open.at : this.#window.length;
    let to = end;
    // The last bytes may be the beginning of a start tag.
    if (open.at < 0 && !final) to = Math.max(this.#cursor, open.maybe);
    this.#countStray(this.#cursor, to);
    this.#cursor = to;
    this.#scanned = to;
    if (open.at < 0) return false;
    this.#inside = true;
    this.#scanned = open.at + this.#open.length;
    return true;
  }

  #countStray(from: number, to: number): void {
    for (let index = from; index < to; index += 1)
      if ((this.#window[index] ?? 0) > 0x20) this.#strayBytes += 1;
  }

  /** `<Event` followed by white space, `>` or `/`; `maybe` is where one could begin that is not complete yet. */
  #findOpen(from: number): { at: number; maybe: number } {
    let at = this.#find(this.#open, from);
    while (at >= 0) {
      const after = at + this.#open.length;
      if (after + this.#unit > this.#window.length) return { at: -1, maybe: at };
      const code = this.#window[this.#bigEndian ? after + 1 : after] ?? 0;
      if (code === 0x3e || code === 0x2f || code <= 0x20) return { at, maybe: at };
      at = this.#find(this.#open, after);
    }
    const tail = this.#window.length - this.#open.length + 1;
    return { at: -1, maybe: Math.max(from, this.#aligned(tail)) };
  }

  #aligned(index: number): number {
    return this.#unit === 2 && (this.#base + index) % 2 !== 0 ? index - 1 : index;
  }

  #find(needle: Buffer, from: number): number {
    if (this.#unit === 1) {
      return needle.length === 1
        ? this.#window.indexOf(0x0a, from)
        : this.#window.indexOf(needle, from, 'latin1');
    }
    let at = this.#window.indexOf(needle, from);
    while (at >= 0 && (this.#base + at) % 2 !== 0) at = this.#window.indexOf(needle, at + 1);
    return at;
  }

  #take(end: Match, isLine: boolean): Frame {
    const long = this.#long;
    const start = this.#cursor;
    this.#cursor = end.after;
    this.#scanned = end.after;
    if (long !== undefined) {
      this.#long = undefined;
      const rest = end.at - start;
      return { bytes: long.head, droppedBytes: long.droppedBytes + rest };
    }
    let stop = end.at;
    if (isLine && stop - start >= this.#unit && this.#unitAt(stop - this.#unit) === 0x0d) stop -= this.#unit;
    const kept = Math.min(stop, start + this.#recordBytesMax);
    return { bytes: this.#window.subarray(start, kept), droppedBytes: stop - kept };
  }

  #unitAt(index: number): number {
    if (this.#unit === 1) return this.#window[index] ?? -1;
    return this.#bigEndian ? this.#window.readUInt16BE(index) : this.#window.readUInt16LE(index);
  }

  /** Drops what a record has over its limit, except the last `overlap` bytes, where its end may have begun. */
  #shed(overlap: number): void {
    const end = Math.max(this.#cursor, this.#aligned(this.#window.length - overlap));
    if (this.#long === undefined) {
      if (end - this.#cursor <= this.#recordBytesMax) return;
      const cut = this.#cursor + this.#recordBytesMax;
      this.#long = {
        head: Buffer.from(this.#window.subarray(this.#cursor, cut)),
        start: this.#base + this.#cursor,
        droppedBytes: end - cut,
      };
    } else {
      this.#long.droppedBytes += end - this.#cursor;
    }
    this.#cursor = end;
    this.#scanned = Math.max(this.#scanned, end);
  }
}
