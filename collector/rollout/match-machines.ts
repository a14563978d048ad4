/**
 * Which host is which machine of the list. Invariants: a host stands for one machine at most; what the hardware says goes before
 * names, and holds in whatever agency the host reports; a name counts in the machine's own agency and below it only, since every
 * agency has a PC-01.
 */
import { foldHostname, shortHostname } from './machine-name.ts';

export interface ListedMachine {
  id: number;
  agencyId: number;
  hostname: string;
  serial: string;
  macs: readonly string[];
  /** Empty: it forwards nothing. */
  forwardsTo: string;
}

export interface KnownHost {
  agentId: string;
  hostId: string;
  agencyId: number;
  hostname: string;
  state: 'pending' | 'active' | 'revoked';
  version: string;
  enrolledMs: number;
  isOnline: boolean;
  /** Null: it never had a session. */
  seenMs: number | null;
  /** Missed since, by the hours in which it is expected; null: it is not missed. */
  silentSinceMs: number | null;
}

export interface Match<H> {
  host: H;
  by: 'hardware' | 'name';
}

/** More hosts with one digest mean a number that a maker gave to many machines. */
const SHARED_HOSTS_MAX = 8;
const STATE_ORDER = { active: 0, pending: 1, revoked: 2 } as const;

/** The one at work first; of equals the one that was enrolled last. */
function rather(one: KnownHost, other: KnownHost): number {
  return (
    STATE_ORDER[one.state] - STATE_ORDER[other.state] ||
    other.enrolledMs - one.enrolledMs ||
    (one.agentId < other.agentId ? -1 : 1)
  );
}

/**
 * @param sharing for each fact that is known of a machine's hardware, the ids of hosts that have it
 * @param above the agencies above an agency, the nearest first
 */
export function matchMachines<H extends KnownHost>(
  machines: readonly ListedMachine[],
  hosts: readonly H[],
  sharing: (machine: ListedMachine) => readonly (readonly string[])[],
  above: (agencyId: number) => readonly number[],
): Map<number, Match<H>> {
  const ordered = hosts.toSorted(rather);
  const byHost = new Map<string, H>();
  for (const host of ordered) if (!byHost.has(host.hostId)) byHost.set(host.hostId, host);
  const matches = new Map<number, Match<H>>();
  const taken = new Set<string>();
  const take = (machine: ListedMachine, host: H, by: Match<H>['by']): void => {
    matches.set(machine.id, { host, by });
    taken.add(host.hostId);
  };

  const pairs = machines.flatMap((machine) => {
    const scores = new Map<string, number>();
    for (const hostIds of sharing(machine)) {
      const known = hostIds.filter((hostId) => byHost.has(hostId));
      if (known.length > SHARED_HOSTS_MAX) continue;
      for (const hostId of known) scores.set(hostId, (scores.get(hostId) ?? 0) + 1);
    }
    return [...scores].flatMap(([hostId, score]) => {
      const host = byHost.get(hostId);
      return host === undefined ? [] : [{ machine, host, score }];
    });
  });
  pairs.sort((a, b) => b.score - a.score || rather(a.host, b.host) || a.machine.id - b.machine.id);
  for (const { machine, host } of pairs) {
    if (!matches.has(machine.id) && !taken.has(host.hostId)) take(machine, host, 'hardware');
  }

  // Own agency before those below it, so the nearest host of a name is found first.
  const named = new Map<string, H[]>();
  const place = (agencyId: number, name: string, host: H): void => {
    const key = `${agencyId}\n${name}`;
    const known = named.get(key);
    // Of a province's root many have one name: the list is not made anew for each.
    if (known === undefined) named.set(key, [host]);
    else known.push(host);
  };
  const free = [...byHost.values()].filter(({ hostId }) => !taken.has(hostId));
  const namesOf = ({ hostname }: H): string[] => {
    const key = foldHostname(hostname);
    return [key, ...[shortHostname(key) ?? []].flat()];
  };
  for (const host of free) for (const name of namesOf(host)) place(host.agencyId, name, host);
  for (const host of free)
    for (const agencyId of above(host.agencyId))
      for (const name of namesOf(host)) place(agencyId, name, host);
  for (const machine of machines) {
    if (matches.has(machine.id) || machine.hostname === '') continue;
    const known = named.get(`${machine.agencyId}\n${foldHostname(machine.hostname)}`) ?? [];
    const host = known.find(({ hostId }) => !taken.has(hostId));
    if (host !== undefined) take(machine, host, 'name');
  }
  return matches;
}
