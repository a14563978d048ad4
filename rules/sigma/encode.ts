/** Byte encodings of `wide`, `utf16*`, `base64` and `base64offset`; pure, for short rule values. */

/** `bom` is FF FE and then little-endian. */
export type Utf16Form = 'le' | 'be' | 'bom';

/** The bytes of the text in UTF-8. */
export function utf8Bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Two bytes for each UTF-16 unit, without a byte order mark. */
export function utf16Bytes(text: string, order: 'le' | 'be'): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    const [low, high] = [unit & 0xff, unit >> 8];
    bytes.set(order === 'be' ? [high, low] : [low, high], index * 2);
  }
  return bytes;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Standard base64 with padding. */
export function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = [bytes[at], bytes[at + 1], bytes[at + 2]];
    const group = (a << 16) | (b << 8) | c;
    const rest = bytes.length - at;
    text += ALPHABET.charAt(group >> 18) + ALPHABET.charAt((group >> 12) & 63);
    text += rest > 1 ? ALPHABET.charAt((group >> 6) & 63) : '=';
    text += rest > 2 ? ALPHABET.charAt(group & 63) : '=';
  }
  return text;
}

const STARTS = [0, 2, 3] as const;
const ENDS = [undefined, -3, -2] as const;

/**
 * The three texts one of which stands in every base64 text that encodes these bytes somewhere inside: characters
 * that depend on the neighbours are cut, by the length in bytes.
 */
export function base64Offsets(bytes: Uint8Array): string[] {
  return STARTS.map((start, shift) => {
    const shifted = new Uint8Array(shift + bytes.length);
    shifted.fill(0x20, 0, shift);
    shifted.set(bytes, shift);
    return base64(shifted).slice(start, ENDS[(bytes.length + shift) % 3]);
  });
}

/** Bytes as the characters U+0000..U+00FF. */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
