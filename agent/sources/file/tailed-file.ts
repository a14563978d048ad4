/**
 * One file being read, whatever its name is by now: it follows the bytes, not the path. Invariants: `checkpoint`
 * always describes a place between two records; bytes already read are verified before anything is read behind
 * them, so a file that was cut or rewritten is noticed even when it has grown past the old place again.
 */
import type { LogRecord } from '#protocol/record.ts';
import type { LogChannel } from '#protocol/record-names.ts';
import type { Batch } from './batch.ts';
import { shownPath } from './disk-name.ts';
import type { ByteReader, FileAccess, FileStat } from './file-access.ts';
import {
  digest,
  encodeCheckpoint,
  HEAD_BYTES_MAX,
  matches,
  readExactly,
  type Checkpoint,
} from './fingerprint.ts';
import { Framer, TRAIL_BYTES_MAX, type Frame } from './framer.ts';
import type { LineGroup } from './line-group.ts';
import { channelByContent } from './channel.ts';
import { decodeRecord, detectEncoding, rawBytesMax, type TextEncoding } from './text-encoding.ts';

const READ_BYTES_MIN = 16_384;
const READ_BYTES_MAX = 262_144;
const SAMPLE_BYTES_MAX = 8_192;
/** How much of one file is read before others have their turn, when it yields few records. */
const TURN_BYTES_MAX = 8_388_608;
/** The least difference between two times of change. */
const TIME_STEP_MS = 0.001;

export interface TailedFileOptions {
  access: FileAccess;
  now: () => number;
  /** The path that is tailed; the records' origin. */
  origin: string;
  /** Where the file stands now. */
  location: string;
  id: string;
  generation: number;
  encoding: TextEncoding | 'auto';
  /** undefined: to be told from the content. */
  channel: LogChannel | undefined;
  checkpoint?: Checkpoint | undefined;
  /** Joins lines; left out, or undefined: every line is a record. */
  groupOf?: GroupOf | undefined;
}

export type GroupOf = (channel: LogChannel, encoding: TextEncoding) => LineGroup | undefined;

/** `undecided`: too few bytes to know the encoding or the channel; `turn`: there is more, others come first. */
export type ReadResult = 'full' | 'turn' | 'end' | 'rewritten' | 'undecided';

export class TailedFile {
  readonly origin: string;
  readonly generation: number;
  location: string;
  id: string;
  /** No longer the file at its path: read to its end, then done. */
  rotated = false;
  done: boolean;
  /** Its unread bytes are gone from the disk; only what is held of the last record is left. */
  gone = false;
  /** May have unread bytes. */
  dirty = true;
  /** Time of the last byte read, or of the rotation: milliseconds, any clock that only goes forward. */
  activeAt = 0;
  mtimeMs = 0;
  /** Time of the last change that was looked at, by this process. */
  lookedMs = 0;
  /** The largest size it was seen with, by this process. */
  sizeSeen = 0;
  readonly #access: FileAccess;
  readonly #now: () => number;
  /** Its origin as records have it. */
  readonly #shownOrigin: string;
  readonly #wantedEncoding: TextEncoding | 'auto';
  #encoding: TextEncoding = 'utf-8';
  #channel: LogChannel | undefined;
  #reader: ByteReader | undefined;
  #framer: Framer | undefined;
  readonly #groupOf: GroupOf;
  /** Of the framer's lines. */
  #group: LineGroup | undefined;
  /** Where reading begins when there is no framer. */
  #start: { offset: number; trail: string; trailBytes: number };
  #head: Buffer = Buffer.alloc(0);
  #headDigest: { bytes: number; digest: string } | undefined;
  #readBytes = READ_BYTES_MIN;
  #verified = false;

  constructor(options: TailedFileOptions) {
    const { checkpoint } = options;
    this.#access = options.access;
    this.#now = options.now;
    this.origin = options.origin;
    this.#shownOrigin = shownPath(options.origin);
    this.location = options.location;
    this.id = options.id;
    this.generation = options.generation;
    this.#wantedEncoding = options.encoding;
    this.#channel = options.channel ?? checkpoint?.channel;
    this.#groupOf = options.groupOf ?? (() => undefined);
    this.#start = checkpoint ?? { offset: 0, trail: '', trailBytes: 0 };
    this.done = checkpoint?.done ?? false;
    this.mtimeMs = checkpoint?.mtimeMs ?? 0;
    this.lookedMs = this.mtimeMs;
    if (checkpoint !== undefined) {
      this.#headDigest = { bytes: checkpoint.headBytes, digest: checkpoint.head };
    }
  }

