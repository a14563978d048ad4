/**
 * Names on disk are bytes, paths here are text. Bytes that are no UTF-8 stand in it as characters of a private area, one
 * for each, so that a path leads back to its file; what is told of such a file has them as `\\xNN`.
 */
import { isAscii, isUtf8 } from 'node:buffer';

/** U+10FF00 to U+10FFFF: private, and in no name that people write. */
const FIRST = 0x10ff00;
const ESCAPED = /[\u{10ff00}-\u{10ffff}]/u;
/** What stands before the space, and that private area. */
const SHOWN_OTHERWISE = /[^ -\u{10feff}]/u;

/** A name as text; bytes that are no UTF-8, or would be taken for such, are kept. */
export function nameText(name: Buffer): string {
  // Nearly all are, and each notice of a change brings one.
  if (isAscii(name)) return name.toString('latin1');
  const whole = name.toString('utf8');
  if (isUtf8(name) && !ESCAPED.test(whole)) return whole;
  let text = '';
  let index = 0;
  while (index < name.length) {
    const character = characterAt(name, index);
    text += character ?? String.fromCodePoint(FIRST + (name[index] ?? 0));
    index += character === undefined ? 1 : Buffer.byteLength(character);
  }
  return text;
}

function characterAt(name: Buffer, index: number): string | undefined {
  for (let width = 1; width <= 4 && index + width <= name.length; width += 1) {
    const bytes = name.subarray(index, index + width);
    if (!isUtf8(bytes)) continue;
    const character = bytes.toString('utf8');
    return ESCAPED.test(character) ? undefined : character;
  }
  return undefined;
}

/** What to give to the file system. */
export function diskPath(path: string): string | Buffer {
  if (!ESCAPED.test(path)) return path;
  const parts = Array.from(path, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code >= FIRST ? Buffer.of(code - FIRST) : Buffer.from(character);
  });
  return Buffer.concat(parts);
}

/** As people read it: line breaks and bytes that are no text are told by their numbers. */
export function shownPath(path: string): string {
  if (!SHOWN_OTHERWISE.test(path)) return path;
  return Array.from(path, (character) => {
    const code = character.codePointAt(0) ?? 0;
    const byte = code >= FIRST ? code - FIRST : code;
    return code >= FIRST || code < 0x20 ? `\\x${byte.toString(16).padStart(2, '0')}` : character;
  }).join('');
}
