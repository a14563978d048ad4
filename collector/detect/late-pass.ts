/**
 * Events that come later than the live correlator allows (a host back from a week offline, a replayed log) are
 * correlated by looking back: the stored hits around them are run in time order through two correlators, one that sees
 * all, and one that sees what the live stream saw. Where they differ, the first is right.
 * Invariant: what neither of them says (events deleted since, rules changed since) is left as it is.
 */
import type { CorrelationHit, Engine } from '../../rules/sigma/index.ts';
import type { CorrelationRecord } from '../alert/detection.ts';
import type { HitRow, HitsByTimeQuery } from '../store/store.ts';
import type { CorrelationReach } from './correlation-reach.ts';
import { correlationHitId, correlationRecord, eventId, groupName, type AlertRules } from './hits.ts';

export type LateHits = (query: HitsByTimeQuery) => Promise<HitRow[]>;

/** A correlation hit that an earlier look for events gave which are looked for again. */
export interface EarlierHit {
  id: string;
  timeMs: number;
}

export interface LateFindings {
  added: CorrelationRecord[];
  /** Ids of hits that there would not be, had the events come in time; not all of them need exist. */
  removed: string[];
}

/** Rows with hits read at a time; between pages others get their turn. */
const PAGE_ROWS = 2_000;

/**
 * Stretches looked at one by one in a pass. A peer chooses the times of its events, so further ones are joined over
 * the smallest gaps: what lies between is read too, but the number of reads is bounded by what is stored.
 */
const SPANS_MAX = 256;

interface Span {
  fromMs: number;
  toMs: number;
}

/** Times widened by `marginMs` on both sides, joined where they touch. */
function spansAround(timesMs: readonly number[], marginMs: number): Span[] {
  const spans: Span[] = [];
  for (const timeMs of timesMs.toSorted((a, b) => a - b)) {
    const last = spans.at(-1);
    if (last !== undefined && timeMs - marginMs <= last.toMs) last.toMs = timeMs + marginMs;
    else spans.push({ fromMs: timeMs - marginMs, toMs: timeMs + marginMs });
  }
  return joined(spans);
}

/** At most SPANS_MAX spans that cover the given ones, which are ascending and apart. */
function joined(spans: readonly Span[]): Span[] {
  if (spans.length <= SPANS_MAX) return [...spans];
  const gapBefore = (at: number): number =>
    (spans[at]?.fromMs ?? 0) - (spans[at - 1]?.toMs ?? Number.NEGATIVE_INFINITY);
  const starts = spans
    .map((_span, at) => at)
    .toSorted((a, b) => gapBefore(b) - gapBefore(a))
    .slice(0, SPANS_MAX)
    .toSorted((a, b) => a - b);
  return starts.flatMap((start, at) => {
    const first = spans[start];
    const last = spans[(starts[at + 1] ?? spans.length) - 1];
    return first === undefined || last === undefined ? [] : [{ fromMs: first.fromMs, toMs: last.toMs }];
  });
}

/** Whether one of the ascending `values` lies in [from, to]. */
function anyBetween(values: readonly number[], from: number, to: number): boolean {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? Number.POSITIVE_INFINITY) < from) low = middle + 1;
    else high = middle;
  }
  return (values[low] ?? Number.POSITIVE_INFINITY) <= to;
}

/**
 * Places of a stretch that are remembered while it seems to have lost its hit: the live stream, to which events came
 * out of order, may have given the hit at any of them.
 */
const PLACES_MAX = 1_000;

/** A hit of the live stream, and where its condition went on to hold. */
interface Stretch {
  id: string;
  timeMs: number;
  placeIds: string[];
}

/** Of a hit at this time: whether it depends on what came late, and whether an earlier look may have changed it. */
interface Zone {
  concerns: (timeMs: number) => boolean;
  changed: (timeMs: number) => boolean;
}

/** Compares what all events say with what those say that came in time. */
class Comparison {
  /** Hits of all events. */
  readonly #true = new Set<string>();
  /** Those that may be new. */
  readonly #candidates = new Map<string, CorrelationRecord>();
  readonly #removed = new Set<string>();
  /** The newest stretch of each group, as the live stream saw it. */
  readonly #stretches = new Map<string, Stretch>();
  readonly #rules: AlertRules;
  readonly #zone: Zone;

  constructor(rules: AlertRules, zone: Zone) {
    this.#rules = rules;
    this.#zone = zone;
  }

  /** All events say so. They are asked before the live stream is. */
  hold(found: CorrelationHit, row: HitRow): void {
    const id = correlationHitId(found.rule.id, found.group, found.timeMs);
    this.#true.add(id);
    if (this.#zone.concerns(found.timeMs)) {
      this.#candidates.set(id, correlationRecord(this.#rules, found, row, true));
    }
  }

