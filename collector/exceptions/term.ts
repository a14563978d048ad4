/** How long an exception may last: a year at most, less for what is severe, since what it hides is worse. */
import type { Severity } from '../api/contract.ts';
import { ExceptionInvalidError } from './condition.ts';

const DAY_MS = 86_400_000;
/** A clock that is a little ahead of ours asks for no less than it meant to. */
const SLACK_MS = 3_600_000;

export const TERM_DAYS_MAX: Readonly<Record<Severity, number>> = {
  informational: 365,
  low: 365,
  medium: 365,
  high: 90,
  critical: 30,
};
/** All rules: whatever comes is hidden, also by rules that are not there yet. */
const ALL_RULES_DAYS_MAX = 90;
const DAYS_MAX = 365;

export interface TermFacts {
  /** Of the rules it is for; undefined for all rules. */
  severities: readonly Severity[] | undefined;
  /** A maintenance window is short by itself. */
  isWindow: boolean;
}

/** Days that an exception may last from now. */
export function termDaysMax({ severities, isWindow }: TermFacts): number {
  if (isWindow) return DAYS_MAX;
  if (severities === undefined) return ALL_RULES_DAYS_MAX;
  return Math.min(DAYS_MAX, ...severities.map((severity) => TERM_DAYS_MAX[severity]));
}

export interface Term {
  startsMs: number | null;
  expiresMs: number;
  reviewMs: number;
}

/** @throws ExceptionInvalidError naming `startsAt`, `expiresAt` or `reviewAt` */
export function checkTerm({ startsMs, expiresMs, reviewMs }: Term, facts: TermFacts, nowMs: number): void {
  const refuse = (field: string, message: string): never => {
    throw new ExceptionInvalidError(field, message);
  };
  const daysMax = termDaysMax(facts);
  if (expiresMs <= nowMs) refuse('expiresAt', 'it would have expired already');
  if (startsMs !== null && startsMs >= expiresMs) refuse('startsAt', 'it would begin after its end');
  if (startsMs !== null && startsMs > nowMs + DAYS_MAX * DAY_MS)
    refuse('startsAt', `it begins within ${DAYS_MAX} days`);
  const fromMs = Math.max(nowMs, startsMs ?? nowMs);
  if (expiresMs - fromMs > daysMax * DAY_MS + SLACK_MS) {
    refuse('expiresAt', `for what it covers it may last ${daysMax} days at most`);
  }
  if (reviewMs <= nowMs || reviewMs > expiresMs)
    refuse('reviewAt', 'the review lies between now and the end');
}

/** In the middle of the term, and not later than in half a year. */
export function usualReviewMs(expiresMs: number, nowMs: number): number {
  return Math.min(expiresMs, nowMs + Math.min(180 * DAY_MS, Math.ceil((expiresMs - nowMs) / 2)));
}
