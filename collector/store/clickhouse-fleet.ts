/** What hosts had and what happened on them, over all of them. Values reach SQL only as parameters. */
import { z } from 'zod';
import { inventoryActions, inventoryField } from '../normalize/inventory.ts';
import { INVENTORY_CATEGORIES } from '../protocol/record-names.ts';
import { BASELINE_SQL } from './baseline-sql.ts';
import type { BoundQuery } from './event-query.ts';
import { FLEET_EVENT_SQL, PERSON_LOGON, REMOTE_LOGON } from './fleet-events.ts';
import { FLEET_EVENTS } from './fleet-store.ts';
import type {
  FleetCount,
  FleetEvent,
  FleetItem,
  FleetItems,
  FleetItemsQuery,
  FleetLogon,
  FleetMoment,
  FleetReader,
  FleetStanding,
  HostLoad,
  IntegrityScan,
  LastLogon,
  Outbound,
  OutboundQuery,
  SharedUses,
  ToldBaseline,
} from './fleet-store.ts';

type Rows = <T>(bound: BoundQuery, toRow: (row: unknown) => T) => Promise<T[]>;

/** Of more hosts all are read, and the caller picks: parameters travel in the address. */
const AGENTS_IN_QUERY_MAX = 200;
const KEYS_IN_QUERY_MAX = 500;
/** Of one account within an hour: hosts with the addresses that it came from. */
const PLACES_MAX = 1_000;
const STANDING_FACTS = ['state', 'items', 'truncated', 'unread', 'snapshot'];
/** Names that reach SQL text are constants of the code; this says so of each. */
const FACT_NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

const integer = z.union([z.string().regex(/^-?\d+$/), z.number()]).transform(Number);
const texts = z.array(z.string());
const itemRow = z.object({
  agent: z.string(),
  key: z.string(),
  word: z.tuple([z.string(), z.string(), integer, integer, integer, texts]),
});
const standingRow = z.object({ agent: z.string(), category: z.string(), word: z.tuple([integer, texts]) });
const countRow = z.object({
  agentId: z.string(),
  event: z.enum(FLEET_EVENTS),
  count: integer,
  lastMs: integer,
});
const logonRow = z.object({
  agentId: z.string(),
  user: z.string(),
  source: z.string(),
  way: z.string(),
  count: integer,
  lastMs: integer,
});
const lastRow = z.object({ agentId: z.string(), user: z.string(), lastMs: integer });
const sharedRow = z.object({
  user: z.string(),
  atMs: integer,
  places: z.array(z.tuple([z.string(), z.string()])),
});
const outboundRow = z.object({ agentId: z.string(), addresses: integer, some: texts, lastMs: integer });
const scanRow = z.object({
  agentId: z.string(),
  paths: integer,
  baselineRows: integer,
  baselineDigest: z.string(),
  timeMs: integer,
});

const baselineRow = z.object({
  agentId: z.string(),
  word: z.tuple([z.string(), integer, integer]),
  saidMs: integer,
  madeMs: integer,
  tamperedMs: integer,
  acceptedMs: integer,
  changedMs: integer,
});

const LOAD_FACTS = [
  'overMs',
  'cpuPercent',
  'cpuPercentMax',
  'memoryTotalMb',
  'memoryUsedMb',
  'memoryUsedMbMax',
  'diskTotalMb',
  'diskUsedMb',
] as const;
const loadRow = z.object({ agentId: z.string(), timeMs: integer, told: texts });

const MOMENT = `time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
  AND time <= fromUnixTimestamp64Milli({at:Int64}, 'UTC')`;
const TIME_MS = 'toUnixTimestamp64Milli(time)';
const IN_INVENTORY = `channel = 'inventory' AND ${MOMENT}`;
/** How categories stand; the actions let the engine pass over everything else. */
const IN_COLLECTION = `${IN_INVENTORY} AND event_action IN ('${inventoryActions('collection').join("', '")}')
  AND inventory_category = 'collection'`;
/** The picture that the agent told last in full: its name, and where it ends. */
const PICTURES = `SELECT agent_id, argMaxIf((other_fields['inventory.snapshot'], batch, row), (batch, row),
      inventory_change = 'present' AND other_fields['inventory.snapshot'] != '') AS picture
    FROM events
    WHERE ${IN_COLLECTION} AND inventory_key = {category:String}`;

/** A record of an item that came or went, or changed, tells the fact as it is or as it was. */
function sortCondition(fact: string): string {
  const ofNow = factField(fact);
  const before = ofNow.replace(`'inventory.`, `'inventory.previous.`);
  return `AND if(inventory_change = 'removed', ${before}, ${ofNow}) IN {sort:Array(String)}`;
}

function factField(name: string): string {
  if (!FACT_NAME.test(name)) throw new RangeError(`not the name of a fact: ${name}`);
  return `other_fields['${inventoryField(name)}']`;
}

