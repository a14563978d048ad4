/**
 * Lines of keys and values between spaces, where a value with spaces stands in quotes, as FortiOS, Sophos Firewall and
 * many others write them. Scanned by hand in time linear to the text; keys above the limit stand in the message alone.
 */
const KEYS_MAX = 256;
const KEY_CHARS_MAX = 64;

const SPACE = 0x20;
const QUOTE = 0x22;
const EQUALS = 0x3d;
const BACKSLASH = 0x5c;

function isKeyChar(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x61 && code <= 0x7a) ||
    code === 0x5f ||
    code === 0x2e ||
    code === 0x2d
  );
}

/** Where a quoted value ends that opens before `at`; the end of the text when nothing closes it. */
function quoteEnd(text: string, at: number): { end: number; isEscaped: boolean } {
  let isEscaped = false;
  for (let index = at; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === BACKSLASH) {
      isEscaped = true;
      index += 1;
    } else if (code === QUOTE) return { end: index, isEscaped };
  }
  return { end: text.length, isEscaped };
}

export interface KeyValues {
  /** The first value of each key. */
  pairs: ReadonlyMap<string, string>;
  /** Keys above the limit. */
  left: number;
}

/** @param separator what stands between pairs beside spaces: `,` for some, `;` for others */
export function readKeyValues(text: string, separator = ' '): KeyValues {
  const pairs = new Map<string, string>();
  const split = separator.charCodeAt(0);
  let left = 0;
  let at = 0;
  while (at < text.length) {
    const from = at;
    while (at < text.length && isKeyChar(text.charCodeAt(at))) at += 1;
    if (text.charCodeAt(at) !== EQUALS || at === from) {
      at += 1;
      continue;
    }
    const key = text.slice(from, at);
    at += 1;
    let value: string;
    if (text.charCodeAt(at) === QUOTE) {
      const { end, isEscaped } = quoteEnd(text, at + 1);
      value = text.slice(at + 1, end);
      if (isEscaped) value = value.replaceAll(/\\(["\\])/g, '$1');
      at = end + 1;
    } else {
      const start = at;
      while (at < text.length && text.charCodeAt(at) !== SPACE && text.charCodeAt(at) !== split) at += 1;
      value = text.slice(start, at);
    }
    if (key.length > KEY_CHARS_MAX || pairs.has(key)) continue;
    if (pairs.size < KEYS_MAX) pairs.set(key, value);
    else left += 1;
  }
  return { pairs, left };
}
