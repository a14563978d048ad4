/**
 * Hunts over the events' table. Invariants: values reach SQL only as parameters, columns come from a list here; a page
 * is in a total order; each statement carries its own limits, and ends in the engine when its reader has gone.
 */
import { z } from 'zod';
import { conditions, fieldValue, slimQuery, toSlimEvent } from './candidate-sql.ts';
import { TYPED_COLUMNS } from './event-columns.ts';
import { arrivedQuery, kindsQuery, toArrived, toKind } from './event-counts.ts';
import { type BoundQuery, FOUND_COLUMNS, fromEventId, namedQuery, NEWEST_FIRST } from './event-query.ts';
import type {
  AgentSource,
  HuntGroup,
  HuntLimits,
  HuntPageQuery,
  HuntStore,
  HuntSummary,
  SlimEvent,
} from './hunt-store.ts';
import { limitedRows, type Rows } from './limited-rows.ts';
import { toFoundEvent } from './stored-row.ts';
import type { FoundEvent } from './store.ts';

/** Columns of the events' table that a statement of candidates must give. */
export const CANDIDATE_COLUMNS = [
  'agent_id',
  'epoch',
  'lane',
  'seq',
  'time',
  'received',
  'agency_id',
  'channel',
  'origin',
  'log_products',
  'log_categories',
  'log_services',
  ...TYPED_COLUMNS.map(({ name }) => name),
  'typed_fields',
  'other_fields',
  'json_fields',
  'message_pattern',
  'message_text',
  'rule_ids',
];

/** What events are counted by, and how it is called to people. */
export const FACETS = {
  'host.name': 'hostname',
  'event.dataset': 'channel',
  'event.action': 'event_action',
  'event.code': 'event_code',
  'user.name': 'user_name',
  'process.executable': 'process_executable',
  'process.name': 'process_name',
  'source.ip': 'source_ip',
  'destination.ip': 'destination_ip',
  'file.path': 'file_path',
} as const;

const FACET_VALUES = 10;
/** Counters of a facet: with no more different values than these every count is exact. */
const FACET_COUNTERS = 1_000;
const STEPS_MAX = 2_000;
/** Log sources of one host with the numbers of their events. */
const SOURCES_MAX = 20_000;

const integer = z.union([z.string().regex(/^-?\d+$/), z.number()]).transform(Number);
const orNone = z.string().transform((text) => (text === '' ? undefined : text));
const agentSourceRow = z
  .object({ product: orNone, category: orNone, service: orNone, code: z.string() })
  .transform(({ code, ...source }): AgentSource => ({
    ...source,
    eventId: /^\d{1,9}$/.test(code) ? Number(code) : undefined,
  }));
const agentRow = z.object({ agent_id: z.string() }).transform((row) => row.agent_id);
const groupRow = z
  .object({
    agency_id: integer,
    agent_id: z.string(),
    host: z.string(),
    entity: z.array(z.string()),
    hour: integer,
    count: integer,
    first_ms: integer,
    last_ms: integer,
  })
  .transform((row): HuntGroup => ({
    agencyId: row.agency_id,
    agentId: row.agent_id,
    hostname: row.host,
    entity: row.entity,
    hour: row.hour,
    count: row.count,
    firstMs: row.first_ms,
    lastMs: row.last_ms,
  }));
const hourRow = z.object({ hour: integer, count: integer });
const nameRow = z.object({ name: z.string() });
const MIXED_MAX = 1_000;
const NAMES_MAX = 5_000;
const ruleRow = z.object({ rule: z.string(), count: integer, last_ms: integer });
const sourceRow = z.object({ source: z.array(z.string()) });
const HOUR_MS = 3_600_000;
const stepRow = z.object({ fromMs: integer, count: integer });
const valueRow = z
  .object({ item: z.string(), count: integer })
  .transform(({ item, count }) => ({ value: item, count }));

/** Of one answer. */
const RULES_MAX = 10_000;
const hitRow = z
  .object({ rule: z.string(), count: integer })
  .transform(({ rule, count }) => ({ ruleId: rule, count }));

export class ClickHouseHunts implements HuntStore {
  readonly #rows: Rows;

  /** @param rows a read that outlives a restart of the engine */
  constructor(rows: Rows) {
    this.#rows = rows;
  }

