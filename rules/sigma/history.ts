/**
 * Rules and correlations over stored events: a plan says which rows to read, `runOverHistory` decides over them with
 * the matcher and the correlator that decide on the stream. Invariants: rows come in the order of time and are looked
 * at one by one, so memory is the correlator's alone; nothing here touches a database.
 */
import { candidatesSql } from './clickhouse.ts';
import type { ClickHouseOptions, ClickHouseQuery } from './clickhouse.ts';
import type { CorrelationHit, CorrelatorOptions } from './correlation/correlator.ts';
import type { Engine } from './engine.ts';
import type { Expr, Predicate } from './predicate.ts';
import type { EventInput, LogSource, Match } from './types.ts';

export interface HistoryPlan {
  engine: Engine;
  /** Rows to read, in the order it asks for; it begins before `from` where correlations look back. May be refused. */
  query: ClickHouseQuery;
  /** What was asked for: matches of these rules, hits of these correlations. */
  ids: ReadonlySet<string>;
  /** Rules whose matches correlations need. */
  feeds: ReadonlySet<string>;
  /** Fields that decide: a row's event may be without all others. undefined: every value counts. */
  fields: readonly string[] | undefined;
  /** Milliseconds since 1970 of what is found; `from` included, `to` not. */
  from: number;
  to: number;
}

/** A stored event as it is read back. */
export interface HistoryRow {
  timeMs: number;
  /** Its fields as the matcher saw them, those of the plan at least. */
  event: EventInput;
  /** The log sources it is routed by; left out = every rule is tried. */
  logsource?: LogSource | readonly LogSource[] | undefined;
  /** The host's name for the event, returned in correlation hits. */
  ref?: string | undefined;
}

export type HistoryFinding<Row extends HistoryRow> =
  { kind: 'match'; row: Row; match: Match } | { kind: 'correlation'; hit: CorrelationHit };

/** The rows of a history were not in the order of time: the query's order was lost on the way. */
export class HistoryOrderError extends Error {
  override readonly name = 'HistoryOrderError';
}

/**
 * What to read for these rules and correlations between two times. `schema.orderBy` should make the order total, the
 * time first, as events came in: then events of one time are correlated as they were.
 * @throws TypeError as `toClickHouseSql`
 */
export function planHistory(ids: readonly string[], options: ClickHouseOptions): HistoryPlan {
  const { engine, from, to } = options;
  const reaches = ids.flatMap((id) => engine.reach(id) ?? []);
  const isCorrelation = (id: string): boolean => engine.find(id) === undefined;
  const backMs = Math.max(0, ...reaches.map((reach) => reach.backMs));
  return {
    engine,
    query: candidatesSql(ids, { ...options, from: from - backMs }),
    ids: new Set(ids),
    feeds: new Set(ids.filter(isCorrelation).flatMap((id) => engine.reach(id)?.ruleIds ?? [])),
    fields: fieldsThatDecide(engine, new Set(reaches.flatMap(({ ruleIds }) => ruleIds))),
    from,
    to,
  };
}

/** What these rules ask, and correlations over them. */
function fieldsThatDecide(engine: Engine, ruleIds: ReadonlySet<string>): string[] | undefined {
  const fields = new Set<string>();
  for (const { info, expr } of engine.compiled) {
    if (!ruleIds.has(info.id)) continue;
    for (const leaf of leavesOf(expr)) {
      if (leaf.field === undefined) return undefined;
      fields.add(leaf.field);
      if (leaf.kind === 'fieldref') fields.add(leaf.other);
    }
    for (const name of engine.correlationFields(info.id)) fields.add(name);
  }
  return [...fields];
}

function leavesOf(expr: Expr): Predicate[] {
  if (expr.kind === 'leaf') return [expr.leaf];
  return (expr.kind === 'not' ? [expr.of] : expr.of).flatMap(leavesOf);
}

/**
 * Findings in the order of time: those of the stream, had the rows come in this order.
 * @throws HistoryOrderError; what reading the rows throws
 */
export async function* runOverHistory<Row extends HistoryRow>(
  plan: HistoryPlan,
  rows: AsyncIterable<Row> | Iterable<Row>,
  options: Omit<CorrelatorOptions, 'lateness'> = {},
): AsyncGenerator<HistoryFinding<Row>, void, undefined> {
  const { engine, ids, feeds, from, to } = plan;
  // Rows are in order, so nothing is late.
  const correlator = engine.correlator({ ...options, lateness: 0 });
  let lastMs = Number.NEGATIVE_INFINITY;
  const asked = function* (hits: readonly CorrelationHit[]): Generator<HistoryFinding<Row>> {
    for (const hit of hits) {
      if (ids.has(hit.rule.id) && hit.timeMs >= from && hit.timeMs < to) yield { kind: 'correlation', hit };
    }
  };
  for await (const row of rows) {
    const { timeMs, event, logsource, ref } = row;
    if (!(timeMs >= lastMs))
      throw new HistoryOrderError(
        `an event of ${String(timeMs)} ms came after one of ${String(lastMs)} ms: read the rows in the order of the plan's query`,
      );
    lastMs = timeMs;
    // What waits for the end of a window before this event comes first.
    if (feeds.size > 0) yield* asked(correlator.advance(timeMs));
    for (const match of engine.match(event, logsource)) {
      const { id } = match.rule;
      if (ids.has(id) && timeMs >= from && timeMs < to) yield { kind: 'match', row, match };
      if (feeds.has(id)) yield* asked(correlator.push(match, event, timeMs, ref));
    }
  }
  if (feeds.size > 0) yield* asked(correlator.advance(to));
}
