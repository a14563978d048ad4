/**
 * From bytes of a log to well-formed text within the protocol's limits. Nothing is lost silently: replaced bytes
 * set `repaired`, bytes over the limit are counted in `cutBytes` (in bytes of the file).
 */
import { isUtf8 } from 'node:buffer';
import { LIMITS } from '#protocol/limits.ts';

export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be';

export interface DecodedText {
  text: string;
  repaired: boolean;
  cutBytes: number;
}

const REPLACEMENT = '\uFFFD';
/** Room in one batch for the other fields of the record, so that any single record fits. */
const JSON_TEXT_BYTES_MAX = LIMITS.batchBytesMax - 65_536;

/**
 * Encoding and length of the byte order mark at the start of a file; without one UTF-8, or UTF-16 where every other byte
 * of the first ones is zero, as in text of mostly Latin letters. undefined while the few bytes so far could still become
 * a mark, or such text.
 */
export function detectEncoding(
  head: Buffer,
  complete: boolean,
): { encoding: TextEncoding; markBytes: number } | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16le', markBytes: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', markBytes: 2 };
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { encoding: 'utf-8', markBytes: 3 };
  const undecided =
    head.length === 0 ||
    (head.length === 1 && (head[0] === 0xff || head[0] === 0xfe || head[0] === 0xef)) ||
    (head.length === 2 && head[0] === 0xef && head[1] === 0xbb);
  const few = head.length < ZEROS_BYTES_MIN && head.includes(0);
  if ((undecided || few) && !complete) return undefined;
  return { encoding: encodingByZeros(head) ?? 'utf-8', markBytes: 0 };
}

const ZEROS_BYTES_MIN = 16;
const ZEROS_BYTES_MAX = 512;

function encodingByZeros(head: Buffer): TextEncoding | undefined {
  const bytes = head.subarray(0, Math.min(ZEROS_BYTES_MAX, head.length - (head.length % 2)));
  if (bytes.length < ZEROS_BYTES_MIN) return undefined;
  let [even, odd] = [0, 0];
  for (const [index, byte] of bytes.entries()) {
    if (byte !== 0) continue;
    if (index % 2 === 0) even += 1;
    else odd += 1;
  }
  const half = bytes.length / 2;
  if (odd > half * 0.4 && even < half * 0.05) return 'utf-16le';
  return even > half * 0.4 && odd < half * 0.05 ? 'utf-16be' : undefined;
}

/** Bytes of the file that are kept of one record before it is decoded. */
export function rawBytesMax(encoding: TextEncoding): number {
  return encoding === 'utf-8' ? LIMITS.recordTextBytesMax : LIMITS.recordTextBytesMax * 2;
}

/** How many bytes of `bytes` are left when a character cut in two at its end is taken off. */
function wholeUtf8Length(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(4, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0b1100_0000) === 0b1000_0000) continue;
    let width = 1;
    if (byte >= 0xf0) width = 4;
    else if (byte >= 0xe0) width = 3;
    else if (byte >= 0xc0) width = 2;
    return width > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function decodeUtf16(bytes: Buffer, bigEndian: boolean): string {
  const even = bytes.length - (bytes.length % 2);
  const units = bigEndian ? Buffer.from(bytes.subarray(0, even)).swap16() : bytes.subarray(0, even);
  return units.toString('utf16le') + (even < bytes.length ? REPLACEMENT : '');
}

/** Bytes the text takes as a JSON string. */
function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}

/** The longest prefix within both limits that does not end inside a surrogate pair. */
function prefixWithin(text: string, fits: (prefix: string) => boolean): string {
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(text.slice(0, middle))) low = middle;
    else high = middle - 1;
  }
  const last = text.charCodeAt(low - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? low - 1 : low);
}

/**
 * @param bytes one record without its line end.
 * @param droppedBytes how much of it was already left out after `bytes`.
 */
export function decodeRecord(bytes: Buffer, encoding: TextEncoding, droppedBytes: number): DecodedText {
  let cutBytes = droppedBytes;
  let kept = bytes;
  if (encoding === 'utf-8') {
    if (droppedBytes > 0) kept = bytes.subarray(0, wholeUtf8Length(bytes));
    cutBytes += bytes.length - kept.length;
    const text = kept.toString('utf8');
    // The replacement character itself may stand in the log: only then are the bytes looked at again.
    const repaired = text.includes(REPLACEMENT) && !isUtf8(kept);
    return kept.length * 3 <= LIMITS.recordTextBytesMax
      ? { text, repaired, cutBytes }
      : withinLimits(text, repaired, cutBytes, 'utf8');
  }
  if (droppedBytes > 0 && endsInsidePair(kept, encoding)) {
    kept = kept.subarray(0, kept.length - 2);
    cutBytes += 2;
  }
  const text = decodeUtf16(kept, encoding === 'utf-16be');
  const repaired = !text.isWellFormed() || kept.length % 2 === 1;
  return withinLimits(repaired ? text.toWellFormed() : text, repaired, cutBytes, 'utf16le');
}

function endsInsidePair(bytes: Buffer, encoding: TextEncoding): boolean {
  if (bytes.length < 2) return false;
  const high = bytes[encoding === 'utf-16le' ? bytes.length - 1 : bytes.length - 2] ?? 0;
  return high >= 0xd8 && high <= 0xdb;
}

function withinLimits(
  text: string,
  repaired: boolean,
  cutBytes: number,
  unit: 'utf8' | 'utf16le',
): DecodedText {
  const fits = (prefix: string): boolean =>
    Buffer.byteLength(prefix) <= LIMITS.recordTextBytesMax &&
    (prefix.length * 6 <= JSON_TEXT_BYTES_MAX || jsonBytes(prefix) <= JSON_TEXT_BYTES_MAX);
  if (fits(text)) return { text, repaired, cutBytes };
  const prefix = prefixWithin(text, fits);
  const cutText = text.slice(prefix.length);
  return { text: prefix, repaired, cutBytes: cutBytes + Buffer.byteLength(cutText, unit) };
}
