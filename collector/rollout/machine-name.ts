/** What people write of a machine, in the one form in which machines are compared: host names, network addresses, serial numbers. */
import { hardwareDigest, type HardwareFact } from '../protocol/hardware.ts';

/** Names of the old Windows network have at most so many characters, and lists are often exported from there. */
const NETBIOS_CHARS = 15;

/** Case and domain do not count: `PC-01.xa.tinh.gov.vn` is `pc-01`. */
export function foldHostname(text: string): string {
  return text.trim().toLowerCase().replace(/\..*$/, '').slice(0, 256);
}

/** The name that the old Windows network knows a host by; undefined when its name is shorter anyway. */
export function shortHostname(key: string): string | undefined {
  return key.length > NETBIOS_CHARS ? key.slice(0, NETBIOS_CHARS) : undefined;
}

const MAC = /^(?:[0-9a-f]{12}|[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}|[0-9a-f]{4}(?:\.[0-9a-f]{4}){2})$/i;

/** `AA-BB-CC-00-11-22`, `aabb.cc00.1122` and `aabbcc001122` are `aa:bb:cc:00:11:22`; undefined for what is no address. */
export function readMac(text: string): string | undefined {
  if (!MAC.test(text.trim())) return undefined;
  const digits = text.toLowerCase().replaceAll(/[^0-9a-f]/g, '');
  return digits.match(/../g)?.join(':');
}

/** What an agent on that machine would say of its hardware, as far as the list knows it. */
export function hardwareOf({ serial, macs }: { serial: string; macs: readonly string[] }): HardwareFact[] {
  const facts: HardwareFact[] = macs.map((mac) => ({ kind: 'mac', digest: hardwareDigest('mac', mac) }));
  if (serial === '') return facts;
  for (const kind of ['product-serial', 'board-serial'] as const)
    facts.push({ kind, digest: hardwareDigest(kind, serial) });
  return facts;
}
