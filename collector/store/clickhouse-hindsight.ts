/**
 * Values and events for looking back, over the events' table. Invariants: names and values reach SQL only as parameters,
 * columns come from a list here; a page is in a total order; each statement carries its own limits.
 */
import { z } from 'zod';
import { COLUMN_OF_FIELD } from './event-columns.ts';
import { type BoundQuery, FOUND_COLUMNS, fromEventId } from './event-query.ts';
import { fieldReader, LOOKED_AT_FIELDS } from '../indicator/looked-at-fields.ts';
import { ODD_KEY } from '../indicator/look-key.ts';
import type { HindsightPage, HindsightSpan, HindsightStore, TimedValue } from './hindsight-store.ts';
import type { HuntLimits } from './hunt-store.ts';
import { limitedRows, type Rows } from './limited-rows.ts';
import { hasKey, keyNumber } from './look-keys-sql.ts';
import { toFoundEvent, toRowHits } from './stored-row.ts';
import type { FoundEvent, RowHit } from './store.ts';

/** As many as one statement can carry, in digits. */
const KEYS_AT_ONCE = 18_000;

const timedRow = z
  .object({
    field: z.string(),
    value: z.string(),
    hours: z.tuple([z.array(z.coerce.number()), z.array(z.coerce.number())]),
  })
  .transform(({ field, value, hours: [hours, counts] }): TimedValue => ({
    field,
    value,
    hours: hours.map((hour, at) => [hour, counts[at] ?? 0] as const),
  }));

const IN_TIME = `time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
  AND time < fromUnixTimestamp64Milli({to:Int64}, 'UTC')`;

const spanParams = ({ fromMs, toMs }: HindsightSpan): Record<string, unknown> => ({ from: fromMs, to: toMs });

export class ClickHouseHindsight implements HindsightStore {
  readonly #rows: Rows;

  constructor(rows: Rows) {
    this.#rows = rows;
  }

  async values(
    { keys, ...query }: Parameters<HindsightStore['values']>[0],
    limits: HuntLimits,
    signal?: AbortSignal,
  ): Promise<TimedValue[] | undefined> {
    const numbers = [...new Set([ODD_KEY, ...keys])].map((key) => keyNumber(key));
    const found = new Map<string, TimedValue>();
    for (let at = 0; at < numbers.length; at += KEYS_AT_ONCE) {
      const bound = valuesQuery({ ...query, keys: numbers.slice(at, at + KEYS_AT_ONCE) });
      const values = await limitedRows(this.#rows, bound, (row) => timedRow.parse(row), limits, signal);
      for (const one of values) found.set(`${one.field}\0${one.value}`, one);
      if (found.size > query.valuesMax || values.length > query.valuesMax) return undefined;
    }
    return [...found.values()];
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

const HOUR = 'toUInt32(intDiv(toUnixTimestamp64Milli(time), 3600000)) AS hour';

/** Fields by what is asked of their values: the same of several readers is asked once, since the text of it is long. */
const ASKED: readonly { fields: readonly string[]; hasKey: string }[] = [
  ...Map.groupBy(LOOKED_AT_FIELDS, (field) => {
    const reader = fieldReader(field);
    return reader === undefined ? '0' : hasKey(reader, 'value');
  }),
].map(([asked, fields]) => ({ fields, hasKey: asked }));

/** Each column is read by itself, the map once: what is not asked is not touched. */
function valuesQuery(query: HindsightSpan & { keys: readonly number[]; valuesMax: number }): BoundQuery {
  const { keys, valuesMax } = query;
  const params: Record<string, unknown> = { ...spanParams(query), keys, values_max: valuesMax + 1 };
  params['names'] = LOOKED_AT_FIELDS;
  const said = [...columnsOf(LOOKED_AT_FIELDS)].map(([column, field], at) => {
    params[`field${at}`] = field;
    return `SELECT {field${at}:String} AS field, toString(${column}) AS value, ${HOUR} FROM events
      WHERE ${IN_TIME} AND ${column} != ''`;
  });
  said.push(`SELECT toString(name) AS field, text AS value, ${HOUR} FROM events
    ARRAY JOIN mapKeys(other_fields) AS name, mapValues(other_fields) AS text
    WHERE ${IN_TIME} AND name IN {names:Array(String)} AND text != ''`);
  const asked = ASKED.map(({ fields, hasKey: condition }, at) => {
    params[`names${at}`] = fields;
    return `field IN {names${at}:Array(String)}, ${condition}`;
  });
  return {
    query: `SELECT field, value, sumMap([hour], [toUInt64(1)]) AS hours FROM (${said.join(' UNION ALL ')})
      WHERE multiIf(${asked.join(', ')}, 0) GROUP BY field, value LIMIT {values_max:UInt32}`,
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
