/**
 * Correlation over event time. Windows slide: an entry at time t sees the entries at most `timespan` before it.
 * A group fires where its condition becomes true from one entry to the next, or is true after the window had run
 * empty; entries out of order within the lateness are put in place and their windows judged again, one hit per
 * stretch of true entries. Invariants: groups and entries are bounded, and what is evicted or late is counted; the work
 * a push can cause is paid for by the pushes before it, whatever times they have.
 */
import type { EventInput, RuleInfo } from '../types.ts';
import { AbsenceGroup } from './absence-group.ts';
import type { CompiledCorrelation, CorrelationPlan, FieldNames } from './compile.ts';
import { DueQueue } from './due-queue.ts';
import { Frame, Work } from './frame.ts';
import type { Fired } from './frame.ts';
import { GroupTable } from './group-table.ts';
import { Group } from './group.ts';
import type { GroupState } from './group.ts';
import { partsOfTuple, readIdentity, readNumber, textOfIdentity, tupleOf } from './identity.ts';
import { RefTable } from './ref-table.ts';
import { TextList } from './snapshot-form.ts';
import { keepGroup, readSnapshot, resumeGroup } from './snapshot.ts';
import type { CorrelatorSnapshot } from './snapshot.ts';

export interface CorrelatorOptions {
  /** Milliseconds an event may be behind the watermark and still count; default 5 minutes. */
  lateness?: number | undefined;
  /** Groups kept per correlation; the one unused for longest goes first. Default 50,000. */
  groupsMax?: number | undefined;
  /** Entries kept per group; the oldest goes first. Default 10,000, at least what the condition needs. */
  entriesMax?: number | undefined;
  /** Entries of all groups together, looked at every 4,096 pushes; groups unused for longest go first. Default 1,000,000. */
  entriesTotalMax?: number | undefined;
  /**
   * Told where a condition goes on to hold after the hit that was given for it: what a hit stands for ends with the
   * last of these. The time is the one a hit at this entry would have.
   */
  onContinue?:
    ((rule: RuleInfo, group: Readonly<Record<string, string>>, timeMs: number) => void) | undefined;
  /** Told of each hit as it is found, in one order with `onContinue`; `push` and `advance` return it too. */
  onHit?: ((hit: CorrelationHit) => void) | undefined;
}

export interface CorrelationHit {
  rule: RuleInfo;
  /** Group-by name -> value; a name the event lacks is left out. */
  group: Readonly<Record<string, string>>;
  /** Event time at which the condition became true. */
  timeMs: number;
  /** Time of the first entry in the window. */
  firstMs: number;
  /** Entries in the window. */
  count: number;
  /** The value the condition judged: count, distinct values, rules seen, sum... */
  value: number;
  /** Identities of the newest contributing matches (up to 100), oldest first, where they were given. */
  refs: readonly string[];
}

export interface CorrelatorStats {
  pushed: number;
  /** Pushed, but further behind the watermark than the lateness: not applied. */
  late: number;
  /** Not applied: the event lacks the value the condition needs. */
  withoutValue: number;
  groups: number;
  entries: number;
  evictedGroups: number;
  evictedEntries: number;
  /** Entries looked at again because others came out of order. */
  steps: number;
  /** Groups whose entries out of order wait to be put in place. */
  waiting: number;
}

/** Pushes after which the total of entries is brought within its bound. */
const TIDY_EVERY = 4096;
/** A sweep looks at every group: it comes after so many pushes for each of them. */
const PUSHES_PER_SWEPT_GROUP = 4;
const CHAIN_DEPTH_MAX = 16;
/** Steps of looking again that a push pays for, and how many may be saved up. */
const STEPS_PER_PUSH = 64;
const STEPS_MAX = 1_000_000;

/** All that a snapshot holds of groups. */
interface State {
  refs: RefTable;
  work: Work;
  frames: readonly Frame[];
  tables: readonly GroupTable[];
  queue: DueQueue;
  /** Groups whose entries out of order wait until their work is paid for, in the order of waiting. */
  waiting: Set<GroupState>;
}

export class Correlator {
  readonly #plan: CorrelationPlan;
  readonly #latenessMs: number;
  readonly #groupsMax: number;
  readonly #entriesMax: number;
  readonly #entriesTotalMax: number;
  readonly #onContinue: CorrelatorOptions['onContinue'];
  readonly #onHit: CorrelatorOptions['onHit'];
  #state: State;
  #stats = { pushed: 0, late: 0, withoutValue: 0, evictedGroups: 0, evictedEntries: 0 };
  #watermarkMs = Number.NEGATIVE_INFINITY;
  #sweptMs = Number.NEGATIVE_INFINITY;
  /** The host moves the watermark; until then the newest event does. */
  #driven = false;
  #sinceTidy = 0;
  #sinceSweep = 0;
  #sweepAfter = 0;

