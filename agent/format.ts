/** Numbers and times for people. */
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1_024 && unit < UNITS.length - 1) {
    value /= 1_024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit] ?? ''}`;
}

/** Local time, ISO order: `2026-11-05 10:15:00`. */
export function formatTime(timeMs: number): string {
  return new Date(timeMs).toLocaleString('sv-SE');
}
