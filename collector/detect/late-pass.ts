/**
 * Events that come later than the live correlator allows (a host back from a week offline, a replayed log) are
 * correlated by looking back: the stored hits around them are run in time order through a correlator of their own.
 * A hit counts only when a late event took part in it; ids are deterministic, so what was found before is not new.
 */
import type { CorrelationHit, Engine } from '../../rules/sigma/index.ts';
import type { CorrelationRecord } from '../alert/detection.ts';
import type { HitRow, HitsByTimeQuery } from '../store/store.ts';
import type { CorrelationReach } from './correlation-reach.ts';
import { correlationRecord, eventId, type AlertRules } from './hits.ts';

export type LateHits = (query: HitsByTimeQuery) => Promise<HitRow[]>;

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

export async function correlateLate(pass: {
  engine: Engine;
  reach: CorrelationReach;
  rules: AlertRules;
  /** Event times of what came late, milliseconds. */
  timesMs: readonly number[];
  /** Only batches up to this one are seen, so the result does not depend on when the pass runs. */
  batchMax: number;
  readHits: LateHits;
  /** How far the live stream has come, event time. */
  watermarkMs: number;
}): Promise<CorrelationRecord[]> {
  const { engine, reach, rules, batchMax, readHits, watermarkMs } = pass;
  const { ruleIds } = reach;
  const wanted = new Set(ruleIds);
  const timesMs = pass.timesMs.toSorted((a, b) => a - b);
  const correlations: CorrelationRecord[] = [];
  const keep = (found: CorrelationHit, row: HitRow): void => {
    // A late event lies inside the window that made the hit; else the hit was found in time.
    if (!anyBetween(timesMs, found.firstMs, found.timeMs)) return;
    correlations.push(correlationRecord(rules, found, row, true));
  };
  for (const span of spansAround(timesMs, reach.spanMs)) {
    const correlator = engine.correlator({ lateness: 0 });
    let last: HitRow | undefined;
    for (;;) {
      const rows = await readHits({ ruleIds, ...span, batchMax, limit: PAGE_ROWS, after: last });
      for (const row of rows) {
        for (const hit of row.hits) {
          if (!wanted.has(hit.ruleId)) continue;
          const match = { rule: { id: hit.ruleId } };
          for (const found of correlator.push(match, hit.fields, row.timeMs, eventId(row))) keep(found, row);
        }
      }
      last = rows.at(-1) ?? last;
      if (rows.length < PAGE_ROWS) break;
    }
    // Absences are decided as far as the live stream has come.
    const decidedMs = Math.min(span.toMs, watermarkMs);
    if (last !== undefined) for (const found of correlator.advance(decidedMs)) keep(found, last);
  }
  return correlations;
}
