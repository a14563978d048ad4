/**
 * Whether what the name system says has changed. Addresses may go round (balancers, content networks): those seen before
 * are known, and where new ones keep coming that is said once and left alone.
 */
import { z } from 'zod';
import type { DnsPicture } from './dns-picture.ts';
import type { Facts, Finding, Look } from './finding.ts';

export const dnsKnownSchema = z.object({
  looks: z.number(),
  addresses: z.array(z.string()),
  /** When new addresses were seen, newest last: milliseconds since 1970. */
  changesAt: z.array(z.number()),
  vary: z.boolean(),
  nameServers: z.array(z.string()),
  mailServers: z.array(z.string()),
  primary: z.string(),
});

export type DnsKnown = z.infer<typeof dnsKnownSchema>;

const LOOKS_TO_LEARN = 3;
const ADDRESSES_MAX = 64;
const DAY_MS = 86_400_000;
const CHANGES_A_DAY_MAX = 4;

export function judgeDns(
  picture: DnsPicture,
  known: DnsKnown | undefined,
  nowMs: number,
): { look: Look; known: DnsKnown } {
  const facts: Facts = {
    addresses: picture.addresses.join(' '),
    zone: picture.zone ?? '',
    nameServers: picture.nameServers.join(' '),
    mailServers: picture.mailServers.join(', '),
  };
  if (known === undefined) return { look: { findings: absent(picture), facts }, known: firstKnown(picture) };
  const findings: Finding[] = absent(picture);
  const fresh = picture.addresses.filter((address) => !known.addresses.includes(address));
  const learning = known.looks < LOOKS_TO_LEARN;
  const recent = known.changesAt.filter((at) => at > nowMs - DAY_MS);
  const changesAt = fresh.length > 0 && !learning ? [...recent, nowMs].slice(-CHANGES_A_DAY_MAX - 1) : recent;
  const vary = known.vary ? changesAt.length > 0 : changesAt.length > CHANGES_A_DAY_MAX;
  if (vary && !known.vary) findings.push('addresses-vary');
  if (fresh.length > 0 && !learning && !vary) {
    findings.push('addresses-changed');
    facts['previousAddresses'] = known.addresses.slice(-10).join(' ');
  }
  compare('name-servers-changed', 'previousNameServers', known.nameServers, picture.nameServers);
  compare('mail-servers-changed', 'previousMailServers', known.mailServers, picture.mailServers);
  const primary = picture.primary ?? known.primary;
  if (primary !== known.primary && known.primary !== '') {
    findings.push('zone-changed');
    facts['primary'] = primary;
    facts['previousPrimary'] = known.primary;
  }
  return {
    look: { findings, facts },
    known: {
      looks: known.looks + 1,
      addresses: [...known.addresses, ...fresh].slice(-ADDRESSES_MAX),
      changesAt,
      vary,
      // A zone that is not answered for now is not one without servers.
      nameServers: kept(known.nameServers, picture.nameServers),
      mailServers: picture.zone === undefined ? known.mailServers : [...picture.mailServers],
      primary,
    },
  };

  function compare(
    finding: Finding,
    fact: string,
    before: readonly string[],
    after: readonly string[],
  ): void {
    if (picture.zone === undefined || before.join(' ') === after.join(' ')) return;
    if (before.length === 0 && learning) return;
    findings.push(finding);
    facts[fact] = before.join(' ');
  }
}

function absent({ addresses }: DnsPicture): Finding[] {
  return addresses.length === 0 ? ['no-address'] : [];
}

function firstKnown(picture: DnsPicture): DnsKnown {
  return {
    looks: 1,
    addresses: [...picture.addresses],
    changesAt: [],
    vary: false,
    nameServers: [...picture.nameServers],
    mailServers: [...picture.mailServers],
    primary: picture.primary ?? '',
  };
}

function kept(before: readonly string[], after: readonly string[]): string[] {
  return [...(after.length === 0 ? before : after)];
}
