/**
 * Moves days that are old enough to the cold volume, oldest first. Invariants: a day that cannot be moved is told and
 * does not keep the others from it; nothing is moved where less would be free than must stay free; what is left waits for
 * the next run.
 */
import type { ColdDays } from '../store/event-retention.ts';
import { addDays, type Day } from './day.ts';

export interface ColdRunOptions {
  cold: ColdDays;
  today: Day;
  /** Days older than so many are moved. */
  afterDays: number;
  /** What must stay free of a disk of that size. */
  reserveOf: (totalBytes: number) => number;
  /** No day is begun later than so many milliseconds after the start. */
  msMax: number;
  /** Milliseconds, monotonic. */
  clock: () => number;
  signal: AbortSignal;
  onProblem: (error: unknown) => void;
}

/** The cold volume has no room for the days that are due. */
export class ColdVolumeFullError extends Error {
  override readonly name = 'ColdVolumeFullError';
}

/** @returns days moved. @throws AbortError */
export async function moveOldDays(options: ColdRunOptions): Promise<Day[]> {
  const { cold, today, afterDays, reserveOf, msMax, clock, signal, onProblem } = options;
  if (!cold.isThere) return [];
  const startedMs = clock();
  const moved: Day[] = [];
  const due = await cold.daysToMove(addDays(today, -afterDays - 1));
  for (const [index, day] of due.entries()) {
    if (signal.aborted || clock() - startedMs > msMax) break;
    const room = await cold.room();
    if (room === undefined || room.freeBytes < reserveOf(room.totalBytes)) {
      onProblem(
        new ColdVolumeFullError(
          `${due.length - index} old days stay where they are: the cold volume has no room`,
        ),
      );
      break;
    }
    try {
      await cold.moveDay(day, signal);
      moved.push(day);
    } catch (error) {
      if (signal.aborted) throw error;
      onProblem(error);
    }
  }
  return moved;
}
