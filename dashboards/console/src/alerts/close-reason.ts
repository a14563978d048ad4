/** The reason an alert is closed with: a verdict programs can count, then the person's words. */

import type { AlertVerdict } from '../api/types.ts';

export const closeVerdicts = ['resolved', 'false-positive', 'expected', 'duplicate'] as const;
export type CloseVerdict = (typeof closeVerdicts)[number];

/** What the API calls them. */
export const alertVerdict = {
  resolved: 'true-positive',
  'false-positive': 'false-positive',
  expected: 'benign',
  duplicate: 'duplicate',
} as const satisfies Readonly<Record<CloseVerdict, AlertVerdict>>;

/** The API takes 4,096 units; the verdict and its separator need some. */
export const noteUnitsMax = 4_000;

/** `false-positive: text`, or the verdict alone. */
export function closeReason(verdict: CloseVerdict, note: string): string {
  const text = note.trim().slice(0, noteUnitsMax);
  return text === '' ? verdict : `${verdict}: ${text}`;
}
