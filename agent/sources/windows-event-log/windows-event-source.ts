/**
 * Follows one log of Windows. The bookmark of a page is committed with its last events; of a page that is committed in
 * parts, how many of its events were, and what the last of them is: whatever dies, an event is told once. What cannot be
 * read is a named state that ends when it can; what is missing of a log is told and counted (continuity.ts).
 */
import type { LaneName } from '#protocol/lane.ts';
import type { LogRecord } from '#protocol/record.ts';
import { monotonicNow } from '../../monotonic-now.ts';
import type { EventLogConfig, WindowsEventLogConfig } from '../../windows-event-config.ts';
import { Batch } from '../file/batch.ts';
import { digest } from '../file/fingerprint.ts';
import type { DecodedText } from '../file/text-encoding.ts';
import { pause } from '../pause.ts';
import type { Source, SourceContext, SourceItem } from '../source.ts';
import { breaksBetween, describeBreak, type LogBreak, type LastRead, type WhereInLog } from './continuity.ts';
import { readHead, type EventHead } from './event-head.ts';
import type { StreamFaults } from './event-stream.ts';
import type { OwnChildren } from './own-children.ts';
import { decodePlace, encodePlace, PLACE_KEY, type Place } from './place.ts';
import {
  EventLogError,
  type EventPage,
  type EventQuery,
  type LogRefusal,
  type Wevtutil,
} from './wevtutil.ts';

export type EventSourceSettings = Pick<
  WindowsEventLogConfig,
  'startAt' | 'rendered' | 'everyMs' | 'quietMs' | 'ageMsMax'
>;

export interface WindowsEventOptions extends EventSourceSettings {
  log: EventLogConfig;
  lane: LaneName;
  wevtutil: Pick<Wevtutil, 'read'>;
  own?: OwnChildren | undefined;
  /** Events of one page. */
  pageEvents?: number | undefined;
}

/** What is forwarded has numbers, times and a computer of its own. */
const FORWARDED = 'ForwardedEvents';
const CHANNEL = 'windows-xml';
const TALLY_CHANNEL = `log/${CHANNEL}`;
const PAGE_EVENTS = 400;
/** How long a log that cannot be read is left alone. */
const REFUSED_MS = 300_000;
/** A quiet log is looked at this often whether it is still the same one. */
const CHECK_MS = 600_000;

const REFUSALS: Readonly<Record<LogRefusal, string>> = {
  missing: 'there is no log of this name; it is read as soon as there is one',
  denied:
    'the agent may not read this log: it must run as SYSTEM, as an administrator, or in the group Event Log Readers',
  query: 'Windows does not accept the query of this log: check "select" and "suppress"',
  bookmark: 'Windows does not accept the bookmark of this log',
  service: 'the service EventLog (Windows Event Log) does not run',
};

const FAULTS: Readonly<Record<keyof StreamFaults, string>> = {
  truncated: 'without their end; they are sent as far as they came',
  cut: 'longer than a record may be; they are sent cut',
  declaration: 'with declarations that no event log writes; they are sent and not interpreted',
  outside: 'stretches of text that belong to no event; they are left out',
  repaired: 'with bytes that are no text; these were replaced',
};

export function eventSourceName(log: string): string {
  return `windows-event-log:${log}`;
}

export function createWindowsEventSource(options: WindowsEventOptions): Source {
  return {
    name: eventSourceName(options.log.channel),
    open: (context) => new LogReading(options, context).run(),
  };
}

interface NewEvents extends EventPage {
  /** There may be more behind them. */
  isFull: boolean;
}

class LogReading {
  readonly #options: WindowsEventOptions;
  readonly #context: SourceContext;
  readonly #isForwarded: boolean;
  readonly #isFiltered: boolean;
  #place: Place = { bookmark: undefined, read: 0, last: undefined };
  #checkedAt = -CHECK_MS;
  #waitMs: number;
  /** Why it cannot be read now. */
  #refusal: LogRefusal | undefined;

  constructor(options: WindowsEventOptions, context: SourceContext) {
    this.#options = options;
    this.#context = context;
    const { channel, select, suppress } = options.log;
    this.#isForwarded = channel.toLowerCase() === FORWARDED.toLowerCase();
    this.#isFiltered = select !== undefined || suppress !== undefined;
    this.#waitMs = options.everyMs;
  }

  async *run(): AsyncGenerator<SourceItem, void, void> {
    const { signal, positions, caughtUp } = this.#context;
    if (signal.aborted) return;
    const kept = decodePlace(positions.get(PLACE_KEY));
    if (kept !== undefined) this.#place = kept;
    let isKnown = kept !== undefined;
    let isCaughtUp = false;
    while (!signal.aborted) {
      const page = await this.#patiently(isKnown);
      if (signal.aborted) return;
      // A log that is not there yet is read from its beginning, whenever it comes.
      if (!isKnown && (page !== undefined || this.#refusal === 'missing')) {
        isKnown = true;
        yield this.#positionOnly();
        if (page !== undefined) continue;
      }
      let told = 0;
      for (const item of page === undefined ? [] : this.#itemsOf(page)) {
        told += item.records.length;
        yield item;
        if (signal.aborted) return;
      }
      if (page?.isFull === true) continue;
      if (!isCaughtUp) caughtUp?.();
      isCaughtUp = true;
      await pause(page === undefined ? REFUSED_MS : this.#nextWaitMs(told), signal);
    }
  }

  /** Looking by itself makes nothing busy: what it writes into the log is not told. */
  #nextWaitMs(told: number): number {
    const { everyMs, quietMs } = this.#options;
    this.#waitMs = told > 0 ? everyMs : Math.min(this.#waitMs * 2, Math.max(quietMs, everyMs));
    return this.#waitMs;
  }

  get #pageEvents(): number {
    return this.#options.pageEvents ?? PAGE_EVENTS;
  }

