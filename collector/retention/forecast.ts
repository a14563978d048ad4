/** When the disk will be full, from the growth of the last days. Pure. */
import { DAY_MS } from './day.ts';

export interface DiskSample {
  atMs: number;
  freeBytes: number;
  totalBytes: number;
  /** Events on that disk. */
  storeBytes: number;
}

export interface DiskForecast {
  /** Of the events, from day to day; null with less than a day of samples. */
  growthBytesPerDay: number | null;
  /** Until the reserve is reached; null where it does not grow or is not known. */
  daysUntilFull: number | null;
}

/** Growth is measured over so many days: a week with its weekend, twice. */
const WINDOW_MS = 14 * DAY_MS;
/** Daily samples that a forecast looks at: of the window, and one more for the first difference. */
export const FORECAST_SAMPLES = 15;

/**
 * @param samples oldest first, the newest last
 * @param reserveBytes what must stay free
 */
export function forecastDisk(samples: readonly DiskSample[], reserveBytes: number): DiskForecast {
  const last = samples.at(-1);
  if (last === undefined) return { growthBytesPerDay: null, daysUntilFull: null };
  const first = samples.find(({ atMs }) => atMs >= last.atMs - WINDOW_MS) ?? last;
  const days = (last.atMs - first.atMs) / DAY_MS;
  if (days < 1) return { growthBytesPerDay: null, daysUntilFull: null };
  const growthBytesPerDay = (last.storeBytes - first.storeBytes) / days;
  // Others fill the disk, too: what is free less each day counts, whoever takes it.
  const lostBytesPerDay =
    last.totalBytes === first.totalBytes ? (first.freeBytes - last.freeBytes) / days : 0;
  const bytesPerDay = Math.max(growthBytesPerDay, lostBytesPerDay);
  if (bytesPerDay <= 0) return { growthBytesPerDay, daysUntilFull: null };
  const room = Math.max(0, last.freeBytes - reserveBytes);
  return { growthBytesPerDay, daysUntilFull: Math.floor(room / bytesPerDay) };
}

/** What must stay free of a disk: a twentieth, at least 2 GiB; of a small one a quarter at most. */
export function defaultReserveBytes(totalBytes: number): number {
  return Math.round(Math.min(Math.max(totalBytes / 20, 2 * 1_073_741_824), totalBytes / 4));
}
