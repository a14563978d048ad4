/**
 * The indicators in force, and which of them an event shows. A lookup is a hash of what the event says and a comparison
 * of the whole key, so nothing else ever matches; most addresses are ruled out by one bit. Memory is typed arrays alone.
 */
import { domainToASCII } from 'node:url';
import { ByShape, type ShapedEvent } from '../../rules/sigma/index.ts';
import type { FieldValue } from '../normalize/event.ts';
import { canonicalUrl } from './canonical-url.ts';
import { HashSlots } from './hash-slots.ts';
import { INDICATOR_LIMITS, KIND_NUMBER, type Indicator, type IndicatorKind } from './indicator.ts';
import { ipv4Number, mappedIpv4, maskOf, readIpv6, readNetwork, type Network } from './ip-address.ts';
import { fieldReader, type FieldReader } from './looked-at-fields.ts';
import { PrefixFilter } from './prefix-filter.ts';
import { RowBook } from './row-book.ts';
import type { SharedIndex } from './shared-index.ts';
import { hashEnd, hashStart, hashStep, hashText, lowered } from './text-hash.ts';

/** Of one event; what is beyond is not told, the event is found all the same. */
const HITS_MAX = 16;
/** Of a field that holds a list. */
const ITEMS_MAX = 64;
const DOMAIN_CHARS_MAX = 253;
const EMAIL_CHARS_MAX = 320;
const ROWS_MIN = 1_024;
const DOT = 46;
const SPACE = 32;
const BRACKET = 93;
const LETTER_I = 105;

export interface IndicatorHit {
  /** In the register; 0 where it was added without. */
  id: number;
  kind: IndicatorKind;
  value: string;
  source: string;
  /** 0-100. */
  confidence: number;
  /** Field of the event, and what it said. */
  field: string;
  found: string;
}

export type IndexedIndicator = Pick<
  Indicator,
  'kind' | 'value' | 'source' | 'confidence' | 'validUntilMs'
> & { id?: number | undefined };

interface Place {
  hash: number;
  /** Of an address; undefined for texts. */
  network: Network | undefined;
}

const NO_HITS: readonly IndicatorHit[] = [];

interface LookedAt {
  field: string;
  place: number;
  reader: FieldReader;
}

const lookedAt = new ByShape<readonly LookedAt[]>((shape) =>
  shape.names.flatMap((field, place) => {
    const reader = fieldReader(field);
    return reader === undefined ? [] : [{ field, place, reader }];
  }),
);

export class IndicatorIndex {
  #rows: RowBook;
  #slots: HashSlots;
  readonly #seed: number;
  #prefixes = new PrefixFilter();
  readonly #v4 = new Uint32Array(1);
  readonly #v6 = new Uint32Array(4);
  readonly #masked = new Uint32Array(4);
  #ended = 0;
  /** Of the event at hand. */
  #hits: IndicatorHit[] = [];
  #hitRows: number[] = [];
  #field = '';
  #nowMs = 0;

  /** @param seed 32 random bits @param rows for so many it need not grow */
  constructor(seed: number, rows = ROWS_MIN) {
    this.#seed = seed | 0;
    this.#rows = new RowBook(Math.max(rows, ROWS_MIN));
    this.#slots = new HashSlots(rows);
  }

  /** Another thread's, as far as its memory was shared: to be looked into, not to be written. */
  static over({ seed, rows, slots, prefixes }: SharedIndex): IndicatorIndex {
    const over = new IndicatorIndex(seed, 0);
    over.#rows = RowBook.over(rows);
    over.#slots = HashSlots.over(slots);
    over.#prefixes = PrefixFilter.over(prefixes);
    return over;
  }

