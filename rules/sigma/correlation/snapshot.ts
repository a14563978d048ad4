/**
 * The correlator's state as JSON: columns for each group, texts once for each correlation, heads of names once for all.
 * Reading trusts nothing: every form that could not have been written is a TypeError before anything is changed.
 */
import type { CompiledCorrelation, CorrelationPlan } from './compile.ts';
import { HIT, TRUE } from './group.ts';
import type { GroupState } from './group.ts';
import { partsOfTuple } from './identity.ts';
import type { RefTable } from './ref-table.ts';
import { fail, listOf, recordOf } from './snapshot-form.ts';
import type { TextList } from './snapshot-form.ts';
import { upgrade } from './snapshot-v1.ts';

/** Columns of equal length, an entry at each index. */
export interface KeptGroup {
  key: string | null;
  /** Added to each of `times`. */
  base: number;
  times: number[];
  /** For each entry a digit: 1 = its condition held, 2 = a hit was given here, 3 = both. */
  flags: string;
  /** Left out where the correlation has one rule. */
  rules?: number[] | undefined;
  /** Numbers, or places in the correlation's `texts`; left out where the type has no values. */
  values?: number[] | undefined;
  /** Places in the snapshot's `refs` from 1, 0 for none, and the number behind each, -1 for none. */
  refs?: number[] | undefined;
  tails?: number[] | undefined;
  /** Entries in order; those behind them wait to be put in place. */
  sorted: number;
  /** Its turn among the groups that wait for that, from 1. */
  turn?: number | undefined;
  /** Of groups that wait for the end of their windows. */
  judged?: number | undefined;
  lastTrueMs?: number | undefined;
}

export interface KeptCorrelation {
  tag: string;
  texts?: string[] | undefined;
  /** The one unused for longest first. */
  groups: KeptGroup[];
}

export interface KeptStats {
  pushed: number;
  late: number;
  withoutValue: number;
  evictedGroups: number;
  evictedEntries: number;
}

/** JSON-able. Correlations are named by a tag of their definition, so a changed one starts empty. */
export interface CorrelatorSnapshot {
  version: 2;
  watermarkMs: number | null;
  driven: boolean;
  /** Steps of looking again that pushes have paid for. */
  steps: number;
  stats: KeptStats;
  refs: string[];
  correlations: KeptCorrelation[];
}

export function keepGroup(
  group: GroupState,
  texts: TextList,
  heads: TextList,
  turn: number | undefined,
): KeptGroup {
  const { log, frame, key, sorted, judged, lastTrueMs } = group;
  const each = (column: (at: number) => number): number[] =>
    Array.from({ length: log.size }, (_, at) => column(at));
  const absolute = each((at) => log.timeMs(at));
  // Differences of whole numbers are exact, and much shorter as text.
  const base = absolute.every(Number.isSafeInteger) ? (absolute[0] ?? 0) : 0;
  const kept: KeptGroup = {
    key,
    base,
    times: absolute.map((timeMs) => timeMs - base),
    flags: each((at) => log.flags(at) & (TRUE | HIT)).join(''),
    sorted,
  };
  if (frame.correlation.inputs.length > 1) kept.rules = each((at) => log.rule(at));
  const { values } = frame;
  if (values !== undefined) kept.values = each((at) => texts.placeOf(values.text(log.value(at))));
  else if (frame.correlation.type.value === 'number') kept.values = each((at) => log.value(at));
  if (each((at) => log.refHead(at)).some((head) => head !== 0)) {
    kept.refs = each((at) =>
      log.refHead(at) === 0 ? 0 : heads.placeOf(frame.refs.head(log.refHead(at))) + 1,
    );
    kept.tails = each((at) => log.refTail(at));
  }
  if (turn !== undefined) kept.turn = turn;
  if (frame.correlation.absence) kept.judged = judged;
  if (lastTrueMs !== undefined) kept.lastTrueMs = lastTrueMs;
  return kept;
}

/** Puts the entries of a snapshot that was read into an empty group. */
export function resumeGroup(
  group: GroupState,
  kept: KeptGroup,
  texts: readonly string[],
  heads: readonly string[],
  refs: RefTable,
): void {
  const { frame, log } = group;
  for (const [at, time] of kept.times.entries()) {
    const value = kept.values?.[at] ?? 0;
    const head = kept.refs?.[at] ?? 0;
    const tail = kept.tails?.[at] ?? -1;
    // A name comes back as it is cut, so the whole of it is taken again.
    const ref = head === 0 ? 0 : refs.take((heads[head - 1] ?? '') + (tail < 0 ? '' : String(tail)));
    log.push(
      kept.base + time,
      kept.rules?.[at] ?? 0,
      frame.values?.take(texts[value] ?? '') ?? value,
      ref,
      ref === 0 ? -1 : refs.tail,
    );
    log.setFlags(at, Number(kept.flags[at]));
  }
  frame.entries += log.size;
  group.resume(kept.sorted, kept.judged ?? 0, kept.lastTrueMs);
}

/**
 * @returns the snapshot in the form of today, all of it that this plan reads.
 * @throws TypeError
 */
