/** Zip files byte by byte, honest or not. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  name: string;
  text?: string | Buffer;
  /** Said instead of the real size. */
  size?: number;
  /** Unix mode. */
  mode?: number;
  flags?: number;
  method?: number;
  /** The bytes of this entry are those of another. */
  over?: number;
}

export function zipOf(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  const places: number[] = [];
  let at = 0;
  for (const { name, text = '', size, mode = 0o100_644, flags = 1 << 11, method = 8, over } of entries) {
    const content = Buffer.from(text as string);
    const packed = method === 8 ? deflateRawSync(content) : content;
    const label = Buffer.from(name, 'utf8');
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(label.length, 26);
    const place = over === undefined ? at : (places[over] ?? 0);
    places.push(place);
    if (over === undefined) {
      parts.push(local, label, packed);
      at += 30 + label.length + packed.length;
    }
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(3 << 8, 4);
    entry.writeUInt16LE(flags, 8);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(crc32(content), 16);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(size ?? content.length, 24);
    entry.writeUInt16LE(label.length, 28);
    entry.writeUInt16LE(mode, 40);
    entry.writeUInt32LE(place, 42);
    directory.push(entry, label);
  }
  const body = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(body.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, body, end]);
}
