/** What kinds of hosts send: each profile says what its records are, how they come, and when the host is on. */
import type { MadeUp } from './made-up.ts';
import { domainControllerRecord, officeRecord, serverRecord, type LaneRecord } from './records.ts';

export interface Profile {
  /** One record as JSON and the lane it goes by. */
  record: (made: MadeUp) => LaneRecord;
  /** Mean number of records that come at once. */
  burst: number;
  /** Share of such hosts that are on at an hour of the day (0-23). */
  onAt: (hour: number) => number;
  /** Everybody connects in the same moment, as after a power cut; else within the first seconds. */
  allAtOnce: boolean;
  /** Seconds' worth of records that a host brings along when it first connects. */
  backlogSeconds: number;
}

const always = (): number => 1;
/** Of office computers a few stay on overnight. */
const officeHours = (hour: number): number => (hour >= 7 && hour < 18 ? 1 : 0.04);

const PROFILES = {
  office: {
    record: officeRecord,
    burst: 12,
    onAt: officeHours,
    allAtOnce: false,
    backlogSeconds: 0,
  },
  server: {
    record: serverRecord,
    burst: 4,
    onAt: always,
    allAtOnce: false,
    backlogSeconds: 0,
  },
  'domain-controller': {
    record: domainControllerRecord,
    burst: 50,
    onAt: always,
    allAtOnce: false,
    backlogSeconds: 0,
  },
  'power-cut': {
    record: officeRecord,
    burst: 12,
    onAt: always,
    allAtOnce: true,
    backlogSeconds: 60,
  },
} as const satisfies Record<string, Profile>;

/** Hosts of one kind among those of a fleet. */
export interface Part {
  profile: Profile;
  /** Share of the fleet's hosts, and of its events. */
  hosts: number;
  events: number;
}

const alone = (profile: Profile): readonly Part[] => [{ profile, hosts: 1, events: 1 }];

/**
 * Who sends. In a province most hosts are office computers, which say little; the few servers and domain controllers
 * say as much together.
 */
export const POPULATIONS = {
  province: [
    { profile: PROFILES.office, hosts: 0.958, events: 0.5 },
    { profile: PROFILES.server, hosts: 0.04, events: 0.3 },
    { profile: PROFILES['domain-controller'], hosts: 0.002, events: 0.2 },
  ],
  office: alone(PROFILES.office),
  server: alone(PROFILES.server),
  'domain-controller': alone(PROFILES['domain-controller']),
  'power-cut': alone(PROFILES['power-cut']),
} as const satisfies Record<string, readonly Part[]>;

export type PopulationName = keyof typeof POPULATIONS;
export const POPULATION_NAMES = Object.keys(POPULATIONS) as [PopulationName, ...PopulationName[]];

/** How many of `count` hosts are of each part: whole numbers that make up `count`, the first part taking the rest. */
export function hostsOf(parts: readonly Part[], count: number): number[] {
  const counts = parts.map(({ hosts }, at) => (at === 0 ? 0 : Math.round(hosts * count)));
  const others = counts.reduce((sum, one) => sum + one, 0);
  return counts.map((one, at) => (at === 0 ? Math.max(0, count - others) : one));
}
