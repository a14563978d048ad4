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

export const PROFILES = {
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

export type ProfileName = keyof typeof PROFILES;
export const PROFILE_NAMES = Object.keys(PROFILES) as [ProfileName, ...ProfileName[]];
