/** Whether a time lies in one of the hours in which nothing is reported; by the host's own clock and zone. */
import type { MaintenanceWindow } from '../../probe-config.ts';
import { minuteOfDay } from '../../transport/bandwidth.ts';

export function inMaintenance(windows: readonly MaintenanceWindow[], atMs: number): boolean {
  const at = new Date(atMs);
  const minute = at.getHours() * 60 + at.getMinutes();
  const day = at.getDay() === 0 ? 7 : at.getDay();
  return windows.some(({ from, to, days }) => {
    const begin = minuteOfDay(from) ?? 0;
    const end = minuteOfDay(to) ?? 0;
    const onDay = (which: number): boolean => days === undefined || days.includes(which);
    if (begin < end) return minute >= begin && minute < end && onDay(day);
    return (minute >= begin && onDay(day)) || (minute < end && onDay(day === 1 ? 7 : day - 1));
  });
}
