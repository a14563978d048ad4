/**
 * Records of a host whose clock is wrong: they are read by that host's clock, so that a line without a year finds its
 * own, and their time is corrected afterwards. The host's own time stays beside it, in fields; rows of hosts whose clock
 * is right have neither.
 */
import type { SourceRecord } from '../protocol/record.ts';
import { put } from './draft.ts';
import type { NormalEvent, NormalizeContext } from './event.ts';

/** A corrected time may lie so far after arrival before the measure is not believed. */
const FUTURE_MS_MAX = 60_000;

/**
 * What the host's clock is ahead by for this record; 0 when it is right. A record that would lie in the future then was
 * read after the clock was put right.
 */
export function skewFor(record: SourceRecord, { clockSkewMs = 0, receivedMs }: NormalizeContext): number {
  return record.at - clockSkewMs > receivedMs + FUTURE_MS_MAX ? 0 : clockSkewMs;
}

/** As the host sees the moment of arrival. */
export function hostContext(context: NormalizeContext, skewMs: number): NormalizeContext {
  return skewMs === 0 ? context : { ...context, receivedMs: context.receivedMs + skewMs };
}

/** Beyond this a time is a number, not a date. */
const DATE_MS_MAX = 8.64e15;

export function correctTime(event: NormalEvent, skewMs: number): NormalEvent {
  if (skewMs === 0) return event;
  const hostMs = Math.min(Math.max(event.timeMs, -DATE_MS_MAX), DATE_MS_MAX);
  put(event, 'host.time', new Date(hostMs).toISOString());
  put(event, 'host.clock_skew_ms', skewMs);
  event.timeMs = Math.max(0, hostMs - skewMs);
  return event;
}
