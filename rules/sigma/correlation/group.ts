/**
 * The entries of one group in time order, with the window that ends at the newest entry kept summed up.
 * A hit is due where a stretch of true entries begins; a stretch is broken by a false entry or an empty window.
 * Invariants: an entry in order costs constant time; entries out of order wait unsorted until `settle` puts all of
 * them in place and judges again from the earliest on; after that each stretch has exactly the hits it needs, one.
 */
import type { Aggregate } from './aggregate.ts';
import { EntryLog } from './entry-log.ts';
import { NO_HITS } from './frame.ts';
import type { Fired, Frame } from './frame.ts';

/** What the correlator asks of a group, whether hits are due at once or when windows end. */
export interface GroupState {
  /** Of one field its identity, of more their tuple. */
  readonly key: string | null;
  readonly frame: Frame;
  readonly log: EntryLog;
  /** Entries in order; those behind them wait to be put in place. */
  readonly sorted: number;
  /** Looking at entries again cannot be put off, or costs next to nothing. */
  readonly ready: boolean;
  /** When it was used last, in uses of all groups of its correlation. */
  usedAt: number;
  /** Time after which `judgeNext` has something to judge; Infinity when it never has. */
  readonly dueMs: number;
  /** Place in the queue of what is due; -1 when not in it. */
  queuedAt: number;
  add(timeMs: number, rule: number, value: number, refHead: number, refTail: number): void;
  /** Puts in order what waits; returns the hits that are due at once. */
  settle(): readonly Fired[];
  judgeNext(): Fired | undefined;
  /** Forgets entries older than this time. */
  expire(beforeMs: number): void;
  /** Goes on from a snapshot, whose entries were added before. */
  resume(sorted: number, judged: number, lastTrueMs: number | undefined): void;
  /** Entries judged, and the last that was true; of groups that wait for the end of their windows. */
  readonly judged: number;
  readonly lastTrueMs: number | undefined;
}

/** The condition held for the window that ends here. */
export const TRUE = 1;
/** A hit was given for this entry, or for one of its stretch that is forgotten by now. */
export const HIT = 2;
/** This entry or one before it in its stretch has the hit. */
const COVERED = 4;

/** A window of so few entries is summed up afresh each time, which is cheaper than to keep a sum for it. */
const SMALL = 16;

/** Where a stretch begins. */
interface Beginning {
  at: number;
  low: number;
  value: number;
}

export class Group implements GroupState {
  readonly key: string | null;
  readonly frame: Frame;
  readonly log: EntryLog;
  usedAt = 0;
  queuedAt = -1;
  #sorted = 0;
  /** First entry of the window that ends at the newest sorted entry. */
  #low = 0;
  #aggregate: Aggregate | undefined = undefined;

  constructor(key: string | null, frame: Frame) {
    this.key = key;
    this.frame = frame;
    this.log = new EntryLog(frame.correlation.type.value !== 'none');
  }

  get sorted(): number {
    return this.#sorted;
  }

