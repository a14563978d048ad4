/** IPv4 and IPv6 networks. Addresses are big-endian byte arrays of 4 or 16; a v4 network never holds a v6 address. */

export interface Network {
  bytes: Uint8Array;
  bits: number;
}

/**
 * `10.0.0.0/8`, `fe80::/10`; without `/n` a single address.
 * @throws RangeError saying what is wrong; host bits that are set are an error, as in the reference parser.
 */
export function parseNetwork(text: string): Network {
  const slash = text.indexOf('/');
  const address = slash === -1 ? text : text.slice(0, slash);
  const bytes = address.includes('%') ? undefined : parseAddress(address);
  if (bytes === undefined)
    throw new RangeError(`"${text}" is not an IPv4 or IPv6 network such as 10.0.0.0/8 or fe80::/10`);
  const length = slash === -1 ? String(bytes.length * 8) : text.slice(slash + 1);
  const bits = /^[0-9]{1,3}$/.test(length) ? Number(length) : -1;
  if (bits < 0 || bits > bytes.length * 8)
    throw new RangeError(`"${text}": the prefix length must be 0 to ${String(bytes.length * 8)}`);
  for (let bit = bits; bit < bytes.length * 8; bit += 1) {
    if (((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0) {
      throw new RangeError(
        `"${text}" has host bits set behind /${String(bits)}: write the network's first address`,
      );
    }
  }
  return { bytes, bits };
}

/** Whether the address lies in the network; never across IPv4 and IPv6. */
export function inNetwork(network: Network, address: Uint8Array | undefined): boolean {
  if (address === undefined || address.length !== network.bytes.length) return false;
  const whole = network.bits >> 3;
  for (let index = 0; index < whole; index += 1) if (address[index] !== network.bytes[index]) return false;
  const rest = network.bits & 7;
  if (rest === 0) return true;
  const mask = (0xff << (8 - rest)) & 0xff;
  return ((address[whole] ?? 0) & mask) === ((network.bytes[whole] ?? 0) & mask);
}

let latest: { text: string; bytes: Uint8Array | undefined } = { text: '', bytes: undefined };

/** Bytes of an address; undefined where the text is none. A zone (`fe80::1%eth0`) is ignored. */
export function parseAddress(text: string): Uint8Array | undefined {
  if (text.length > ADDRESS_CHARS_MAX) return undefined;
  // Many networks are asked of one address.
  if (latest.text !== text) latest = { text, bytes: text.includes(':') ? parseV6(text) : parseV4(text) };
  return latest.bytes;
}

const ADDRESS_CHARS_MAX = 100;
const ZERO = 48;
const DOT = 46;

/** Four numbers without zeros in front, read character by character: rules ask it of most addresses of most events. */
function parseV4(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(4);
  const { length } = text;
  let part = 0;
  let number = -1;
  for (let at = 0; at < length; at += 1) {
    const code = text.charCodeAt(at);
    const digit = code - ZERO;
    if (digit >= 0 && digit <= 9) {
      if (number === 0) return undefined;
      number = number === -1 ? digit : number * 10 + digit;
      if (number > 255) return undefined;
    } else {
      if (code !== DOT || number === -1 || part === 3) return undefined;
      bytes[part] = number;
      part += 1;
      number = -1;
    }
  }
  if (part !== 3 || number === -1) return undefined;
  bytes[part] = number;
  return bytes;
}

function parseV6(text: string): Uint8Array | undefined {
  const zone = text.indexOf('%');
  if (zone === text.length - 1) return undefined;
  const halves = (zone === -1 ? text : text.slice(0, zone)).split('::');
  const [head, tail] = halves;
  if (halves.length > 2 || head === undefined) return undefined;
  const left = parseGroups(head);
  const right = tail === undefined ? [] : parseGroups(tail);
  if (left === undefined || right === undefined) return undefined;
  // A dotted quad may only end the address.
  if (tail !== undefined && head.includes('.')) return undefined;
  const given = left.length + right.length;
  if (tail === undefined ? given !== 16 : given > 14) return undefined;
  const bytes = new Uint8Array(16);
  bytes.set(left, 0);
  bytes.set(right, 16 - right.length);
  return bytes;
}

function parseGroups(text: string): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const groups = text.split(':');
  for (const [index, group] of groups.entries()) {
    if (group.includes('.')) {
      const quad = index === groups.length - 1 ? parseV4(group) : undefined;
      if (quad === undefined) return undefined;
      bytes.push(...quad);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(group)) {
      const number = Number.parseInt(group, 16);
      bytes.push(number >> 8, number & 0xff);
    } else return undefined;
  }
  return bytes;
}
