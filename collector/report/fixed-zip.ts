/**
 * A zip written anew so that the same entries are the same bytes: order of names, one time, our own compression. For archives that
 * a library of ours has just made; not for what others send.
 */
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';

const END = 0x0605_4b50;
const CENTRAL = 0x0201_4b50;
const LOCAL = 0x0403_4b50;
const UTF8 = 0x0800;
const DEFLATED = 8;
const LEVEL = 6;
/** 1 January 1980, the first moment of the format; a time would have a zone. */
const DATE = 0x0021;

/** @throws RangeError for what is no such archive */
export function readZip(archive: Buffer): Map<string, Buffer> {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end < 0 || archive.readUInt32LE(end) !== END) throw new RangeError('that is no zip archive');
  const entries = new Map<string, Buffer>();
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (archive.readUInt32LE(at) !== CENTRAL) throw new RangeError('the directory of the archive is torn');
    const method = archive.readUInt16LE(at + 10);
    const bytes = archive.readUInt32LE(at + 20);
    const nameBytes = archive.readUInt16LE(at + 28);
    const more = archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
    const local = archive.readUInt32LE(at + 42);
    const name = archive.toString('utf8', at + 46, at + 46 + nameBytes);
    const from = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const packed = archive.subarray(from, from + bytes);
    if (!name.endsWith('/')) entries.set(name, method === DEFLATED ? inflateRawSync(packed) : packed);
    at += 46 + nameBytes + more;
  }
  return entries;
}

/** @param entries by name; they are written in the order of `first`, then of their names */
export function writeZip(
  entries: ReadonlyMap<string, Buffer>,
  first: readonly string[] = ['[Content_Types].xml', '_rels/.rels'],
): Buffer {
  const rest = [...entries.keys()].filter((name) => !first.includes(name)).toSorted();
  const names = [...first.filter((name) => entries.has(name)), ...rest];
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const name of names) {
    const content = entries.get(name) ?? Buffer.alloc(0);
    const packed = deflateRawSync(content, { level: LEVEL });
    const nameBytes = Buffer.from(name, 'utf8');
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(UTF8, 2);
    fields.writeUInt16LE(DEFLATED, 4);
    fields.writeUInt16LE(DATE, 8);
    fields.writeUInt32LE(crc32(content), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(content.length, 18);
    fields.writeUInt16LE(nameBytes.length, 22);
    const local = Buffer.concat([word(LOCAL), fields, nameBytes, packed]);
    directory.push(
      Buffer.concat([word(CENTRAL), Buffer.from([20, 0]), fields, Buffer.alloc(10), word(at), nameBytes]),
    );
    parts.push(local);
    at += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(names.length, 8);
  end.writeUInt16LE(names.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, central, end]);
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** The same archive with fixed order and times, some entries replaced. */
export function fixZip(archive: Buffer, replaced: Readonly<Record<string, string>> = {}): Buffer {
  const entries = readZip(archive);
  for (const [name, text] of Object.entries(replaced)) entries.set(name, Buffer.from(text, 'utf8'));
  return writeZip(entries);
}
