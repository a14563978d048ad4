/**
 * Tells one category: a full picture at first and from time to time (so that whatever was lost on the way heals),
 * differences in between, and after each how the picture stands. Invariants: nothing is said to be removed that could
 * not be looked at; a picture that was cut short goes on where it ended; all records of a look have one time, and name
 * the full picture they belong to.
 */
import { LIMITS } from '#protocol/limits.ts';
import { hashPicture } from '#protocol/picture-hash.ts';
import type { InventoryRecord } from '#protocol/record.ts';
import type { PositionChange, SourceContext, SourceItem } from '../source.ts';
import {
  sameFacts,
  tidy,
  type Collector,
  type Detail,
  type Look,
  type Picture,
  type UnreadPart,
} from './inventory-item.ts';
import { parseDetail, Told } from './told.ts';

export interface TellerOptions {
  itemsMax: number;
  /** From one full picture to the next: milliseconds. */
  fullEveryMs: number;
  /** Uniform in [0, 1). */
  random: () => number;
  /** A name that no other full picture has. */
  newName: () => string;
  /** Milliseconds on a clock that nobody sets. */
  monotonicMs: () => number;
}

interface Found {
  facts: Map<string, Detail>;
  unread: readonly UnreadPart[];
  /** What the reader or the bound left out. */
  truncated: number;
  /** Left out here: they are there all the same. */
  over: ReadonlySet<string>;
}

/** A record and the rows that make it not be told again. */
interface Telling {
  record: InventoryRecord;
  positions: PositionChange[];
  bytes: number;
}

const BYTES_FULL = LIMITS.batchBytesMax / 2;
/** How much earlier than due a full picture may be told, so that hosts do not all tell theirs at one time. */
const SPREAD = 0.2;
const UNREAD_SHOWN = 20;
const REASON_CHARS_MAX = 1_000;

export class CategoryTeller {
  readonly #collector: Collector;
  readonly #options: TellerOptions;
  readonly #context: SourceContext;
  readonly #told: Told;
  /** Last message to the agent's own log. */
  #reported = '';
  /** Last word on a category that was never told in full. */
  #saidBefore = '';

  constructor(collector: Collector, options: TellerOptions, context: SourceContext) {
    this.#collector = collector;
    this.#options = options;
    this.#context = context;
    this.#told = new Told(collector.category, context.positions);
  }

  /** Looks once; what it yields is within the limits of a batch. */
  async *look(look: Look): AsyncGenerator<SourceItem> {
    const { signal } = this.#context;
    const startMs = this.#options.monotonicMs();
    let seen: Picture | undefined;
    let failure: unknown;
    try {
      seen = await this.#collector.collect(look);
    } catch (error) {
      failure = error;
    }
    if (signal.aborted) return;
    const lookMs = Math.round(this.#options.monotonicMs() - startMs);
    const at = this.#context.now();
    if (seen === undefined) {
      this.#report(
        'this part of the inventory cannot be collected; it is tried again at the next look',
        failure,
        true,
      );
      const reason = failure instanceof Error ? failure.message : String(failure);
      yield* this.#close(at, lookMs, { state: 'failed', unread: reason.slice(0, REASON_CHARS_MAX) });
      return;
    }
    const found = this.#bound(seen);
    this.#reportParts(found);
    for (const chunk of chunks(this.#changes(found, at))) {
      yield chunk;
      if (signal.aborted) return;
      await look.turn();
    }
    if (this.#fullIsDue(at)) {
      for (const chunk of chunks(this.#fullPicture(found, at))) {
        yield chunk;
        if (signal.aborted) return;
        await look.turn();
      }
    }
    const whole = found.unread.length === 0 && found.truncated === 0;
    const unread = found.unread.slice(0, UNREAD_SHOWN).map(({ part, reason }) => `${part}: ${reason}`);
    yield* this.#close(at, lookMs, {
      state: whole ? 'complete' : 'partial',
      unread: unread.join('; ').slice(0, LIMITS.shortStringMax),
      unreadParts: found.unread.length,
      truncated: found.truncated,
    });
  }