  /** @returns undefined while the log cannot be read. @throws EventLogError of no known kind */
  async #patiently(isKnown: boolean): Promise<NewEvents | undefined> {
    const { log } = this.#options;
    const { report, resolved, signal } = this.#context;
    try {
      const page = isKnown ? await this.#nextPage() : await this.#first();
      if (this.#refusal !== undefined) resolved?.(log.channel);
      this.#refusal = undefined;
      return page;
    } catch (error) {
      if (signal.aborted) return undefined;
      if (this.#isWithoutBookmark(error)) return EMPTY_PAGE;
      if (!(error instanceof EventLogError) || error.refusal === undefined) throw error;
      const isNews = this.#refusal !== error.refusal;
      this.#refusal = error.refusal;
      const isFault = error.refusal !== 'missing' || !log.optional;
      if (isNews && isFault) report({ subject: log.channel, message: REFUSALS[error.refusal], cause: error });
      return undefined;
    }
  }

  /** The log's numbers say where to go on when its bookmark does not. */
  #isWithoutBookmark(error: unknown): boolean {
    if (!(error instanceof EventLogError) || error.refusal !== 'bookmark') return false;
    if (this.#place.bookmark === undefined || this.#afterRecord === undefined) return false;
    this.#happened('bookmark', `${REFUSALS.bookmark}; it is read on by its numbers`);
    this.#place = { ...this.#place, bookmark: undefined, read: 0 };
    return true;
  }

  /** The last record that was read, where numbers are the log's own. */
  get #afterRecord(): number | undefined {
    return this.#isForwarded ? undefined : this.#place.last?.recordId;
  }

