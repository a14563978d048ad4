/**
 * A group whose condition asks for the absence of a rule. For each entry the required rules are looked for in the
 * timespan up to it, the unwanted ones in the timespan before and after it: exactly where `a and b` would not hold.
 * Invariants: an entry is judged once, in time order, when nothing that matters to it can come any more; judging moves
 * forward only, so it costs constant time for each entry.
 */
import { longestOrder } from './aggregate.ts';
import { EntryLog } from './entry-log.ts';
import { expressionHolds, inputsOf } from './expression.ts';
import type { RuleExpression } from './expression.ts';
import { NO_HITS } from './frame.ts';
import type { Fired, Frame } from './frame.ts';
import type { GroupState } from './group.ts';

export class AbsenceGroup implements GroupState {
  readonly key: string | null;
  readonly frame: Frame;
  readonly log: EntryLog;
  usedAt = 0;
  queuedAt = -1;
  readonly #expression: RuleExpression;
  /** Inputs that must occur, in order. */
  readonly #required: readonly number[];
  /** The order of the required rules up to the last judged entry, where the type asks for one. */
  readonly #order: ReturnType<typeof longestOrder> | undefined;
  #sorted = 0;
  /** Least time of the entries behind them. */
  #waitingMs = Number.POSITIVE_INFINITY;
  #judged = 0;
  /** Entries before this one are within a timespan behind the last judged one. */
  #front = 0;
  /** For each rule the newest time up to the last judged entry, and up to the front. */
  #before: number[] = [];
  #around: number[] = [];
  /** Time of the last entry whose condition held; what follows within the timespan goes on with its stretch. */
  #lastTrueMs: number | undefined = undefined;

  constructor(key: string | null, frame: Frame, expression: RuleExpression) {
    this.key = key;
    this.frame = frame;
    this.log = new EntryLog(false);
    this.#expression = expression;
    this.#required = [...inputsOf(expression).positive].toSorted((left, right) => left - right);
    if (frame.correlation.type.ordered === true) this.#order = longestOrder(this.#required.length);
  }

  get sorted(): number {
    return this.#sorted;
  }

  get judged(): number {
    return this.#judged;
  }

  get lastTrueMs(): number | undefined {
    return this.#lastTrueMs;
  }

  /** Entries are put in place when the first of them is due. */
  get ready(): boolean {
    return true;
  }

