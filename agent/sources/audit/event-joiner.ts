/**
 * Puts the records of one audit event together, which auditd writes line by line and mixed with those of other events.
 * Invariants: every line comes out once, in the order of its event; what is open is bounded and can be written down as
 * text, from which a later joiner goes on as if nothing had been between.
 */
import { z } from 'zod';
import type { LaneName } from '#protocol/lane.ts';
import { LANES } from '#protocol/lane.ts';
import type { LogRecord } from '#protocol/record.ts';
import { auditStamp, endsEvent } from './audit-line.ts';

export interface JoinedEvent {
  lane: LaneName;
  /** The records of the event, a line each. */
  record: LogRecord;
}

export interface EventJoinerOptions {
  /** An event is over when the log's own clock has gone on by so much since its last record; default 2,000 ms. */
  eventMsMax?: number | undefined;
  /** And when so many ticks went by without one; default 4. */
  ticksMax?: number | undefined;
  /** Above it the oldest is taken as over; default 256. */
  openEventsMax?: number | undefined;
  /** The same for the text of them all, in UTF-16 units; default 131,072. */
  openCharsMax?: number | undefined;
  /** Text of one event in UTF-8 bytes; the records after it are left out and counted; default 131,072. */
  eventBytesMax?: number | undefined;
}

/** Marks what the kernel writes at an event's end; it says nothing else. */
const END_MARK = 'EOE';

const stateSchema = z.object({
  clockMs: z.number(),
  events: z.array(
    z.object({
      id: z.string(),
      lane: z.enum(LANES),
      clockMs: z.number(),
      at: z.number(),
      origin: z.string(),
      lines: z.array(z.string()),
      bytes: z.number(),
      cutBytes: z.number(),
      repaired: z.boolean(),
    }),
  ),
});

type KeptEvent = z.infer<typeof stateSchema>['events'][number];

type OpenEvent = KeptEvent & {
  channel: LogRecord['channel'];
  ticks: number;
};

export class EventJoiner {
  readonly #eventMsMax: number;
  readonly #ticksMax: number;
  readonly #openEventsMax: number;
  readonly #openCharsMax: number;
  readonly #eventBytesMax: number;
  /** By origin and event, the oldest first. */
  readonly #open = new Map<string, OpenEvent>();
  #openChars = 0;
  /** Latest time any record bore. */
  #clockMs = 0;

  constructor(options: EventJoinerOptions = {}) {
    this.#eventMsMax = options.eventMsMax ?? 2_000;
    this.#ticksMax = options.ticksMax ?? 4;
    this.#openEventsMax = options.openEventsMax ?? 256;
    this.#openCharsMax = options.openCharsMax ?? 131_072;
    this.#eventBytesMax = options.eventBytesMax ?? 131_072;
  }

  get openEvents(): number {
    return this.#open.size;
  }

  /** What `restore` goes on from; undefined when no event is open. */
  get state(): string | undefined {
    if (this.#open.size === 0) return undefined;
    const events = [...this.#open.values()].map(kept);
    return JSON.stringify({ clockMs: this.#clockMs, events });
  }

  /** @throws when the text is no state. */
  restore(state: string, channel: LogRecord['channel']): void {
    const { clockMs, events } = stateSchema.parse(JSON.parse(state));
    this.#clockMs = clockMs;
    for (const event of events) {
      this.#open.set(keyOf(event.origin, event.id), { ...event, channel, ticks: 0 });
      this.#openChars += charsOf(event);
    }
  }

  /** Takes a line in. @returns the events that are over with it, the oldest first. */
  add(line: LogRecord, lane: LaneName): JoinedEvent[] {
    const stamp = auditStamp(line.text);
    // Not auditd's: it goes on as it is.
    if (stamp === undefined) return [{ lane, record: line }];
    const over: JoinedEvent[] = [];
    if (stamp.timeMs > this.#clockMs) {
      this.#clockMs = stamp.timeMs;
      over.push(...this.#closeWhere(({ clockMs }) => stamp.timeMs - clockMs > this.#eventMsMax));
    }
    const key = keyOf(line.origin, stamp.eventId);
    const open = this.#open.get(key);
    if (stamp.type === END_MARK) {
      // The record before it may have ended the event already.
      if (open !== undefined) over.push(this.#close(key, open));
      return over;
    }
    const event = open ?? this.#begin(key, stamp.eventId, line, lane);
    this.#append(event, line);
    if (endsEvent(stamp.type)) over.push(this.#close(key, event));
    return [...over, ...this.#shrink()];
  }

  /** Time went by without a line. @returns the events of which nothing more is to be expected. */
  tick(): JoinedEvent[] {
    for (const event of this.#open.values()) event.ticks += 1;
    return this.#closeWhere(({ ticks }) => ticks >= this.#ticksMax);
  }

  /** Nothing follows at all. */
  flush(): JoinedEvent[] {
    return this.#closeWhere(() => true);
  }

  #begin(key: string, id: string, line: LogRecord, lane: LaneName): OpenEvent {
    const { at, origin, channel } = line;
    const event: OpenEvent = {
      id,
      lane,
      clockMs: this.#clockMs,
      at,
      origin,
      channel,
      lines: [],
      bytes: 0,
      cutBytes: 0,
      repaired: false,
      ticks: 0,
    };
    this.#open.set(key, event);
    return event;
  }

  #append(event: OpenEvent, { text, cutBytes = 0, repaired }: LogRecord): void {
    const bytes = Buffer.byteLength(text) + 1;
    event.clockMs = this.#clockMs;
    event.ticks = 0;
    event.repaired ||= repaired === true;
    event.cutBytes += cutBytes;
    // A single line is within the limit of a record; it is kept however long it is.
    if (event.lines.length > 0 && event.bytes + bytes > this.#eventBytesMax) {
      event.cutBytes += bytes;
      return;
    }
    event.lines.push(text);
    event.bytes += bytes;
    this.#openChars += text.length;
  }

  #closeWhere(isOver: (event: OpenEvent) => boolean): JoinedEvent[] {
    if (this.#open.size === 0) return [];
    const over: JoinedEvent[] = [];
    for (const [key, event] of this.#open) if (isOver(event)) over.push(this.#close(key, event));
    return over;
  }

  #shrink(): JoinedEvent[] {
    const over: JoinedEvent[] = [];
    for (const [key, event] of this.#open) {
      if (this.#open.size <= this.#openEventsMax && this.#openChars <= this.#openCharsMax) break;
      over.push(this.#close(key, event));
    }
    return over;
  }

  #close(key: string, event: OpenEvent): JoinedEvent {
    this.#open.delete(key);
    this.#openChars -= charsOf(event);
    const { lane, at, channel, origin, lines, cutBytes, repaired } = event;
    const record: LogRecord = { kind: 'log', at, channel, origin, text: lines.join('\n') };
    if (cutBytes > 0) record.cutBytes = cutBytes;
    if (repaired) record.repaired = true;
    return { lane, record };
  }
}

/** What of an open event is written down. */
function kept({ id, lane, clockMs, at, origin, lines, bytes, cutBytes, repaired }: OpenEvent): KeptEvent {
  return { id, lane, clockMs, at, origin, lines, bytes, cutBytes, repaired };
}

function keyOf(origin: string, eventId: string): string {
  return `${eventId} ${origin}`;
}

function charsOf({ lines }: { lines: readonly string[] }): number {
  return lines.reduce((sum, line) => sum + line.length, 0);
}
