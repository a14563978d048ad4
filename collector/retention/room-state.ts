/** Whether there is room: what an agency stored against its budget, and how near the disk is to its reserve. Pure. */
import type { DiskForecast } from './forecast.ts';
import type { DiskRoom } from './disk-watch.ts';

export interface DayBudget {
  eventsPerDay: number | null;
  bytesPerDay: number | null;
}

export interface DayUsage {
  events: number;
  bytes: number;
}

/** `near` from four fifths of the budget on. */
export type BudgetState = 'within' | 'near' | 'over';
const NEAR_SHARE = 0.8;

/** The largest share that is used of either budget; 0 without one. */
export function budgetShare({ eventsPerDay, bytesPerDay }: DayBudget, { events, bytes }: DayUsage): number {
  const share = (used: number, budget: number | null): number =>
    budget === null ? 0 : used / Math.max(budget, 1);
  return Math.max(share(events, eventsPerDay), share(bytes, bytesPerDay));
}

export function budgetState(share: number): BudgetState {
  if (share > 1) return 'over';
  return share >= NEAR_SHARE ? 'near' : 'within';
}

/** Times the reserve: so little is free that it is told at once, and so much that this is over. */
const FREE_TOLD = 1.25;
const FREE_OVER = 1.5;
/** Over when it would take longer by this share than what is told, so that it does not flutter. */
const DAYS_OVER = 1.25;

export interface DiskLook {
  room: DiskRoom & { reserveBytes: number };
  forecast: Pick<DiskForecast, 'daysUntilFull'>;
  /** Told from so many days before the reserve is reached on. */
  alertDays: number;
  /** It has been told, and was not over. */
  isTold: boolean;
}

/** Whether the reserve will soon be reached. */
export function isDiskFilling({ room, forecast, alertDays, isTold }: DiskLook): boolean {
  const { freeBytes, reserveBytes } = room;
  const days = forecast.daysUntilFull ?? Infinity;
  if (isTold) return freeBytes < reserveBytes * FREE_OVER || days <= alertDays * DAYS_OVER;
  return freeBytes < reserveBytes * FREE_TOLD || days <= alertDays;
}