  /** Where the first reading begins. */
  async #first(): Promise<NewEvents> {
    const { startAt } = this.#options;
    if ((this.#options.log.startAt ?? startAt) === 'beginning') return EMPTY_PAGE;
    const newest = await this.#read({ newestFirst: true, eventsMax: 1 });
    const [event] = newest.events;
    if (event !== undefined)
      this.#place = { bookmark: newest.bookmark, read: 0, last: lastRead(readHead(event.text)) };
    return EMPTY_PAGE;
  }

  #positionOnly(): SourceItem {
    const positions = [{ key: PLACE_KEY, value: encodePlace(this.#place) }];
    return { lane: this.#options.lane, records: [], positions };
  }

  #read(
    query: Partial<Pick<EventQuery, 'newestFirst' | 'eventsMax' | 'bookmark' | 'afterRecord'>>,
  ): Promise<EventPage> {
    const { log, rendered, wevtutil } = this.#options;
    const { channel, select, suppress } = log;
    const filter = query.newestFirst === true ? {} : { select, suppress };
    const asked = { log: channel, ...filter, rendered, eventsMax: this.#pageEvents, ...query };
    return wevtutil.read({ ...asked, eventsMin: this.#place.read + 1 }, this.#context.signal);
  }

  #readBehind(bookmark: Buffer | undefined): Promise<EventPage> {
    return this.#read(bookmark === undefined ? { afterRecord: this.#afterRecord } : { bookmark });
  }

  /** Events behind the place, without those that were read already. */
  async #nextPage(): Promise<NewEvents> {
    const { bookmark } = this.#place;
    const first = await this.#readBehind(bookmark);
    const page = first.events.length === 0 ? await this.#unlessReplaced(first) : first;
    const { read, last } = this.#place;
    const isFull = page.events.length >= this.#pageEvents || !page.isComplete;
    if (read === 0 || last === undefined) return { ...page, isFull };
    // Some of the page may have been overwritten meanwhile: the event itself says how far it was told.
    const old = page.events.slice(0, read);
    const at = old.findLastIndex(({ text }) => digestOf(readHead(text)) === last.digest);
    this.#place = { ...this.#place, read: at + 1 };
    return { ...page, events: page.events.slice(at + 1), isFull };
  }

  /** A log that was made anew has numbers below the bookmark's, and nothing ever comes behind it. */
  async #unlessReplaced(page: EventPage): Promise<EventPage> {
    const { last, bookmark } = this.#place;
    if (last === undefined) return page;
    if (monotonicNow() - this.#checkedAt < CHECK_MS) return page;
    this.#checkedAt = monotonicNow();
    const [newest] = (await this.#read({ newestFirst: true, eventsMax: 1 })).events;
    if (newest === undefined && bookmark === undefined) return page;
    const why = newest === undefined ? 'it was emptied' : this.#isReplaced(readHead(newest.text), last);
    if (why === undefined) return page;
    // What came between the two looks is no sign of anything.
    const again = await this.#readBehind(bookmark);
    if (again.events.length > 0) return again;
    const message = `${why}; it is read from its beginning`;
    this.#happened('replaced', message);
    // An empty log may go on with its numbers; one that was made anew has others.
    this.#place = { bookmark: undefined, read: 0, last: newest === undefined ? last : undefined };
    return this.#readBehind(undefined);
  }

  #isReplaced(newest: EventHead, last: LastRead): string | undefined {
    const differs = digestOf(newest) !== last.digest;
    if (this.#isForwarded) return differs && !this.#isFiltered ? 'its last event is gone' : undefined;
    const { recordId } = newest;
    if (recordId === undefined || last.recordId === undefined || recordId >= last.recordId) return undefined;
    return `its numbers began again (${recordId} after ${last.recordId})`;
  }

  /** Items of one page; only the last has the page's bookmark. */
  *#itemsOf(page: EventPage): Generator<SourceItem, void, void> {
    const { lane, log } = this.#options;
    this.#reportFaults(page.faults);
    // All of it was told before its bookmark was known.
    if (page.events.length === 0 && page.bookmark === undefined) return;
    let batch = new Batch(lane);
    let limits = new Map<string, number>();
    const limit = (reason: string, count: number): void =>
      void limits.set(reason, (limits.get(reason) ?? 0) + count);
    const close = (place: Place): SourceItem => {
      this.#place = place;
      for (const [reason, count] of limits)
        batch.limit({ channel: TALLY_CHANNEL, reason, count, at: this.#context.now() });
      batch.position(PLACE_KEY, encodePlace(place));
      const item = batch.item();
      batch = new Batch(lane);
      limits = new Map();
      return item;
    };
    let { read } = this.#place;
    const before = this.#place.last;
    let latest: EventHead | undefined;
    const last = (): LastRead | undefined => (latest === undefined ? before : lastRead(latest));
    for (const event of page.events) {
      if (batch.full) yield close({ ...this.#place, read, last: last() });
      const head = readHead(event.text);
      for (const [reason, count] of this.#breaks(latest ?? before, head)) limit(reason, count);
      const reason = this.#reasonToLeaveOut(event, head);
      if (reason === undefined) batch.add(recordOf(event, log.channel, this.#context.now()), bytesOf(event));
      else limit(reason, 1);
      read += 1;
      latest = head;
    }
    const { bookmark, isComplete } = page;
    if (isComplete && bookmark === undefined && (this.#isForwarded || latest?.recordId === undefined))
      throw new EventLogError(`${log.channel}: wevtutil saved no bookmark`);
    const end = bookmark === undefined && !isComplete ? { ...this.#place, read } : { bookmark, read: 0 };
    yield close({ ...end, last: last() });
  }

  *#breaks(last: WhereInLog | undefined, head: EventHead): Generator<[reason: string, count: number]> {
    if (last === undefined || this.#isForwarded) return;
    for (const found of breaksBetween(last, head, this.#isFiltered)) {
      this.#happened(found.kind, describeBreak(found, last, head));
      if (found.kind === 'gap') yield [found.reason, found.count];
    }
  }

  #reasonToLeaveOut({ text }: DecodedText, head: EventHead): string | undefined {
    const { own, ageMsMax } = this.#options;
    if (own?.isOwn(text, head) === true) return 'own-process';
    return head.timeMs !== undefined && head.timeMs < this.#context.now() - ageMsMax ? 'too-old' : undefined;
  }

  /** Status keeps one of each kind. */
  #happened(kind: LogBreak['kind'] | keyof StreamFaults | 'replaced' | 'bookmark', message: string): void {
    this.#context.report({ subject: `${this.#options.log.channel} (${kind})`, message, once: true });
  }

  #reportFaults(faults: StreamFaults): void {
    for (const name of Object.keys(FAULTS) as (keyof StreamFaults)[]) {
      if (faults[name] === 0) continue;
      this.#happened(name, `${faults[name]} events or parts ${FAULTS[name]}`);
    }
  }
}

const EMPTY_PAGE: NewEvents = {
  events: [],
  faults: { truncated: 0, cut: 0, declaration: 0, outside: 0, repaired: 0 },
  bookmark: undefined,
  isComplete: true,
  isFull: false,
};

function digestOf({ system }: EventHead): string {
  return digest(Buffer.from(system));
}

function lastRead(head: EventHead): LastRead {
  return { recordId: head.recordId, timeMs: head.timeMs, digest: digestOf(head) };
}

function bytesOf({ text }: DecodedText): number {
  return Buffer.byteLength(text);
}

function recordOf({ text, repaired, cutBytes }: DecodedText, origin: string, at: number): LogRecord {
  const record: LogRecord = { kind: 'log', at, channel: CHANNEL, origin, text };
  if (repaired) record.repaired = true;
  if (cutBytes > 0) record.cutBytes = cutBytes;
  return record;
}
