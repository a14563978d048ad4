/**
 * Joins the lines of one record. Invariants: nothing is left out (a record over its limits is ended and the next line
 * begins another); `place` is where the record under way began, so reading may always start again there; a line that
 * was cut stands alone.
 */
import { TRAIL_BYTES_MAX, type Frame } from './framer.ts';
import { LINE_CHARS_MAX, type LineGrouping } from './line-grouping.ts';
import { decodeRecord, type TextEncoding } from './text-encoding.ts';

export interface GroupLimits {
  linesMax: number;
  bytesMax: number;
  /** A record is complete when nothing came for so long. */
  waitMs: number;
}

export interface Place {
  /** First byte of a line. */
  offset: number;
  /** The bytes before it. */
  trail: Buffer;
}

/** UTF-8 or UTF-16 bytes that hold the characters a grouping looks at. */
const DECIDING_BYTES_MAX = LINE_CHARS_MAX * 4;

export class LineGroup {
  readonly waitMs: number;
  readonly #grouping: LineGrouping;
  readonly #limits: GroupLimits;
  readonly #encoding: TextEncoding;
  readonly #newline: Buffer;
  #lines: Buffer[] = [];
  #bytes = 0;
  #droppedBytes = 0;
  #place: Place | undefined;

  constructor(grouping: LineGrouping, limits: GroupLimits, encoding: TextEncoding) {
    this.waitMs = limits.waitMs;
    this.#grouping = grouping;
    this.#limits = limits;
    this.#encoding = encoding;
    this.#newline = Buffer.from('\n', encoding === 'utf-8' ? 'utf8' : 'utf16le');
    if (encoding === 'utf-16be') this.#newline.swap16();
  }

  /** Where the record under way began; undefined when there is none. */
  get place(): Place | undefined {
    return this.#place;
  }

  get heldBytes(): number {
    return this.#bytes;
  }

  /**
   * Takes the next line.
   * @param place of the line; its trail is copied.
   * @returns the record before it, when this line does not belong to it.
   */
  push({ bytes, droppedBytes }: Frame, place: Place): Frame | undefined {
    const blank = bytes.length === 0 && droppedBytes === 0;
    const belongs = blank ? this.#place !== undefined : this.#grouping.continues(this.#beginning(bytes));
    // A blank line says nothing by itself.
    if (blank && !belongs) return undefined;
    const fits =
      droppedBytes === 0 &&
      this.#droppedBytes === 0 &&
      this.#lines.length < this.#limits.linesMax &&
      this.#bytes + bytes.length <= this.#limits.bytesMax;
    const complete = belongs && fits ? undefined : this.#close();
    if (this.#place === undefined) {
      if (blank) return complete;
      const { trail } = place;
      this.#place = {
        offset: place.offset,
        trail: Buffer.from(trail.subarray(Math.max(0, trail.length - TRAIL_BYTES_MAX))),
      };
    }
    // What it lies in is used again by the next read.
    this.#lines.push(Buffer.from(bytes));
    this.#bytes += bytes.length + this.#newline.length;
    this.#droppedBytes += droppedBytes;
    return complete;
  }

  /** Ends the record under way. */
  end(): Frame | undefined {
    const frame = this.#close();
    this.#grouping.reset();
    return frame;
  }

  #close(): Frame | undefined {
    if (this.#place === undefined) return undefined;
    while (this.#lines.at(-1)?.length === 0) this.#lines.pop();
    const [first = Buffer.alloc(0), ...more] = this.#lines;
    const bytes =
      more.length === 0 ? first : Buffer.concat([first, ...more.flatMap((line) => [this.#newline, line])]);
    const frame = { bytes, droppedBytes: this.#droppedBytes };
    this.#lines = [];
    this.#bytes = 0;
    this.#droppedBytes = 0;
    this.#place = undefined;
    return frame;
  }

  #beginning(bytes: Buffer): string {
    if (this.#grouping.wholeLines === true) return decodeRecord(bytes, this.#encoding, 0).text;
    return decodeRecord(bytes.subarray(0, DECIDING_BYTES_MAX), this.#encoding, 0).text.slice(
      0,
      LINE_CHARS_MAX,
    );
  }
}
