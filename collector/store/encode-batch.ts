/**
 * A batch of events as one ArrowStream: the same bytes for the embedded engine and for a server.
 * Invariants: one record batch, therefore one block and one part; rows are checked before a byte is made, and
 * the row that cannot be stored is named.
 */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
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

/** What an INSERT needs: the columns' names in the stream's order, and the stream. */
export interface EncodedRows {
  columns: readonly string[];
  bytes: Uint8Array;
  rows: number;
}

/** JavaScript's own range of times. */
const TIME_MS_MAX = 8.64e15;
/** Encoding a large batch takes longer than the event loop may stand still. */
const BREATH_MS = 8;
const ROWS_PER_BREATH = 256;
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
  return { columns: names, bytes, rows };
}

interface EventLists {
  products: Lists;
  categories: Lists;
  services: Lists;
  keys: Lists;
  values: Lists;
  jsonKeys: Lists;
  ruleIds: Lists;
  hitFields: Lists;
}

function addRow(lists: EventLists, { event, hits }: EventRow): void {
  const { products, categories, services, keys, values, jsonKeys, ruleIds, hitFields } = lists;
  for (const source of event.logsources) {
    products.values.push(source.product ?? '');
    categories.values.push(source.category ?? '');
    services.values.push(source.service ?? '');
  }
  const { fields } = event;
  for (const key of Object.keys(fields)) {
    const value = fields[key];
    if (value === undefined) continue;
    keys.values.push(key);
    if (typeof value === 'string') values.values.push(value);
    else {
      values.values.push(toFieldText(value));
      jsonKeys.values.push(key);
    }
  }
  for (const hit of hits) {
    ruleIds.values.push(hit.ruleId);
    hitFields.values.push(JSON.stringify(hit.fields));
  }
  products.end();
  categories.end();
  services.end();
  keys.end();
  values.end();
  jsonKeys.end();
  ruleIds.end();
  hitFields.end();
}

/** The list-valued columns of the rows, gathered in one walk. */
async function gatherLists(rows: readonly EventRow[], breathe: () => Promise<void>): Promise<EventLists> {
  const lists: EventLists = {
    products: new Lists(),
    categories: new Lists(),
    services: new Lists(),
    keys: new Lists(),
    values: new Lists(),
    jsonKeys: new Lists(),
    ruleIds: new Lists(),
    hitFields: new Lists(),
  };
  for (const [at, row] of rows.entries()) {
    if (at % ROWS_PER_BREATH === 0) await breathe();
    addRow(lists, row);
  }
  return lists;
}

/** Lets the event loop turn whenever this much time has gone by without. */
function breather(everyMs: number): () => Promise<void> {
  let lastMs = performance.now();
  return async () => {
    if (performance.now() - lastMs < everyMs) return;
    await setImmediate();
    lastMs = performance.now();
  };
}

/**
 * Names the batch for the store's memory of what it has: a word of the one who inserts, the batch's number, and the
 * names of its rows in order. A row's name stands for its content, so a repeated batch is the same one, and other rows
 * under a number that was used before are not.
 */
export function batchToken(batch: EventBatch, word: string): string {
  let names = '';
  for (const { agentId, epoch, lane, seq } of batch.rows) {
    names += `${agentId.length}:${agentId}${epoch.length}:${epoch}${lane}/${seq};`;
  }
  return `${word}-${batch.batch}-${createHash('sha256').update(names).digest('hex')}`;
}

/**
 * Encodes the batch, giving way to other work between its columns.
 * @throws BatchRefusedError naming the first row that cannot be stored
 */
export async function encodeBatch(batch: EventBatch): Promise<EncodedRows> {
  check(batch);
  const { rows } = batch;
  const breathe = breather(BREATH_MS);
  const lists = await gatherLists(rows, breathe);
  const columns: Record<string, Data> = {};
  let dictionaries = 0;
  const repeated = (texts: readonly string[]): Data => {
    dictionaries += 1;
    return repeatedColumn(texts, dictionaries);
  };
  const list = (of: Lists): Data => listColumn(of, repeated(of.values));
  const same = (value: number): number[] => Array.from(rows, () => value);
  // The two largest columns, each a step of its own.
  const keys = repeated(lists.keys.values);
  await breathe();
  const values = textColumn(lists.values.values);
  await breathe();
  const makers: readonly (readonly [string, () => Data])[] = [
    ['batch', () => uint64Column(same(batch.batch))],
    ['row', () => uint32Column(rows.map((_, at) => at))],
    ['received', () => timeColumn(same(batch.receivedMs))],
    ['time', () => timeColumn(rows.map((row) => row.event.timeMs))],
    ['agent_id', () => repeated(rows.map((row) => row.agentId))],
    ['epoch', () => repeated(rows.map((row) => row.epoch))],
    ['lane', () => uint8Column(rows.map((row) => row.lane))],
    ['seq', () => uint64Column(rows.map((row) => row.seq))],
    ['agency_id', () => uint32Column(rows.map((row) => row.agencyId))],
    ['hostname', () => repeated(rows.map((row) => row.hostname))],
    ['channel', () => repeated(rows.map((row) => row.channel))],
    ['origin', () => repeated(rows.map((row) => row.origin))],
    ['parsed', () => uint8Column(rows.map((row) => (row.event.parsed ? 1 : 0)))],
    ['message', () => textColumn(rows.map((row) => row.event.message))],
    ...EVENT_COLUMNS.map(({ name, repeats }) => {
      const texts = (): string[] => rows.map((row) => row.event.columns[name] ?? '');
      return [name, () => (repeats ? repeated(texts()) : textColumn(texts()))] as const;
    }),
    ['log_products', () => list(lists.products)],
    ['log_categories', () => list(lists.categories)],
    ['log_services', () => list(lists.services)],
    ['fields', () => mapColumn(lists.keys, keys, values)],
    ['json_fields', () => list(lists.jsonKeys)],
    ['rule_ids', () => list(lists.ruleIds)],
    ['hit_fields', () => listColumn(lists.hitFields, textColumn(lists.hitFields.values))],
  ];
  for (const [name, make] of makers) {
    columns[name] = make();
    await breathe();
  }
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
