/** `saddr` of audit records: a `struct sockaddr` as the program gave it, in hexadecimal, in the byte order of its host. */

export type SocketAddress =
  | { kind: 'ip'; family: 'inet' | 'inet6'; address: string; port: number }
  /** `path` of an abstract socket begins with `@`. */
  | { kind: 'path'; family: 'local'; path: string }
  | { kind: 'other'; family: string };

/** Address families of linux/socket.h that programs use. */
const FAMILIES: ReadonlyMap<number, string> = new Map([
  [0, 'unspec'],
  [1, 'local'],
  [2, 'inet'],
  [3, 'ax25'],
  [10, 'inet6'],
  [16, 'netlink'],
  [17, 'packet'],
  [29, 'can'],
  [31, 'bluetooth'],
  [38, 'alg'],
  [40, 'vsock'],
  [44, 'xdp'],
]);

const HEX = /^(?:[0-9A-Fa-f]{2}){2,128}$/;

/** @returns undefined for what is no address. */
export function socketAddress(hex: string): SocketAddress | undefined {
  if (!HEX.test(hex)) return undefined;
  const bytes = Buffer.from(hex, 'hex');
  const little = bytes.readUInt16LE(0);
  // Families are small numbers: on a big-endian host the low byte comes second.
  const number = little > 0xff ? bytes.readUInt16BE(0) : little;
  const family = FAMILIES.get(number) ?? String(number);
  if (family === 'inet' && bytes.length >= 8) {
    return { kind: 'ip', family, port: bytes.readUInt16BE(2), address: bytes.subarray(4, 8).join('.') };
  }
  if (family === 'inet6' && bytes.length >= 24) {
    return { kind: 'ip', family, port: bytes.readUInt16BE(2), address: ipv6(bytes.subarray(8, 24)) };
  }
  if (family === 'local') return { kind: 'path', family, path: localPath(bytes.subarray(2)) };
  return { kind: 'other', family };
}

/** As auditd writes it into enriched records. */
export function describeAddress(address: SocketAddress): string {
  const family = `saddr_fam=${address.family}`;
  switch (address.kind) {
    case 'ip':
      return `${family} laddr=${address.address} lport=${address.port}`;
    case 'path':
      return `${family} path=${address.path}`;
    case 'other':
      return family;
  }
}

function localPath(bytes: Buffer): string {
  const abstract = bytes[0] === 0;
  const name = abstract ? bytes.subarray(1) : bytes;
  const end = name.indexOf(0);
  const text = name.subarray(0, end === -1 ? name.length : end).toString('utf8');
  return abstract && text !== '' ? `@${text}` : text;
}

/** RFC 5952: lower case, the longest run of at least two zero groups left out; mapped IPv4 in dots. */
function ipv6(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(at * 2));
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return `::ffff:${bytes.subarray(12).join('.')}`;
  }
  let start = -1;
  let length = 1;
  for (let at = 0; at < 8; at += 1) {
    let end = at;
    while (end < 8 && groups[end] === 0) end += 1;
    if (end - at > length) {
      start = at;
      length = end - at;
    }
    at = Math.max(at, end - 1);
  }
  const text = groups.map((group) => group.toString(16));
  if (start === -1) return text.join(':');
  return `${text.slice(0, start).join(':')}::${text.slice(start + length).join(':')}`;
}
