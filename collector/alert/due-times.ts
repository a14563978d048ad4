/** When an alert must be dealt with: by its severity, sooner in systems of a higher level. These are the house's own hours. */
import type { Severity } from '../api/contract.ts';

const HOUR_MS = 3_600_000;
/** Hours for a system of level 3, or of none; what is for information only has no due time. */
const HOURS: Readonly<Record<Severity, number | null>> = {
  critical: 4,
  high: 8,
  medium: 72,
  low: 168,
  informational: null,
};
/** By level 1-5. */
const FACTOR: readonly number[] = [2, 1.5, 1, 0.5, 0.25];

/** @returns milliseconds from the alert's opening; null without a due time */
export function dueAfterMs(severity: Severity, systemLevel: number | null): number | null {
  const hours = HOURS[severity];
  if (hours === null) return null;
  const factor = systemLevel === null ? 1 : (FACTOR[systemLevel - 1] ?? 1);
  return hours * factor * HOUR_MS;
}
