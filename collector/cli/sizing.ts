/**
 * What a collector needs for so many hosts: a forecast from measured costs, rounded up. Pure.
 * Measured on two shared cores with events of 880 bytes (`npm run bench -- ingest`, `-- bytes`, `-- connections`);
 * what hosts say a day is an assumption, stated with the answer and replaced by a measured rate where there is one.
 */
import { workerCount } from '../workers/worker-count.ts';

/** Events a host of each kind sends on a working day. */
export const EVENTS_PER_DAY = {
  /** Windows 10/11 with Security, System and PowerShell logs; integrity and inventory. */
  pc: 30_000,
  /** A server with its services' logs. */
  server: 250_000,
  /** Every logon of an agency passes here. */
  'domain-controller': 4_000_000,
} as const;

export type HostKind = keyof typeof EVENTS_PER_DAY;

/** Costs of one event and one connection, each with room for noise. */
export const COSTS = {
  /** Processor time from the socket to the disk, merges and rules included: microseconds. */
  cpuMicrosPerEvent: 110,
  /** On disk after merges, text index included: bytes. */
  storedBytesPerEvent: 70,
  /** On the line in batches of 100, compressed: bytes. */
  wireBytesPerEvent: 150,
  /** A TLS session and what the collector knows of it: bytes. */
  memoryBytesPerConnection: 100_000,
  /** Collector with rules and console, before any connection: bytes. */
  collectorBytes: 500_000_000,
  /** A worker with all rules: bytes. */
  workerBytes: 300_000_000,
  /** Engine: caches, inserts, merges and one large search: bytes. */
  engineBytesMin: 2_000_000_000,
  /** Longest that a waiting agent fills its own disk: bytes of one event in the spool. */
  spoolBytesPerEvent: 900,
} as const;

/** Peak over average: people come to work at the same time. */
const PEAK = 3;
/** A processor is planned at this load, so that searches and bad days fit. */
const LOAD = 0.6;
/** Free room on the disk that merges and the watermark need. */
const DISK_SHARE = 0.75;
const DAY_SECONDS = 86_400;
const DAYS_PER_MONTH = 30.44;

export interface SizeInput {
  hosts: Readonly<Record<HostKind, number>>;
  /** Measured events per second on average over the day; replaces the assumption. */
  eventsPerSecond?: number | undefined;
  /** How long events are kept, months. */
  months: number;
}

export interface Size {
  hosts: number;
  eventsPerSecond: number;
  eventsPerSecondPeak: number;
  cores: number;
  /** Threads that the collector then has for rows of events. */
  workers: number;
  memoryBytes: number;
  diskBytes: number;
  diskBytesPerYear: number;
  /** At the collector, at the peak: bits per second. */
  lineBitsPerSecond: number;
  /** Spool that a host of each kind fills in seven days without a line: bytes. */
  spoolBytes: Readonly<Record<HostKind, number>>;
}

function ceilTo(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}

export function sizeFor({ hosts, eventsPerSecond: measured, months }: SizeInput): Size {
  const kinds = Object.keys(EVENTS_PER_DAY) as HostKind[];
  const total = kinds.reduce((sum, kind) => sum + hosts[kind], 0);
  const assumed = kinds.reduce((sum, kind) => sum + hosts[kind] * EVENTS_PER_DAY[kind], 0) / DAY_SECONDS;
  const eventsPerSecond = measured ?? assumed;
  // A measured rate may be a peak already; planning for more than its triple helps nobody.
  const peak = eventsPerSecond * PEAK;
  const bytesPerSecond = eventsPerSecond * COSTS.storedBytesPerEvent;
  const week = (kind: HostKind): number => EVENTS_PER_DAY[kind] * 7 * COSTS.spoolBytesPerEvent;
  const cores = Math.max(2, Math.ceil((peak * COSTS.cpuMicrosPerEvent) / 1_000_000 / LOAD));
  const workers = workerCount(undefined, cores);
  const collector = COSTS.collectorBytes + workers * COSTS.workerBytes;
  const memory = collector + COSTS.engineBytesMin + total * COSTS.memoryBytesPerConnection;
  return {
    hosts: total,
    eventsPerSecond,
    eventsPerSecondPeak: peak,
    cores,
    workers,
    // The page cache makes searches fast: as much again.
    memoryBytes: ceilTo(2 * memory, 2 ** 30),
    diskBytes: ceilTo((bytesPerSecond * DAY_SECONDS * DAYS_PER_MONTH * months) / DISK_SHARE, 10 ** 9),
    diskBytesPerYear: bytesPerSecond * DAY_SECONDS * 365.25,
    lineBitsPerSecond: peak * COSTS.wireBytesPerEvent * 8,
    spoolBytes: { pc: week('pc'), server: week('server'), 'domain-controller': week('domain-controller') },
  };
}
