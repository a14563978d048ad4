/**
 * Correlation over event time. Windows slide: an entry at time t sees the entries at most `timespan` before it.
 * A group fires where its condition becomes true from one entry to the next, or is true after the window had run
 * empty; entries out of order within the lateness are put in place and their windows judged again, one hit per
 * stretch of true entries. Invariant: groups and entries are bounded, and what is evicted or late is counted.
 */
import { compare } from '../evaluate.ts';
import { readSlot } from '../event.ts';
import { parseNumber } from '../fold.ts';
import type { EventInput, RuleInfo } from '../types.ts';
import type { CompiledCorrelation, CorrelationPlan, FieldNames } from './compile.ts';
import { AbsenceGroup } from './absence-group.ts';
import { Group } from './group.ts';
import type { Fired, GroupSnapshot, GroupState } from './group.ts';

export interface CorrelatorOptions {
  /** Milliseconds an event may be behind the watermark and still count; default 5 minutes. */
  lateness?: number | undefined;
  /** Groups kept per correlation; the one unused for longest goes first. Default 50,000. */
  groupsMax?: number | undefined;
  /** Entries kept per group; the oldest goes first. Default 10,000, at least what the condition needs. */
  entriesMax?: number | undefined;
  /** Entries of all groups together, kept to at every sweep; groups unused for longest go first. Default 1,000,000. */
  entriesTotalMax?: number | undefined;
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
}

/** JSON-able. Correlations are named by a tag of their definition, so a changed one starts empty. */
export interface CorrelatorSnapshot {
  version: 1;
  watermarkMs: number | null;
  driven: boolean;
  stats: {
    pushed: number;
    late: number;
    withoutValue: number;
    evictedGroups: number;
    evictedEntries: number;
  };
  correlations: { tag: string; groups: GroupSnapshot[] }[];
}

const SWEEP_EVERY = 4096;
const CHAIN_DEPTH_MAX = 16;

export class Correlator {
  readonly #plan: CorrelationPlan;
  readonly #latenessMs: number;
  readonly #groupsMax: number;
  readonly #entriesMax: number;
  readonly #entriesTotalMax: number;
  readonly #groups: Map<string, GroupState>[];
  readonly #stats = { pushed: 0, late: 0, withoutValue: 0, evictedGroups: 0, evictedEntries: 0 };
  #watermarkMs = Number.NEGATIVE_INFINITY;
  #sweptMs = Number.NEGATIVE_INFINITY;
  /** The host moves the watermark; until then the newest event does. */
  #driven = false;
  #sinceSweep = 0;
  /** Earliest end of a window that a group waits for. */
  #dueMs = Number.POSITIVE_INFINITY;