  held(found: CorrelationHit): void {
    const { rule, group, timeMs } = found;
    const id = correlationHitId(rule.id, group, timeMs);
    if (!this.#zone.changed(timeMs)) this.#candidates.delete(id);
    const name = groupName(rule.id, group);
    this.#end(this.#stretches.get(name));
    this.#stretches.set(name, { id, timeMs, placeIds: [] });
  }

  heldOn(ruleId: string, group: Readonly<Record<string, string>>, timeMs: number): void {
    const stretch = this.#stretches.get(groupName(ruleId, group));
    if (stretch === undefined || this.#stands(stretch) || stretch.placeIds.length >= PLACES_MAX) return;
    stretch.placeIds.push(correlationHitId(ruleId, group, timeMs));
  }

  /** The live stream gave the hit, wherever in the stretch, and nothing took it away. */
  #stands({ id, timeMs }: Stretch): boolean {
    return this.#true.has(id) && !this.#zone.changed(timeMs);
  }

  #end(stretch: Stretch | undefined): void {
    if (stretch === undefined || this.#stands(stretch) || !this.#zone.concerns(stretch.timeMs)) return;
    for (const id of [stretch.id, ...stretch.placeIds]) this.#removed.add(id);
  }

  /** The end of what was read together. */
  endSpan(): void {
    for (const stretch of this.#stretches.values()) this.#end(stretch);
    this.#stretches.clear();
  }

  findings(earlier: readonly EarlierHit[]): LateFindings {
    for (const { id, timeMs } of earlier) if (this.#zone.concerns(timeMs)) this.#removed.add(id);
    return {
      added: [...this.#candidates.values()],
      removed: [...this.#removed].filter((id) => !this.#true.has(id)),
    };
  }
}

/** @throws the signal's reason when it was given up */
export async function correlateLate(pass: {
  engine: Engine;
  reach: CorrelationReach;
  rules: AlertRules;
  /** Event times of what came late, milliseconds. */
  timesMs: readonly number[];
  /** Whether the live stream left this row out, because it came late. */
  isLate: (row: Pick<HitRow, 'batch' | 'timeMs'>) => boolean;
  /** Event times of what earlier looks were for that are not done with, and the hits they gave. */
  earlier: { timesMs: readonly number[]; hits: readonly EarlierHit[] };
  /** Only batches up to this one are seen, so the result does not depend on when the pass runs. */
  batchMax: number;
  readHits: LateHits;
  /** Event time up to which the live stream takes nothing any more. */
  closedMs: number;
  /** Gives up between two reads. */
  signal?: AbortSignal | undefined;
}): Promise<LateFindings> {
  const { engine, reach, rules, batchMax, readHits, closedMs, isLate } = pass;
  const { ruleIds, spanMs } = reach;
  const wanted = new Set(ruleIds);
  const timesMs = pass.timesMs.toSorted((a, b) => a - b);
  const earlierMs = pass.earlier.timesMs.toSorted((a, b) => a - b);
  const comparison = new Comparison(rules, {
    concerns: (timeMs) => anyBetween(timesMs, timeMs - spanMs, timeMs),
    changed: (timeMs) => anyBetween(earlierMs, timeMs - spanMs, timeMs),
  });
  for (const span of spansAround(timesMs, spanMs)) {
    const all = engine.correlator({ lateness: 0 });
    const live = engine.correlator({
      lateness: 0,
      onHit: (found) => comparison.held(found),
      onContinue: (rule, group, timeMs) => comparison.heldOn(rule.id, group, timeMs),
    });
    let last: HitRow | undefined;
    // Absences are decided as far as the live stream decides them, and at the end of the span.
    const decide = (upToMs: number): void => {
      if (last !== undefined) for (const found of all.advance(upToMs)) comparison.hold(found, last);
      live.advance(upToMs);
    };
    let open = false;
    for (;;) {
      pass.signal?.throwIfAborted();
      const rows = await readHits({ ruleIds, ...span, batchMax, limit: PAGE_ROWS, after: last });
      for (const row of rows) {
        const late = isLate(row);
        if (!open && row.timeMs > closedMs) {
          decide(closedMs);
          open = true;
        }
        for (const hit of row.hits) {
          if (!wanted.has(hit.ruleId)) continue;
          const match = { rule: { id: hit.ruleId } };
          const ref = eventId(row);
          for (const found of all.push(match, hit.fields, row.timeMs, ref)) comparison.hold(found, row);
          if (late) continue;
          live.push(match, hit.fields, row.timeMs, ref);
        }
        last = row;
      }
      if (rows.length < PAGE_ROWS) break;
    }
    decide(Math.min(span.toMs + 1, closedMs));
    comparison.endSpan();
  }
  return comparison.findings(pass.earlier.hits);
}