function factColumns(names: readonly string[]): string {
  const columns = names.map((name) => {
    const field = factField(name);
    return `if(${field} = 'null', '', ${field})`;
  });
  return `[${columns.join(', ')}]::Array(String)`;
}

/** @returns the condition, and its parameter */
function ofAgents({ agentIds, atMs, fromMs }: FleetMoment): {
  agents: string;
  params: Record<string, unknown>;
} {
  const moment = { at: atMs, from: fromMs };
  return agentIds === undefined || agentIds.length > AGENTS_IN_QUERY_MAX
    ? { agents: '', params: moment }
    : { agents: 'AND agent_id IN {agents:Array(String)}', params: { ...moment, agents: agentIds } };
}

export class ClickHouseFleet implements FleetReader {
  readonly #rows: Rows;

  /** @param rows a read that outlives a restart of the engine */
  constructor(rows: Rows) {
    this.#rows = rows;
  }

  standing(query: FleetMoment & { categories: readonly string[] }): Promise<FleetStanding[]> {
    const { agents, params } = ofAgents(query);
    const sql = `SELECT agent_id AS agent, inventory_key AS category,
        argMax((${TIME_MS}, ${factColumns(STANDING_FACTS)}), (batch, row)) AS word
      FROM events
      WHERE ${IN_COLLECTION} AND inventory_key IN {categories:Array(String)} ${agents}
      GROUP BY agent, category`;
    return this.#rows({ query: sql, params: { ...params, categories: query.categories } }, (row) => {
      const { agent, category, word } = standingRow.parse(row);
      const [toldMs, [state = '', items = '', truncated = '', unread = '']] = word;
      const counts = { items: Number(items), truncated: Number(truncated) };
      return { agentId: agent, category, state, toldMs, ...counts, unread };
    });
  }

  async items(query: FleetItemsQuery): Promise<FleetItems> {
    const { keys, facts, limit } = query;
    const items: FleetItem[] = [];
    let cutFrom: string | undefined;
    for (const some of keys === undefined ? [undefined] : portions(keys)) {
      const found = await this.#rows(itemsSql(query, some), (row) => toItem(itemRow.parse(row), facts));
      const cut = found.length > limit ? found.pop()?.agentId : undefined;
      if (cut !== undefined && (cutFrom === undefined || cut < cutFrom)) cutFrom = cut;
      items.push(...found);
    }
    return { items, cutFrom };
  }

  async keys(query: FleetMoment & { category: string; limit: number }): Promise<string[]> {
    const { agents, params } = ofAgents(query);
    const sql = `SELECT DISTINCT inventory_key AS key FROM events
      WHERE ${IN_INVENTORY} AND event_action IN {actions:Array(String)} AND inventory_category = {category:String} ${agents}
      LIMIT {limit:UInt32}`;
    const { category, limit } = query;
    const actions = inventoryActions(assertCategory(category));
    return this.#rows(
      { query: sql, params: { ...params, category, limit, actions } },
      (row) => z.object({ key: z.string() }).parse(row).key,
    );
  }

  counts(query: FleetMoment & { events: readonly FleetEvent[] }): Promise<FleetCount[]> {
    const { agents, params } = ofAgents(query);
    if (query.events.length === 0) return Promise.resolve([]);
    const cases = query.events.map((event) => `if(${FLEET_EVENT_SQL[event]}, '${event}', '')`).join(', ');
    const any = query.events.map((event) => FLEET_EVENT_SQL[event]).join(' OR ');
    const sql = `SELECT agent_id AS agentId, event, count() AS count, max(${TIME_MS}) AS lastMs
      FROM events ARRAY JOIN arrayFilter(name -> name != '', [${cases}]) AS event
      WHERE ${MOMENT} AND (${any}) ${agents}
      GROUP BY agentId, event ORDER BY agentId, event`;
    return this.#rows({ query: sql, params }, (row) => countRow.parse(row));
  }

  logons(query: FleetMoment & { limit: number }): Promise<FleetLogon[]> {
    const { agents, params } = ofAgents(query);
    const sql = `SELECT agent_id AS agentId, user_name AS user, source_ip AS source,
        if(event_action = 'logon_succeeded', 'rdp', 'ssh') AS way, count() AS count, max(${TIME_MS}) AS lastMs
      FROM events
      WHERE ${MOMENT} AND ${REMOTE_LOGON} ${agents}
      GROUP BY agentId, user, source, way ORDER BY agentId, count DESC, user, source LIMIT {limit:UInt32}`;
    return this.#rows({ query: sql, params: { ...params, limit: query.limit } }, (row) =>
      logonRow.parse(row),
    );
  }

  lastLogons(query: FleetMoment & { limit: number }): Promise<LastLogon[]> {
    const { agents, params } = ofAgents(query);
    const sql = `SELECT agent_id AS agentId, user_name AS user, max(${TIME_MS}) AS lastMs
      FROM events
      WHERE ${MOMENT} AND ${PERSON_LOGON} AND user_name != '' ${agents}
      GROUP BY agentId, user ORDER BY agentId, user LIMIT {limit:UInt32}`;
    return this.#rows({ query: sql, params: { ...params, limit: query.limit } }, (row) => lastRow.parse(row));
  }

  async sharedUse(query: FleetMoment & { sourcesMin: number; limit: number }): Promise<SharedUses> {
    const { agents, params } = ofAgents(query);
    const { sourcesMin, limit } = query;
    const sql = `SELECT user_name AS user, max(${TIME_MS}) AS atMs,
        arraySort(groupUniqArray(${PLACES_MAX + 1})((agent_id, source_ip))) AS places
      FROM events
      WHERE ${MOMENT} AND ${REMOTE_LOGON} AND source_ip != '' AND user_name != '' ${agents}
      GROUP BY user, intDiv(${TIME_MS}, 3600000)
      HAVING uniqExact(source_ip) >= {sourcesMin:UInt32}
      ORDER BY atMs DESC, user LIMIT {limit:UInt32}`;
    const rows = await this.#rows(
      { query: sql, params: { ...params, sourcesMin, limit: limit + 1 } },
      (row) => sharedRow.parse(row),
    );
    const uses = rows.slice(0, limit).map(({ user, atMs, places }) => ({
      user,
      atMs,
      places: places.slice(0, PLACES_MAX).map(([agentId, source]) => ({ agentId, source })),
    }));
    return { uses, isCut: rows.length > limit || rows.some(({ places }) => places.length > PLACES_MAX) };
  }

  outbound(query: OutboundQuery): Promise<Outbound[]> {
    const { agents, params } = ofAgents(query);
    const { allowed, limit } = query;
    const sql = `SELECT agent_id AS agentId, uniqExact(destination_ip) AS addresses,
        arraySort(groupUniqArray(5)(destination_ip)) AS some, max(${TIME_MS}) AS lastMs
      FROM events
      WHERE ${MOMENT} AND ${FLEET_EVENT_SQL.connection} ${agents}
        AND (isIPv4String(destination_ip) OR isIPv6String(destination_ip))
        AND NOT arrayExists(
          range -> isIPAddressInRange(if(isIPv4String(destination_ip) OR isIPv6String(destination_ip), destination_ip, '::'), range),
          {allowed:Array(String)})
      GROUP BY agentId ORDER BY agentId LIMIT {limit:UInt32}`;
    return this.#rows({ query: sql, params: { ...params, allowed, limit } }, (row) => outboundRow.parse(row));
  }

  integrityScans(query: FleetMoment): Promise<IntegrityScan[]> {
    const { agents, params } = ofAgents(query);
    const fact = (name: string): string => `other_fields['agent.detail.${name}']`;
    const sql = `SELECT agent_id AS agentId, tupleElement(word, 1) AS timeMs,
        toUInt64OrZero(tupleElement(word, 2)) AS paths, toUInt64OrZero(tupleElement(word, 3)) AS baselineRows,
        tupleElement(word, 4) AS baselineDigest
      FROM (
        SELECT agent_id, argMax((${TIME_MS}, ${fact('paths')}, ${fact('baselineRows')}, ${fact('baselineDigest')}), (batch, row)) AS word
        FROM events
        WHERE ${MOMENT} AND event_action = 'agent_scan_completed' ${agents}
          AND other_fields['agent.subject'] = 'integrity'
        GROUP BY agent_id
      )`;
    return this.#rows({ query: sql, params }, (row) => scanRow.parse(row));
  }

  baselines(query: FleetMoment): Promise<ToldBaseline[]> {
    const { agents, params } = ofAgents(query);
    const { select, where, having } = BASELINE_SQL;
    const sql = `SELECT agent_id AS agentId, ${select}
      FROM events WHERE ${MOMENT} AND ${where} ${agents} GROUP BY agentId HAVING ${having}`;
    return this.#rows({ query: sql, params }, (row) => {
      const { word, saidMs, ...told } = baselineRow.parse(row);
      const [digest, paths, scannedMs] = word;
      return { ...told, digest, paths, toldMs: digest === '' ? saidMs : scannedMs };
    });
  }

  loads(query: FleetMoment): Promise<HostLoad[]> {
    const { agents, params } = ofAgents(query);
    const facts = LOAD_FACTS.map((name) => `other_fields['agent.detail.${name}']`).join(', ');
    const sql = `SELECT agent_id AS agentId, tupleElement(word, 1) AS timeMs, tupleElement(word, 2) AS told
      FROM (
        SELECT agent_id, argMax((${TIME_MS}, [${facts}]::Array(String)), (batch, row)) AS word
        FROM events
        WHERE ${MOMENT} AND event_action = 'agent_scan_completed' ${agents}
          AND other_fields['agent.subject'] = 'load'
        GROUP BY agent_id
      )`;
    return this.#rows({ query: sql, params }, (row) => toLoad(loadRow.parse(row)));
  }
}

