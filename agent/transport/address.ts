/**
 * The address of a collector: an https: or wss: URL. Beyond what the URL standard reads, an IPv6 literal may carry
 * a zone (`https://[fe80::1%25eth0]:8443`, RFC 6874), since a link-local address means nothing without one.
 */
import net from 'node:net';

export interface Address {
  /** https: origin; the same for every spelling of one address. */
  origin: string;
  /** Name or literal without brackets, its zone included: what a socket connects to. */
  host: string;
  port: number;
  /** For a Host header and for a proxy: brackets, no zone, no default port. */
  authority: string;
}

const PORT_DEFAULT = 443;
/** A zone is written `%25eth0`, or as people paste it `%eth0`. */
const WITH_ZONE = /^(https|wss):\/\/\[([0-9a-f:.]+)%(?:25)?([\w.~-]{1,64})\](:\d{1,5})?(\/.*)?$/i;

/** @returns undefined when it is no such address. */
export function parseAddress(text: string): Address | undefined {
  const trimmed = text.trim();
  const zoned = WITH_ZONE.exec(trimmed);
  const plain = zoned === null ? trimmed : `https://[${zoned[2] ?? ''}]${zoned[4] ?? ''}`;
  const url = URL.parse(plain.replace(/^wss:/i, 'https:'));
  if (url === null || url.protocol !== 'https:' || url.hostname === '') return undefined;
  const bare = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const zone = zoned?.[3];
  const host = zone === undefined ? bare : `${bare}%${zone}`;
  if (zone !== undefined && !net.isIPv6(host)) return undefined;
  return {
    origin: zone === undefined ? url.origin : url.origin.replace(']', `%25${zone}]`),
    host,
    port: url.port === '' ? PORT_DEFAULT : Number.parseInt(url.port, 10),
    authority: url.host,
  };
}

/** @throws RangeError: only for addresses that were checked when they came in. */
export function mustParseAddress(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw new RangeError(`${text} is no https address`);
  return address;
}

/** Host and port as people read them. */
export function formatHostPort(host: string, port: number): string {
  return `${net.isIPv6(host) ? `[${host}]` : host}:${port}`;
}
