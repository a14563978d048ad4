/** When an event of a file happened, by the names recorders use; times without a zone are UTC. */
import type { EventAccessor, EventInput } from '../../../rules/sigma/index.ts';

const NAMES = [
  '@timestamp',
  'timestamp',
  'UtcTime',
  'SystemTime',
  'TimeCreated',
  'EventTime',
  'eventTime',
  'time',
  'date',
] as const;
const WITHOUT_ZONE = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/;
/** Numbers below are seconds: the year 1973 in milliseconds, 5138 in seconds. */
const SECONDS_BELOW = 1e11;

function timeOf(value: unknown): number | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) {
    return Math.abs(value) < SECONDS_BELOW ? value * 1_000 : value;
  }
  if (typeof value !== 'string') return undefined;
  const iso = WITHOUT_ZONE.test(value) ? `${value.replace(' ', 'T')}Z` : value;
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? undefined : ms;
}

function isAccessor(event: EventInput): event is EventAccessor {
  return typeof event.get === 'function';
}

/** Milliseconds since 1970; undefined when the event names no time. */
export function eventTimeMs(event: EventInput): number | undefined {
  for (const name of NAMES) {
    const ms = timeOf(isAccessor(event) ? event.get(name) : event[name]);
    if (ms !== undefined) return ms;
  }
  return undefined;
}
