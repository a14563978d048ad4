/**
 * A zip archive as a stream, for exports: entries are stored as they are, their sizes and sums known before. Invariants: names
 * are those that safeFileName allows, in at most one folder, and no two are the same; nothing is held in memory but a chunk.
 */
import { crc32 } from 'node:zlib';

export interface ZipEntry {
  /** With `/` between folder and name. */
  name: string;
  timeMs: number;
  bytes: number;
  crc32: number;
  content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

const UTF8_NAMES = 0x0800;
const VERSION = 20;
const SIZE_MAX = 0xffff_ffff;
const ENTRIES_MAX = 0xffff;

export function textEntry(name: string, text: string, timeMs: number): ZipEntry {
  const content = Buffer.from(text, 'utf8');
  return { name, timeMs, bytes: content.length, crc32: crc32(content), content: [content] };
}

/** Time and date of MS-DOS, in UTC; it begins in 1980. */
function dosTime(ms: number): number {
  const at = new Date(Math.max(ms, Date.UTC(1980, 0, 1)));
  const date = ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1);
  return ((date & 0xffff) * 0x1_0000 + time) >>> 0;
}

function fields({ timeMs, bytes, crc32: sum }: ZipEntry, name: Buffer): Buffer {
  const head = Buffer.alloc(26);
  head.writeUInt16LE(VERSION, 0);
  head.writeUInt16LE(UTF8_NAMES, 2);
  head.writeUInt16LE(0, 4);
  head.writeUInt32LE(dosTime(timeMs), 6);
  head.writeUInt32LE(sum >>> 0, 10);
  head.writeUInt32LE(bytes, 14);
  head.writeUInt32LE(bytes, 18);
  head.writeUInt16LE(name.length, 22);
  return head;
}

/** @throws RangeError for more than a plain zip holds, or when a content is not what was said of it */
export async function* zipStream(
  entries: Iterable<ZipEntry> | AsyncIterable<ZipEntry>,
): AsyncGenerator<Buffer> {
  const directory: Buffer[] = [];
  const names = new Set<string>();
  let at = 0;
  for await (const entry of entries) {
    if (names.has(entry.name)) throw new RangeError(`the archive has ${entry.name} twice`);
    names.add(entry.name);
    const name = Buffer.from(entry.name, 'utf8');
    const head = fields(entry, name);
    if (names.size > ENTRIES_MAX || at + entry.bytes > SIZE_MAX)
      throw new RangeError('this is more than an archive holds');
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), head, name]);
    const central = Buffer.alloc(14);
    central.writeUInt32LE(at, 10);
    directory.push(
      Buffer.concat([
        Buffer.from('PK\u0001\u0002', 'latin1'),
        Buffer.from([VERSION, 0]),
        head,
        central,
        name,
      ]),
    );
    yield local;
    let sum = 0;
    let bytes = 0;
    for await (const chunk of entry.content) {
      sum = crc32(chunk, sum);
      bytes += chunk.length;
      yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    }
    if (bytes !== entry.bytes || sum !== entry.crc32 >>> 0)
      throw new RangeError(`${entry.name} is not as it was kept`);
    at += local.length + bytes;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 0, 'latin1');
  end.writeUInt16LE(names.size, 8);
  end.writeUInt16LE(names.size, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(at, 16);
  yield central;
  yield end;
}
