/**
 * A lane is a priority class with its own sequence: lanes are sent in order of their number,
 * and inside one lane events are sent, stored and acknowledged in order.
 */
export const LANES = ['security', 'standard', 'bulk'] as const;

export type LaneName = (typeof LANES)[number];

/** Number of a lane on the wire and in the store. */
export function laneNumber(name: LaneName): number {
  return LANES.indexOf(name);
}
