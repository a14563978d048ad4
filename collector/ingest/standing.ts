/**
 * Whom a control message may pass while frames before it are held back. Invariants: a loss keeps the order of its lane;
 * an account and the word on certificates concern no lane, so they wait for security lanes only; whatever else it is, or
 * pretends to be, stays behind all that came before it.
 */
import { LIMITS } from '../protocol/limits.ts';
import type { Urgency } from './fair-line.ts';

export type Standing = Urgency | 'behind-all';

/** The lane that goes first. */
export const SECURITY_LANE = 0;

/** Looked at only when something stands before it, and judged for good by the session. */
export function standingOf(text: string): Standing {
  if (text.length > LIMITS.controlBytesMax) return 'behind-all';
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return 'behind-all'; // in its turn the session refuses it
  }
  if (typeof message !== 'object' || message === null || !('type' in message)) return 'behind-all';
  if (message.type === 'tally' || message.type === 'trusted') return 0;
  if (message.type !== 'loss' || !('lane' in message)) return 'behind-all';
  return message.lane === SECURITY_LANE ? 0 : 1;
}
