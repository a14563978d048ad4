/**
 * Reads systemd's journal export format as it streams: `NAME=text` lines, `NAME` with a 64-bit length and bytes for
 * values that hold line ends, an empty line after each entry. Whatever a program logs, what is held is bounded.
 */
import { LIMITS } from '#protocol/limits.ts';

export interface JournalField {
  bytes: Buffer;
  /** How much of the value was left out after `bytes`. */
  droppedBytes: number;
}

/** By field name; of a field that stands several times the first value. */
export type JournalEntry = ReadonlyMap<string, JournalField>;

/** What journald itself allows is 64. */
const NAME_BYTES_MAX = 256;
const FIELDS_MAX = 256;
const LONG_FIELD = 'MESSAGE';
const VALUE_BYTES_MAX = 4_096;
const SIZE_BYTES = 8;
const LINE_END = 0x0a;
const EQUALS = 0x3d;

export class JournalFormatError extends Error {
  override readonly name = 'JournalFormatError';
}

type State =
  | { at: 'name' }
  /** Until the line's end. */
  | { at: 'text' }
  | { at: 'size' }
  | { at: 'data'; bytesLeft: bigint }
  /** The line end after a value with a length. */
  | { at: 'data-end' };

export class ExportParser {
  #state: State = { at: 'name' };
  /** Beginning of a name or a size that is not complete yet. */
  #part = Buffer.alloc(0);
  #name = '';
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #droppedBytes = 0;
  #fields = new Map<string, JournalField>();

  /** @returns the entries that are complete with this chunk. @throws JournalFormatError when this is no export. */
  push(chunk: Buffer): JournalEntry[] {
    const entries: JournalEntry[] = [];
    let offset = 0;
    while (offset < chunk.length) offset = this.#step(chunk, offset, entries);
    return entries;
  }

  /** @returns where to go on. */
  #step(chunk: Buffer, offset: number, entries: JournalEntry[]): number {
    switch (this.#state.at) {
      case 'name':
        return this.#readName(chunk, offset, entries);
      case 'text':
        return this.#readText(chunk, offset);
      case 'size':
        return this.#readSize(chunk, offset);
      case 'data':
        return this.#readData(chunk, offset, this.#state.bytesLeft);
      case 'data-end':
        if (chunk[offset] !== LINE_END) throw new JournalFormatError('a value is longer than it says');
        this.#endField();
        return offset + 1;
    }
  }

  #readName(chunk: Buffer, offset: number, entries: JournalEntry[]): number {
    const window = chunk.subarray(offset, offset + NAME_BYTES_MAX + 1 - this.#part.length);
    const length = window.findIndex((byte) => byte === EQUALS || byte === LINE_END);
    if (length === -1) {
      this.#part = Buffer.concat([this.#part, window]);
      if (this.#part.length > NAME_BYTES_MAX) throw new JournalFormatError('a field has no name');
      return offset + window.length;
    }
    this.#name = Buffer.concat([this.#part, window.subarray(0, length)]).toString('latin1');
    this.#part = Buffer.alloc(0);
    if (window[length] === EQUALS) this.#state = { at: 'text' };
    else if (this.#name !== '') this.#state = { at: 'size' };
    else if (this.#fields.size > 0) {
      entries.push(this.#fields);
      this.#fields = new Map();
    }
    return offset + length + 1;
  }

  #readText(chunk: Buffer, offset: number): number {
    const end = chunk.indexOf(LINE_END, offset);
    this.#keep(chunk.subarray(offset, end === -1 ? chunk.length : end));
    if (end === -1) return chunk.length;
    this.#endField();
    return end + 1;
  }

  #readSize(chunk: Buffer, offset: number): number {
    const part = chunk.subarray(offset, offset + SIZE_BYTES - this.#part.length);
    this.#part = Buffer.concat([this.#part, part]);
    if (this.#part.length === SIZE_BYTES) {
      const bytesLeft = this.#part.readBigUInt64LE();
      this.#part = Buffer.alloc(0);
      this.#state = bytesLeft === 0n ? { at: 'data-end' } : { at: 'data', bytesLeft };
    }
    return offset + part.length;
  }

  #readData(chunk: Buffer, offset: number, bytesLeft: bigint): number {
    const inChunk = chunk.length - offset;
    const length = bytesLeft < BigInt(inChunk) ? Number(bytesLeft) : inChunk;
    this.#keep(chunk.subarray(offset, offset + length));
    const left = bytesLeft - BigInt(length);
    this.#state = left === 0n ? { at: 'data-end' } : { at: 'data', bytesLeft: left };
    return offset + length;
  }

  #keep(bytes: Buffer): void {
    const bytesMax = this.#name === LONG_FIELD ? LIMITS.recordTextBytesMax : VALUE_BYTES_MAX;
    const kept = bytes.subarray(0, bytesMax - this.#keptBytes);
    // A copy: a field of an unfinished entry must not hold the whole chunk it came in.
    if (kept.length > 0) this.#kept.push(Buffer.from(kept));
    this.#keptBytes += kept.length;
    this.#droppedBytes += bytes.length - kept.length;
  }

  #endField(): void {
    if (!this.#fields.has(this.#name) && this.#fields.size < FIELDS_MAX) {
      const bytes = this.#kept.length === 1 ? this.#kept[0] : Buffer.concat(this.#kept);
      this.#fields.set(this.#name, { bytes: bytes ?? Buffer.alloc(0), droppedBytes: this.#droppedBytes });
    }
    this.#kept = [];
    this.#keptBytes = 0;
    this.#droppedBytes = 0;
    this.#state = { at: 'name' };
  }
}