  get ready(): boolean {
    const { log } = this;
    const waiting = log.size - this.#sorted;
    if (waiting > 1) return this.frame.crowded(log, this.#sorted);
    return this.#sorted === 0 || log.timeMs(this.#sorted) >= log.timeMs(this.#sorted - 1);
  }

  get dueMs(): number {
    return Number.POSITIVE_INFINITY;
  }

  get judged(): number {
    return 0;
  }

  get lastTrueMs(): undefined {
    return undefined;
  }

  add(timeMs: number, rule: number, value: number, refHead: number, refTail: number): void {
    this.log.push(timeMs, rule, value, refHead, refTail);
    this.frame.entries += 1;
  }

  /** Nothing waits here. */
  judgeNext(): undefined {
    return undefined;
  }

  settle(): readonly Fired[] {
    const { log } = this;
    const at = this.#sorted;
    if (at === log.size) return NO_HITS;
    const inOrder = log.size - at === 1 && (at === 0 || log.timeMs(at) >= log.timeMs(at - 1));
    const fired = inOrder ? this.#append(at) : this.#reorder();
    while (log.size > this.frame.entriesMax) {
      this.#dropOldest();
      this.frame.evicted += 1;
    }
    return fired;
  }

  expire(beforeMs: number): void {
    if (this.#sorted < this.log.size) return;
    while (this.log.size > 0 && this.log.timeMs(0) < beforeMs) this.#dropOldest();
  }

  resume(sorted: number): void {
    const { log } = this;
    this.#sorted = sorted;
    this.#coverFrom(0);
    if (sorted === 0) return;
    this.#low = log.firstFrom(log.timeMs(sorted - 1) - this.frame.correlation.timespanMs, 0, sorted);
    this.#sumUp(sorted);
  }

  #append(at: number): readonly Fired[] {
    const value = this.#enter(at);
    this.#sorted = at + 1;
    if (value === undefined) return NO_HITS;
    if (this.#goesOn(at)) {
      this.log.setFlags(at, TRUE | COVERED);
      this.frame.onContinue?.(this.key, this.log.timeMs(at));
      return NO_HITS;
    }
    const fired = this.#fire({ at, low: this.#low, value });
    this.log.setFlags(at, TRUE | HIT | COVERED);
    return [fired];
  }

  #reorder(): readonly Fired[] {
    const { log, frame } = this;
    const sorted = this.#sorted;
    const place = log.firstAfter(log.leastTimeMs(sorted), 0, sorted);
    this.#rewind(place);
    log.merge(sorted, place);
    this.#sorted = log.size;
    frame.work.spend(log.size - place);
    return this.#judgeFrom(place);
  }

