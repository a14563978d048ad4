/** The last word on each item of an inventory, and how each category stood. Values reach SQL only as parameters. */
import type { ClickHouseSettings } from '@clickhouse/client';
import { z } from 'zod';
import { inventoryFacts, inventoryField } from '../normalize/inventory.ts';
import type { BoundQuery } from './event-query.ts';
import {
  type CategoriesQuery,
  type FindQuery,
  type InventoryReader,
  isAfter,
  type ItemsQuery,
  type ToldCategory,
  type ToldRecord,
} from './inventory-store.ts';
import { readFields } from './stored-fields.ts';

const CHANNEL = 'inventory';
const STANDING = 'collection';
/** Hosts asked for in one query: they travel in its address. */
const AGENTS_PER_QUERY = 200;

const integer = z.union([z.string().regex(/^-?\d+$/), z.number()]).transform(Number);
const wordSchema = z.tuple([
  z.string(),
  z.custom<object>((value) => typeof value === 'object' && value !== null),
  z.array(z.string()),
  integer,
  integer,
  integer,
]);
const rowSchema = z.object({ agent: z.string(), category: z.string(), key: z.string(), word: wordSchema });

const WORD = `(inventory_change, other_fields, json_fields, batch, row, toUnixTimestamp64Milli(time))`;
const MOMENT = `time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
  AND time <= fromUnixTimestamp64Milli({at:Int64}, 'UTC')`;

function toRecord(value: unknown): ToldRecord {
  const { agent: agentId, category, key, word } = rowSchema.parse(value);
  const [change, map, json, batch, row, timeMs] = word;
  const fields = readFields('', [], { ...map }, json);
  const snapshot = fields['inventory.snapshot'];
  return {
    agentId,
    category,
    key,
    change,
    snapshot: typeof snapshot === 'string' ? snapshot : '',
    batch,
    row,
    timeMs,
    facts: inventoryFacts(fields),
  };
}

export class ClickHouseInventory implements InventoryReader {
  readonly #rows: <T>(
    bound: BoundQuery,
    toRow: (row: unknown) => T,
    settings?: ClickHouseSettings,
  ) => Promise<T[]>;

  /** @param rows a read that outlives a restart of the engine */
  constructor(
    rows: <T>(bound: BoundQuery, toRow: (row: unknown) => T, settings?: ClickHouseSettings) => Promise<T[]>,
  ) {
    this.#rows = rows;
  }

  async categories({ agentIds, category, atMs, fromMs }: CategoriesQuery): Promise<ToldCategory[]> {
    const found = new Map<string, ToldCategory>();
    for (const some of portions(agentIds)) {
      const query = `SELECT agent_id AS agent, inventory_key AS key, '${STANDING}' AS category, inventory_change = 'present' AS full,
          argMax(${WORD}, (batch, row)) AS word
        FROM events
        WHERE channel = '${CHANNEL}' AND inventory_category = '${STANDING}' AND ${MOMENT}
          ${some === undefined ? '' : 'AND agent_id IN {agents:Array(String)}'}
          ${category === undefined ? '' : 'AND inventory_key = {category:String}'}
        GROUP BY agent_id, key, full`;
      const params = { at: atMs, from: fromMs, agents: some, category };
      for (const record of await this.#rows({ query, params: defined(params) }, toRecord)) {
        const name = `${record.agentId}\0${record.key}`;
        const before = found.get(name);
        const full = record.change === 'present' && record.snapshot !== '' ? record : before?.full;
        const last = before === undefined || isAfter(record, before.last) ? record : before.last;
        found.set(name, { agentId: record.agentId, category: record.key, last, full });
      }
    }
    return [...found.values()];
  }

  items({ agentIds, categories, pictures, limit, after, atMs, fromMs }: ItemsQuery): Promise<ToldRecord[]> {
    if (agentIds.length === 0 || categories.length === 0) return Promise.resolve([]);
    const query = `WITH indexOf({categories:Array(String)}, inventory_category) AS place
      SELECT '' AS agent, inventory_category AS category, inventory_key AS key,
        argMax(${WORD}, (batch, row)) AS word
      FROM events
      WHERE channel = '${CHANNEL}' AND agent_id IN {agents:Array(String)} AND ${MOMENT}
        AND inventory_category IN {categories:Array(String)}
        AND (other_fields['inventory.snapshot'] = {snapshots:Array(String)}[place]
          OR (batch, row) > ({batches:Array(UInt64)}[place], {rows:Array(UInt32)}[place]))
        ${after === undefined ? '' : 'AND (inventory_category, inventory_key) > ({afterCategory:String}, {afterKey:String})'}
      GROUP BY category, key
      HAVING tupleElement(word, 1) != 'removed'
      ORDER BY category, key
      LIMIT {limit:UInt32}`;
    const params = {
      agents: agentIds,
      categories,
      snapshots: pictures.map(({ snapshot }) => snapshot),
      batches: pictures.map(({ batch }) => batch),
      rows: pictures.map(({ row }) => row),
      at: atMs,
      from: fromMs,
      limit,
      afterCategory: after?.category,
      afterKey: after?.key,
    };
    return this.#rows({ query, params: defined(params) }, toRecord);
  }

  async find({
    category,
    name,
    facts = [],
    agentIds,
    limit,
    atMs,
    fromMs,
  }: FindQuery): Promise<ToldRecord[]> {
    const found: ToldRecord[] = [];
    const wild = name.includes('*');
    const asked = facts
      .map((_, at) => `tupleElement(word, 2)[{fact${at}:String}] = {value${at}:String}`)
      .join(' AND ');
    const factParams = Object.fromEntries(
      facts.flatMap(({ name: fact, value }, at) => [
        [`fact${at}`, inventoryField(fact)],
        [`value${at}`, value],
      ]),
    );
    const holds = wild ? 'LIKE {name:String}' : '= {name:String}';
    for (const some of portions(agentIds)) {
      if (found.length >= limit) break;
      const query = `SELECT agent_id AS agent, inventory_category AS category, inventory_key AS key,
          argMax(${WORD}, (batch, row)) AS word
        FROM events
        WHERE channel = '${CHANNEL}' AND inventory_category = {category:String} AND ${MOMENT}
          AND (inventory_key ${holds} OR other_fields['inventory.name'] ${holds}
            OR other_fields['inventory.previous.name'] ${holds})
          ${some === undefined ? '' : 'AND agent_id IN {agents:Array(String)}'}
        GROUP BY agent_id, category, key
        ${facts.length === 0 ? '' : `HAVING ${asked}`}
        ORDER BY agent_id, key
        LIMIT {limit:UInt32}`;
      const params = {
        category,
        name: wild ? likePattern(name) : name,
        agents: some,
        at: atMs,
        from: fromMs,
        limit: limit - found.length,
        ...factParams,
      };
      found.push(...(await this.#rows({ query, params: defined(params) }, toRecord)));
    }
    return found;
  }
}

/** `*` is any text; what LIKE takes for more than itself is not. */
function likePattern(name: string): string {
  return name.replace(/[\\%_]/g, '\\$&').replaceAll('*', '%');
}

function* portions(agentIds: readonly string[] | undefined): Generator<readonly string[] | undefined> {
  if (agentIds === undefined) {
    yield undefined;
    return;
  }
  for (let at = 0; at < agentIds.length; at += AGENTS_PER_QUERY)
    yield agentIds.slice(at, at + AGENTS_PER_QUERY);
}

function defined(params: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));
}
