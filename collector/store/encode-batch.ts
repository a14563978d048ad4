/**
 * A batch of events as one ArrowStream: the same bytes for the embedded engine and for a server.
 * Invariant: one record batch, therefore one block and one part.
 */
import { type Data, Field, RecordBatch, Schema, Struct, makeData } from 'apache-arrow';
import {
  ListColumn,
  MapColumn,
  NumberColumn,
  RepeatedColumn,
  TextColumn,
  textColumn,
  timeColumn,
  uint32Column,
  uint64Column,
  uint8Column,
} from './arrow-columns.ts';
import { streamOf } from './arrow-stream.ts';
import type { EventShape } from '../../rules/sigma/index.ts';
import type { LogSource } from '../normalize/event.ts';
import { TYPED_COLUMNS } from './event-columns.ts';
import type { MessageBook } from './message-book.ts';
import type { PackReader, PackWriter, Stretch } from './pack.ts';
import { IN_MAP, StoredFields } from './stored-fields.ts';
import type { EventRow, LaneMark, RowHit } from './store.ts';

/** What an INSERT needs: the columns' names in the stream's order, and the stream in pieces. */
export interface EncodedRows {
  columns: readonly string[];
  chunks: readonly Uint8Array[];
  rows: number;
}

/** JavaScript's own range of times. */
const TIME_MS_MAX = 8.64e15;
const UINT8_MAX = 255;
const UINT32_MAX = 4_294_967_295;

function isCount(value: number, max: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value <= max;
}

/** What of the row cannot be stored. */
export function faultOf(row: EventRow): string | undefined {
  if (!isCount(row.seq, Number.MAX_SAFE_INTEGER)) return `seq ${row.seq}`;
  if (!isCount(row.lane, UINT8_MAX)) return `lane ${row.lane}`;
  if (!isCount(row.agencyId, UINT32_MAX)) return `agencyId ${row.agencyId}`;
  if (!isCount(row.readHour, UINT32_MAX)) return `readHour ${row.readHour}`;
  const { timeMs } = row.event;
  if (!Number.isSafeInteger(timeMs) || Math.abs(timeMs) > TIME_MS_MAX) return `timeMs ${timeMs}`;
  return undefined;
}

/** Columns as one ArrowStream of one record batch. */
export function frame(columns: Readonly<Record<string, Data>>, rows: number): EncodedRows {
  const names = Object.keys(columns);
  const children = Object.values(columns);
  const fields = children.map((data, at) => new Field(names[at] ?? '', data.type, false));
  const schema = new Schema(fields);
  const type = new Struct(fields);
  const recordBatch = new RecordBatch(schema, makeData({ type, length: rows, nullCount: 0, children }));
  return { columns: names, chunks: streamOf(recordBatch), rows };
}

/** Numbers of a shape's names in dictionaries of the batch, by place: of the map, and of the fields that are not text. */
interface NameNumbers {
  keys: readonly number[];
  jsonNames: number[];
}

/** Numbers of a log source's words in dictionaries of the batch. */
interface SourceNumbers {
  product: number;
  category: number;
  service: number;
}

/** The columns of a batch that are filled row by row; when nobody looks at them any more, another batch may have them. */
export class RowColumns {
  readonly #messages: MessageBook;
  readonly #time: NumberColumn;
  readonly #lane: NumberColumn;
  readonly #seq: NumberColumn;
  readonly #agency: NumberColumn;
  readonly #readHour: NumberColumn;
  readonly #parsed: NumberColumn;
  readonly #agentId: RepeatedColumn;
  readonly #epoch: RepeatedColumn;
  readonly #channel: RepeatedColumn;
  readonly #origin: RepeatedColumn;
  readonly #messagePattern: RepeatedColumn;
  readonly #messageText: TextColumn;
  readonly #typed: readonly (TextColumn | RepeatedColumn)[];
  readonly #typedFields: RepeatedColumn;
  readonly #products: ListColumn<RepeatedColumn>;
  readonly #categories: ListColumn<RepeatedColumn>;
  readonly #services: ListColumn<RepeatedColumn>;
  readonly #fields: MapColumn;
  readonly #jsonFields: ListColumn<RepeatedColumn>;
  readonly #ruleIds: ListColumn<RepeatedColumn>;
  readonly #hitFields: ListColumn<TextColumn>;
  readonly #names = new Map<EventShape, NameNumbers>();
  readonly #sources = new Map<readonly LogSource[], readonly SourceNumbers[]>();
  readonly #row = new StoredFields();

