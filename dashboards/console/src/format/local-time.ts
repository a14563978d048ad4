/** Moments as the browser's own pickers have them: `2026-11-26T18:30`, in the browser's zone. */

/** Empty for no moment. */
export function localTime(iso: string | null): string {
  const at = new Date(iso ?? Number.NaN);
  return Number.isNaN(at.getTime())
    ? ''
    : new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** Null while the field holds none. */
export function isoOf(local: string): string | null {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}
