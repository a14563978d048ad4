/**
 * A batch of events as one ArrowStream: the same bytes for the embedded engine and for a server.
 * Invariants: one record batch, therefore one block and one part; rows are checked before a byte is made, and
 * the row that cannot be stored is named.
 */
import { createHash } from 'node:crypto';
import {
  type Data,
  Field,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  makeData,
} from 'apache-arrow';
import {
  Lists,
  listColumn,
  mapColumn,
  repeatedColumn,
  textColumn,
  timeColumn,
  uint32Column,
  uint64Column,
  uint8Column,
} from './arrow-columns.ts';
import { EVENT_COLUMNS } from './event-columns.ts';
import { toFieldText } from './field-text.ts';
import { BatchRefusedError, type EventBatch, type EventRow, type LaneMark } from './store.ts';

/** What an INSERT needs: the columns' names in the stream's order, the stream, and a hash of its content. */
export interface EncodedRows {
  columns: readonly string[];
  bytes: Uint8Array;
  /** Hex; equal for equal rows in equal order. */
  hash: string;
  rows: number;
}

/** JavaScript's own range of times. */
const TIME_MS_MAX = 8.64e15;
const UINT8_MAX = 255;
const UINT32_MAX = 4_294_967_295;

function isCount(value: number, max: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value <= max;
}

function fault(row: EventRow): string | undefined {
  if (!isCount(row.seq, Number.MAX_SAFE_INTEGER)) return `seq ${row.seq}`;
  if (!isCount(row.lane, UINT8_MAX)) return `lane ${row.lane}`;
  if (!isCount(row.agencyId, UINT32_MAX)) return `agencyId ${row.agencyId}`;
  const { timeMs } = row.event;
  if (!Number.isSafeInteger(timeMs) || Math.abs(timeMs) > TIME_MS_MAX) return `timeMs ${timeMs}`;
  return undefined;
}

/** @throws BatchRefusedError */
function check(batch: EventBatch): void {
  if (!isCount(batch.batch, Number.MAX_SAFE_INTEGER))
    throw new BatchRefusedError(`bad batch number ${batch.batch}`);
  if (!isCount(batch.receivedMs, TIME_MS_MAX)) {
    throw new BatchRefusedError(`batch ${batch.batch}: bad receivedMs ${batch.receivedMs}`);
  }
  for (const [at, row] of batch.rows.entries()) {
    const what = fault(row);
    if (what !== undefined) {
      throw new BatchRefusedError(`batch ${batch.batch}, row ${at}: ${what} cannot be stored`);
    }
  }
}

function frame(columns: Readonly<Record<string, Data>>, rows: number): EncodedRows {
  const names = Object.keys(columns);
  const children = Object.values(columns);
  const fields = children.map((data, at) => new Field(names[at] ?? '', data.type, false));
  const schema = new Schema(fields);
  const type = new Struct(fields);
  const recordBatch = new RecordBatch(schema, makeData({ type, length: rows, nullCount: 0, children }));
  const bytes = RecordBatchStreamWriter.writeAll([recordBatch]).toUint8Array(true);
  return { columns: names, bytes, hash: createHash('sha256').update(bytes).digest('hex'), rows };
}