  get channel(): LogChannel | undefined {
    return this.#channel;
  }

  get isOpen(): boolean {
    return this.#reader !== undefined;
  }

  get compressed(): boolean {
    return this.#reader?.compressed ?? /\.(gz|zst)$/.test(this.location);
  }

  /** First byte not yet handed out. */
  get offset(): number {
    return this.#group?.place?.offset ?? this.#framer?.offset ?? this.#start.offset;
  }

  /** Position behind the last byte read. */
  get readTo(): number {
    return this.#framer?.fedTo ?? this.#start.offset;
  }

  /** Bytes that were seen to be there and cannot be read any more; to be asked when the file is done. */
  get lostBytes(): number {
    return Math.max(0, this.sizeSeen - this.readTo);
  }

  /** Nothing was ever seen of its content. */
  get isBlank(): boolean {
    return this.readTo === 0 && this.checkpoint().headBytes === 0;
  }

  get strayBytes(): number {
    return this.#framer?.strayBytes ?? 0;
  }

  /** Key of the checkpoint among the source's positions. */
  get key(): string {
    return `file:${this.generation}:${this.origin}`;
  }

  checkpoint(): Checkpoint {
    const framer = this.#framer;
    const group = this.#group?.place;
    const trail = framer === undefined ? this.#start : trailOf(group?.trail ?? framer.trail);
    if (this.#headDigest === undefined || this.#headDigest.bytes < this.#head.length) {
      this.#headDigest = { bytes: this.#head.length, digest: digest(this.#head) };
    }
    return {
      generation: this.generation,
      id: this.id,
      head: this.#headDigest.digest,
      headBytes: this.#headDigest.bytes,
      offset: this.offset,
      trail: trail.trail,
      trailBytes: trail.trailBytes,
      mtimeMs: this.mtimeMs,
      channel: this.#channel,
      done: this.done,
    };
  }

  writePosition(batch: Batch): void {
    batch.position(this.key, encodeCheckpoint(this.checkpoint()));
  }

  /** Takes over an open file that was found to be this one. */
  adopt(reader: ByteReader, location: string, id: string): void {
    this.#reader = reader;
    this.location = location;
    this.id = id;
    this.#verified = false;
    this.dirty = true;
  }

