/**
 * Which addresses a webhook may go to. Invariants: the address that is connected to is the one that was looked at, since
 * the look is the connection's own name look-up; ranges that are no one's on the Internet are refused unless allowed;
 * where clouds keep their secrets is refused always.
 */
import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { BlockList, isIP, isIPv6 } from 'node:net';

/** RFC 6890 and its successors. */
const PRIVATE_RANGES = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '::/128',
  '::1/128',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  'fc00::/7',
  'fec0::/10',
];

/** Link-local, with the metadata services of clouds, multicast and broadcast. */
const NEVER_RANGES = [
  '169.254.0.0/16',
  'fe80::/10',
  '224.0.0.0/4',
  '240.0.0.0/4',
  'ff00::/8',
  'fd00:ec2::/32',
];

function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    list.addSubnet(address, Number(bits), isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return list;
}

const privates = listOf(PRIVATE_RANGES);
const never = listOf(NEVER_RANGES);

export class AddressRefusedError extends Error {
  override readonly name = 'AddressRefusedError';
}

/** @throws AddressRefusedError */
export function checkAddress(address: string, allowPrivate: boolean): void {
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  if (isIP(address) === 0 || never.check(address, family)) {
    throw new AddressRefusedError(`${address} is no address that messages go to`);
  }
  if (!allowPrivate && privates.check(address, family)) {
    throw new AddressRefusedError(
      `${address} lies in a private network; allow it for this channel if that is meant`,
    );
  }
}

type Found = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/** For `lookup` of a connection: a name with one refused address is refused as a whole. */
export function guardedLookup(allowPrivate: boolean) {
  return (hostname: string, options: LookupOptions, found: Found): void => {
    systemLookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return found(error, []);
      try {
        for (const { address } of addresses) checkAddress(address, allowPrivate);
      } catch (refused) {
        return found(refused instanceof Error ? refused : new Error('refused'), []);
      }
      if (options.all === true) return found(null, addresses);
      const [first] = addresses;
      return found(
        first === undefined ? new Error(`${hostname} has no address`) : null,
        first?.address ?? '',
        first?.family,
      );
    });
  };
}