  /** Its memory, which others see change; to be told again when `layout` is another. */
  share(): SharedIndex {
    const [rows, slots, prefixes] = [this.#rows.share(), this.#slots.share(), this.#prefixes.share()];
    return { seed: this.#seed, rows, slots, prefixes };
  }

  get layout(): number {
    return this.#rows.layout + this.#slots.layout + this.#prefixes.layout;
  }

  /** How many rows it holds before it has to grow, which takes its time at once. */
  get room(): number {
    return this.#slots.room;
  }

  /** Rows that match nothing any more: removed, or over. */
  countDead(nowMs: number): number {
    return this.#ended + this.#rows.countOver(nowMs);
  }

  /** Rows, those that were removed too: they are gone when the index is made anew. */
  get size(): number {
    return this.#rows.length;
  }

  get removed(): number {
    return this.#ended;
  }

  /** What the index takes, bytes. */
  get bytes(): number {
    return this.#rows.bytes + this.#slots.bytes + this.#prefixes.bytes;
  }

  /**
   * Puts in what is new; of what is there (by value and source) it takes over the rest.
   * @throws RangeError when there are as many as may be, or the value is not canonical
   */
  put(indicator: IndexedIndicator): void {
    const found = this.#find(indicator);
    const [row] = found.rows;
    if (row === undefined) this.#insert(found.place, indicator);
    else if (this.#rows.revise(row, indicator)) this.#ended -= 1;
  }

  /** The same for what is known to be new. */
  add(indicator: IndexedIndicator): void {
    this.#insert(this.#placeOf(indicator), indicator);
  }

  /** @returns whether there was one */
  remove(indicator: Pick<Indicator, 'kind' | 'value' | 'source'>): boolean {
    let any = false;
    for (const row of this.#find(indicator).rows) {
      if (this.#rows.isEnded(row)) continue;
      this.#rows.end(row);
      this.#ended += 1;
      any = true;
    }
    return any;
  }

  #insert({ hash, network }: Place, indicator: IndexedIndicator): void {
    if (this.#rows.length >= INDICATOR_LIMITS.indicatorsMax)
      throw new RangeError(`no more than ${INDICATOR_LIMITS.indicatorsMax} indicators can be matched`);
    const { kind, value } = indicator;
    if (network === undefined) this.#rows.addText(KIND_NUMBER[kind], value, indicator);
    else {
      this.#rows.addNetwork(KIND_NUMBER.ip, network.words, network.prefix, indicator);
      this.#prefixes.add(network.words, network.prefix);
    }
    this.#slots.add(hash);
  }

  #placeOf({ kind, value }: Pick<Indicator, 'kind' | 'value'>): Place {
    if (kind !== 'ip')
      return { hash: this.#hashText(KIND_NUMBER[kind], value, 0, value.length, false), network: undefined };
    const network = readNetwork(value);
    if (network === undefined) throw new RangeError(`${value} is no address`);
    return { hash: this.#hashNetwork(network.words, network.prefix), network };
  }

  #find(wanted: Pick<Indicator, 'kind' | 'value' | 'source'>): { place: Place; rows: number[] } {
    const { kind, value, source } = wanted;
    const place = this.#placeOf(wanted);
    const { hash, network } = place;
    const found: number[] = [];
    for (let slot = this.#slots.first(hash); (slot = this.#slots.next(slot, hash)) >= 0; slot += 1) {
      const row = this.#slots.row(slot);
      const same =
        network === undefined
          ? this.#rows.isText(row, KIND_NUMBER[kind], value, 0, value.length, false)
          : this.#rows.isNetwork(row, KIND_NUMBER.ip, network.words, network.prefix);
      if (same && this.#rows.source(row) === source) found.push(row);
    }
    return { place, rows: found };
  }

  /** What the event shows of the indicators in force. @param nowMs milliseconds since 1970 */
  match(fields: ShapedEvent<FieldValue>, nowMs: number): readonly IndicatorHit[] {
    if (this.#rows.length === 0) return NO_HITS;
    this.#nowMs = nowMs;
    for (const { field, place, reader } of lookedAt.of(fields.shape)) {
      this.#field = field;
      this.#look(reader, fields.list[place]);
    }
    if (this.#hits.length === 0) return NO_HITS;
    const hits = this.#hits;
    this.#hits = [];
    this.#hitRows = [];
    return hits;
  }

  #look(reader: FieldReader, value: FieldValue | undefined): void {
    if (typeof value === 'string') this.#read(reader, value);
    else if (Array.isArray(value)) {
      const count = Math.min(value.length, ITEMS_MAX);
      for (let item = 0; item < count; item += 1) {
        const text: unknown = value[item];
        if (typeof text === 'string') this.#read(reader, text);
      }
    }
  }

  #read(reader: FieldReader, text: string): void {
    if (text === '' || text === '-') return;
    switch (reader) {
      case 'address':
        return this.#address(text, 0, text.length);
      case 'addresses':
        for (const part of text.split(';', ITEMS_MAX)) this.#address(part.trim(), 0, part.trim().length);
        return;
      case 'url':
        return this.#url(text);
      case 'hash':
        return this.#fileHash(text, 0, text.length);
      case 'hashes':
        return this.#hashes(text);
      case 'email':
        return this.#email(text);
    }
  }

  /** An IP address, with or without brackets, or a host name. */
  #address(text: string, from: number, to: number): void {
    const v4 = ipv4Number(text, from, to);
    if (v4 >= 0) return this.#ipv4(v4, text);
    const colon = text.indexOf(':', from);
    if (colon < 0 || colon >= to) return this.#domain(text, from, to);
    const address = from === 0 && to === text.length ? text : text.slice(from, to);
    const bare = address.startsWith('[') && address.endsWith(']') ? address.slice(1, -1) : address;
    if (!readIpv6(bare, this.#v6)) return;
    const mapped = mappedIpv4(this.#v6);
    if (mapped >= 0) this.#ipv4(mapped, text);
    else this.#ipv6(text);
  }

  #ipv4(address: number, text: string): void {
    if (!this.#prefixes.mayHold(address)) return;
    for (const prefix of this.#prefixes.v4Prefixes) {
      this.#v4[0] = (address & maskOf(prefix)) >>> 0;
      this.#probeNetwork(this.#v4, prefix, text);
    }
  }

  #ipv6(text: string): void {
    for (const prefix of this.#prefixes.v6Prefixes) {
      for (let word = 0; word < 4; word += 1)
        this.#masked[word] = ((this.#v6[word] ?? 0) & maskOf(Math.min(32, prefix - word * 32))) >>> 0;
      this.#probeNetwork(this.#masked, prefix, text);
    }
  }

  #probeNetwork(words: Uint32Array, prefix: number, text: string): void {
    const hash = this.#hashNetwork(words, prefix);
    if (!this.#slots.mayHold(hash)) return;
    for (let slot = this.#slots.first(hash); (slot = this.#slots.next(slot, hash)) >= 0; slot += 1) {
      const row = this.#slots.row(slot);
      if (this.#rows.isNetwork(row, KIND_NUMBER.ip, words, prefix)) this.#hit(row, text);
    }
  }

  /** The name and each name above it. */
  #domain(text: string, from: number, to: number): void {
    const end = to > from && text.charCodeAt(to - 1) === DOT ? to - 1 : to;
    if (end - from > DOMAIN_CHARS_MAX || end === from) return;
    const kind = KIND_NUMBER.domain;
    let hash = hashStart(this.#seed, kind);
    let dots = 0;
    for (let at = end - 1; at >= from; at -= 1) {
      const code = text.charCodeAt(at);
      if (code > 127) {
        const ascii = domainToASCII(text.slice(from, end));
        if (ascii !== '') this.#domain(ascii, 0, ascii.length);
        return;
      }
      if (code === DOT) {
        if (dots > 0) this.#probeText(hashEnd(hash), kind, text, at + 1, end, true);
        dots += 1;
      }
      hash = hashStep(hash, lowered(code));
    }
    if (dots > 0) this.#probeText(hashEnd(hash), kind, text, from, end, true);
  }

  #url(text: string): void {
    if (text.length > INDICATOR_LIMITS.valueCharsMax * 4) return;
    const url = canonicalUrl(text);
    if (url === undefined) return;
    if (url.length <= INDICATOR_LIMITS.valueCharsMax) {
      this.#findText(KIND_NUMBER.url, url, 0, url.length, false);
    }
    const from = url.indexOf('://') + 3;
    const slash = url.indexOf('/', from);
    const to = slash < 0 ? url.length : slash;
    const portAt = url.lastIndexOf(':', to);
    this.#address(url, from, portAt > from && url.charCodeAt(to - 1) !== BRACKET ? portAt : to);
  }

  #fileHash(text: string, from: number, to: number): void {
    const length = to - from;
    if (length === 32 || length === 40 || length === 64)
      this.#findText(KIND_NUMBER.hash, text, from, to, true);
  }

  /** `MD5=...,SHA256=...,IMPHASH=...`: an import hash has the length of an MD5 and is none. */
  #hashes(text: string): void {
    let from = 0;
    for (let item = 0; item < ITEMS_MAX && from < text.length; item += 1) {
      const comma = text.indexOf(',', from);
      const to = comma < 0 ? text.length : comma;
      while (text.charCodeAt(from) === SPACE) from += 1;
      const equals = text.indexOf('=', from);
      const isNamed = equals >= 0 && equals < to;
      if (!isNamed || (text.charCodeAt(from) | 32) !== LETTER_I)
        this.#fileHash(text, isNamed ? equals + 1 : from, to);
      from = to + 1;
    }
  }

  #email(text: string): void {
    if (text.length > EMAIL_CHARS_MAX) return;
    const bare = text.startsWith('<') && text.endsWith('>') ? text.slice(1, -1) : text;
    const at = bare.lastIndexOf('@');
    if (at < 1) return;
    const ascii = /[^\u0021-\u007E]/.test(bare)
      ? `${bare.slice(0, at)}@${domainToASCII(bare.slice(at + 1))}`
      : bare;
    this.#findText(KIND_NUMBER.email, ascii, 0, ascii.length, true);
    this.#domain(ascii, at + 1, ascii.length);
  }

  /** The rows whose key is that text. */
  #probeText(hash: number, kind: number, text: string, from: number, to: number, fold: boolean): void {
    if (!this.#slots.mayHold(hash)) return;
    for (let slot = this.#slots.first(hash); (slot = this.#slots.next(slot, hash)) >= 0; slot += 1) {
      const row = this.#slots.row(slot);
      if (this.#rows.isText(row, kind, text, from, to, fold)) this.#hit(row, text);
    }
  }

  #hit(row: number, found: string): void {
    const rows = this.#rows;
    if (this.#hits.length >= HITS_MAX || !rows.isInForce(row, this.#nowMs)) return;
    if (this.#hitRows.includes(row)) return;
    this.#hitRows.push(row);
    this.#hits.push({
      id: rows.id(row),
      kind: rows.kind(row),
      value: rows.value(row),
      source: rows.source(row),
      confidence: rows.confidence(row),
      field: this.#field,
      found,
    });
  }

  #findText(kind: number, text: string, from: number, to: number, fold: boolean): void {
    this.#probeText(this.#hashText(kind, text, from, to, fold), kind, text, from, to, fold);
  }

  #hashText(kind: number, text: string, from: number, to: number, fold: boolean): number {
    return hashText(hashStart(this.#seed, kind), text, from, to, fold);
  }

  #hashNetwork(words: Uint32Array, prefix: number): number {
    let hash = hashStep(hashStart(this.#seed, KIND_NUMBER.ip), prefix + words.length * 256);
    for (let word = 0; word < words.length; word += 1) hash = hashStep(hash, words[word] ?? 0);
    return hashEnd(hash);
  }
}