  /** Opens the file where it should stand; false when another file, or none, is there. @throws when unreadable */
  async openHere(): Promise<boolean> {
    if (this.#reader !== undefined) return true;
    const reader = await this.#access.open(this.location);
    try {
      const stat = await reader.stat();
      const known = this.#headDigest === undefined ? undefined : this.checkpoint();
      const same = known === undefined ? stat.id === this.id : await matches(reader, known);
      if (!same) {
        await reader.close();
        return false;
      }
      this.noteTime(stat);
      this.adopt(reader, this.location, stat.id);
      return true;
    } catch (error) {
      await reader.close();
      throw error;
    }
  }

  /** Whether the file where it should stand still holds what was read of it; opens it. @throws when unreadable */
  openIntact(): Promise<boolean> {
    return this.isOpen ? this.isIntact() : this.openHere();
  }

  async close(): Promise<void> {
    const reader = this.#reader;
    this.#reader = undefined;
    await reader?.close();
  }

  /**
   * Everything up to its last change is accounted for; but a file of which nothing was read says nothing about itself,
   * so what it holds must still count as later when it comes back as a compressed copy with the same time.
   */
  noteTime({ size, mtimeMs }: FileStat): void {
    this.lookedMs = Math.max(this.lookedMs, mtimeMs);
    this.mtimeMs = Math.max(this.mtimeMs, this.isBlank && size > 0 ? mtimeMs - TIME_STEP_MS : mtimeMs);
  }

  /** Asks the open file for the time of its last change. */
  async updateTime(): Promise<void> {
    if (this.#reader === undefined) return;
    this.noteTime(await this.#reader.stat());
  }

  /** Whether the open file still holds what was read of it; false when it is not open. @throws when unreadable */
  async isIntact(): Promise<boolean> {
    if (this.#reader === undefined) return false;
    const { size } = await this.#reader.stat();
    if (size < this.readTo && !this.#reader.compressed) return false;
    return matches(this.#reader, this.checkpoint());
  }

  /** Decides encoding and channel if the file holds enough for it. @throws when it cannot be read */
  async prepare(final: boolean): Promise<void> {
    if (this.#framer === undefined) await this.#begin(final);
  }

  /** Gives the open file away, for the file that takes this one's place. */
  release(): ByteReader | undefined {
    const reader = this.#reader;
    this.#reader = undefined;
    return reader;
  }

  /** Starts at the last whole line of what the file holds now, instead of at its beginning. */
  async skipToEnd(): Promise<void> {
    const reader = this.#reader;
    if (reader === undefined || reader.compressed) return;
    const { size } = await reader.stat();
    this.#head = await readExactly(reader, Math.min(size, HEAD_BYTES_MAX), 0);
    const wide = this.#decideEncoding(true)?.encoding !== 'utf-8';
    const from = Math.max(0, size - READ_BYTES_MAX);
    const last = await readExactly(reader, size - from, from);
    let end = last.lastIndexOf(0x0a) + 1;
    if (end > 0 && wide) end = Math.min(last.length, end + ((from + end) % 2));
    // Without any line end in sight the line under way is left out.
    const offset = end > 0 ? from + end : size - (wide ? size % 2 : 0);
    const trail = await readExactly(
      reader,
      Math.min(offset, TRAIL_BYTES_MAX),
      offset - Math.min(offset, TRAIL_BYTES_MAX),
    );
    this.#start = { offset, ...trailOf(trail) };
  }

  /**
   * Adds records to the batch until it is full or the file has no more.
   * @param final the end of the file is the end of its last record.
   */
  async readInto(batch: Batch, final: boolean): Promise<ReadResult> {
    const framer = this.#framer ?? (await this.#begin(final));
    if (framer === undefined) return 'undecided';
    if (framer === 'rewritten') return 'rewritten';
    const before = this.offset;
    const turnEnd = framer.fedTo + TURN_BYTES_MAX;
    let result: ReadResult | undefined;
    let last = false;
    while (result === undefined) {
      if (this.#nextFrame(framer, batch, last)) {
        if (batch.full) result = 'full';
      } else if (last) {
        this.#endGroup(batch);
        result = 'end';
      } else if (framer.fedTo >= turnEnd) {
        result = 'turn';
      } else {
        const count = await this.#readMore(framer);
        if (count === 'rewritten') result = 'rewritten';
        else if (count === 0 && final) last = true;
        else if (count === 0) result = 'end';
      }
    }
    if (result === 'end') {
      this.#verified = false;
      framer.compact();
    }
    if (this.offset !== before) this.writePosition(batch);
    return result;
  }

  /** The file's bytes are gone: what was read of its last record is all there will be. */
  flush(batch: Batch): void {
    const framer = this.#framer;
    if (framer === undefined) return;
    while (this.#nextFrame(framer, batch, true));
    this.#endGroup(batch);
  }

  /** How long it must be quiet until the record of several lines under way is complete; undefined without one. */
  get groupWaitMs(): number | undefined {
    return this.#group?.place === undefined ? undefined : this.#group.waitMs;
  }

  /** Nothing came for long enough: the record of several lines under way is complete. */
  endGroup(batch: Batch): void {
    this.#endGroup(batch);
    this.writePosition(batch);
  }

  /** Bytes of an unfinished record held in memory. */
  get heldBytes(): number {
    return (this.#framer?.heldBytes ?? 0) + (this.#group?.heldBytes ?? 0);
  }

  /** Forgets what is held in memory; it is read again when needed. */
  forget(): void {
    if (this.#framer === undefined) return;
    const { offset, trail, trailBytes } = this.checkpoint();
    this.#start = { offset, trail, trailBytes };
    this.#framer = undefined;
    this.#group = undefined;
  }

  /** @returns false when there is no further frame. */
  #nextFrame(framer: Framer, batch: Batch, final: boolean): boolean {
    const group = this.#group;
    const place = group === undefined ? undefined : { offset: framer.offset, trail: framer.trail };
    const frame = framer.next(final);
    if (frame === undefined) return false;
    if (group === undefined || place === undefined) this.#add(batch, frame);
    else this.#add(batch, group.push(frame, place));
    return true;
  }

  #endGroup(batch: Batch): void {
    this.#add(batch, this.#group?.end());
  }

  #decideEncoding(complete: boolean): { encoding: TextEncoding; markBytes: number } | undefined {
    const detected = detectEncoding(this.#head, complete);
    if (this.#wantedEncoding === 'auto' || detected === undefined) return detected;
    const markBytes = detected.encoding === this.#wantedEncoding ? detected.markBytes : 0;
    return { encoding: this.#wantedEncoding, markBytes };
  }

  async #begin(final: boolean): Promise<Framer | 'rewritten' | undefined> {
    const reader = this.#reader;
    if (reader === undefined) return undefined;
    const sample = await readExactly(reader, SAMPLE_BYTES_MAX, 0);
    const trailBytes = Math.min(this.#start.offset, TRAIL_BYTES_MAX);
    const trail = await readExactly(reader, trailBytes, this.#start.offset - trailBytes);
    // What was found to be this file may have been emptied and filled again since: the very bytes that all goes on from
    // are held to the checkpoint.
    if (!this.#isKnown(sample, trail)) return 'rewritten';
    this.#head = sample.subarray(0, HEAD_BYTES_MAX);
    const detected = this.#decideEncoding(final);
    if (detected === undefined) return undefined;
    this.#encoding = detected.encoding;
    this.#channel ??= this.#sniff(sample, final);
    if (this.#channel === undefined) return undefined;
    const position = Math.max(this.#start.offset, detected.markBytes);
    const kind = this.#channel === 'windows-xml' ? 'event-element' : 'line';
    const framer = new Framer(kind, detected.encoding, rawBytesMax(detected.encoding), position);
    if (trailBytes > 0) framer.seedTrail(trail);
    this.#framer = framer;
    this.#group = kind === 'line' ? this.#groupOf(this.#channel, detected.encoding) : undefined;
    return framer;
  }

  /** Whether the beginning of the file, and what lies before the place to go on from, are as they were read. */
  #isKnown(sample: Buffer, trail: Buffer): boolean {
    const { trailBytes, trail: expected } = this.#start;
    const head = this.#headDigest;
    if (head !== undefined && head.bytes > 0) {
      if (sample.length < head.bytes || digest(sample.subarray(0, head.bytes)) !== head.digest) return false;
    }
    if (trailBytes === 0) return true;
    return trail.length >= trailBytes && digest(trail.subarray(trail.length - trailBytes)) === expected;
  }

  #sniff(sample: Buffer, final: boolean): LogChannel | undefined {
    const text = decodeRecord(sample, this.#encoding, 0).text;
    const enough = final || sample.length >= SAMPLE_BYTES_MAX || text.includes('\n');
    return enough && sample.length > 0 ? channelByContent(text) : undefined;
  }

  async #readMore(framer: Framer): Promise<number | 'rewritten'> {
    const reader = this.#reader;
    if (reader === undefined) return 0;
    const position = framer.fedTo;
    const { into, start } = framer.prepare(this.#readBytes);
    const verify = this.#verified || reader.compressed ? 0 : Math.min(start, TRAIL_BYTES_MAX);
    const expected = Buffer.from(into.subarray(start - verify, start));
    const got = await reader.read(into, start - verify, verify + this.#readBytes, position - verify);
    const same = got >= verify && expected.equals(into.subarray(start - verify, start));
    if (!same || (verify > 0 && !(await this.#headIsSame(reader)))) {
      expected.copy(into, start - verify);
      return 'rewritten';
    }
    this.#verified = true;
    const count = got - verify;
    const known = this.#head.length - position;
    if (this.#head.length < HEAD_BYTES_MAX && known >= 0 && known < count) {
      const more = into.subarray(start + known, start + Math.min(count, HEAD_BYTES_MAX - position));
      this.#head = Buffer.concat([this.#head, more]);
    }
    framer.feed(into, start + count);
    // Reads grow while the file keeps up with them, and shrink again when it is quiet.
    this.#readBytes =
      count === this.#readBytes ? Math.min(this.#readBytes * 4, READ_BYTES_MAX) : READ_BYTES_MIN;
    return count;
  }

  async #headIsSame(reader: ByteReader): Promise<boolean> {
    return this.#head.equals(await readExactly(reader, this.#head.length, 0));
  }

  #add(batch: Batch, frame: Frame | undefined): void {
    // A blank line says nothing.
    if (frame === undefined || (frame.bytes.length === 0 && frame.droppedBytes === 0)) return;
    const { bytes, droppedBytes } = frame;
    const { text, repaired, cutBytes } = decodeRecord(bytes, this.#encoding, droppedBytes);
    const record: LogRecord = {
      kind: 'log',
      at: this.#now(),
      channel: this.#channel ?? 'linux-syslog',
      origin: this.#shownOrigin,
      text,
    };
    if (cutBytes > 0) record.cutBytes = cutBytes;
    if (repaired) record.repaired = true;
    batch.add(record, bytes.length);
  }
}

function trailOf(bytes: Buffer): { trail: string; trailBytes: number } {
  return { trail: bytes.length === 0 ? '' : digest(bytes), trailBytes: bytes.length };
}