export function readSnapshot(snapshot: unknown, plan: CorrelationPlan): CorrelatorSnapshot {
  const record = recordOf(snapshot, 'the snapshot');
  if (record.version === 1) return readSnapshot(upgrade(record, plan), plan);
  if (record.version !== 2) fail('it is of neither version 1 nor 2');
  const byTag = new Map(plan.correlations.map((correlation) => [correlation.tag, correlation]));
  const refs = textsOf(record.refs, 'refs');
  const seen = new Set<string>();
  const correlations = listOf(record.correlations, 'correlations').map((one): KeptCorrelation => {
    const { tag, texts, groups } = recordOf(one, 'a correlation');
    if (typeof tag !== 'string' || seen.has(tag)) fail('a tag is no text, or there twice');
    seen.add(tag);
    const correlation = byTag.get(tag);
    if (correlation === undefined) return { tag, groups: [] };
    const known = texts === undefined ? [] : textsOf(texts, 'texts');
    return { tag, texts: known, groups: readGroups(groups, correlation, known.length, refs.length) };
  });
  const { watermarkMs, driven } = record;
  if (watermarkMs !== null && !Number.isFinite(watermarkMs)) fail('"watermarkMs" is no number');
  if (typeof driven !== 'boolean') fail('"driven" is neither true nor false');
  const steps = record.steps;
  if (typeof steps !== 'number' || !Number.isSafeInteger(steps)) fail('"steps" is no whole number');
  const stats = recordOf(record.stats, 'stats');
  const count = (name: keyof KeptStats): number => countOf(stats[name], Number.MAX_SAFE_INTEGER, name);
  return {
    version: 2,
    watermarkMs: watermarkMs as number | null,
    driven,
    steps,
    stats: {
      pushed: count('pushed'),
      late: count('late'),
      withoutValue: count('withoutValue'),
      evictedGroups: count('evictedGroups'),
      evictedEntries: count('evictedEntries'),
    },
    refs,
    correlations,
  };
}

function readGroups(
  groups: unknown,
  correlation: CompiledCorrelation,
  textCount: number,
  refCount: number,
): KeptGroup[] {
  const keys = new Set<string | null>();
  return listOf(groups, 'groups').map((one) => {
    const group = readGroup(recordOf(one, 'a group'), correlation, textCount, refCount);
    if (keys.has(group.key)) fail('a group is there twice');
    keys.add(group.key);
    return group;
  });
}

function readGroup(
  group: Readonly<Record<string, unknown>>,
  correlation: CompiledCorrelation,
  textCount: number,
  refCount: number,
): KeptGroup {
  const { base, flags } = group;
  const finite = (value: unknown): boolean => Number.isFinite(value);
  if (typeof base !== 'number' || !finite(base)) return fail('"base" is no number');
  const times = columnOf(group.times, undefined, 'times', (time) => finite(base + time));
  const { length } = times;
  if (length === 0) fail('a group is empty');
  const column = (name: string, test: (value: number) => boolean): number[] =>
    columnOf(group[name], length, name, test);
  const below = (limit: number) => (value: number) =>
    Number.isSafeInteger(value) && value >= 0 && value < limit;
  if (typeof flags !== 'string' || flags.length !== length || !/^[0-3]*$/.test(flags))
    fail('"flags" do not fit');
  const sorted = countOf(group.sorted, length, 'sorted');
  for (let at = 1; at < sorted; at += 1)
    if ((times[at] ?? 0) < (times[at - 1] ?? 0)) fail('"times" are not in order');
  const kept: KeptGroup = { key: keyOf(group.key, correlation.groupBy.length), base, times, flags, sorted };
  const several = correlation.inputs.length > 1;
  if (several) kept.rules = column('rules', below(correlation.inputs.length));
  if (correlation.type.value === 'key') kept.values = column('values', below(textCount));
  if (correlation.type.value === 'number') kept.values = column('values', finite);
  if (group.refs !== undefined) {
    kept.refs = column('refs', below(refCount + 1));
    kept.tails = column('tails', (tail) => tail === -1 || below(1e15)(tail));
  }
  if (group.turn !== undefined) kept.turn = countOf(group.turn, Number.MAX_SAFE_INTEGER, 'turn');
  if (!correlation.absence) return kept;
  kept.judged = countOf(group.judged, sorted, 'judged');
  const { lastTrueMs } = group;
  if (lastTrueMs === undefined) return kept;
  if (typeof lastTrueMs !== 'number' || !finite(lastTrueMs)) return fail('"lastTrueMs" is no number');
  return { ...kept, lastTrueMs };
}

function keyOf(key: unknown, fields: number): string | null {
  if (key === null && fields === 1) return key;
  if (typeof key !== 'string') return fail('a key is no text');
  if (fields !== 1 && partsOfTuple(key, fields) === undefined) fail('a key is of other fields');
  return key;
}

function columnOf(
  column: unknown,
  length: number | undefined,
  name: string,
  test: (value: number) => boolean,
): number[] {
  const numbers = listOf(column, name);
  if (length !== undefined && numbers.length !== length) fail(`"${name}" is not as long as "times"`);
  if (!numbers.every((value) => typeof value === 'number' && test(value)))
    fail(`"${name}" holds what cannot be`);
  return numbers as number[];
}

function textsOf(list: unknown, name: string): string[] {
  const texts = listOf(list, name);
  if (!texts.every((text) => typeof text === 'string')) fail(`"${name}" holds what is no text`);
  return texts as string[];
}

function countOf(value: unknown, max: number, name: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || value > max)
    return fail(`"${name}" is no count, or too large`);
  return value;
}
