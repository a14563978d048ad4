/** Times for people at this machine: local, with the offset from UTC. */
const two = (value: number): string => String(Math.trunc(Math.abs(value))).padStart(2, '0');

/** e.g. `2026-11-22 10:07:47 +07:00`. */
export function localTime(ms: number): string {
  const at = new Date(ms);
  const offsetMinutes = -at.getTimezoneOffset();
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  const offset = `${offsetMinutes < 0 ? '-' : '+'}${two(offsetMinutes / 60)}:${two(offsetMinutes % 60)}`;
  return `${day} ${time} ${offset}`;
}
