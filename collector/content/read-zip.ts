/**
 * The rules of a zip file, in memory: what its central directory names, each entry's bytes taken once. Invariants: sizes are
 * believed only as far as the bytes bear them out; entries do not overlap; whatever is odd refuses the whole archive.
 */
import { crc32, inflateRawSync } from 'node:zlib';
import { ARCHIVE_LIMITS, ArchiveBook, ArchiveError, isRuleName, type RuleFile } from './archive-limits.ts';

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const COMMENT_BYTES_MAX = 65_535;
const ENCRYPTED = 1;
const UTF8 = 1 << 11;
const STORED = 0;
const DEFLATED = 8;
const UNIX = 3;
const FILE_TYPE = 0o170_000;
const REGULAR = 0o100_000;
const FOLDER = 0o040_000;

interface Entry {
  name: string;
  method: number;
  crc: number;
  packed: number;
  size: number;
  at: number;
  isFolder: boolean;
}

function findEnd(bytes: Buffer): number {
  const lowest = Math.max(0, bytes.length - END_BYTES - COMMENT_BYTES_MAX);
  for (let at = bytes.length - END_BYTES; at >= lowest; at -= 1)
    if (bytes.readUInt32LE(at) === END && at + END_BYTES + bytes.readUInt16LE(at + 20) === bytes.length)
      return at;
  throw new ArchiveError('', 'this is no zip file, or its end is missing');
}

function readEntry(bytes: Buffer, at: number, until: number): { entry: Entry; next: number } {
  if (at + 46 > until || bytes.readUInt32LE(at) !== ENTRY)
    throw new ArchiveError('', 'the directory of the zip file is damaged');
  const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((place) => bytes.readUInt16LE(at + place));
  const next = at + 46 + (nameBytes ?? 0) + (extraBytes ?? 0) + (commentBytes ?? 0);
  if (next > until) throw new ArchiveError('', 'the directory of the zip file is damaged');
  const flags = bytes.readUInt16LE(at + 8);
  const name = bytes
    .subarray(at + 46, at + 46 + (nameBytes ?? 0))
    .toString((flags & UTF8) === 0 ? 'latin1' : 'utf8');
  const mode = bytes.readUInt16LE(at + 40) & FILE_TYPE;
  const isUnix = bytes.readUInt16LE(at + 4) >> 8 === UNIX && mode !== 0;
  if (isUnix && mode !== REGULAR && mode !== FOLDER)
    throw new ArchiveError(name.slice(0, 200), 'it is a link or a device: only files and folders are taken');
  if ((flags & ENCRYPTED) !== 0) throw new ArchiveError(name.slice(0, 200), 'it is encrypted');
  const entry: Entry = {
    name,
    method: bytes.readUInt16LE(at + 10),
    crc: bytes.readUInt32LE(at + 16),
    packed: bytes.readUInt32LE(at + 20),
    size: bytes.readUInt32LE(at + 24),
    at: bytes.readUInt32LE(at + 42),
    isFolder: name.endsWith('/'),
  };
  return { entry, next };
}

/** Where the entry's bytes begin and end. @throws ArchiveError */
function placeOf(
  bytes: Buffer,
  { name, at, packed }: Entry,
  directory: number,
): { from: number; to: number } {
  const damaged = new ArchiveError(name, 'its place in the zip file is damaged');
  if (at + 30 > directory || bytes.readUInt32LE(at) !== LOCAL) throw damaged;
  const from = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
  if (from + packed > directory) throw damaged;
  return { from, to: from + packed };
}

function unpack(packed: Buffer, { name, method, size, crc }: Entry): Buffer {
  if (method !== STORED && method !== DEFLATED)
    throw new ArchiveError(name, `it is packed by method ${String(method)}: only deflate is read`);
  let text: Buffer;
  try {
    // Ends as soon as more comes out than was said.
    text = method === STORED ? packed : inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
  } catch (error) {
    throw new ArchiveError(name, 'it cannot be unpacked, or unpacks to more than it says', { cause: error });
  }
  if (text.length !== size || crc32(text) !== crc)
    throw new ArchiveError(name, 'its size or its sum is wrong');
  return text;
}

/** @throws ArchiveError */
export function readZip(bytes: Buffer): RuleFile[] {
  const end = findEnd(bytes);
  const count = bytes.readUInt16LE(end + 10);
  const directory = bytes.readUInt32LE(end + 16);
  if (count === 0xffff || directory === 0xffff_ffff)
    throw new ArchiveError('', 'zip files of more than 4 GiB are not read');
  if (directory > end) throw new ArchiveError('', 'the directory of the zip file is damaged');
  const book = new ArchiveBook();
  const taken: { from: number; to: number; name: string }[] = [];
  let unpacked = 0;
  let at = directory;
  for (let n = 0; n < count; n += 1) {
    const { entry, next } = readEntry(bytes, at, end);
    at = next;
    book.see(entry.name);
    unpacked += entry.size;
    if (unpacked > ARCHIVE_LIMITS.unpackedBytesMax)
      throw new ArchiveError(entry.name, 'the archive unpacks to too much');
    const place = placeOf(bytes, entry, directory);
    taken.push({ from: entry.at, to: place.to, name: entry.name });
    if (entry.isFolder || !isRuleName(entry.name)) continue;
    book.expect(entry.name, entry.size);
    book.add(entry.name, unpack(bytes.subarray(place.from, place.to), entry));
  }
  const inOrder = taken.toSorted((a, b) => a.from - b.from);
  for (const [index, { from, name }] of inOrder.entries()) {
    const before = inOrder[index - 1];
    if (before !== undefined && from < before.to) throw new ArchiveError(name, 'it lies over another entry');
  }
  return book.files;
}
