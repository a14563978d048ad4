/**
 * Names on disk are bytes; records hold text. A name that is not valid UTF-8 is written with `\xNN` for each byte
 * that does not fit, and its real bytes are kept beside it for the calls that need them.
 */
import { isUtf8 } from 'node:buffer';
import path from 'node:path';

export interface DiskPath {
  /** The path as text: the key of its position and the path in records. */
  text: string;
  /** What to give to the file system: bytes only when the name is not valid UTF-8. */
  real: string | Buffer;
}

/** A path as text, and its two parts. */
export interface PathAt {
  text: string;
  folder: string;
  /** In its folder. */
  name: string;
}

/** Text of bytes that are not valid UTF-8. */
export function escapeName(bytes: Buffer): string {
  let text = '';
  let index = 0;
  while (index < bytes.length) {
    const width = characterWidth(bytes, index);
    if (width === 0) {
      text += `\\x${(bytes[index] ?? 0).toString(16).padStart(2, '0')}`;
      index += 1;
    } else {
      text += bytes.toString('utf8', index, index + width);
      index += width;
    }
  }
  return text;
}

/** Bytes of the valid character at `index`, 0 when there is none. */
function characterWidth(bytes: Buffer, index: number): number {
  for (let width = 1; width <= 4 && index + width <= bytes.length; width += 1) {
    if (isUtf8(bytes.subarray(index, index + width))) return width;
  }
  return 0;
}

/** The path of an entry of that folder; bytes stay bytes where the name is no UTF-8. */
export function childPath(parent: DiskPath, name: string | Buffer): DiskPath {
  const slash = parent.text.endsWith(path.sep) ? '' : path.sep;
  if (typeof name === 'string' && typeof parent.real === 'string') {
    const text = `${parent.text}${slash}${name}`;
    return { text, real: text };
  }
  const bytes = typeof name === 'string' ? Buffer.from(name) : name;
  const real = Buffer.concat([
    typeof parent.real === 'string' ? Buffer.from(parent.real) : parent.real,
    Buffer.from(slash),
    bytes,
  ]);
  return {
    text: `${parent.text}${slash}${isUtf8(bytes) ? bytes.toString('utf8') : escapeName(bytes)}`,
    real,
  };
}

/** The folder a path lies in and its name there; the root of the file system is the entry `.` of itself. */
export function splitPath(file: string): [folder: string, name: string] {
  if (path.sep !== '/') return [path.dirname(file), path.basename(file) || '.'];
  const cut = file.lastIndexOf('/');
  return [cut <= 0 ? '/' : file.slice(0, cut), file.slice(cut + 1) || '.'];
}

export function pathAt(text: string): PathAt {
  const [folder, name] = splitPath(text);
  return { text, folder, name };
}
