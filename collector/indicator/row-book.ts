/**
 * What is known of each indicator in force, a row a piece, in typed arrays: a million of them are no million objects.
 * A row's key is its text in ASCII, or of a network the bytes of its words; `extent` is the length of a network's prefix.
 */
import { INDICATOR_KINDS, type IndicatorKind } from './indicator.ts';
import { networkText } from './ip-address.ts';
import type { SharedRows } from './shared-index.ts';

const SECOND_MS = 1_000;
/** Of a key on average, in lists as they are: half of them are hashes and URLs. */
const KEY_BYTES = 44;

export interface RowFacts {
  /** In the register, from 1; left out: 0. */
  id?: number | undefined;
  confidence: number;
  source: string;
  /** Milliseconds since 1970. */
  validUntilMs: number | null;
}

function grown<Numbers extends Uint8Array | Uint16Array | Uint32Array>(
  numbers: Numbers,
  make: (length: number) => Numbers,
  need: number,
): Numbers {
  if (need <= numbers.length) return numbers;
  const larger = make(Math.max(need, Math.ceil(numbers.length * 1.5)));
  larger.set(numbers);
  return larger;
}

const bytes = (length: number): Uint8Array => new Uint8Array(new SharedArrayBuffer(length));
const shorts = (length: number): Uint16Array => new Uint16Array(new SharedArrayBuffer(length * 2));
const longs = (length: number): Uint32Array => new Uint32Array(new SharedArrayBuffer(length * 4));

/** Seconds since 1970: above 1, which says that a row was ended. */
function untilOf(validUntilMs: number | null): number {
  if (validUntilMs === null) return 0;
  return Math.min(0xff_ff_ff_ff, Math.max(2, Math.ceil(validUntilMs / SECOND_MS)));
}

export class RowBook {
  length = 0;
  /** Grows when its memory is another, or others have to be told more than what is in it. */
  layout = 0;
  #keys: Uint8Array;
  #from: Uint32Array;
  #kinds: Uint8Array;
  #extents: Uint8Array;
  #confidences: Uint8Array;
  #sources: Uint16Array;
  #ids: Uint32Array;
  /** Seconds since 1970; 0: for ever. */
  #until: Uint32Array;
  readonly #sourceNames: string[] = [];
  readonly #sourceNumbers = new Map<string, number>();

  /** @param rows for so many it need not grow */
  constructor(rows: number) {
    this.#keys = bytes(rows * KEY_BYTES);
    this.#from = longs(rows + 1);
    this.#kinds = bytes(rows);
    this.#extents = bytes(rows);
    this.#confidences = bytes(rows);
    this.#sources = shorts(rows);
    this.#ids = longs(rows);
    this.#until = longs(rows);
  }

  /** Somebody else's, to be looked into. */
  static over(shared: SharedRows): RowBook {
    const over = new RowBook(0);
    over.length = 1; // it is not empty; how many there are is the writer's to know
    over.#keys = shared.keys;
    over.#from = shared.from;
    over.#kinds = shared.kinds;
    over.#extents = shared.extents;
    over.#confidences = shared.confidences;
    over.#sources = shared.sources;
    over.#ids = shared.ids;
    over.#until = shared.until;
    over.#sourceNames.push(...shared.sourceNames);
    return over;
  }

  share(): SharedRows {
    return {
      keys: this.#keys,
      from: this.#from,
      kinds: this.#kinds,
      extents: this.#extents,
      confidences: this.#confidences,
      sources: this.#sources,
      ids: this.#ids,
      until: this.#until,
      sourceNames: this.#sourceNames,
    };
  }

