/**
 * Whether an event follows the one read before it in the same log. The log's own numbers grow by one; where they do not,
 * something was lost, cleared or begun anew, and somebody has to hear of it.
 */
import type { EventHead } from './event-head.ts';

export type WhereInLog = Pick<EventHead, 'recordId' | 'timeMs'>;

/** What is kept of the last event that was read. */
export interface LastRead extends WhereInLog {
  /** Of its `System`. */
  digest: string;
}

export type LogBreak =
  /** So many events were gone before they were read. */
  | { kind: 'gap'; reason: 'log-cleared' | 'log-overwritten'; count: number }
  /** Numbers begin again: the log was made anew, or went past the last number there is. */
  | { kind: 'renumbered'; wrapped: boolean }
  | { kind: 'clock-back'; byMs: number };

/** Logs of the old kind count with 32 bits. */
const RECORD_IDS = 2 ** 32;
const NEAR_THE_END = 2 ** 20;
/** Events are not quite in order; this much is no clock that was set. */
const CLOCK_BACK_MS_MIN = 60_000;
/** Security's "the audit log was cleared", System's "a log file was cleared". */
const CLEARED_IDS: ReadonlySet<number | undefined> = new Set([1_102, 104]);

/** @param isFiltered a query leaves events out, so numbers that are missing say nothing */
export function breaksBetween(last: WhereInLog, next: EventHead, isFiltered: boolean): LogBreak[] {
  const breaks: LogBreak[] = [];
  if (last.recordId !== undefined && next.recordId !== undefined) {
    const step = next.recordId - last.recordId;
    const wrapped = last.recordId >= RECORD_IDS - NEAR_THE_END && next.recordId < NEAR_THE_END;
    const missing = (wrapped ? step + RECORD_IDS : step) - 1;
    if (step <= 0) breaks.push({ kind: 'renumbered', wrapped });
    if (!isFiltered && missing > 0) {
      const reason = CLEARED_IDS.has(next.eventId) ? 'log-cleared' : 'log-overwritten';
      breaks.push({ kind: 'gap', reason, count: missing });
    }
  }
  if (last.timeMs !== undefined && next.timeMs !== undefined) {
    const byMs = last.timeMs - next.timeMs;
    if (byMs > CLOCK_BACK_MS_MIN) breaks.push({ kind: 'clock-back', byMs });
  }
  return breaks;
}

/** For status and log. */
export function describeBreak(found: LogBreak, last: WhereInLog, next: EventHead): string {
  switch (found.kind) {
    case 'gap': {
      const how = found.reason === 'log-cleared' ? 'cleared' : 'overwritten';
      return `${found.count} events were ${how} before they were read, between the records ${last.recordId ?? '?'} and ${next.recordId ?? '?'}; to keep more, enlarge the log`;
    }
    case 'renumbered': {
      const why = found.wrapped ? 'the numbers ran out' : 'the log was made anew';
      return `after record ${last.recordId ?? '?'} came ${next.recordId ?? '?'}: ${why}`;
    }
    case 'clock-back':
      return `after record ${last.recordId ?? '?'} the clock was set back by ${Math.round(found.byMs / 1_000)} s`;
  }
}