/** The list-valued columns of the rows, gathered in one walk. */
function gatherLists(rows: readonly EventRow[]): {
  products: Lists;
  categories: Lists;
  services: Lists;
  keys: Lists;
  values: Lists;
  jsonKeys: Lists;
  ruleIds: Lists;
  hitFields: Lists;
} {
  const lists = {
    products: new Lists(),
    categories: new Lists(),
    services: new Lists(),
    keys: new Lists(),
    values: new Lists(),
    jsonKeys: new Lists(),
    ruleIds: new Lists(),
    hitFields: new Lists(),
  };
  const all = Object.values(lists);
  const { products, categories, services, keys, values, jsonKeys, ruleIds, hitFields } = lists;
  for (const { event, hits } of rows) {
    for (const source of event.logsources) {
      products.add(source.product ?? '');
      categories.add(source.category ?? '');
      services.add(source.service ?? '');
    }
    const { fields } = event;
    for (const key of Object.keys(fields)) {
      const value = fields[key];
      if (value === undefined) continue;
      keys.add(key);
      if (typeof value === 'string') values.add(value);
      else {
        values.add(toFieldText(value));
        jsonKeys.add(key);
      }
    }
    for (const hit of hits) {
      ruleIds.add(hit.ruleId);
      hitFields.add(JSON.stringify(hit.fields));
    }
    for (const list of all) list.end();
  }
  return lists;
}

/** @throws BatchRefusedError naming the first row that cannot be stored */
export function encodeBatch(batch: EventBatch): EncodedRows {
  check(batch);
  const { rows } = batch;
  const lists = gatherLists(rows);
  let dictionaries = 0;
  const repeated = (values: readonly string[]): Data => {
    dictionaries += 1;
    return repeatedColumn(values, dictionaries);
  };
  const same = (value: number): number[] => Array.from(rows, () => value);
  const columns: Record<string, Data> = {
    batch: uint64Column(same(batch.batch)),
    row: uint32Column(rows.map((_, at) => at)),
    received: timeColumn(same(batch.receivedMs)),
    time: timeColumn(rows.map((row) => row.event.timeMs)),
    agent_id: repeated(rows.map((row) => row.agentId)),
    epoch: repeated(rows.map((row) => row.epoch)),
    lane: uint8Column(rows.map((row) => row.lane)),
    seq: uint64Column(rows.map((row) => row.seq)),
    agency_id: uint32Column(rows.map((row) => row.agencyId)),
    hostname: repeated(rows.map((row) => row.hostname)),
    channel: repeated(rows.map((row) => row.channel)),
    origin: repeated(rows.map((row) => row.origin)),
    parsed: uint8Column(rows.map((row) => (row.event.parsed ? 1 : 0))),
    message: textColumn(rows.map((row) => row.event.message)),
  };
  for (const { name, repeats } of EVENT_COLUMNS) {
    const values = rows.map((row) => row.event.columns[name] ?? '');
    columns[name] = repeats ? repeated(values) : textColumn(values);
  }
  columns['log_products'] = listColumn(lists.products, repeated(lists.products.values));
  columns['log_categories'] = listColumn(lists.categories, repeated(lists.categories.values));
  columns['log_services'] = listColumn(lists.services, repeated(lists.services.values));
  dictionaries += 1;
  columns['fields'] = mapColumn(lists.keys, lists.values, dictionaries);
  columns['json_fields'] = listColumn(lists.jsonKeys, repeated(lists.jsonKeys.values));
  columns['rule_ids'] = listColumn(lists.ruleIds, repeated(lists.ruleIds.values));
  columns['hit_fields'] = listColumn(lists.hitFields, textColumn(lists.hitFields.values));
  return frame(columns, rows.length);
}

/** @throws RangeError when a mark's numbers cannot be stored */
export function encodeMarks(marks: readonly LaneMark[], batch: number): EncodedRows {
  for (const mark of marks) {
    if (!isCount(mark.seq, Number.MAX_SAFE_INTEGER) || !isCount(mark.lane, UINT8_MAX)) {
      throw new RangeError(`bad mark of ${mark.agentId}: lane ${mark.lane}, seq ${mark.seq}`);
    }
  }
  return frame(
    {
      agent_id: textColumn(marks.map((mark) => mark.agentId)),
      epoch: textColumn(marks.map((mark) => mark.epoch)),
      lane: uint8Column(marks.map((mark) => mark.lane)),
      seq: uint64Column(marks.map((mark) => mark.seq)),
      batch: uint64Column(marks.map(() => batch)),
    },
    marks.length,
  );
}
