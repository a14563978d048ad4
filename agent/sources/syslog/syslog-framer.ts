/**
 * Cuts a TCP or TLS stream into syslog messages (RFC 6587): octet counting and line ends, told apart for each frame,
 * as senders mix them. What is held of a frame is bounded; the rest is counted and thrown away as it comes.
 */
import { BoundedBytes } from './bounded-bytes.ts';

export interface SyslogFrame {
  bytes: Buffer;
  /** Of the message, beyond the limit or never sent. */
  missingBytes: number;
}

/** A count above this is no message but a defect or an attack: the stream cannot be followed any further. */
const COUNT_MAX = 16 * 1_048_576;
const COUNT_DIGITS_MAX = 8;
const LINE_END = 0x0a;
const SPACE = 0x20;
const PRIORITY_START = 0x3c;
/** Line end, carriage return and NUL stand between frames with many senders. */
const FILLERS: ReadonlySet<number> = new Set([LINE_END, 0x0d, 0]);

type State =
  /** At a frame's beginning; `head` may become a count. */
  | { at: 'head' }
  | { at: 'counted'; bytesLeft: number }
  | { at: 'line' }
  /** It cannot be said any more where messages begin. */
  | { at: 'lost'; problem: string };

export class SyslogFramer {
  readonly #message: BoundedBytes;
  #state: State = { at: 'head' };
  #head: Buffer = Buffer.alloc(0);
  /** The stream counts octets: then a count needs no priority behind it to be believed. */
  #counting = false;

  constructor(messageBytesMax: number) {
    this.#message = new BoundedBytes(messageBytesMax);
  }

  /** Why nothing more comes of this stream, which is then to be closed. */
  get problem(): string | undefined {
    return this.#state.at === 'lost' ? this.#state.problem : undefined;
  }

  /** @returns the messages complete with this chunk. */
  push(chunk: Buffer): SyslogFrame[] {
    const frames: SyslogFrame[] = [];
    let offset = 0;
    while (offset < chunk.length && this.#state.at !== 'lost') {
      if (this.#state.at === 'head') offset = this.#readHead(chunk, offset);
      else if (this.#state.at === 'counted') offset = this.#readCounted(chunk, offset, this.#state, frames);
      else offset = this.#readLine(chunk, offset, frames);
    }
    return frames;
  }

  /** @returns what the sender began and did not end. */
  end(): SyslogFrame[] {
    const frames: SyslogFrame[] = [];
    if (this.#state.at === 'lost') return frames;
    if (this.#state.at === 'counted') this.#message.miss(this.#state.bytesLeft);
    else this.#message.append(this.#head);
    this.#head = Buffer.alloc(0);
    this.#finish(frames);
    return frames;
  }

  #readHead(chunk: Buffer, offset: number): number {
    const byte = chunk[offset] ?? 0;
    if (this.#head.length === 0 && FILLERS.has(byte)) return offset + 1;
    if (isDigit(byte) && !this.#head.includes(SPACE)) {
      this.#head = append(this.#head, byte);
      if (this.#head.length > COUNT_DIGITS_MAX) this.#leaveCount();
      return offset + 1;
    }
    if (byte === SPACE && this.#head.length > 0 && !this.#head.includes(SPACE)) {
      this.#head = append(this.#head, byte);
      if (this.#counting) this.#beginCounted();
      return offset + 1;
    }
    // The first byte after a count, or of a line.
    if (this.#head.at(-1) === SPACE && byte === PRIORITY_START) this.#beginCounted();
    else this.#beginLine();
    return offset;
  }

  /** More digits than a count has. */
  #leaveCount(): void {
    if (this.#counting) this.#lose(`a count of more than ${COUNT_DIGITS_MAX} digits`);
    else this.#beginLine();
  }

  #lose(problem: string): void {
    this.#head = Buffer.alloc(0);
    this.#state = { at: 'lost', problem };
  }

  #beginCounted(): void {
    const bytesLeft = Number(this.#head.toString('latin1').trim());
    if (bytesLeft > COUNT_MAX) {
      this.#lose(`a message of ${bytesLeft} bytes is announced`);
      return;
    }
    this.#head = Buffer.alloc(0);
    this.#counting = true;
    this.#state = bytesLeft === 0 ? { at: 'head' } : { at: 'counted', bytesLeft };
  }

  #beginLine(): void {
    this.#state = { at: 'line' };
    this.#message.append(this.#head);
    this.#head = Buffer.alloc(0);
  }

  #readCounted(
    chunk: Buffer,
    offset: number,
    { bytesLeft }: { bytesLeft: number },
    frames: SyslogFrame[],
  ): number {
    const part = chunk.subarray(offset, offset + bytesLeft);
    this.#message.append(part);
    if (part.length === bytesLeft) this.#finish(frames);
    else this.#state = { at: 'counted', bytesLeft: bytesLeft - part.length };
    return offset + part.length;
  }

  #readLine(chunk: Buffer, offset: number, frames: SyslogFrame[]): number {
    const end = chunk.indexOf(LINE_END, offset);
    this.#message.append(chunk.subarray(offset, end === -1 ? chunk.length : end));
    if (end === -1) return chunk.length;
    this.#finish(frames);
    return end + 1;
  }

  #finish(frames: SyslogFrame[]): void {
    const frame = this.#message.take();
    if (frame.bytes.length > 0 || frame.missingBytes > 0) frames.push(frame);
    this.#state = { at: 'head' };
  }
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function append(bytes: Buffer, byte: number): Buffer {
  return Buffer.concat([bytes, Buffer.of(byte)]);
}
