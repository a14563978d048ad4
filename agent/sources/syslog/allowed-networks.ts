/** The networks a listener takes messages from, and the one spelling that an address has in records and limits. */
import net from 'node:net';

const MAPPED = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i;
const BITS = { ipv4: 32, ipv6: 128 } as const;

export interface Network {
  address: string;
  bits: number;
  family: 'ipv4' | 'ipv6';
}

/** An address, or `ADDRESS/BITS`; undefined when it is neither. */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', bitsText, ...more] = text.split('/');
  const version = net.isIP(address);
  if (version === 0 || more.length > 0 || address.includes('%')) return undefined;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  if (bitsText === undefined) return { address, bits: BITS[family], family };
  if (!/^\d{1,3}$/.test(bitsText) || Number(bitsText) > BITS[family]) return undefined;
  return { address, bits: Number(bitsText), family };
}

/** IPv4 in IPv6 as IPv4, without a zone: what tells devices apart. */
export function plainAddress(address: string): string {
  const [bare = ''] = address.split('%');
  return MAPPED.exec(bare)?.[1] ?? bare;
}

/** @throws RangeError for what is no network. */
export function allowedNetworks(networks: readonly string[]): (address: string) => boolean {
  const list = new net.BlockList();
  for (const text of networks) {
    const network = parseNetwork(text);
    if (network === undefined) throw new RangeError(`"${text}" is no network; write ADDRESS or ADDRESS/BITS`);
    list.addSubnet(network.address, network.bits, network.family);
  }
  return (address) => list.check(address, net.isIPv4(address) ? 'ipv4' : 'ipv6');
}
