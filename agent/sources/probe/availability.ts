/** How long a target was up and down in each hour: only time that was watched counts, and none of maintenance. */
import { z } from 'zod';

const HOUR_MS = 3_600_000;

export const hourSchema = z.object({
  /** Begin of the hour, milliseconds since 1970. */
  fromMs: z.number(),
  checks: z.number(),
  failures: z.number(),
  upMs: z.number(),
  downMs: z.number(),
  quietMs: z.number(),
  responseMsSum: z.number(),
  responseMsMax: z.number(),
  /** Of the checks that have a response time. */
  responses: z.number(),
});

export type Hour = z.infer<typeof hourSchema>;
export type Condition = 'up' | 'down' | 'quiet';

export interface Check {
  atMs: number;
  answered: boolean;
  responseMs: number | undefined;
}

export function hourOf(atMs: number): Hour {
  return {
    fromMs: Math.floor(atMs / HOUR_MS) * HOUR_MS,
    checks: 0,
    failures: 0,
    upMs: 0,
    downMs: 0,
    quietMs: 0,
    responseMsSum: 0,
    responseMsMax: 0,
    responses: 0,
  };
}

/**
 * Time passes from one check to the next in the condition of the first.
 * @param gapMsMax of a longer time nothing is known: the agent was away.
 * @returns the hour that goes on, and those that have ended with something known of them.
 */
export function pass(
  hour: Hour,
  span: { fromMs: number; toMs: number; condition: Condition | undefined; gapMsMax: number },
): { hour: Hour; ended: Hour[] } {
  const { fromMs, toMs, condition, gapMsMax } = span;
  const ended: Hour[] = [];
  let current = hour;
  const isKnown = condition !== undefined && toMs >= fromMs && toMs - fromMs <= gapMsMax;
  let at = isKnown ? fromMs : toMs;
  const finish = (next: number): void => {
    if (current.checks > 0 || current.upMs + current.downMs + current.quietMs > 0) ended.push(current);
    current = hourOf(next);
  };
  while (at < toMs) {
    if (at < current.fromMs || at >= current.fromMs + HOUR_MS) finish(at);
    const until = Math.min(toMs, current.fromMs + HOUR_MS);
    const key = condition === 'up' ? 'upMs' : condition === 'down' ? 'downMs' : 'quietMs';
    current = { ...current, [key]: current[key] + until - at };
    at = until;
  }
  if (toMs < current.fromMs || toMs >= current.fromMs + HOUR_MS) finish(toMs);
  return { hour: current, ended };
}

export function withCheck(hour: Hour, { answered, responseMs }: Omit<Check, 'atMs'>): Hour {
  const timed = responseMs !== undefined;
  return {
    ...hour,
    checks: hour.checks + 1,
    failures: hour.failures + (answered ? 0 : 1),
    responses: hour.responses + (timed ? 1 : 0),
    responseMsSum: hour.responseMsSum + Math.round(responseMs ?? 0),
    responseMsMax: Math.max(hour.responseMsMax, Math.round(responseMs ?? 0)),
  };
}
