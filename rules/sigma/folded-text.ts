/**
 * A text as searches for literals read it: folded, a byte for each UTF-16 unit, so that a search walks over plain memory
 * whatever kind of string it is. Units beyond ASCII count by their lowest bits: what is found there is compared again.
 * Invariant: the bytes are those of the text set last by anyone; a search is over before the next text is set.
 */
import { fold } from './fold.ts';

/** Longer texts are turned into bytes by the runtime, which does many characters at a time. */
const SHORT = 24;
const BYTES_MIN = 65_536;
const BEYOND = 128;
const encoder = new TextEncoder();

/** ASCII folded; what is beyond stays. */
const FOLDED = Uint8Array.from({ length: 256 }, (_, code) => (code >= 65 && code <= 90 ? code + 32 : code));

let bytes = new Uint8Array(BYTES_MIN);

/** What a unit of a folded text counts as. */
export function byteOf(code: number): number {
  return code < BEYOND ? code : BEYOND | (code & (BEYOND - 1));
}

/** Bytes of a folded text, of their own. */
export function bytesOf(folded: string): Uint8Array {
  return Uint8Array.from({ length: folded.length }, (_, at) => byteOf(folded.charCodeAt(at)));
}

export class FoldedText {
  /** More than the text has: `length` of them count. */
  bytes = bytes;
  length = 0;
  /** The bytes say all; otherwise only the folded text tells whether a literal stands somewhere. */
  isAscii = true;
  #text = '';
  #folded: string | undefined;

  constructor(text = '') {
    this.set(text);
  }

  set(text: string): void {
    this.#text = text;
    this.#folded = undefined;
    const { length } = text;
    this.length = length;
    if (length > bytes.length) bytes = new Uint8Array(2 ** Math.ceil(Math.log2(length)));
    this.bytes = bytes;
    this.isAscii = length < SHORT ? this.#readShort(text) : this.#readLong(text);
    if (!this.isAscii) this.#readFolded();
  }

  get folded(): string {
    this.#folded ??= fold(this.#text);
    return this.#folded;
  }

  /** Whether the literal, which has these bytes, begins at a place. */
  startsAt(place: number, literal: string, own: Uint8Array): boolean {
    if (place < 0 || place + own.length > this.length) return false;
    const { bytes: all } = this;
    for (let at = 0; at < own.length; at += 1) if (all[place + at] !== own[at]) return false;
    return this.isAscii || this.folded.startsWith(literal, place);
  }

  #readShort(text: string): boolean {
    let all = 0;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      all |= code;
      bytes[at] = FOLDED[code] ?? 0;
    }
    return all < BEYOND;
  }

  #readLong(text: string): boolean {
    const { read, written } = encoder.encodeInto(text, bytes);
    if (read !== text.length || written !== read) return false;
    for (let at = 0; at < read; at += 1) bytes[at] = FOLDED[bytes[at] ?? 0] ?? 0;
    return true;
  }

  #readFolded(): void {
    const { folded } = this;
    for (let at = 0; at < folded.length; at += 1) bytes[at] = byteOf(folded.charCodeAt(at));
  }
}
