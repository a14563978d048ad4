/**
 * Loss ranges of one lane as an immutable list: sorted, never overlapping, adjacent ranges of one reason merged.
 */
import type { LossReason } from '#protocol/up.ts';

export interface LostRange {
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly reason: LossReason;
}

/** @param range must not overlap any of `ranges`: a sequence is lost once. */
export function addLoss(ranges: readonly LostRange[], range: LostRange): readonly LostRange[] {
  const at = ranges.findIndex((other) => other.fromSeq > range.fromSeq);
  const index = at === -1 ? ranges.length : at;
  const before = ranges[index - 1];
  const after = ranges[index];
  const joinsBefore = before?.toSeq === range.fromSeq - 1 && before.reason === range.reason;
  const joinsAfter = after?.fromSeq === range.toSeq + 1 && after.reason === range.reason;
  const merged: LostRange = {
    fromSeq: joinsBefore ? before.fromSeq : range.fromSeq,
    toSeq: joinsAfter ? after.toSeq : range.toSeq,
    reason: range.reason,
  };
  return ranges.toSpliced(joinsBefore ? index - 1 : index, Number(joinsBefore) + Number(joinsAfter), merged);
}

/** What is left of the ranges above `seq`. */
export function clearLosses(ranges: readonly LostRange[], seq: number): readonly LostRange[] {
  if (ranges.every((range) => range.fromSeq > seq)) return ranges;
  return ranges
    .filter((range) => range.toSeq > seq)
    .map((range) => (range.fromSeq > seq ? range : { ...range, fromSeq: seq + 1 }));
}

/** Number of sequences in the ranges. */
export function countLost(ranges: readonly LostRange[]): number {
  return ranges.reduce((sum, range) => sum + range.toSeq - range.fromSeq + 1, 0);
}