  /** Judges every window that ends from here on, and gives each stretch that has no hit its hit. */
  #judgeFrom(place: number): readonly Fired[] {
    const { log } = this;
    const fired: Fired[] = [];
    let changed = place;
    let open = place > 0 && (log.flags(place - 1) & TRUE) !== 0;
    let covered = open && (log.flags(place - 1) & COVERED) !== 0;
    let beginning: Beginning | undefined;
    const close = (): void => {
      open = false;
      if (covered) return;
      const first = beginning ?? this.#beginningOf(place - 1);
      changed = Math.min(changed, first.at);
      fired.push(this.#fire(first));
    };
    for (let at = place; at < log.size; at += 1) {
      const value = this.#enter(at);
      const flags = log.flags(at);
      if (open && (value === undefined || !this.#inReach(at))) close();
      log.setFlags(at, value === undefined ? flags & HIT : (flags & HIT) | TRUE);
      if (value === undefined) continue;
      if (!open) {
        open = true;
        covered = false;
        beginning = { at, low: this.#low, value };
      } else this.frame.onContinue?.(this.key, log.timeMs(at));
      covered ||= (flags & HIT) !== 0;
    }
    if (open) close();
    this.#coverFrom(changed);
    return fired;
  }

  /** Where the stretch of this entry begins, and what its first window came to. */
  #beginningOf(at: number): Beginning {
    const { log, frame } = this;
    let first = at;
    while (this.#goesOn(first)) first -= 1;
    const startMs = log.timeMs(first) - frame.correlation.timespanMs;
    const low = log.firstFrom(startMs, 0, first);
    frame.work.spend(at - low);
    const { scratch } = frame;
    if (scratch === undefined) return { at: first, low, value: first - low + 1 };
    this.#fill(scratch, low, first + 1);
    return { at: first, low, value: scratch.value(startMs) ?? 0 };
  }

  #coverFrom(place: number): void {
    const { log } = this;
    for (let at = place; at < this.#sorted; at += 1) {
      const flags = log.flags(at) & (TRUE | HIT);
      const covered =
        (flags & TRUE) !== 0 &&
        ((flags & HIT) !== 0 || (this.#goesOn(at) && (log.flags(at - 1) & COVERED) !== 0));
      log.setFlags(at, covered ? flags | COVERED : flags);
    }
  }

  /** Moves the window on to end at this entry; its value where the condition holds for it. */
  #enter(at: number): number | undefined {
    const { log, frame } = this;
    const timeMs = log.timeMs(at);
    const startMs = timeMs - frame.correlation.timespanMs;
    this.#aggregate?.add(log.rule(at), log.value(at), timeMs);
    while (log.timeMs(this.#low) < startMs) {
      this.#aggregate?.remove(log.rule(this.#low), log.value(this.#low));
      this.#low += 1;
    }
    const value = this.#sumUp(at + 1)?.value(startMs) ?? this.#countOf(at + 1);
    return value !== undefined && frame.holds(value) ? value : undefined;
  }

  /** The number of entries, for the type that asks for no more. */
  #countOf(end: number): number | undefined {
    return this.frame.scratch === undefined ? end - this.#low : undefined;
  }

  /** The sum of the window [low, end): the group's own, or of a small window a passing one. */
  #sumUp(end: number): Aggregate | undefined {
    const { scratch } = this.frame;
    if (scratch === undefined) return undefined;
    const size = end - this.#low;
    if (size > SMALL) {
      if (this.#aggregate !== undefined) return this.#aggregate;
      this.#aggregate = this.frame.newAggregate();
      if (this.#aggregate !== undefined) this.#fill(this.#aggregate, this.#low, end);
      return this.#aggregate;
    }
    if (this.#aggregate !== undefined && size > SMALL / 4) return this.#aggregate;
    this.#aggregate = undefined;
    this.#fill(scratch, this.#low, end);
    return scratch;
  }

  #fill(aggregate: Aggregate, low: number, end: number): void {
    const { log } = this;
    aggregate.clear();
    for (let at = low; at < end; at += 1) aggregate.add(log.rule(at), log.value(at), log.timeMs(at));
  }

  /** Moves the window back to end before this entry: step by step or from nothing, whichever is less. */
  #rewind(place: number): void {
    const { log, frame } = this;
    const [oldLow, sorted, aggregate] = [this.#low, this.#sorted, this.#aggregate];
    if (place === sorted) return;
    this.#low =
      place === 0 ? 0 : log.firstFrom(log.timeMs(place - 1) - frame.correlation.timespanMs, 0, place);
    if (aggregate === undefined) return;
    const back = sorted - place + (oldLow - this.#low);
    const afresh = place - this.#low;
    if (!aggregate.reversible || afresh <= back) {
      frame.work.spend(afresh);
      this.#fill(aggregate, this.#low, place);
      return;
    }
    frame.work.spend(back);
    for (let at = sorted - 1; at >= Math.max(place, oldLow); at -= 1)
      aggregate.remove(log.rule(at), log.value(at));
    for (let at = Math.min(oldLow, place) - 1; at >= this.#low; at -= 1)
      aggregate.add(log.rule(at), log.value(at), log.timeMs(at));
  }

  /** The entry before lies within the timespan. */
  #inReach(at: number): boolean {
    return at > 0 && this.log.timeMs(at) - this.log.timeMs(at - 1) <= this.frame.correlation.timespanMs;
  }

  /** The entry before is true and in reach, so that this one, if true, goes on with its stretch. */
  #goesOn(at: number): boolean {
    return this.#inReach(at) && (this.log.flags(at - 1) & TRUE) !== 0;
  }

  #fire({ at, low, value }: Beginning): Fired {
    const { log } = this;
    log.setFlags(at, log.flags(at) | HIT);
    return {
      timeMs: log.timeMs(at),
      firstMs: log.timeMs(low),
      count: at - low + 1,
      value,
      refs: this.frame.refsOf(log, low, at),
    };
  }

  #dropOldest(): void {
    const { log } = this;
    if (log.size > 1 && (log.flags(1) & TRUE) !== 0 && this.#goesOn(1) && (log.flags(0) & COVERED) !== 0)
      log.setFlags(1, log.flags(1) | HIT | COVERED);
    if (this.#low > 0) this.#low -= 1;
    else this.#aggregate?.remove(log.rule(0), log.value(0));
    this.#sorted -= 1;
    this.frame.release(log, 0);
    log.dropOldest();
  }
}