  constructor(rows: number, messages: MessageBook) {
    let dictionaries = 0;
    const number = (): number => (dictionaries += 1);
    const repeated = (): RepeatedColumn => new RepeatedColumn(number(), rows);
    const list = (): ListColumn<RepeatedColumn> => new ListColumn(repeated(), rows);
    const numbers = (finish: (values: Float64Array) => Data): NumberColumn => new NumberColumn(finish, rows);
    this.#messages = messages;
    messages.begin();
    this.#time = numbers(timeColumn);
    this.#lane = numbers(uint8Column);
    this.#seq = numbers(uint64Column);
    this.#agency = numbers(uint32Column);
    this.#readHour = numbers(uint32Column);
    this.#parsed = numbers(uint8Column);
    this.#agentId = repeated();
    this.#epoch = repeated();
    this.#channel = repeated();
    this.#origin = repeated();
    this.#messagePattern = repeated();
    this.#messageText = new TextColumn(rows);
    this.#typed = TYPED_COLUMNS.map(({ repeats }) => (repeats ? repeated() : new TextColumn(rows)));
    this.#typedFields = repeated();
    this.#products = list();
    this.#categories = list();
    this.#services = list();
    this.#fields = new MapColumn(number(), rows);
    this.#jsonFields = list();
    this.#ruleIds = list();
    this.#hitFields = new ListColumn(new TextColumn(rows), rows);
  }

  add(row: EventRow): void {
    const { event, hits } = row;
    this.#agentId.add(row.agentId);
    this.#epoch.add(row.epoch);
    this.#channel.add(row.channel);
    this.#origin.add(row.origin);
    const stored = this.#row;
    stored.fill(row);
    for (let at = 0; at < this.#typed.length; at += 1) this.#typed[at]?.add(stored.columns[at] ?? '');
    this.#typedFields.add(stored.typedFields);
    const { pattern, text } = this.#messages.store(row, stored);
    this.#messagePattern.add(pattern);
    this.#messageText.add(text);
    this.#addFields(stored);
    this.#addSources(event.logsources);
    this.#addHits(hits);
    this.#time.add(event.timeMs);
    this.#lane.add(row.lane);
    this.#seq.add(row.seq);
    this.#agency.add(row.agencyId);
    this.#readHour.add(row.readHour);
    this.#parsed.add(event.parsed ? 1 : 0);
  }

  /** Ready for another batch. Whatever was made of the columns before is no longer true. */
  clear(): void {
    for (const column of this.#all) column.clear();
    this.#names.clear();
    this.#sources.clear();
    this.#messages.begin();
  }

  /** Memory that the columns have, whether it is filled or not. */
  get bytesReserved(): number {
    return this.#all.reduce((sum, { bytesReserved }) => sum + bytesReserved, 0);
  }

  #addHits(hits: readonly RowHit[]): void {
    for (const hit of hits) {
      this.#ruleIds.values.add(hit.ruleId);
      this.#hitFields.values.add(JSON.stringify(hit.fields));
    }
    this.#ruleIds.end(hits.length);
    this.#hitFields.end(hits.length);
  }

  #addFields({ shape, size, homes, texts, json }: StoredFields): void {
    const { keys, jsonNames } = this.#namesOf(shape);
    for (let place = 0; place < size; place += 1) {
      if (homes[place] === IN_MAP) this.#fields.add(keys[place] ?? 0, texts[place] ?? '');
    }
    this.#fields.end();
    const { values } = this.#jsonFields;
    for (const place of json) {
      const name = (jsonNames[place] ??= values.number(shape.names[place] ?? ''));
      values.addNumbered(name);
    }
    this.#jsonFields.end(json.length);
  }

