/**
 * Addresses as numbers: an IPv4 address is one word, an IPv6 address four. An IPv4 address inside of IPv6
 * (`::ffff:192.0.2.1`) is the IPv4 address. Reading allocates nothing, since it is done for each event.
 */

const DOT = 46;
const ZERO = 48;
const NINE = 57;
const COLON = 58;
const PERCENT = 37;

/** @returns 0 to 2^32 - 1, or -1 where the text is no address of four decimal numbers without leading zeros. */
export function ipv4Number(text: string, from = 0, to = text.length): number {
  if (to - from < 7 || to - from > 15) return -1;
  let address = 0;
  let part = -1;
  let parts = 0;
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      if (part < 0) return -1;
      address = address * 256 + part;
      parts += 1;
      part = -1;
    } else if (code >= ZERO && code <= NINE) {
      if (part === 0) return -1;
      part = part < 0 ? code - ZERO : part * 10 + code - ZERO;
      if (part > 255) return -1;
    } else return -1;
  }
  return parts === 3 && part >= 0 ? address * 256 + part : -1;
}

function hexDigit(code: number): number {
  if (code >= ZERO && code <= NINE) return code - ZERO;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** Groups of 16 bits while an address is read. */
const groups = new Uint16Array(8);

/**
 * Reads an IPv6 address, with or without a zone (`%eth0`).
 * @param words four words of 32 bits, written where the text is an address
 */
export function readIpv6(text: string, words: Uint32Array): boolean {
  const zone = text.indexOf('%');
  const to = zone < 0 ? text.length : zone;
  if (to < 2 || to > 45) return false;
  let count = 0;
  let gap = -1;
  let at = 0;
  if (text.charCodeAt(0) === COLON) {
    if (text.charCodeAt(1) !== COLON) return false;
    gap = 0;
    at = 2;
  }
  while (at < to) {
    if (count === 8) return false;
    const start = at;
    let group = 0;
    let digit = hexDigit(text.charCodeAt(at));
    while (digit >= 0 && at < to && at - start < 4) {
      group = group * 16 + digit;
      at += 1;
      digit = at < to ? hexDigit(text.charCodeAt(at)) : -1;
    }
    if (at === start) return false;
    if (at < to && text.charCodeAt(at) === DOT) {
      const last = ipv4Number(text, start, to);
      if (last < 0 || count > 6) return false;
      groups[count] = last >>> 16;
      groups[count + 1] = last & 0xff_ff;
      count += 2;
      break;
    }
    groups[count] = group;
    count += 1;
    if (at === to) break;
    if (text.charCodeAt(at) !== COLON) return false;
    at += 1;
    if (at === to) return false;
    if (text.charCodeAt(at) === COLON) {
      if (gap >= 0) return false;
      gap = count;
      at += 1;
    }
  }
  if (gap < 0 ? count !== 8 : count > 7) return false;
  const tail = gap < 0 ? 0 : count - gap;
  const moved = 8 - tail;
  for (let index = 7; index >= 0; index -= 1) {
    if (index >= moved) groups[index] = groups[index - 8 + count] ?? 0;
    else if (gap >= 0 && index >= gap) groups[index] = 0;
  }
  for (let word = 0; word < 4; word += 1)
    words[word] = (((groups[word * 2] ?? 0) << 16) | (groups[word * 2 + 1] ?? 0)) >>> 0;
  return true;
}

/** The IPv4 address that four words hold, or -1. */
export function mappedIpv4(words: Uint32Array): number {
  return words[0] === 0 && words[1] === 0 && words[2] === 0xff_ff ? (words[3] ?? 0) : -1;
}

export function ipv4Text(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

/** As RFC 5952 writes it: lower case, the longest run of zeros left out. */
export function ipv6Text(words: Uint32Array): string {
  const parts: number[] = [];
  for (const word of words) parts.push(word >>> 16, word & 0xff_ff);
  let gap = -1;
  let gapLength = 1;
  for (let from = 0; from < 8; from += 1) {
    let length = 0;
    while (from + length < 8 && parts[from + length] === 0) length += 1;
    if (length > gapLength) {
      gap = from;
      gapLength = length;
    }
  }
  const hex = (some: readonly number[]): string => some.map((part) => part.toString(16)).join(':');
  return gap < 0 ? hex(parts) : `${hex(parts.slice(0, gap))}::${hex(parts.slice(gap + gapLength))}`;
}

/** The first `bits` of 32 as a mask; `>>> 0` the result of an `&` with it. */
export function maskOf(bits: number): number {
  return bits <= 0 ? 0 : (0xff_ff_ff_ff << (32 - bits)) >>> 0;
}

/** A network: its family, its bits (1 or 4 words, those after the prefix 0), and how long its prefix is. */
export interface Network {
  words: Uint32Array;
  prefix: number;
}

/** Reads `address` or `address/prefix`; bits after the prefix are made 0. Undefined where it is neither. */
export function readNetwork(text: string): Network | undefined {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  if (address.charCodeAt(address.length - 1) === PERCENT) return undefined;
  let words = new Uint32Array(4);
  let bits = 128;
  const v4 = ipv4Number(address);
  if (v4 >= 0) {
    words = Uint32Array.of(v4);
    bits = 32;
  } else if (!readIpv6(address, words)) return undefined;
  let prefix = bits;
  if (slash >= 0) {
    const written = text.slice(slash + 1);
    if (!/^(?:0|[1-9]\d{0,2})$/.test(written) || Number(written) > bits) return undefined;
    prefix = Number(written);
  }
  const mapped = bits === 128 && prefix >= 96 ? mappedIpv4(words) : -1;
  if (mapped >= 0) {
    words = Uint32Array.of(mapped);
    prefix -= 96;
  }
  for (let word = 0; word < words.length; word += 1)
    words[word] = ((words[word] ?? 0) & maskOf(Math.min(32, prefix - word * 32))) >>> 0;
  return { words, prefix };
}

/** An address alone where the prefix is whole, else `address/prefix`. */
export function networkText({ words, prefix }: Network): string {
  const text = words.length === 1 ? ipv4Text(words[0] ?? 0) : ipv6Text(words);
  return prefix === words.length * 32 ? text : `${text}/${prefix}`;
}

export function isWithin(inner: Network, outer: Network): boolean {
  if (inner.words.length !== outer.words.length || inner.prefix < outer.prefix) return false;
  return outer.words.every(
    (word, index) =>
      ((inner.words[index] ?? 0) & maskOf(Math.min(32, outer.prefix - index * 32))) >>> 0 === word,
  );
}