  /** Differences against what was told. */
  *#changes(found: Found, at: number): Generator<Telling> {
    const told = this.#told;
    const known = told.items;
    const began = told.began;
    const snapshot = began?.snapshot ?? told.complete?.snapshot;
    // Of a first picture nothing is new but what belongs to the part that was told already.
    const first = told.complete === undefined;
    const record = (change: InventoryRecord['change'], key: string): InventoryRecord => ({
      kind: 'inventory',
      at,
      change,
      category: this.#collector.category,
      key,
      snapshot,
    });
    for (const [key, after] of found.facts) {
      const before = known.get(key);
      const text = JSON.stringify(after);
      if (before === text) continue;
      if (before === undefined) {
        if (first && (began?.through === undefined || key > began.through)) {
          known.set(key, text);
          continue;
        }
        known.set(key, text);
        yield telling(
          { ...record('added', key), after },
          [{ key: told.itemRow(key), value: text }],
          text.length,
        );
        continue;
      }
      const previous = parseDetail(before);
      if (sameFacts(previous, after, this.#collector.steady)) continue;
      known.set(key, text);
      yield telling(
        { ...record('changed', key), before: previous, after },
        [{ key: told.itemRow(key), value: text }],
        text.length + before.length,
      );
    }
    for (const [key, before] of known) {
      if (found.facts.has(key) || found.over.has(key)) continue;
      const previous = parseDetail(before);
      if (mayBeThere(found, key, previous)) continue;
      known.delete(key);
      yield telling(
        { ...record('removed', key), before: previous },
        [{ key: told.itemRow(key), value: undefined }],
        before.length,
      );
    }
  }

  #fullIsDue(at: number): boolean {
    const { complete, began } = this.#told;
    if (complete === undefined || began !== undefined) return true;
    // A clock that was set back would put it off.
    if (at >= complete.fullDueAt || at < complete.at) return true;
    const epoch = this.#context.epoch?.();
    return epoch !== undefined && epoch !== complete.epoch;
  }

  /** Every item, from where an earlier one was cut short. */
  *#fullPicture(found: Found, at: number): Generator<Telling> {
    const told = this.#told;
    let began = told.began ?? { snapshot: this.#options.newName() };
    const keys = [...told.items.keys()].sort();
    for (const key of keys) {
      if (began.through !== undefined && key <= began.through) continue;
      // What moves by itself is told as it is now.
      const now = found.facts.get(key);
      const text = now === undefined ? (told.items.get(key) ?? '{}') : JSON.stringify(now);
      told.items.set(key, text);
      began = { snapshot: began.snapshot, through: key };
      told.began = began;
      yield telling(
        {
          kind: 'inventory',
          at,
          change: 'present',
          category: this.#collector.category,
          key,
          snapshot: began.snapshot,
          after: parseDetail(text),
        },
        [
          { key: told.itemRow(key), value: text },
          { key: told.beganRow, value: JSON.stringify(began) },
        ],
        text.length,
      );
    }
    told.began = began;
  }

  /** How the picture stands now, when that is news. */
  *#close(at: number, lookMs: number, state: Detail): Generator<SourceItem> {
    const told = this.#told;
    const { began } = told;
    const full = state['state'] !== 'failed' && began !== undefined;
    const { fullEveryMs, random } = this.#options;
    const said = JSON.stringify({
      ...state,
      items: told.items.size,
      hash: hashPicture(told.items),
      fullEveryMs,
    });
    const before = told.complete;
    if (!full && before?.said === said) return;
    const snapshot = full ? began.snapshot : before?.snapshot;
    // Never told in full: that it cannot be looked at is kept beside, so that it is not said at every look.
    const complete = {
      snapshot: snapshot ?? '',
      epoch: full ? this.#epoch() : (before?.epoch ?? ''),
      fullDueAt: full ? at + fullEveryMs * (1 - SPREAD * random()) : (before?.fullDueAt ?? 0),
      at: full ? at : (before?.at ?? 0),
      said,
    };
    const positions: PositionChange[] = [];
    if (full) positions.push({ key: told.beganRow, value: undefined });
    if (snapshot !== undefined) {
      positions.push({ key: told.completeRow, value: JSON.stringify(complete) });
      told.complete = complete;
    } else if (this.#saidBefore === said) return;
    else this.#saidBefore = said;
    if (full) told.began = undefined;
    const record: InventoryRecord = {
      kind: 'inventory',
      at,
      change: full || before === undefined ? 'present' : 'changed',
      category: 'collection',
      key: this.#collector.category,
      snapshot,
      after: tidy({ key: '-', detail: { ...parseDetail(said), lookMs } }).detail,
    };
    yield { lane: 'standard', records: [record], positions };
  }

