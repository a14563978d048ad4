/**
 * The entries of a zip file, in memory: what its central directory names, each entry's bytes taken once. Invariants: sizes are
 * believed only as far as the bytes bear them out; entries do not overlap; whatever is odd refuses the whole archive.
 */
import { crc32, inflateRawSync } from 'node:zlib';
import { ArchiveError, checkName } from './archive-limits.ts';

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
  if (at + 30 > directory || bytes.readUInt32LE(at) !== LOCAL) throw damagedPlace(name);
  const from = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
  if (from + packed > directory) throw damagedPlace(name);
  return { from, to: from + packed };
}

function damagedPlace(name: string): ArchiveError {
  return new ArchiveError(name, 'its place in the zip file is damaged');
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

export interface ZipLimits {
  /** All that it unpacks to, wanted or not. */
  unpackedBytesMax: number;
  entriesMax: number;
  /** One that is wanted. */
  entryBytesMax: number;
}

export interface ZipEntry {
  name: string;
  /** Unpacked. */
  size: number;
  /** @throws ArchiveError */
  unpack: () => Buffer;
}

/** The files that are wanted, once all of the directory was looked at. @throws ArchiveError */
export function* zipEntries(
  bytes: Buffer,
  limits: ZipLimits,
  isWanted: (name: string) => boolean,
): Generator<ZipEntry> {
  const wanted = readDirectory(bytes, limits).filter(({ entry }) => !entry.isFolder && isWanted(entry.name));
  for (const { entry, from, to } of wanted) {
    const { name, size } = entry;
    if (size > limits.entryBytesMax)
      throw new ArchiveError(
        name,
        `${String(size)} bytes are too many: at most ${String(limits.entryBytesMax)}`,
      );
    yield { name, size, unpack: () => unpack(bytes.subarray(from, to), entry) };
  }
}

function readDirectory(bytes: Buffer, limits: ZipLimits): { entry: Entry; from: number; to: number }[] {
  const end = findEnd(bytes);
  const count = bytes.readUInt16LE(end + 10);
  const directory = bytes.readUInt32LE(end + 16);
  if (directory === 0xffff_ffff) throw new ArchiveError('', 'zip files of more than 4 GiB are not read');
  if (directory > end) throw new ArchiveError('', 'the directory of the zip file is damaged');
  // Of more than 65,534 entries the end counts no further: the directory itself says how many there are.
  const isMany = count === 0xffff;
  const names = new Set<string>();
  const found: { entry: Entry; from: number; to: number }[] = [];
  let unpacked = 0;
  let at = directory;
  for (let n = 0; isMany ? bytes.readUInt32LE(at) === ENTRY : n < count; n += 1) {
    const { entry, next } = readEntry(bytes, at, end);
    at = next;
    checkName(entry.name);
    if (names.has(entry.name)) throw new ArchiveError(entry.name, 'the name is there twice');
    names.add(entry.name);
    if (names.size > limits.entriesMax)
      throw new ArchiveError(entry.name, `there are more than ${String(limits.entriesMax)} files`);
    unpacked += entry.size;
    if (unpacked > limits.unpackedBytesMax)
      throw new ArchiveError(entry.name, 'the archive unpacks to too much');
    found.push({ entry, ...placeOf(bytes, entry, directory) });
  }
  const inOrder = found.toSorted((a, b) => a.entry.at - b.entry.at);
  for (const [index, { entry }] of inOrder.entries()) {
    const before = inOrder[index - 1];
    if (before !== undefined && entry.at < before.to)
      throw new ArchiveError(entry.name, 'it lies over another entry');
  }
  return found;
}
