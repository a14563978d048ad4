/**
 * What is asked of the store about all hosts at once, as of a moment: for judging a fleet, not for showing one host.
 * Invariants: a record counts for a moment by its own time; (batch, row) orders an agent's records as it told them; an
 * answer that was cut says from which agent on.
 */

/** Of which hosts and which time. */
export interface FleetMoment {
  /** Left out: of all. */
  agentIds?: readonly string[] | undefined;
  /** Records up to it, by their own time: milliseconds since 1970. */
  atMs: number;
  /** Older records are left out. */
  fromMs: number;
}

/** How a category of a host's inventory stood. */
export interface FleetStanding {
  agentId: string;
  category: string;
  /** `complete`, `partial`, `failed`; empty: the agent did not say. */
  state: string;
  /** When the agent said so last: milliseconds since 1970. */
  toldMs: number;
  /** Items that the agent had. */
  items: number;
  /** Items that it left out, there being too many. */
  truncated: number;
  /** What it could not read, and why. */
  unread: string;
}

export interface FleetItem {
  agentId: string;
  key: string;
  /** When it was told last: milliseconds since 1970. */
  timeMs: number;
  /** The facts asked for, as text; what is missing or null is empty. */
  facts: Readonly<Record<string, string>>;
}

export interface FleetItemsQuery extends FleetMoment {
  category: string;
  /** Names of the facts that are read. */
  facts: readonly string[];
  /** Only items of this sort, by a fact that an item never changes: the others are not even looked at. */
  sort?: { fact: string; in: readonly string[] } | undefined;
  /** Left out: all items. */
  keys?: readonly string[] | undefined;
  /** Only items where one of these facts, which are read, has one of these values. */
  where?: readonly { fact: string; in: readonly string[] }[] | undefined;
  /** No items where this fact, which is read, has one of these values. */
  unless?: { fact: string; in: readonly string[] } | undefined;
  limit: number;
}

export interface FleetItems {
  items: readonly FleetItem[];
  /** The first agent of which items may be missing, in the order of ids; undefined: none is. */
  cutFrom: string | undefined;
}

/** Things that happen on hosts and that controls ask for, whichever log tells of them. */
export const FLEET_EVENTS = [
  'logon',
  'logon-failed',
  'account-change',
  'software-change',
  'patch-installed',
  'process-start',
  'dhcp-lease',
  'removable-storage',
  'connection',
  'malware-found',
  'signatures-updated',
  'integrity-scan',
  'integrity-tampered',
  'backup-done',
  'backup-failed',
] as const;
export type FleetEvent = (typeof FLEET_EVENTS)[number];

export interface FleetCount {
  agentId: string;
  event: FleetEvent;
  count: number;
  /** Milliseconds since 1970. */
  lastMs: number;
}

/** Sessions of one account on one host from one place. */
export interface FleetLogon {
  agentId: string;
  user: string;
  /** Address; empty: the log names none. */
  source: string;
  /** `ssh`, `rdp` */
  way: string;
  count: number;
  lastMs: number;
}

export interface LastLogon {
  agentId: string;
  user: string;
  lastMs: number;
}

/** An account name that was used from several places within an hour, on one host or on several. */
export interface SharedUse {
  user: string;
  /** The last time within the hour: milliseconds since 1970. */
  atMs: number;
  /** Each host and address once. */
  places: readonly { agentId: string; source: string }[];
}

export interface SharedUses {
  /** Newest first. */
  uses: readonly SharedUse[];
  /** There were more, of which nothing is told. */
  isCut: boolean;
}

export interface OutboundQuery extends FleetMoment {
  /** Ranges that connections may go to, in CIDR form. */
  allowed: readonly string[];
  limit: number;
}

/** Connections of a host to addresses outside the ranges. */
export interface Outbound {
  agentId: string;
  /** Different addresses. */
  addresses: number;
  /** Some of them. */
  some: readonly string[];
  lastMs: number;
}

export interface IntegrityScan {
  agentId: string;
  /** Paths compared. */
  paths: number;
  baselineRows: number;
  baselineDigest: string;
  timeMs: number;
}

/** What a host told of the baseline of its watched files. */
export interface ToldBaseline {
  agentId: string;
  /** Of the last full comparison that told one; empty: none did. */
  digest: string;
  /** Paths compared then. */
  paths: number;
  /** When that was, or, when no digest was told, the last word. Like all times here milliseconds since 1970. */
  toldMs: number;
  /** When it was last made; 0: not within the time. */
  madeMs: number;
  /** When it was last found tampered with; 0: not within the time. */
  tamperedMs: number;
  /** When a person on the host last accepted all as it is there; 0: not within the time. */
  acceptedMs: number;
  /** When a watched file was last told to have changed, or the baseline; 0: not within the time. */
  changedMs: number;
}

/** How busy a host was over the time up to its last word of it. */
export interface HostLoad {
  agentId: string;
  /** When it was told: milliseconds since 1970. */
  timeMs: number;
  /** Over so long. */
  overMs: number;
  /** Mean and the busiest minute; undefined: the system does not tell. */
  cpuPercent: number | undefined;
  cpuPercentMax: number | undefined;
  memoryTotalMb: number;
  /** Mean and most. */
  memoryUsedMb: number;
  memoryUsedMbMax: number;
  diskTotalMb: number;
  diskUsedMb: number;
}

export interface FleetReader {
  /** The last word on each of these categories. */
  standing(query: FleetMoment & { categories: readonly string[] }): Promise<FleetStanding[]>;
  /** The items that hosts had, in the order of agent and key. */
  items(query: FleetItemsQuery): Promise<FleetItems>;
  /** Keys that items of a category had on any host, in no order. */
  keys(query: FleetMoment & { category: string; limit: number }): Promise<string[]>;
  /** How often things happened, by agent; what never happened is left out. */
  counts(query: FleetMoment & { events: readonly FleetEvent[] }): Promise<FleetCount[]>;
  /** Sessions from afar that succeeded, in the order of agent, most first. */
  logons(query: FleetMoment & { limit: number }): Promise<FleetLogon[]>;
  /** The last time that each account logged on, from afar or not. */
  lastLogons(query: FleetMoment & { limit: number }): Promise<LastLogon[]>;
  /** Account names used from at least so many addresses within an hour, over all of these hosts. */
  sharedUse(query: FleetMoment & { sourcesMin: number; limit: number }): Promise<SharedUses>;
  outbound(query: OutboundQuery): Promise<Outbound[]>;
  /** The last full comparison of each host's watched files. */
  integrityScans(query: FleetMoment): Promise<IntegrityScan[]>;
  /** How the baseline of each host's watched files stands; hosts that told nothing of one are left out. */
  baselines(query: FleetMoment): Promise<ToldBaseline[]>;
  /** The last word of each host on its use of CPU, memory and disk. */
  loads(query: FleetMoment): Promise<HostLoad[]>;
}
