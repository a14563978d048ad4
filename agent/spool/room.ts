/**
 * Keeps the spool within its bounds, inside a transaction: what waited too long or is too much is given up by name;
 * copies of what is acknowledged give way to what waits.
 */
import type { LaneDraft } from './lane-draft.ts';
import { laneToDropFrom } from './lane-policy.ts';
import type { LanePolicy } from './lane-policy.ts';
import { must } from '../must.ts';

export interface SpoolBounds {
  /** Waiting records. */
  bytesMax: number;
  /** Acknowledged records that are kept; together with the waiting ones never above `bytesMax`. */
  retainBytesMax: number;
  /** By lane. */
  policies: readonly LanePolicy[];
}

export function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

/** @returns how many records were given up. */
export function giveUp(drafts: readonly LaneDraft[], bounds: SpoolBounds, nowMs: number): number {
  return giveUpExpired(drafts, bounds.policies, nowMs) + giveUpExcess(drafts, bounds);
}

function giveUpExpired(drafts: readonly LaneDraft[], policies: readonly LanePolicy[], nowMs: number): number {
  let dropped = 0;
  for (const [lane, draft] of drafts.entries()) {
    const ageMsMax = policies[lane]?.ageMsMax;
    if (ageMsMax === undefined) continue;
    while (draft.bytes > 0) {
      const oldest = draft.oldest();
      if (oldest.at >= nowMs - ageMsMax) break;
      dropped += draft.drop(oldest, 'spool-age');
    }
  }
  return dropped;
}

function giveUpExcess(drafts: readonly LaneDraft[], { bytesMax, policies }: SpoolBounds): number {
  let dropped = 0;
  for (;;) {
    const bytes = drafts.map((draft) => draft.bytes);
    if (sumOf(bytes) <= bytesMax) return dropped;
    const draft = must(drafts[laneToDropFrom(bytes, policies, bytesMax) ?? -1]);
    dropped += draft.drop(draft.oldest(), 'spool-full');
  }
}

/** Lets go of acknowledged records until what is kept of them fits. */
export function forgetExcess(drafts: readonly LaneDraft[], { bytesMax, retainBytesMax }: SpoolBounds): void {
  const waiting = sumOf(drafts.map(({ bytes }) => bytes));
  forgetDownTo(drafts, Math.max(0, Math.min(retainBytesMax, bytesMax - waiting)));
}

/** Lets go of half of them. */
export function forgetHalf(drafts: readonly LaneDraft[]): void {
  forgetDownTo(drafts, Math.floor(sumOf(drafts.map(({ retainedBytes }) => retainedBytes)) / 2));
}

/** The least important lane first. */
function forgetDownTo(drafts: readonly LaneDraft[], bytesMax: number): void {
  while (sumOf(drafts.map(({ retainedBytes }) => retainedBytes)) > bytesMax) {
    must(drafts.findLast(({ retainedBytes }) => retainedBytes > 0)).forgetOldest();
  }
}

/** Lets go of what was acknowledged longer ago than it has to be kept. */
export function forgetExpired(
  drafts: readonly LaneDraft[],
  policies: readonly LanePolicy[],
  nowMs: number,
): void {
  for (const [lane, draft] of drafts.entries()) {
    const retainMs = policies[lane]?.retainMs ?? 0;
    if (retainMs === 0) draft.forgetAll();
    else if (draft.retainedBytes > 0) draft.forgetAckedBy(nowMs - retainMs);
  }
}