/** What a host says of itself is text: what is no number is not known, or none. */
function toLoad({ agentId, timeMs, told }: z.infer<typeof loadRow>): HostLoad {
  const known = (name: (typeof LOAD_FACTS)[number]): number | undefined => {
    const text = told[LOAD_FACTS.indexOf(name)] ?? '';
    return /^\d{1,15}(?:\.\d{1,3})?$/.test(text) ? Number(text) : undefined;
  };
  const number = (name: (typeof LOAD_FACTS)[number]): number => known(name) ?? 0;
  return {
    agentId,
    timeMs,
    overMs: number('overMs'),
    cpuPercent: known('cpuPercent'),
    cpuPercentMax: known('cpuPercentMax'),
    memoryTotalMb: number('memoryTotalMb'),
    memoryUsedMb: number('memoryUsedMb'),
    memoryUsedMbMax: number('memoryUsedMbMax'),
    diskTotalMb: number('diskTotalMb'),
    diskUsedMb: number('diskUsedMb'),
  };
}

function assertCategory(category: string): (typeof INVENTORY_CATEGORIES)[number] {
  const known = INVENTORY_CATEGORIES.find((one) => one === category);
  if (known === undefined) throw new RangeError(`the inventory has no category ${category}`);
  return known;
}

function* portions(keys: readonly string[]): Generator<readonly string[]> {
  for (let from = 0; from < keys.length; from += KEYS_IN_QUERY_MAX)
    yield keys.slice(from, from + KEYS_IN_QUERY_MAX);
}

