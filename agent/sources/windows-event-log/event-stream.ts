/** From the bytes of a program that renders events to records' texts: UTF-16 or UTF-8, within the protocol's limits. */
import { StringDecoder } from 'node:string_decoder';
import { LIMITS } from '#protocol/limits.ts';
import { decodeRecord, detectEncoding, rawBytesMax } from '../file/text-encoding.ts';
import type { DecodedText } from '../file/text-encoding.ts';
import { EventFramer } from './event-framer.ts';
import type { FramedEvent, FramerFaults } from './event-framer.ts';

export interface StreamFaults extends FramerFaults {
  /** Events with bytes or surrogates that are no text: replaced by U+FFFD. */
  repaired: number;
}

const HEAD_BYTES_MIN = 16;

export class EventStream {
  readonly #framer = new EventFramer(rawBytesMax('utf-8'));
  #repaired = 0;
  /** undefined while the bytes do not say how they are encoded. */
  #isUtf16: boolean | undefined;
  #head = Buffer.alloc(0);
  // UTF-8 is framed byte by byte, so that what is wrong with it is known of each event.
  #decoder = new StringDecoder('latin1');

  push(piece: Buffer): DecodedText[] {
    return this.#decode(this.#framer.push(this.#text(piece, false)));
  }

  /** Nothing more comes. */
  end(): DecodedText[] {
    const rest = this.#text(Buffer.alloc(0), true) + this.#decoder.end();
    return this.#decode([...this.#framer.push(rest), ...this.#framer.end()]);
  }

  get faults(): StreamFaults {
    return { ...this.#framer.faults, repaired: this.#repaired };
  }

  #text(piece: Buffer, isEnd: boolean): string {
    if (this.#isUtf16 !== undefined) return this.#decoder.write(piece);
    this.#head = Buffer.concat([this.#head, piece]);
    // A first byte alone looks like UTF-8.
    if (this.#head.length < HEAD_BYTES_MIN && !isEnd) return '';
    const detected = detectEncoding(this.#head, isEnd);
    if (detected === undefined) return '';
    this.#isUtf16 = detected.encoding === 'utf-16le';
    if (this.#isUtf16) this.#decoder = new StringDecoder('utf16le');
    const bytes = this.#head.subarray(detected.markBytes);
    this.#head = Buffer.alloc(0);
    return this.#decoder.write(bytes);
  }

  #decode(framed: readonly FramedEvent[]): DecodedText[] {
    return framed.map(({ text, cutUnits }) => {
      const decoded = this.#isUtf16 === true ? ofUtf16(text, cutUnits) : ofUtf8(text, cutUnits);
      if (decoded.repaired) this.#repaired += 1;
      return decoded;
    });
  }
}

function ofUtf16(text: string, cutUnits: number): DecodedText {
  // What is short enough in any encoding needs no look at its bytes.
  if (cutUnits === 0 && text.length * 3 <= LIMITS.recordTextBytesMax && text.isWellFormed())
    return { text, repaired: false, cutBytes: 0 };
  return decodeRecord(Buffer.from(text, 'utf16le'), 'utf-16le', cutUnits * 2);
}

function ofUtf8(text: string, cutUnits: number): DecodedText {
  return decodeRecord(Buffer.from(text, 'latin1'), 'utf-8', cutUnits);
}
