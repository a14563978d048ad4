/** Addresses by prefix, as people write them: `10.20.0.0/16`, `2001:db8::/32`, or one address alone. */
import { BlockList, isIP } from 'node:net';

export interface AddressPrefix {
  address: string;
  bits: number;
  family: 'ipv4' | 'ipv6';
}

const FAMILIES = { 4: 'ipv4', 6: 'ipv6' } as const;
const BITS = { ipv4: 32, ipv6: 128 } as const;

/** IPv4 carried in IPv6 is IPv4. */
export const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');

function familyOf(address: string): AddressPrefix['family'] | undefined {
  const version = isIP(address);
  return version === 4 || version === 6 ? FAMILIES[version] : undefined;
}

/** Undefined where it is neither a prefix nor an address. */
export function parsePrefix(text: string): AddressPrefix | undefined {
  const [address = '', written, ...rest] = text.split('/');
  const family = familyOf(address);
  if (family === undefined || rest.length > 0) return undefined;
  if (written === undefined) return { address, bits: BITS[family], family };
  if (!/^\d{1,3}$/.test(written) || Number(written) > BITS[family]) return undefined;
  return { address, bits: Number(written), family };
}

/** Whether an address lies in the prefix; of another family none does, and none in what is no prefix. */
export function withinPrefix(text: string): (address: string) => boolean {
  const prefix = parsePrefix(text);
  if (prefix === undefined) return () => false;
  const { address: first, bits, family } = prefix;
  const list = new BlockList();
  list.addSubnet(first, bits, family);
  return (address) => {
    const plain = plainAddress(address);
    return familyOf(plain) === family && list.check(plain, family);
  };
}