  constructor(
    plan: CorrelationPlan,
    {
      lateness = 300_000,
      groupsMax = 50_000,
      entriesMax = 10_000,
      entriesTotalMax = 1_000_000,
    }: CorrelatorOptions = {},
  ) {
    this.#plan = plan;
    this.#latenessMs = Math.max(0, lateness);
    this.#groupsMax = Math.max(1, groupsMax);
    this.#entriesMax = Math.max(1, entriesMax);
    this.#entriesTotalMax = Math.max(1, entriesTotalMax);
    this.#groups = plan.correlations.map(() => new Map());
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
    let groups = 0;
    let entries = 0;
    for (const map of this.#groups) {
      groups += map.size;
      for (const group of map.values()) entries += group.size;
    }
    return { ...this.#stats, groups, entries };
  }

  /**
   * One match of a base rule. `event` must give what `engine.correlationFields(rule id)` names, as a plain object
   * or an accessor; `ref` is the host's name for the match, returned in hits.
   * Hits of correlations that only feed others are not returned.
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
    this.#feed(match.rule.id, event, timeMs, ref, hits, 0);
    if (!this.#driven) this.#close(hits);
    this.#sinceSweep += 1;
    if (this.#sinceSweep >= SWEEP_EVERY) this.#sweep();
    return hits;
  }

  /**
   * Says that all events up to this time have been pushed, but for those within the lateness; it never goes back.
   * Returns the hits that the end of windows decides (`a and not b`: once the window and the lateness are over), and
   * drops what no window can reach any more.
   */
  advance(watermarkMs: number): CorrelationHit[] {
    this.#driven = true;
    if (watermarkMs > this.#watermarkMs) this.#watermarkMs = watermarkMs;
    const hits: CorrelationHit[] = [];
    this.#close(hits);
    // A sweep looks at every group: worth it once the watermark has moved noticeably.
    if (this.#watermarkMs - this.#sweptMs >= Math.max(1000, this.#latenessMs / 10)) this.#sweep();
    return hits;
  }

  snapshot(): CorrelatorSnapshot {
    return {
      version: 1,
      watermarkMs: Number.isFinite(this.#watermarkMs) ? this.#watermarkMs : null,
      driven: this.#driven,
      stats: { ...this.#stats },
      correlations: this.#plan.correlations.map(({ tag }, index) => ({
        tag,
        groups: [...(this.#groups[index]?.values() ?? [])].map((group) => group.snapshot()),
      })),
    };
  }

  /**
   * Takes over a snapshot, of this engine or of one before a reload. Correlations whose definition changed or that
   * are gone are not restored.
   * @throws TypeError when the snapshot is of another form.
   */
  restore(snapshot: CorrelatorSnapshot): { restored: number; dropped: number } {
    if (snapshot.version !== 1 || !Array.isArray(snapshot.correlations)) {
      throw new TypeError(
        'not a correlator snapshot of version 1: start without it, state is then rebuilt from new events',
      );
    }
    let restored = 0;
    let dropped = 0;
    Object.assign(this.#stats, snapshot.stats);
    this.#watermarkMs = snapshot.watermarkMs ?? Number.NEGATIVE_INFINITY;
    this.#driven = snapshot.driven;
    this.#sweptMs = Number.NEGATIVE_INFINITY;
    this.#dueMs = Number.POSITIVE_INFINITY;
    for (const map of this.#groups) map.clear();
    const byTag = new Map(this.#plan.correlations.map(({ tag }, index) => [tag, index]));
    for (const { tag, groups } of snapshot.correlations) {
      const index = byTag.get(tag);
      const correlation = index === undefined ? undefined : this.#plan.correlations[index];
      const map = index === undefined ? undefined : this.#groups[index];
      if (correlation === undefined || map === undefined) {
        dropped += 1;
        continue;
      }
      restored += 1;
      for (const kept of groups) {
        const values: Record<string, string> = Object.create(null) as Record<string, string>;
        const group = this.#newGroup(kept.key, Object.assign(values, kept.values), correlation);
        group.restore(kept);
        this.#dueMs = Math.min(this.#dueMs, group.dueMs);
        map.set(kept.key, group);
      }
    }
    return { restored, dropped };
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
    for (const { correlation: index, input } of readers) {
      const correlation = this.#plan.correlations[index];
      const groups = this.#groups[index];
      const fields = correlation?.inputs[input];
      if (correlation === undefined || groups === undefined || fields === undefined) continue;
      const values = fields.valueFields.map((field) => readText(event, field));
      const number = correlation.type.value === 'number' ? firstNumber(event, fields.valueFields) : undefined;
      if (
        correlation.type.value === 'none'
          ? false
          : correlation.type.value === 'number'
            ? number === undefined
            : values.includes(null)
      ) {
        this.#stats.withoutValue += 1;
        continue;
      }
      const key =
        correlation.type.value !== 'key'
          ? null
          : values.length === 1
            ? (values[0] ?? null)
            : JSON.stringify(values);
      const group = this.#group(
        correlation,
        groups,
        fields.groupFields.map((field) => readText(event, field)),
      );
      const evicted = group.size;
      const fired = group.add({ timeMs, rule: input, key, number, ref }, (value) =>
        correlation.tests.every((test) => compare(value, test.op, test.value)),
      );
      if (group.size <= evicted) this.#stats.evictedEntries += evicted + 1 - group.size;
      this.#dueMs = Math.min(this.#dueMs, group.dueMs);
      // Hits of absences come behind the watermark, several at a time: the next one may still need this window.
      group.expire(this.#reachMs(correlation, Math.min(this.#watermarkMs, timeMs)));
      this.#giveOut(correlation, group, fired, hits, depth);
    }
  }

  /** Hits of one group: to the host where they count by themselves, and to the correlations over this one. */
  #giveOut(
    correlation: CompiledCorrelation,
    group: GroupState,
    fired: readonly Fired[],
    hits: CorrelationHit[],
    depth: number,
  ): void {
    for (const { timeMs, ...rest } of fired) {
      const hit: CorrelationHit = { rule: correlation.info, group: group.values, timeMs, ...rest };
      if (this.#plan.generates(correlation.info.id)) hits.push(hit);
      this.#feed(correlation.info.id, group.values, timeMs, undefined, hits, depth + 1);
    }
  }

  /** Entries before this time matter to no window that may still change. */
  #reachMs({ timespanMs }: CompiledCorrelation, watermarkMs = this.#watermarkMs): number {
    return watermarkMs - this.#latenessMs - timespanMs;
  }

  /** Judges what waited for the end of its window, in the order of time. */
  #close(hits: CorrelationHit[]): void {
    const closedMs = this.#watermarkMs - this.#latenessMs;
    // A hit may start a window in another correlation that is over as well: hence again until nothing is due.
    for (let round = 0; round <= CHAIN_DEPTH_MAX && this.#dueMs < closedMs; round += 1) {
      this.#dueMs = Number.POSITIVE_INFINITY;
      const due: { correlation: CompiledCorrelation; group: GroupState; fired: Fired }[] = [];
      for (const [index, groups] of this.#groups.entries()) {
        const correlation = this.#plan.correlations[index];
        if (correlation?.absence !== true) continue;
        for (const group of groups.values()) {
          for (const fired of group.close(closedMs)) due.push({ correlation, group, fired });
          this.#dueMs = Math.min(this.#dueMs, group.dueMs);
        }
      }
      due.sort((left, right) => left.fired.timeMs - right.fired.timeMs);
      for (const { correlation, group, fired } of due) this.#giveOut(correlation, group, [fired], hits, 0);
    }
  }

  #newGroup(
    key: string,
    values: Readonly<Record<string, string>>,
    correlation: CompiledCorrelation,
  ): GroupState {
    const { absence, expression } = correlation;
    return absence && expression !== undefined
      ? new AbsenceGroup(key, values, correlation, expression, this.#entriesMax)
      : new Group(key, values, correlation, this.#entriesMax);
  }

  #group(
    correlation: CompiledCorrelation,
    groups: Map<string, GroupState>,
    values: readonly (string | null)[],
  ): GroupState {
    const key = JSON.stringify(values);
    const known = groups.get(key);
    if (known !== undefined) {
      // The order of the map is the order of last use.
      groups.delete(key);
      groups.set(key, known);
      return known;
    }
    if (groups.size >= this.#groupsMax) {
      const [oldest] = groups;
      if (oldest !== undefined) {
        groups.delete(oldest[0]);
        this.#stats.evictedEntries += oldest[1].size;
      }
      this.#stats.evictedGroups += 1;
    }
    const record: Record<string, string> = Object.create(null) as Record<string, string>;
    for (const [index, name] of correlation.groupBy.entries()) {
      const value = values[index];
      if (value !== null && value !== undefined) record[name] = value;
    }
    const group = this.#newGroup(key, record, correlation);
    groups.set(key, group);
    return group;
  }

  #sweep(): void {
    this.#sinceSweep = 0;
    this.#sweptMs = this.#watermarkMs;
    const sizes = this.#groups.map(() => 0);
    for (const [index, groups] of this.#groups.entries()) {
      const correlation = this.#plan.correlations[index];
      if (correlation === undefined) continue;
      const before = this.#reachMs(correlation);
      for (const [key, group] of groups) {
        group.expire(before);
        if (group.size === 0) groups.delete(key);
        sizes[index] = (sizes[index] ?? 0) + group.size;
      }
    }
    this.#evict(sizes);
  }

  /** @param sizes entries of each correlation; the largest gives first, so that the others keep their memory. */
  #evict(sizes: number[]): void {
    let total = sizes.reduce((sum, size) => sum + size, 0);
    while (total > this.#entriesTotalMax) {
      const largest = sizes.indexOf(Math.max(...sizes));
      const groups = this.#groups[largest];
      const [oldest] = groups ?? [];
      if (groups === undefined || oldest === undefined) return;
      const [key, { size }] = oldest;
      groups.delete(key);
      this.#stats.evictedGroups += 1;
      this.#stats.evictedEntries += size;
      sizes[largest] = (sizes[largest] ?? 0) - size;
      total -= size;
    }
  }
}

/** A field as the identity of a group or value; null where absent. A list is one value. */
function readText(event: EventInput, field: FieldNames): string | null {
  if (typeof field !== 'string') {
    for (const name of field) {
      const text = readText(event, name);
      if (text !== null) return text;
    }
    return null;
  }
  const { texts } = readSlot(event, field);
  const [only] = texts;
  return texts.length > 1 ? JSON.stringify(texts) : (only ?? null);
}

function firstNumber(event: EventInput, fields: readonly FieldNames[]): number | undefined {
  for (const field of fields.flat())
    for (const value of readSlot(event, field).values) {
      const number = parseNumber(value);
      if (number !== undefined) return number;
    }
  return undefined;
}