/** One row more than asked for shows that there are more. */
function itemsSql(query: FleetItemsQuery, keys: readonly string[] | undefined): BoundQuery {
  const { agents, params } = ofAgents(query);
  const { category, facts, where = [], unless, sort, limit } = query;
  const among = (fact: string, param: string): string => {
    const place = facts.indexOf(fact);
    if (place === -1) throw new RangeError(`${fact} is asked of items and not read`);
    return `tupleElement(found.word, 6)[${place + 1}] IN {${param}:Array(String)}`;
  };
  const wanted = where.map(({ fact }, at) => among(fact, `where${at}`));
  const sql = `SELECT found.agent_id AS agent, found.key AS key, found.word AS word
    FROM (
      SELECT agent_id, inventory_key AS key,
        argMax((inventory_change, other_fields['inventory.snapshot'], batch, row, ${TIME_MS}, ${factColumns(facts)}), (batch, row)) AS word
      FROM events
      WHERE ${IN_INVENTORY} AND event_action IN {actions:Array(String)} AND inventory_category = {category:String} ${agents}
        ${keys === undefined ? '' : 'AND inventory_key IN {keys:Array(String)}'}
        ${sort === undefined ? '' : sortCondition(sort.fact)}
      GROUP BY agent_id, key
      HAVING tupleElement(word, 1) != 'removed'
    ) AS found
    LEFT JOIN (${PICTURES} ${agents} GROUP BY agent_id) AS told ON found.agent_id = told.agent_id
    WHERE (tupleElement(told.picture, 1) = '' OR tupleElement(found.word, 2) = tupleElement(told.picture, 1)
      OR (tupleElement(found.word, 3), tupleElement(found.word, 4)) > (tupleElement(told.picture, 2), tupleElement(told.picture, 3)))
      ${wanted.length === 0 ? '' : `AND (${wanted.join(' OR ')})`}
      ${unless === undefined ? '' : `AND NOT ${among(unless.fact, 'unless')}`}
    ORDER BY agent, key LIMIT {limit:UInt32}`;
  const actions = inventoryActions(assertCategory(category));
  const values = Object.fromEntries(where.map((one, at) => [`where${at}`, one.in]));
  const own = {
    ...(keys === undefined ? {} : { keys }),
    ...(unless === undefined ? {} : { unless: unless.in }),
    ...(sort === undefined ? {} : { sort: sort.in }),
    category,
    actions,
    limit: limit + 1,
  };
  return { query: sql, params: { ...params, ...values, ...own } };
}

function toItem({ agent, key, word }: z.infer<typeof itemRow>, names: readonly string[]): FleetItem {
  const [, , , , timeMs, values] = word;
  const facts = Object.fromEntries(names.map((name, at) => [name, values[at] ?? '']));
  return { agentId: agent, key, timeMs, facts };
}
