/**
 * What waits first when the agent costs too much. A class states how far the CPU account may be drawn down before its
 * work waits, and how long one turn waits at most: whatever happens, every class goes on, security last to be slowed.
 */
import type { LaneName } from '#protocol/lane.ts';

export const WORK_CLASSES = ['scan', 'bulk', 'standard', 'security'] as const;
/** `scan`: what looks at much and is in no hurry: baselines, inventory, posture. The others are lanes of records. */
export type WorkClass = (typeof WORK_CLASSES)[number];

interface Terms {
  /** Its work waits while the account holds less than this share of what it can hold; below 0 is debt. */
  shareMin: number;
  /** One turn waits at most this long for CPU or memory. */
  waitMsMax: number;
  /** Waits while memory is over its budget. */
  waitsForMemory: boolean;
  /** Waits on battery and on request. */
  pausable: boolean;
}

export const TERMS: Readonly<Record<WorkClass, Terms>> = {
  scan: { shareMin: 0.5, waitMsMax: 60_000, waitsForMemory: true, pausable: true },
  bulk: { shareMin: 0.25, waitMsMax: 5_000, waitsForMemory: true, pausable: false },
  standard: { shareMin: 0, waitMsMax: 1_000, waitsForMemory: false, pausable: false },
  security: { shareMin: -0.5, waitMsMax: 200, waitsForMemory: false, pausable: false },
};

/** @param lane of all the source's records; undefined: it has records of any, and is slowed as its most urgent. */
export function classOfLane(lane: LaneName | undefined): WorkClass {
  return lane ?? 'security';
}
