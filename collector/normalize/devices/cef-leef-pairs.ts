/**
 * Headers between bars, and keys with values behind them, as CEF and LEEF have them.
 * Invariant: scanned by hand in time linear to the text, up to a number of keys.
 */
const EXTENSIONS_MAX = 256;
const KEY_CHARS_MAX = 64;
const HEADER_CHARS_MAX = 8_192;

type Pairs = Map<string, string>;

/** Keys with their values, and how many were above the limit. */
export interface Extension {
  pairs: ReadonlyMap<string, string>;
  left: number;
}

/** A header's parts, each up to an unescaped bar, and where the rest starts; undefined when there are fewer. */
export function headerParts(text: string, count: number): { parts: string[]; end: number } | undefined {
  const parts: string[] = [];
  const limit = Math.min(text.length, HEADER_CHARS_MAX);
  let from = 0;
  let isEscaped = false;
  for (let at = 0; at < limit; at += 1) {
    const char = text.charCodeAt(at);
    if (char === 0x5c) {
      isEscaped = true;
      at += 1;
    } else if (char === 0x7c) {
      const part = text.slice(from, at);
      parts.push(isEscaped ? part.replaceAll(/\\([\\|])/g, '$1') : part);
      from = at + 1;
      isEscaped = false;
      if (parts.length === count) return { parts, end: from };
    }
  }
  return undefined;
}

const isKeyChar = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) ||
  (code >= 0x41 && code <= 0x5a) ||
  (code >= 0x61 && code <= 0x7a) ||
  code === 0x5f ||
  code === 0x2e ||
  code === 0x2d ||
  code === 0x5b ||
  code === 0x5d;

/** Where the key before an equals sign starts; -1 when what stands there is no key, and so part of a value. */
function keyStart(text: string, equals: number): number {
  const floor = Math.max(-1, equals - KEY_CHARS_MAX - 1);
  let at = equals - 1;
  while (at > floor && isKeyChar(text.charCodeAt(at))) at -= 1;
  if (at === equals - 1) return -1;
  if (at === -1) return 0;
  const before = text.charCodeAt(at);
  return before === 0x20 || before === 0x09 ? at + 1 : -1;
}

const ESCAPE = /\\([\\=|nr])/g;
const MEANING: Readonly<Record<string, string>> = { n: '\n', r: '\r' };

function unescape(value: string): string {
  return value.includes('\\') ? value.replaceAll(ESCAPE, (_, char: string) => MEANING[char] ?? char) : value;
}

/** Keys and values between spaces, where values may hold spaces and, against the rules, equals signs of addresses. */
export function spacedPairs(text: string): Extension {
  const pairs: Pairs = new Map();
  let key = '';
  let from = 0;
  let left = 0;
  const take = (end: number): void => {
    if (key === '') return;
    if (pairs.size < EXTENSIONS_MAX) pairs.set(key, unescape(text.slice(from, end).trimEnd()));
    else left += 1;
  };
  for (let equals = text.indexOf('='); equals !== -1; equals = text.indexOf('=', equals + 1)) {
    if (text.charCodeAt(equals - 1) === 0x5c) continue;
    const start = keyStart(text, equals);
    if (start === -1 || start < from) continue;
    take(start);
    key = text.slice(start, equals);
    from = equals + 1;
  }
  take(text.length);
  return { pairs, left };
}

/** Keys and values between delimiters that a value cannot hold. */
export function delimitedPairs(text: string, delimiter: string): Extension {
  const pairs: Pairs = new Map();
  let left = 0;
  for (let from = 0; from < text.length;) {
    const found = text.indexOf(delimiter, from);
    const end = found === -1 ? text.length : found;
    const equals = text.indexOf('=', from);
    if (equals > from && equals < end && equals - from <= KEY_CHARS_MAX) {
      if (pairs.size < EXTENSIONS_MAX)
        pairs.set(text.slice(from, equals).trim(), text.slice(equals + 1, end).trimEnd());
      else left += 1;
    } else if (equals === -1) break;
    from = end + delimiter.length;
  }
  return { pairs, left };
}
