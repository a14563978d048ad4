/**
 * To which addresses a probe may connect. A page chooses where it redirects to, and whoever runs a domain chooses its
 * addresses: neither may make the agent ask systems of the inside.
 */
import net from 'node:net';
import { plainAddress } from '../syslog/allowed-networks.ts';

export type PrivateAddresses = 'refuse' | 'target' | 'any';
/** @param host as asked for; `address` is one of it. */
export type AddressGuard = (host: string, address: string) => boolean;

export class AddressRefusedError extends Error {
  override readonly name = 'AddressRefusedError';
}

/** This machine and its link; where clouds tell machines their secrets. */
const NEAR = blockList(['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16'], ['::/127', 'fe80::/10']);
/** Not of the public Internet: IANA's special-purpose registries (RFC 6890 and what followed). */
const SPECIAL = blockList(
  [
    '10.0.0.0/8',
    '100.64.0.0/10',
    '172.16.0.0/12',
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.168.0.0/16',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '224.0.0.0/3',
  ],
  ['100::/64', '2001:db8::/32', 'fc00::/7', 'fec0::/10', 'ff00::/8'],
);
/** IPv4 inside IPv6: the last 32 bits are what is reached. */
const CARRIES_IPV4 = blockList([], ['64:ff9b::/96', '::ffff:0:0/96']);

export function addressGuard(mode: PrivateAddresses, target: string): AddressGuard {
  if (mode === 'any') return () => true;
  return (host, address) => {
    const place = placeOf(address);
    if (place === 'public') return true;
    if (mode === 'refuse' || host !== target) return false;
    // Who named the address itself, meant it; a name may have come to mean it.
    return place === 'special' || net.isIP(host) !== 0 || host === 'localhost';
  };
}

function placeOf(text: string): 'public' | 'special' | 'near' {
  const address = plainAddress(text);
  const family = net.isIPv6(address) ? 'ipv6' : 'ipv4';
  if (family === 'ipv6' && CARRIES_IPV4.check(address, 'ipv6')) return placeOf(carried(address));
  if (NEAR.check(address, family)) return 'near';
  return SPECIAL.check(address, family) ? 'special' : 'public';
}

function carried(address: string): string {
  const dotted = /\d{1,3}(?:\.\d{1,3}){3}$/.exec(address)?.[0];
  if (dotted !== undefined) return dotted;
  const [high = '0', low = '0'] = address.split(':').slice(-2);
  const bits = (Number.parseInt(high || '0', 16) << 16) | Number.parseInt(low || '0', 16);
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
}

function blockList(v4: readonly string[], v6: readonly string[]): net.BlockList {
  const list = new net.BlockList();
  for (const block of [...v4, ...v6]) {
    const [address = '', bits = ''] = block.split('/');
    list.addSubnet(address, Number(bits), net.isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return list;
}
