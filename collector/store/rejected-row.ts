/** What is kept of a row that the store cannot take: its name, its text, and why. */
import { ShapedEvent } from '../../rules/sigma/index.ts';
import type { EventRow } from './store.ts';

/** Longest text kept. */
const REJECTED_TEXT_MAX = 16_384;

const TIME_MS_MAX = 8.64e15;
const HOUR_MAX = 4_294_967_295;

const within = (value: number, min: number, max: number): number =>
  Number.isSafeInteger(value) && value >= min && value <= max ? value : 0;

export function rejectedRow(row: EventRow, error: Error): EventRow {
  return {
    ...row,
    channel: 'rejected',
    readHour: within(row.readHour, 0, HOUR_MAX),
    hits: [],
    event: {
      timeMs: within(row.event.timeMs, -TIME_MS_MAX, TIME_MS_MAX),
      logsources: [],
      columns: {},
      fields: ShapedEvent.from({ 'error.message': error.message, 'event.channel': row.channel }),
      message: String(row.event.message).slice(0, REJECTED_TEXT_MAX).toWellFormed(),
      parsed: false,
    },
  };
}
