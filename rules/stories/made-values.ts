/** Values that look random and are the same each time: made of what they are for. */
import { hash } from 'node:crypto';

export function madeHex(digits: number, ...parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts), 'hex').slice(0, digits);
}

/** As Sysmon writes one. */
export function madeGuid(...parts: readonly string[]): string {
  const hex = madeHex(32, 'guid', ...parts).toUpperCase();
  return `{${[hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')}}`;
}