  constructor(
    plan: CorrelationPlan,
    {
      lateness = 300_000,
      groupsMax = 50_000,
      entriesMax = 10_000,
      entriesTotalMax = 1_000_000,
      onContinue,
      onHit,
    }: CorrelatorOptions = {},
  ) {
    this.#plan = plan;
    this.#latenessMs = Math.max(0, lateness);
    this.#groupsMax = Math.max(1, groupsMax);
    this.#entriesMax = Math.max(1, entriesMax);
    this.#entriesTotalMax = Math.max(1, entriesTotalMax);
    this.#onContinue = onContinue;
    this.#onHit = onHit;
    this.#state = this.#newState();
  }

  /**
   * Event time up to which the stream is thought complete; -Infinity at first. It follows the newest pushed event
   * until the host calls `advance` for the first time: from then on only `advance` moves it, so one clock in the
   * future cannot make all other events late.
   */
  get watermarkMs(): number {
    return this.#watermarkMs;
  }

  /** Whether a push at this time would be counted as late and not applied. */
  isLate(timeMs: number): boolean {
    return timeMs < this.#watermarkMs - this.#latenessMs;
  }

  stats(): CorrelatorStats {
    const { tables, frames, work, waiting } = this.#state;
    const groups = tables.reduce((sum, { size }) => sum + size, 0);
    const entries = frames.reduce((sum, frame) => sum + frame.entries, 0);
    const trimmed = frames.reduce((sum, { evicted }) => sum + evicted, 0);
    const evictedEntries = this.#stats.evictedEntries + trimmed;
    return { ...this.#stats, evictedEntries, groups, entries, steps: work.spent, waiting: waiting.size };
  }

  /**
   * One match of a base rule. `event` must give what `engine.correlationFields(rule id)` names, as a plain object
   * or an accessor; `ref` is the host's name for the match, returned in hits.
   * Hits of correlations that only feed others are not returned. While more comes out of order than can be put in
   * place at once, hits of the groups concerned come with a later push, at the latest with `advance`.
   */
  push(
    match: { readonly rule: { readonly id: string } },
    event: EventInput,
    timeMs: number,
    ref?: string,
  ): CorrelationHit[] {
    const hits: CorrelationHit[] = [];
    this.#stats.pushed += 1;
    if (!Number.isFinite(timeMs))
      throw new RangeError(`the event's time must be a finite number of milliseconds, got ${String(timeMs)}`);
    if (this.isLate(timeMs)) {
      this.#stats.late += 1;
      return hits;
    }
    if (!this.#driven && timeMs > this.#watermarkMs) this.#watermarkMs = timeMs;
    const { work, waiting } = this.#state;
    work.earn(STEPS_PER_PUSH);
    this.#feed(match.rule.id, event, timeMs, ref, hits, 0);
    if (waiting.size > 0) this.#settleWaiting(hits, false);
    if (!this.#driven) this.#close(hits, false);
    this.#sinceTidy += 1;
    if (this.#sinceTidy >= TIDY_EVERY) this.#tidy();
    return hits;
  }

  /**
   * Says that all events up to this time have been pushed, but for those within the lateness; it never goes back.
   * Returns the hits that still wait for entries to be put in place and those that the end of windows decides
   * (`a and not b`: once the window and the lateness are over), and drops what no window can reach any more.
   */
  advance(watermarkMs: number): CorrelationHit[] {
    const hits: CorrelationHit[] = [];
    this.#settleWaiting(hits, true);
    this.#driven = true;
    if (watermarkMs > this.#watermarkMs) this.#watermarkMs = watermarkMs;
    this.#close(hits, true);
    // A sweep looks at every group: worth it once the watermark has moved noticeably.
    if (this.#watermarkMs - this.#sweptMs >= Math.max(1000, this.#latenessMs / 10)) this.#sweep();
    this.#evict();
    return hits;
  }

  snapshot(): CorrelatorSnapshot {
    const { tables, work, waiting } = this.#state;
    const { pushed, late, withoutValue, evictedGroups, evictedEntries } = this.stats();
    const turns = new Map([...waiting].map((group, index) => [group, index + 1]));
    const heads = new TextList();
    const correlations = this.#plan.correlations.map(({ tag, type }, index) => {
      const list = new TextList();
      const groups = (tables[index]?.inOrder() ?? []).map((group) =>
        keepGroup(group, list, heads, turns.get(group)),
      );
      return type.value === 'key' ? { tag, texts: list.texts, groups } : { tag, groups };
    });
    return {
      version: 2,
      watermarkMs: Number.isFinite(this.#watermarkMs) ? this.#watermarkMs : null,
      driven: this.#driven,
      steps: work.left,
      stats: { pushed, late, withoutValue, evictedGroups, evictedEntries },
      refs: heads.texts,
      correlations,
    };
  }

  /**
   * Takes over a snapshot, of this engine or of one before a reload, also of the version before. Correlations whose
   * definition changed or that are gone are not restored, nor those whose ids are in `except`: what they are made of changed.
   * @throws TypeError when it is no snapshot; the correlator is then as it was.
   */
  restore(snapshot: unknown, except: ReadonlySet<string> = new Set()): { restored: number; dropped: number } {
    const read = readSnapshot(snapshot, this.#plan);
    const state = this.#newState();
    const { tables, frames, refs, work, waiting, queue } = state;
    const byTag = new Map(this.#plan.correlations.map(({ tag }, index) => [tag, index]));
    const turns: { group: GroupState; turn: number }[] = [];
    let restored = 0;
    for (const { tag, texts = [], groups } of read.correlations) {
      const index = byTag.get(tag) ?? -1;
      const [frame, table] = [frames[index], tables[index]];
      if (frame === undefined || table === undefined || except.has(frame.correlation.info.id)) continue;
      restored += 1;
      for (const kept of groups) {
        const group = newGroup(kept.key, frame);
        resumeGroup(group, kept, texts, read.refs, refs);
        table.add(group);
        queue.update(group);
        if (kept.sorted < kept.times.length && !frame.correlation.absence)
          turns.push({ group, turn: kept.turn ?? 0 });
      }
    }
    for (const { group } of turns.toSorted((left, right) => left.turn - right.turn)) waiting.add(group);
    work.left = Math.min(STEPS_MAX, read.steps);
    this.#state = state;
    this.#stats = read.stats;
    this.#watermarkMs = read.watermarkMs ?? Number.NEGATIVE_INFINITY;
    this.#driven = read.driven;
    this.#sweptMs = Number.NEGATIVE_INFINITY;
    // Bounds may be narrower than where the snapshot was made.
    for (const table of tables) while (table.size > this.#groupsMax) this.#evictOldest(table);
    return { restored, dropped: read.correlations.length - restored };
  }

  #newState(): State {
    const refs = new RefTable();
    const work = new Work(STEPS_MAX);
    const { correlations } = this.#plan;
    return {
      refs,
      work,
      frames: correlations.map((one, index) =>
        this.#heard(new Frame(one, index, this.#entriesMax, refs, work)),
      ),
      tables: correlations.map(() => new GroupTable()),
      queue: new DueQueue(),
      waiting: new Set(),
    };
  }

  #heard(frame: Frame): Frame {
    const onContinue = this.#onContinue;
    const { correlation } = frame;
    if (onContinue === undefined || !this.#plan.generates(correlation.info.id)) return frame;
    frame.onContinue = (key, timeMs) => onContinue(correlation.info, valuesOf(correlation, key), timeMs);
    return frame;
  }

  #feed(
    ruleId: string,
    event: EventInput,
    timeMs: number,
    ref: string | undefined,
    hits: CorrelationHit[],
    depth: number,
  ): void {
    const readers = this.#plan.readers.get(ruleId);
    if (readers === undefined || depth > CHAIN_DEPTH_MAX) return;
    const { frames, tables, refs, queue, waiting, work } = this.#state;
    for (const { correlation: index, input } of readers) {
      const frame = frames[index];
      const table = tables[index];
      const fields = frame?.correlation.inputs[input];
      if (frame === undefined || table === undefined || fields === undefined) continue;
      const value = valueOf(frame, fields.valueFields, event);
      if (value === undefined) {
        this.#stats.withoutValue += 1;
        continue;
      }
      const key = keyOf(fields.groupFields, event);
      const group = table.use(key) ?? this.#addGroup(key, frame, table);
      const head = ref === undefined ? 0 : refs.take(ref);
      group.add(timeMs, input, value, head, head === 0 ? -1 : refs.tail);
      if (frame.correlation.absence) queue.update(group);
      if (!group.ready && work.left <= 0) {
        waiting.add(group);
        continue;
      }
      waiting.delete(group);
      // Hits of absences come behind the watermark, several at a time: the next one may still need this window.
      this.#settle(group, hits, depth, Math.min(this.#watermarkMs, timeMs));
    }
  }

  #settle(group: GroupState, hits: CorrelationHit[], depth: number, upToMs: number): void {
    const { frame } = group;
    const fired = group.settle();
    this.#expire(group, upToMs);
    for (const one of fired) this.#giveOut(frame, group.key, one, hits, depth);
  }

  /** @param all also what is not paid for */
  #settleWaiting(hits: CorrelationHit[], all: boolean): void {
    const { waiting, work } = this.#state;
    for (const group of waiting) {
      if (!all && work.left <= 0) return;
      waiting.delete(group);
      this.#settle(group, hits, 0, this.#watermarkMs);
    }
  }

  /** A hit: to the host where it counts by itself, and to the correlations over this one. */
  #giveOut(frame: Frame, key: string | null, fired: Fired, hits: CorrelationHit[], depth: number): void {
    const { info } = frame.correlation;
    const group = valuesOf(frame.correlation, key);
    if (this.#plan.generates(info.id)) {
      const hit = { rule: info, group, ...fired };
      hits.push(hit);
      this.#onHit?.(hit);
    }
    this.#feed(info.id, group, fired.timeMs, undefined, hits, depth + 1);
  }

  /** Judges what waited for the end of its window, in the order of time. */
  #close(hits: CorrelationHit[], all: boolean): void {
    const { queue, work } = this.#state;
    const closedMs = this.#watermarkMs - this.#latenessMs;
    for (let group = queue.first; group !== undefined && group.dueMs < closedMs; group = queue.first) {
      if (!all && work.left <= 0) return;
      const fired = group.judgeNext();
      queue.update(group);
      if (fired !== undefined) this.#giveOut(group.frame, group.key, fired, hits, 0);
    }
  }

  /** Forgets entries that matter to no window that may still change. */
  #expire(group: GroupState, upToMs: number): void {
    const { timespanMs } = group.frame.correlation;
    group.expire(upToMs - this.#latenessMs - timespanMs);
    if (group.log.size === 0) this.#delete(group);
  }

  #delete(group: GroupState): void {
    const { tables, queue, waiting } = this.#state;
    tables[group.frame.index]?.delete(group);
    queue.delete(group);
    waiting.delete(group);
    for (let at = 0; at < group.log.size; at += 1) group.frame.release(group.log, at);
  }

  #addGroup(key: string | null, frame: Frame, table: GroupTable): GroupState {
    if (table.size >= this.#groupsMax) this.#evictOldest(table);
    const group = newGroup(key, frame);
    table.add(group);
    return group;
  }

  /** @returns how many entries went with it */
  #evictOldest(table: GroupTable): number {
    const oldest = table.oldest();
    if (oldest === undefined) return 0;
    this.#delete(oldest);
    this.#stats.evictedGroups += 1;
    this.#stats.evictedEntries += oldest.log.size;
    return oldest.log.size;
  }