  #namesOf(shape: EventShape): NameNumbers {
    let names = this.#names.get(shape);
    if (names === undefined) {
      names = { keys: shape.names.map((name) => this.#fields.keyNumber(name)), jsonNames: [] };
      this.#names.set(shape, names);
    }
    return names;
  }

  #addSources(sources: readonly LogSource[]): void {
    const numbers = this.#sources.get(sources) ?? this.#numberSources(sources);
    for (const { product, category, service } of numbers) {
      this.#products.values.addNumbered(product);
      this.#categories.values.addNumbered(category);
      this.#services.values.addNumbered(service);
    }
    this.#products.end(numbers.length);
    this.#categories.end(numbers.length);
    this.#services.end(numbers.length);
  }

  #numberSources(sources: readonly LogSource[]): readonly SourceNumbers[] {
    const numbers = sources.map(({ product = '', category = '', service = '' }) => ({
      product: this.#products.values.number(product),
      category: this.#categories.values.number(category),
      service: this.#services.values.number(service),
    }));
    // A list that is frozen is one that many events share.
    if (Object.isFrozen(sources)) this.#sources.set(sources, numbers);
    return numbers;
  }

  /** In the order in which they are packed. What rules hit is not: it is added when it is known for good. */
  get #packed(): readonly (
    TextColumn | RepeatedColumn | ListColumn<RepeatedColumn> | MapColumn | NumberColumn
  )[] {
    return [
      this.#agentId,
      this.#epoch,
      this.#channel,
      this.#origin,
      this.#messagePattern,
      this.#messageText,
      ...this.#typed,
      this.#typedFields,
      this.#products,
      this.#categories,
      this.#services,
      this.#fields,
      this.#jsonFields,
      this.#time,
      this.#lane,
      this.#seq,
      this.#agency,
      this.#readHour,
      this.#parsed,
    ];
  }

  get #all(): readonly { clear(): void; truncate(rows: number): void; readonly bytesReserved: number }[] {
    return [...this.#packed, this.#ruleIds, this.#hitFields];
  }

  pack(into: PackWriter): void {
    for (const column of this.#packed) column.pack(into);
  }

  /** Adds packed rows. @param hitsOf of a row by its place in the pack */
  append(pack: PackReader, rows: Stretch, hitsOf: (row: number) => readonly RowHit[]): void {
    for (const column of this.#packed) column.append(pack, rows);
    for (let row = rows.from; row < rows.to; row += 1) this.#addHits(hitsOf(row));
  }

  /** Takes the rows from the `rows`-th on back, also one that was added in part. */
  truncate(rows: number): void {
    for (const column of this.#all) column.truncate(rows);
  }

  finish(): Record<string, Data> {
    return {
      time: this.#time.finish(),
      lane: this.#lane.finish(),
      seq: this.#seq.finish(),
      agency_id: this.#agency.finish(),
      read_hour: this.#readHour.finish(),
      parsed: this.#parsed.finish(),
      agent_id: this.#agentId.finish(),
      epoch: this.#epoch.finish(),
      channel: this.#channel.finish(),
      origin: this.#origin.finish(),
      message_pattern: this.#messagePattern.finish(),
      message_text: this.#messageText.finish(),
      ...Object.fromEntries(
        this.#typed.map((column, at) => [TYPED_COLUMNS[at]?.name ?? '', column.finish()]),
      ),
      typed_fields: this.#typedFields.finish(),
      log_products: this.#products.finish(),
      log_categories: this.#categories.finish(),
      log_services: this.#services.finish(),
      other_fields: this.#fields.finish(),
      json_fields: this.#jsonFields.finish(),
      rule_ids: this.#ruleIds.finish(),
      hit_fields: this.#hitFields.finish(),
    };
  }
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
