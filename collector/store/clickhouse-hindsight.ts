/**
 * Values and events for looking back, over the events' table. Invariants: names and values reach SQL only as parameters,
 * columns come from a list here; a page is in a total order; each statement carries its own limits.
 */
import { z } from 'zod';
import { COLUMN_OF_FIELD } from './event-columns.ts';
import { type BoundQuery, FOUND_COLUMNS, fromEventId } from './event-query.ts';
import type { HindsightPage, HindsightSpan, HindsightStore, SaidValue } from './hindsight-store.ts';
import type { HuntLimits } from './hunt-store.ts';
import { limitedRows, type Rows } from './limited-rows.ts';
import { toFoundEvent, toRowHits } from './stored-row.ts';
import type { FoundEvent, RowHit } from './store.ts';

const saidRow = z.object({ field: z.string(), value: z.string() });

const IN_TIME = `time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
  AND time < fromUnixTimestamp64Milli({to:Int64}, 'UTC')`;

const spanParams = ({ fromMs, toMs }: HindsightSpan): Record<string, unknown> => ({ from: fromMs, to: toMs });

export class ClickHouseHindsight implements HindsightStore {
  readonly #rows: Rows;

  constructor(rows: Rows) {
    this.#rows = rows;
  }

  async values(
    query: HindsightSpan & { fields: readonly string[]; valuesMax: number },
    limits: HuntLimits,
    signal?: AbortSignal,
  ): Promise<SaidValue[] | undefined> {
    const found = await limitedRows(
      this.#rows,
      valuesQuery(query),
      (row) => saidRow.parse(row),
      limits,
      signal,
    );
    return found.length > query.valuesMax ? undefined : found;
  }

  async events(
    query: Parameters<HindsightStore['events']>[0],
    limits: HuntLimits,
    signal?: AbortSignal,
  ): Promise<HindsightPage> {
    if (query.said.length === 0) return { events: [], hasMore: false };
    const found = await limitedRows(this.#rows, eventsQuery(query), toHitEvent, limits, signal);
    return { events: found.slice(0, query.limit), hasMore: found.length > query.limit };
  }
}

function toHitEvent(row: unknown): FoundEvent & { hits: RowHit[] } {
  return { ...toFoundEvent(row), hits: toRowHits(row) };
}

/** The column of each field that may stand in one; the rest is in the map alone. */
function columnsOf(fields: readonly string[]): Map<string, string> {
  const columns = new Map<string, string>();
  for (const field of fields) {
    const column = COLUMN_OF_FIELD[field];
    if (column !== undefined && !columns.has(column)) columns.set(column, field);
  }
  return columns;
}

/** Each column is read by itself: what is not asked is not touched. */
function valuesQuery(query: HindsightSpan & { fields: readonly string[]; valuesMax: number }): BoundQuery {
  const { fields, valuesMax } = query;
  const params: Record<string, unknown> = { ...spanParams(query), names: fields, values_max: valuesMax + 1 };
  const parts = [...columnsOf(fields)].map(([column, field], at) => {
    params[`field${at}`] = field;
    return `SELECT {field${at}:String} AS field, toString(${column}) AS value FROM events
      WHERE ${IN_TIME} AND ${column} != '' GROUP BY value`;
  });
  parts.push(`SELECT toString(name) AS field, said AS value FROM events
    ARRAY JOIN mapKeys(other_fields) AS name, mapValues(other_fields) AS said
    WHERE ${IN_TIME} AND name IN {names:Array(String)} AND said != '' GROUP BY field, value`);
  return {
    query: `SELECT field, value FROM (${parts.join(' UNION ALL ')}) LIMIT {values_max:UInt32}`,
    params,
  };
}

function eventsQuery(query: Parameters<HindsightStore['events']>[0]): BoundQuery {
  const { said, limit, after } = query;
  const params: Record<string, unknown> = { ...spanParams(query), page_limit: limit + 1 };
  const byField = new Map<string, string[]>();
  for (const { field, value } of said) {
    const values = byField.get(field) ?? [];
    values.push(value);
    byField.set(field, values);
  }
  const conditions: string[] = [];
  for (const [at, [field, values]] of [...byField].entries()) {
    params[`values${at}`] = values;
    params[`name${at}`] = field;
    const column = COLUMN_OF_FIELD[field];
    if (column !== undefined) conditions.push(`${column} IN {values${at}:Array(String)}`);
    conditions.push(`other_fields[{name${at}:String}] IN {values${at}:Array(String)}`);
  }
  const where = [IN_TIME, `(${conditions.join(' OR ')})`];
  if (after !== undefined) {
    const name = fromEventId(after.id);
    where.push(
      `(time, agent_id, epoch, lane, seq) > (fromUnixTimestamp64Milli({after_time:Int64}, 'UTC'),
        {after_agent:String}, {after_epoch:String}, {after_lane:UInt8}, {after_seq:UInt64})`,
    );
    params['after_time'] = after.timeMs;
    params['after_agent'] = name.agentId;
    params['after_epoch'] = name.epoch;
    params['after_lane'] = name.lane;
    params['after_seq'] = name.seq;
  }
  return {
    query: `SELECT ${FOUND_COLUMNS}, hit_fields FROM events WHERE ${where.join(' AND ')}
      ORDER BY time, agent_id, epoch, lane, seq LIMIT {page_limit:UInt32}`,
    params,
  };
}
