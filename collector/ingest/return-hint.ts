/**
 * When to come back, for agents that all were told to go at once: spread over the time it takes to let that many in,
 * as measured, with room. Without it ten thousand would come in the same second after a restart.
 */
export interface ReturnHintOptions {
  /** How many will come back. */
  agents: () => number;
  /** How many can be let in per second, as far as is known; 0 when it was never put to the test. */
  perSecond: () => number;
  /** Uniform in [0, 1). */
  random: () => number;
}

/** A machine of two cores lets in more than this. */
const PER_SECOND_ASSUMED = 250;
const ROOM = 1.5;
const SOONEST_MS = 1_000;
const WINDOW_MS_MAX = 300_000;

/** @returns milliseconds from now, another for each agent that is told */
export function returnHintMs({ agents, perSecond, random }: ReturnHintOptions): number {
  const rate = Math.max(PER_SECOND_ASSUMED, perSecond());
  const windowMs = Math.min(WINDOW_MS_MAX, ((agents() * ROOM) / rate) * 1_000);
  return Math.round(SOONEST_MS + random() * windowMs);
}