  /** What the rows take, bytes. */
  get bytes(): number {
    const arrays = [
      this.#keys,
      this.#from,
      this.#kinds,
      this.#extents,
      this.#confidences,
      this.#sources,
      this.#ids,
      this.#until,
    ];
    return arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** @returns the row's number. @throws RangeError for more than 65,536 sources */
  addText(kind: number, text: string, facts: RowFacts): number {
    const from = this.#room(text.length);
    for (let at = 0; at < text.length; at += 1) this.#keys[from + at] = text.charCodeAt(at);
    return this.#add(kind, from + text.length, 0, facts);
  }

  /** @returns the row's number. @throws RangeError for more than 65,536 sources */
  addNetwork(kind: number, words: Uint32Array, prefix: number, facts: RowFacts): number {
    const from = this.#room(words.length * 4);
    for (let byte = 0; byte < words.length * 4; byte += 1)
      this.#keys[from + byte] = (words[byte >> 2] ?? 0) >>> (24 - (byte & 3) * 8);
    return this.#add(kind, from + words.length * 4, prefix, facts);
  }

  /** Whether the row is of the kind and its key is the text from `from` to `to`. @param fold A-Z counts as a-z */
  isText(row: number, kind: number, text: string, from: number, to: number, fold: boolean): boolean {
    const start = this.#from[row] ?? 0;
    if (this.#kinds[row] !== kind || (this.#from[row + 1] ?? 0) - start !== to - from) return false;
    for (let at = from; at < to; at += 1) {
      let code = text.charCodeAt(at);
      if (fold && code >= 65 && code <= 90) code += 32;
      if (this.#keys[start + at - from] !== code) return false;
    }
    return true;
  }

  /** Whether the row is that network. @param words 1 or 4, their bits after the prefix 0 */
  isNetwork(row: number, kind: number, words: Uint32Array, prefix: number): boolean {
    const start = this.#from[row] ?? 0;
    if (this.#kinds[row] !== kind || this.#extents[row] !== prefix) return false;
    if ((this.#from[row + 1] ?? 0) - start !== words.length * 4) return false;
    for (let word = 0; word < words.length; word += 1)
      if (this.#word(start + word * 4) !== words[word]) return false;
    return true;
  }

  isInForce(row: number, nowMs: number): boolean {
    const until = this.#until[row] ?? 0;
    return until === 0 || until * SECOND_MS > nowMs;
  }

  /** Rows that were not ended and are over. */
  countOver(nowMs: number): number {
    const nowSeconds = nowMs / SECOND_MS;
    let over = 0;
    for (let row = 0; row < this.length; row += 1) {
      const until = this.#until[row] ?? 0;
      if (until > 1 && until <= nowSeconds) over += 1;
    }
    return over;
  }

  isEnded(row: number): boolean {
    return this.#until[row] === 1;
  }

  /** Says something else of the same value and source. @returns whether the row had been ended */
  revise(row: number, { id = 0, confidence, validUntilMs }: RowFacts): boolean {
    const wasEnded = this.isEnded(row);
    this.#ids[row] = id;
    this.#confidences[row] = confidence;
    this.#until[row] = untilOf(validUntilMs);
    return wasEnded;
  }

  /** From now on it is not in force. */
  end(row: number): void {
    this.#until[row] = 1;
  }

  kind(row: number): IndicatorKind {
    const kind = INDICATOR_KINDS[this.#kinds[row] ?? 0];
    if (kind === undefined) throw new RangeError(`no row ${row}`);
    return kind;
  }

  value(row: number): string {
    const start = this.#from[row] ?? 0;
    const end = this.#from[row + 1] ?? 0;
    if (this.kind(row) !== 'ip') return String.fromCharCode(...this.#keys.subarray(start, end));
    const words = new Uint32Array((end - start) / 4);
    for (let word = 0; word < words.length; word += 1) words[word] = this.#word(start + word * 4);
    return networkText({ words, prefix: this.#extents[row] ?? 0 });
  }

  id(row: number): number {
    return this.#ids[row] ?? 0;
  }

  confidence(row: number): number {
    return this.#confidences[row] ?? 0;
  }

  source(row: number): string {
    return this.#sourceNames[this.#sources[row] ?? 0] ?? '';
  }

  #word(at: number): number {
    const keys = this.#keys;
    const high = ((keys[at] ?? 0) << 24) | ((keys[at + 1] ?? 0) << 16);
    return (high | ((keys[at + 2] ?? 0) << 8) | (keys[at + 3] ?? 0)) >>> 0;
  }

  /** Room for one more row with so long a key. @returns where its key begins */
  #room(keyBytes: number): number {
    const from = this.#from[this.length] ?? 0;
    const rows = this.length + 1;
    if (from + keyBytes > this.#keys.length || rows > this.#kinds.length) this.layout += 1;
    this.#keys = grown(this.#keys, bytes, from + keyBytes);
    this.#from = grown(this.#from, longs, rows + 1);
    this.#kinds = grown(this.#kinds, bytes, rows);
    this.#extents = grown(this.#extents, bytes, rows);
    this.#confidences = grown(this.#confidences, bytes, rows);
    this.#sources = grown(this.#sources, shorts, rows);
    this.#ids = grown(this.#ids, longs, rows);
    this.#until = grown(this.#until, longs, rows);
    return from;
  }

  #add(kind: number, keyEnd: number, extent: number, facts: RowFacts): number {
    const { id = 0, confidence, source, validUntilMs } = facts;
    const row = this.length;
    this.#sources[row] = this.#sourceNumber(source);
    this.#from[row + 1] = keyEnd;
    this.#kinds[row] = kind;
    this.#extents[row] = extent;
    this.#confidences[row] = confidence;
    this.#ids[row] = id;
    this.#until[row] = untilOf(validUntilMs);
    this.length += 1;
    return row;
  }

  #sourceNumber(name: string): number {
    let number = this.#sourceNumbers.get(name);
    if (number === undefined) {
      number = this.#sourceNames.length;
      if (number > 0xff_ff) throw new RangeError('indicators of more than 65,536 sources cannot be matched');
      this.#sourceNames.push(name);
      this.layout += 1;
      this.#sourceNumbers.set(name, number);
    }
    return number;
  }
}