  #tidy(): void {
    this.#sinceSweep += this.#sinceTidy;
    this.#sinceTidy = 0;
    if (this.#sinceSweep >= this.#sweepAfter) this.#sweep();
    this.#evict();
  }

  /** Forgets what no window can reach any more, of groups too that nothing is pushed to. */
  #sweep(): void {
    this.#sweptMs = this.#watermarkMs;
    this.#sinceSweep = 0;
    let groups = 0;
    for (const table of this.#state.tables) {
      for (const group of table) this.#expire(group, this.#watermarkMs);
      groups += table.size;
    }
    this.#sweepAfter = groups * PUSHES_PER_SWEPT_GROUP;
  }

  /** The correlation with most entries gives first, so that the others keep their memory. */
  #evict(): void {
    const { frames, tables } = this.#state;
    let total = frames.reduce((sum, { entries }) => sum + entries, 0);
    while (total > this.#entriesTotalMax) {
      const largest = frames.reduce((most, frame) => (frame.entries > most.entries ? frame : most));
      total -= this.#evictOldest(tables[largest.index] ?? new GroupTable());
    }
  }
}

function newGroup(key: string | null, frame: Frame): GroupState {
  const { absence, expression } = frame.correlation;
  return absence && expression !== undefined
    ? new AbsenceGroup(key, frame, expression)
    : new Group(key, frame);
}

function keyOf(fields: readonly FieldNames[], event: EventInput): string | null {
  const [only] = fields;
  if (fields.length === 1 && only !== undefined) return readIdentity(event, only);
  return tupleOf(fields.map((field) => readIdentity(event, field)));
}

function valuesOf({ groupBy }: CompiledCorrelation, key: string | null): Record<string, string> {
  const parts = groupBy.length === 1 ? [key] : (partsOfTuple(key ?? '', groupBy.length) ?? []);
  const values: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [index, name] of groupBy.entries()) {
    const part = parts[index];
    if (part !== null && part !== undefined) values[name] = textOfIdentity(part);
  }
  return values;
}

/** What the entry is to hold: a number, the number of a text, or 0 for nothing; undefined where the event lacks it. */
function valueOf(frame: Frame, fields: readonly FieldNames[], event: EventInput): number | undefined {
  const { values } = frame;
  const [only] = fields;
  if (only === undefined) return 0;
  if (values === undefined) return readNumber(event, only);
  if (fields.length === 1) {
    const identity = readIdentity(event, only);
    return identity === null ? undefined : values.take(identity);
  }
  const parts = fields.map((field) => readIdentity(event, field));
  return parts.includes(null) ? undefined : values.take(tupleOf(parts));
}