  get dueMs(): number {
    const next = this.#judged < this.#sorted ? this.log.timeMs(this.#judged) : Number.POSITIVE_INFINITY;
    return Math.min(next, this.#waitingMs) + this.frame.correlation.timespanMs;
  }

  add(timeMs: number, rule: number, value: number, refHead: number, refTail: number): void {
    const { log } = this;
    const at = log.size;
    log.push(timeMs, rule, value, refHead, refTail);
    this.frame.entries += 1;
    if (at === this.#sorted && (at === 0 || timeMs >= log.timeMs(at - 1))) this.#sorted = at + 1;
    else this.#waitingMs = Math.min(this.#waitingMs, timeMs);
  }

  settle(): readonly Fired[] {
    if (!this.frame.crowded(this.log, this.#sorted)) return NO_HITS;
    this.#sort();
    // An eighth goes at a time, so that looking again costs each entry a constant.
    const { entriesMax } = this.frame;
    while (this.log.size > entriesMax - (entriesMax >> 3)) {
      this.#dropOldest();
      this.frame.evicted += 1;
    }
    // What is no longer held is not known any more, as after a snapshot.
    this.#lookAgain();
    this.frame.work.spend(this.#front);
    return NO_HITS;
  }

  /** Judges the next entry, whose window is over. */
  judgeNext(): Fired | undefined {
    this.#sort();
    const { log, frame } = this;
    const { timespanMs, type } = frame.correlation;
    const at = this.#judged;
    const timeMs = log.timeMs(at);
    this.#see(at);
    this.#judged = at + 1;
    this.#lookAhead(timeMs + timespanMs);
    frame.work.spend(1);
    const startMs = timeMs - timespanMs;
    const within = (times: readonly number[], input: number): boolean =>
      (times[input] ?? Number.NEGATIVE_INFINITY) >= startMs;
    const holds =
      expressionHolds(
        this.#expression,
        (input) => within(this.#before, input),
        (input) => within(this.#around, input),
      ) &&
      (type.ordered !== true || this.#order?.value(startMs) === this.#required.length);
    if (!holds) return undefined;
    const goesOn = this.#lastTrueMs !== undefined && timeMs - this.#lastTrueMs <= timespanMs;
    this.#lastTrueMs = timeMs;
    if (!goesOn) return this.#fire(at, startMs);
    frame.onContinue?.(this.key, timeMs + timespanMs);
    return undefined;
  }

  /** Forgets judged entries that no later entry looks back to. */
  expire(beforeMs: number): void {
    const { log } = this;
    if (this.#sorted < log.size) return;
    const nextMs = this.#judged < log.size ? log.timeMs(this.#judged) : Number.POSITIVE_INFINITY;
    const keepMs = Math.min(beforeMs, nextMs - this.frame.correlation.timespanMs);
    while (this.#judged > 0 && log.timeMs(0) < keepMs) this.#dropOldest();
  }

  resume(sorted: number, judged: number, lastTrueMs: number | undefined): void {
    this.#sorted = sorted;
    this.#judged = judged;
    this.#lastTrueMs = lastTrueMs;
    this.#waitingMs = this.log.leastTimeMs(sorted);
    this.#lookAgain();
  }

  #sort(): void {
    const { log, frame } = this;
    const sorted = this.#sorted;
    if (sorted === log.size) return;
    const place = log.firstAfter(this.#waitingMs, 0, sorted);
    const judgedMs = this.#judged > 0 ? log.timeMs(this.#judged - 1) : Number.NEGATIVE_INFINITY;
    // An entry older than what is judged (a hit of another correlation) is seen by those behind it, not judged itself.
    for (let at = sorted; at < log.size; at += 1) if (log.timeMs(at) < judgedMs) this.#judged += 1;
    log.merge(sorted, place);
    this.#sorted = log.size;
    this.#waitingMs = Number.POSITIVE_INFINITY;
    frame.work.spend(log.size - place);
    if (place >= this.#front) return;
    this.#lookAgain();
    frame.work.spend(this.#front);
  }

  /** What stands before and around the last judged entry, from nothing. */
  #lookAgain(): void {
    const { log, frame } = this;
    this.#before = [];
    this.#around = [];
    this.#front = 0;
    this.#order?.clear();
    if (this.#judged === 0) return;
    for (let at = 0; at < this.#judged; at += 1) this.#see(at);
    this.#lookAhead(log.timeMs(this.#judged - 1) + frame.correlation.timespanMs);
  }

  #see(at: number): void {
    const { log } = this;
    const rule = log.rule(at);
    this.#before[rule] = log.timeMs(at);
    const place = this.#required.indexOf(rule);
    if (place !== -1) this.#order?.add(place, 0, log.timeMs(at));
  }

  #lookAhead(endMs: number): void {
    const { log } = this;
    while (this.#front < this.#sorted && log.timeMs(this.#front) <= endMs) {
      this.#around[log.rule(this.#front)] = log.timeMs(this.#front);
      this.#front += 1;
    }
  }

  #fire(at: number, startMs: number): Fired {
    const { log, frame } = this;
    const isRequired = (rule: number): boolean => this.#required.includes(rule);
    const low = log.firstFrom(startMs, 0, at);
    frame.work.spend(at - low);
    let count = 0;
    let firstMs = log.timeMs(at);
    for (let index = at; index >= low; index -= 1) {
      if (!isRequired(log.rule(index))) continue;
      count += 1;
      firstMs = log.timeMs(index);
    }
    return {
      timeMs: log.timeMs(at) + frame.correlation.timespanMs,
      firstMs,
      count,
      value: 1,
      refs: frame.refsOf(log, low, at, isRequired),
    };
  }

  #dropOldest(): void {
    this.#sorted -= 1;
    this.#judged = Math.max(0, this.#judged - 1);
    this.#front = Math.max(0, this.#front - 1);
    this.frame.release(this.log, 0);
    this.log.dropOldest();
  }
}