  #epoch(): string {
    return this.#context.epoch?.() ?? '';
  }

  /** By key, tidied, in order; no more than the bound, and of those rather what is known already. */
  #bound(seen: Picture): Found {
    const all = new Map<string, Detail>();
    for (const item of seen.items.map(tidy)) {
      // A part that tells nothing about itself (the BIOS of a container) is not there.
      if (item.key !== '' && Object.keys(item.detail).length > 0) all.set(item.key, item.detail);
    }
    const sorted = [...all].sort(([left], [right]) => (left < right ? -1 : 1));
    const { itemsMax } = this.#options;
    const known = this.#told.items;
    if (sorted.length <= itemsMax) {
      return { facts: new Map(sorted), unread: seen.unread, truncated: seen.truncated, over: new Set() };
    }
    const kept = [
      ...sorted.filter(([key]) => known.has(key)),
      ...sorted.filter(([key]) => !known.has(key)),
    ].slice(0, itemsMax);
    const facts = new Map(kept.sort(([left], [right]) => (left < right ? -1 : 1)));
    const over = new Set(sorted.flatMap(([key]) => (facts.has(key) ? [] : [key])));
    return { facts, unread: seen.unread, truncated: seen.truncated + over.size, over };
  }

  #reportParts({ unread, truncated, facts }: Found): void {
    const [first] = unread;
    if (truncated > 0) {
      const all = facts.size + truncated;
      this.#report(`${all} items; only the first ${facts.size} in order of their names are kept`);
    } else if (first !== undefined) {
      const more = unread.length === 1 ? '' : ` (and ${unread.length - 1} more)`;
      this.#report(`a part cannot be read: ${first.part}: ${first.reason}${more}`);
    } else {
      // A look that failed as a whole is told each time and leaves no word here.
      this.#reported = '';
      this.#context.resolved?.(this.#collector.category);
    }
  }

  #report(message: string, cause?: unknown, always = false): void {
    if (!always && this.#reported === message) return;
    if (!always) this.#reported = message;
    this.#context.report({ subject: this.#collector.category, message, cause });
  }
}

/** Whether an item that was not found may be there all the same. */
function mayBeThere({ unread, truncated, over }: Found, key: string, detail: Detail): boolean {
  if (truncated > over.size) return true;
  return unread.some(({ holds }) => holds === undefined || holds(key, detail));
}

function telling(record: InventoryRecord, positions: PositionChange[], bytes: number): Telling {
  return { record, positions, bytes: bytes * 2 + record.key.length + 256 };
}

/** Items within the limits of a batch, each change beside its rows; the last word on a row counts. */
function* chunks(told: Iterable<Telling>): Generator<SourceItem> {
  let records: InventoryRecord[] = [];
  let positions = new Map<string, PositionChange>();
  let bytes = 0;
  const item = (): SourceItem => ({ lane: 'standard', records, positions: [...positions.values()] });
  for (const one of told) {
    records.push(one.record);
    for (const position of one.positions) positions.set(position.key, position);
    bytes += one.bytes;
    if (records.length < LIMITS.batchEventsMax && bytes < BYTES_FULL) continue;
    yield item();
    records = [];
    positions = new Map();
    bytes = 0;
  }
  if (records.length > 0) yield item();
}
