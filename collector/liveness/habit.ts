/**
 * In which hours of the week a host is usually connected, learned from when it was. Invariant: 168 slots of two small
 * numbers, so that ten thousand hosts are a few megabytes.
 */
export interface Habit {
  /** Of each hour of the week: weeks observed, and weeks in which the host was connected. */
  readonly seen: readonly number[];
  readonly present: readonly number[];
}

const HOURS = 168;
/** Weeks before a habit is one; and the most that are remembered, so that a new habit replaces an old one. */
const WEEKS_MIN = 3;
const WEEKS_MAX = 8;
/** A host that is there less often in this hour is not missed. */
const SHARE_MIN = 0.5;

export const NO_HABIT: Habit = {
  seen: Array.from({ length: HOURS }, () => 0),
  present: Array.from({ length: HOURS }, () => 0),
};

/** One hour more: connected at any time in it or not. */
export function learn(habit: Habit, hourOfWeek: number, present: boolean): Habit {
  const seen = [...habit.seen];
  const times = [...habit.present];
  const before = seen[hourOfWeek] ?? 0;
  const full = before >= WEEKS_MAX;
  const kept = full ? ((times[hourOfWeek] ?? 0) * (WEEKS_MAX - 1)) / WEEKS_MAX : (times[hourOfWeek] ?? 0);
  seen[hourOfWeek] = full ? WEEKS_MAX : before + 1;
  times[hourOfWeek] = Math.round((kept + (present ? 1 : 0)) * 1_000) / 1_000;
  return { seen, present: times };
}

/** Whether the host is usually there in that hour; undefined while nobody can tell. */
export function isUsual(habit: Habit, hourOfWeek: number): boolean | undefined {
  const seen = habit.seen[hourOfWeek] ?? 0;
  return seen < WEEKS_MIN ? undefined : (habit.present[hourOfWeek] ?? 0) / seen >= SHARE_MIN;
}

export function formatHabit({ seen, present }: Habit): string {
  return JSON.stringify([seen, present]);
}

/** What cannot be read is no habit: it is learned anew. */
export function parseHabit(text: string): Habit {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return NO_HABIT;
    throw error;
  }
  if (!Array.isArray(value)) return NO_HABIT;
  const [seen, present] = value as unknown[];
  return isSlots(seen) && isSlots(present) ? { seen, present } : NO_HABIT;
}

function isSlots(value: unknown): value is number[] {
  return Array.isArray(value) && value.length === HOURS && value.every((slot) => typeof slot === 'number');
}
