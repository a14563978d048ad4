/** The reason an alert is closed with: a verdict programs can count, then the person's words. */

export const closeVerdicts = ['resolved', 'false-positive', 'expected', 'duplicate'] as const;
export type CloseVerdict = (typeof closeVerdicts)[number];

/** The API takes 4,096 units; the verdict and its separator need some. */
export const noteUnitsMax = 4_000;

/** `false-positive: text`, or the verdict alone. */
export function closeReason(verdict: CloseVerdict, note: string): string {
  const text = note.trim().slice(0, noteUnitsMax);
  return text === '' ? verdict : `${verdict}: ${text}`;
}