  async page(query: HuntPageQuery, limits: HuntLimits, signal?: AbortSignal): Promise<FoundEvent[]> {
    const { where, params } = conditions(query);
    const bound = {
      query: `SELECT ${FOUND_COLUMNS} FROM (${query.candidates.query}) ${where}
        ORDER BY ${NEWEST_FIRST} LIMIT {page_limit:UInt32}`,
      params: { ...query.candidates.params, ...params, page_limit: query.limit },
    };
    return this.#read(bound, toFoundEvent, limits, signal);
  }

  slimPage(
    query: HuntPageQuery & { fields: readonly string[] },
    limits: HuntLimits,
    signal?: AbortSignal,
  ): Promise<SlimEvent[]> {
    return this.#read(slimQuery(query), (row) => toSlimEvent(row, query.fields), limits, signal);
  }

  named(
    ids: readonly string[],
    span: { fromMs: number; toMs: number },
    limits: HuntLimits,
    signal?: AbortSignal,
  ): Promise<FoundEvent[]> {
    const names = ids.map((id) => fromEventId(id));
    return this.#read(namedQuery(names, span), toFoundEvent, limits, signal);
  }

  async summary(
    query: Pick<HuntPageQuery, 'candidates' | 'agencyIds'> & { stepMs: number },
    limits: HuntLimits,
    signal?: AbortSignal,
  ): Promise<HuntSummary> {
    const { where, params } = conditions({ ...query, after: undefined });
    const { candidates } = query;
    const tops = Object.values(FACETS).map(
      (column) => `approx_top_k(${FACET_VALUES + 1}, ${FACET_COUNTERS})(${column}) AS top_${column}`,
    );
    const summaryRow = z.object({
      count: integer,
      ...Object.fromEntries(Object.values(FACETS).map((column) => [`top_${column}`, z.array(valueRow)])),
    });
    const [all, byTime] = [
      await this.#read(
        {
          query: `SELECT count() AS count, ${tops.join(', ')} FROM (${candidates.query}) ${where}`,
          params: { ...candidates.params, ...params },
        },
        (row) => summaryRow.parse(row) as Record<string, unknown> & { count: number },
        limits,
        signal,
      ),
      await this.#read(
        {
          query: `SELECT intDiv(toUnixTimestamp64Milli(time), {step:Int64}) * {step:Int64} AS fromMs, count() AS count
            FROM (${candidates.query}) ${where} GROUP BY fromMs ORDER BY fromMs LIMIT ${STEPS_MAX}`,
          params: { ...candidates.params, ...params, step: query.stepMs },
        },
        (row) => stepRow.parse(row),
        limits,
        signal,
      ),
    ];
    const [first] = all;
    const facets = Object.entries(FACETS).map(([name, column]) => {
      const values = (first?.[`top_${column}`] ?? []) as { value: string; count: number }[];
      return [name, values.filter(({ value }) => value !== '').slice(0, FACET_VALUES)] as const;
    });
    return { count: first?.count ?? 0, byTime, facets: Object.fromEntries(facets) };
  }

  async groups(
    query: Pick<HuntPageQuery, 'candidates' | 'agencyIds' | 'limit'> & { entityFields: readonly string[] },
    limits: HuntLimits,
    signal?: AbortSignal,
  ): Promise<HuntGroup[]> {
    const { where, params } = conditions({ agencyIds: query.agencyIds, after: undefined });
    const entity = query.entityFields.map((name, at) => fieldValue(name, `entity_${String(at)}`));
    const named = Object.fromEntries(query.entityFields.map((name, at) => [`entity_${String(at)}`, name]));
    const bound = {
      query: `SELECT agency_id, agent_id, any(hostname) AS host,
          CAST([${entity.join(', ')}], 'Array(String)') AS entity,
          intDiv(toUnixTimestamp64Milli(time), ${String(HOUR_MS)}) AS hour, count() AS count,
          min(toUnixTimestamp64Milli(time)) AS first_ms, max(toUnixTimestamp64Milli(time)) AS last_ms
        FROM (${query.candidates.query}) ${where}
        GROUP BY agency_id, agent_id, entity, hour ORDER BY hour, first_ms LIMIT {groups_max:UInt32}`,
      params: { ...query.candidates.params, ...params, ...named, groups_max: query.limit },
    };
    return this.#read(bound, (row) => groupRow.parse(row), limits, signal);
  }

  hours(
    query: Pick<HuntPageQuery, 'candidates' | 'agencyIds'>,
    limits: HuntLimits,
    signal?: AbortSignal,
  ): Promise<{ hour: number; count: number }[]> {
    const { where, params } = conditions({ agencyIds: query.agencyIds, after: undefined });
    const bound = {
      query: `SELECT intDiv(toUnixTimestamp64Milli(time), ${String(HOUR_MS)}) AS hour, count() AS count
        FROM (${query.candidates.query}) ${where} GROUP BY hour`,
      params: { ...query.candidates.params, ...params },
    };
    return this.#read(bound, (row) => hourRow.parse(row), limits, signal);
  }

  async mixedFields(
    { fromMs, toMs }: { fromMs: number; toMs: number },
    limits: HuntLimits,
    signal?: AbortSignal,
  ): Promise<string[] | undefined> {
    const bound = {
      query: `SELECT DISTINCT arrayJoin(arrayFilter(one -> match(other_fields[one], '^[\\[{]'), json_fields)) AS name
        FROM events WHERE notEmpty(json_fields) AND time >= fromUnixTimestamp64Milli({from:Int64})
          AND time < fromUnixTimestamp64Milli({to:Int64}) LIMIT ${String(MIXED_MAX + 1)}`,
      params: { from: fromMs, to: toMs },
    };
    const names = await this.#read(bound, (row) => nameRow.parse(row).name, limits, signal);
    return names.length > MIXED_MAX ? undefined : names;
  }

  async fieldNames(
    { fromMs, toMs, agencyIds }: { fromMs: number; toMs: number; agencyIds?: readonly number[] | undefined },
    limits: HuntLimits,
    signal?: AbortSignal,
  ): Promise<string[] | undefined> {
    const { sql, params } = since(fromMs, agencyIds);
    const bound = {
      query: `SELECT DISTINCT arrayJoin(arrayConcat(mapKeys(other_fields), splitByChar(',', typed_fields))) AS name
        FROM events WHERE ${sql} AND time < fromUnixTimestamp64Milli({to:Int64}) LIMIT ${String(NAMES_MAX + 1)}`,
      params: { ...params, to: toMs },
    };
    const names = await this.#read(bound, (row) => nameRow.parse(row).name, limits, signal);
    return names.length > NAMES_MAX ? undefined : names.filter((name) => name !== '');
  }

  async ruleCounts(
    { fromMs, agencyIds }: { fromMs: number; agencyIds?: readonly number[] | undefined },
    limits: HuntLimits,
    signal?: AbortSignal,
  ): Promise<{ ruleId: string; count: number; lastMs: number }[]> {
    const { sql, params } = since(fromMs, agencyIds);
    const bound = {
      query: `SELECT rule, count() AS count, max(toUnixTimestamp64Milli(time)) AS last_ms
        FROM events ARRAY JOIN rule_ids AS rule WHERE empty(rule_ids) = 0 AND ${sql} GROUP BY rule`,
      params,
    };
    const rows = await this.#read(bound, (row) => ruleRow.parse(row), limits, signal);
    return rows.map(({ rule, count, last_ms }) => ({ ruleId: rule, count, lastMs: last_ms }));
  }

  async logSources(
    { fromMs, agencyIds }: { fromMs: number; agencyIds?: readonly number[] | undefined },
    limits: HuntLimits,
    signal?: AbortSignal,
  ): Promise<{ product: string; category: string; service: string }[]> {
    const { sql, params } = since(fromMs, agencyIds);
    const bound = {
      query: `SELECT DISTINCT [pair.1, pair.2, pair.3] AS source FROM (
        SELECT arrayJoin(arrayZip(log_products, log_categories, log_services)) AS pair
        FROM (SELECT DISTINCT log_products, log_categories, log_services FROM events WHERE ${sql}))`,
      params,
    };
    const rows = await this.#read(bound, (row) => sourceRow.parse(row), limits, signal);
    return rows.map(({ source: [product = '', category = '', service = ''] }) => ({
      product,
      category,
      service,
    }));
  }

  async sourcesOf(
    { agentId, fromMs }: { agentId: string; fromMs: number },
    limits: HuntLimits,
    signal?: AbortSignal,
  ): Promise<AgentSource[]> {
    const bound = {
      query: `SELECT DISTINCT pair.1 AS product, pair.2 AS category, pair.3 AS service, code FROM (
          SELECT arrayJoin(arrayZip(log_products, log_categories, log_services)) AS pair, code FROM (
            SELECT DISTINCT log_products, log_categories, log_services,
              if(has(log_products, 'windows'), event_code, '') AS code
            FROM events WHERE agent_id = {agent:String} AND time >= fromUnixTimestamp64Milli({from:Int64})))
        LIMIT {limit:UInt32}`,
      params: { agent: agentId, from: fromMs, limit: SOURCES_MAX },
    };
    return this.#read(bound, (row) => agentSourceRow.parse(row), limits, signal);
  }

  arrived(
    query: Parameters<HuntStore['arrived']>[0],
    limits: HuntLimits,
    signal?: AbortSignal,
  ): ReturnType<HuntStore['arrived']> {
    return this.#read(arrivedQuery(query), toArrived, limits, signal);
  }

  arrivedKinds(
    query: Parameters<HuntStore['arrivedKinds']>[0],
    limits: HuntLimits,
    signal?: AbortSignal,
  ): ReturnType<HuntStore['arrivedKinds']> {
    return this.#read(kindsQuery(query), toKind, limits, signal);
  }

  async agentsWithEvents(
    query: { fromMs: number; toMs: number; agencyIds?: readonly number[] | undefined },
    limits: HuntLimits,
    signal?: AbortSignal,
  ): Promise<string[]> {
    const { agencyIds } = query;
    const ofAgencies = agencyIds === undefined ? '' : ' AND has({agencies:Array(UInt32)}, agency_id)';
    const bound = {
      query: `SELECT DISTINCT agent_id FROM events
        WHERE time >= fromUnixTimestamp64Milli({from:Int64}) AND time < fromUnixTimestamp64Milli({to:Int64})${ofAgencies}`,
      params: {
        from: query.fromMs,
        to: query.toMs,
        ...(agencyIds === undefined ? {} : { agencies: agencyIds }),
      },
    };
    return this.#read(bound, (row) => agentRow.parse(row), limits, signal);
  }

  async hitCounts(
    query: {
      fromMs: number;
      toMs: number;
      ruleIds?: readonly string[] | undefined;
      agencyIds?: readonly number[] | undefined;
    },
    limits: HuntLimits,
    signal?: AbortSignal,
  ): Promise<{ ruleId: string; count: number }[]> {
    const { fromMs, toMs, ruleIds, agencyIds } = query;
    const where = [
      `time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')`,
      `time < fromUnixTimestamp64Milli({to:Int64}, 'UTC')`,
      'notEmpty(rule_ids)',
      ...(agencyIds === undefined ? [] : ['has({agencies:Array(UInt32)}, agency_id)']),
    ];
    const ofRules = ruleIds === undefined ? '' : 'WHERE has({rules:Array(String)}, rule)';
    const bound = {
      query: `SELECT rule, count() AS count
        FROM (SELECT arrayJoin(rule_ids) AS rule FROM events WHERE ${where.join(' AND ')})
        ${ofRules} GROUP BY rule ORDER BY count DESC, rule LIMIT ${RULES_MAX}`,
      params: {
        from: fromMs,
        to: toMs,
        ...(agencyIds === undefined ? {} : { agencies: agencyIds }),
        ...(ruleIds === undefined ? {} : { rules: ruleIds }),
      },
    };
    return this.#read(bound, (row) => hitRow.parse(row), limits, signal);
  }

  #read<T>(
    bound: BoundQuery,
    toRow: (row: unknown) => T,
    limits: HuntLimits,
    signal: AbortSignal | undefined,
  ): Promise<T[]> {
    return limitedRows(this.#rows, bound, toRow, limits, signal);
  }
}

function since(
  fromMs: number,
  agencyIds: readonly number[] | undefined,
): { sql: string; params: Record<string, unknown> } {
  const sql = 'time >= fromUnixTimestamp64Milli({from:Int64})';
  if (agencyIds === undefined) return { sql, params: { from: fromMs } };
  return {
    sql: `${sql} AND has({agencies:Array(UInt32)}, agency_id)`,
    params: { from: fromMs, agencies: agencyIds },
  };
}
