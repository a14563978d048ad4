/**
 * Rows as Arrow columns from the moment they are accepted: the events they came from need not outlive their frame, and
 * an insert only frames what is there. Invariants: a row that cannot be stored is refused before anything of it is
 * kept; a part of the rows is framed from the same columns, so a batch that is cut or tried again says the same.
 * Columns that were released are another batch's: whoever releases has seen to it that nobody reads them any more.
 */
import { type Data, makeVector } from 'apache-arrow';
import { ShapedEvent } from '../../rules/sigma/index.ts';
import { timeColumn, uint32Column, uint64Column } from './arrow-columns.ts';
import { ColumnShelf } from './column-shelf.ts';
import { type EncodedRows, faultOf, frame, type RowColumns } from './encode-batch.ts';
import { MessageBook } from './message-book.ts';
import { PackReader, PackWriter } from './pack.ts';
import { RowNames } from './row-names.ts';
import type { RowPack } from './row-pack.ts';
import { takeRows } from './take-rows.ts';
import {
  BatchRefusedError,
  type CollectedHit,
  type EventRow,
  type PackedRows,
  type RowCollector,
  type RowHit,
  type RowName,
  type RowSet,
} from './store.ts';

const NO_HITS: readonly RowHit[] = [];

type Columns = Readonly<Record<string, Data>>;

/** Longest text kept of a row that the store refused. */
const REJECTED_TEXT_MAX = 16_384;

/** Takes rows in; `close` gives them as a set, once. */
export class ColumnCollector implements RowCollector {
  readonly #shelf: ColumnShelf;
  readonly #columns: RowColumns;
  readonly #names = new RowNames();
  readonly #hits: CollectedHit[] = [];
  #length = 0;
  /** Of a pack, to be added. */
  #open: { pack: RowPack; from: number; to: number } | undefined;

  /**
   * @param expected - about how many rows will come
   * @param shelf - where columns are taken from, and go back to
   */
  constructor(expected: number, shelf: ColumnShelf) {
    this.#shelf = shelf;
    this.#columns = shelf.take(expected);
  }

  get length(): number {
    return this.#length + (this.#open === undefined ? 0 : this.#open.to - this.#open.from);
  }

  add(row: EventRow): void {
    this.#addOpen();
    const fault = faultOf(row);
    if (fault !== undefined) throw new BatchRefusedError(`row ${this.length}: ${fault} cannot be stored`);
    const { event, hits } = row;
    try {
      this.#columns.add(row);
    } catch (error) {
      this.#columns.truncate(this.length);
      throw new BatchRefusedError(`row ${this.length}: it cannot be encoded`, { cause: error });
    }
    this.#names.add(row);
    if (hits.length > 0) {
      const { agentId, epoch, lane, seq, hostname, agencyId } = row;
      const { timeMs, message } = event;
      this.#hits.push({
        row: this.length,
        agentId,
        epoch,
        lane,
        seq,
        hostname,
        agencyId,
        hits,
        timeMs,
        message: String(message),
      });
    }
    this.#length += 1;
  }

  /** Stretches of a pack that follow each other are added as one, since each costs something by itself. */
  addPacked({ pack, from, length }: PackedRows): void {
    const open = this.#open;
    if (open !== undefined && open.pack === pack && open.to === from) open.to += length;
    else {
      this.#addOpen();
      this.#open = { pack, from, to: from + length };
    }
  }

  #addOpen(): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    const { pack, from, to } = open;
    const before = this.length;
    const hits = new Map<number, readonly RowHit[]>();
    for (const hit of pack.hits) {
      if (hit.row < from || hit.row >= to || hit.hits.length === 0) continue;
      hits.set(hit.row, hit.hits);
      this.#hits.push({ ...hit, row: before + hit.row - from });
    }
    const reader = new PackReader(pack.columns);
    this.#columns.append(reader, { from, to }, (row) => hits.get(row) ?? NO_HITS);
    this.#names.addAll(new RowNames(pack.runs).slice(from, to));
    this.#length += to - from;
  }

  /** The rows added, for another thread; nothing can be added afterwards. */
  pack(): RowPack {
    this.#addOpen();
    const into = new PackWriter();
    this.#columns.pack(into);
    const columns = into.close();
    this.#shelf.give(this.#columns);
    return { columns, runs: this.#names.runs, hits: this.#hits };
  }

  close(): ColumnRows {
    this.#addOpen();
    return new ColumnRows(this.#columns.finish(), this.#names, this.#hits, this.length, () =>
      this.#shelf.give(this.#columns),
    );
  }
}

export class ColumnRows implements RowSet {
  readonly length: number;
  readonly hits: readonly CollectedHit[];
  #held: Columns | undefined;
  readonly #names: RowNames;
  #release: (() => void) | undefined;

  /** @param release - gives the columns' memory back; left out by a part of rows, which has it in common with others */
  constructor(
    columns: Columns,
    names: RowNames,
    hits: readonly CollectedHit[],
    length: number,
    release?: () => void,
  ) {
    this.#held = columns;
    this.#names = names;
    this.hits = hits;
    this.length = length;
    this.#release = release;
  }

  /** @throws Error when the rows were released: what lies there now may be others' */
  get #columns(): Columns {
    if (this.#held === undefined) throw new Error('these rows were released');
    return this.#held;
  }

  release(): void {
    const release = this.#release;
    if (release === undefined) return;
    this.#release = undefined;
    this.#held = undefined;
    release();
  }

  nameAt(place: number): RowName {
    return this.#names.at(place);
  }

  /** Says exactly which rows these are, in which order. */
  digest(): string {
    return this.#names.digest();
  }

  encode(batch: number, receivedMs: number): EncodedRows {
    const { length } = this;
    const same = (value: number): Float64Array => new Float64Array(length).fill(value);
    const columns = {
      batch: uint64Column(same(batch)),
      row: uint32Column(Uint32Array.from({ length }, (_, at) => at)),
      received: timeColumn(same(receivedMs)),
      ...this.#columns,
    };
    return frame(columns, length);
  }

  slice(from: number, to: number): ColumnRows {
    const columns = Object.entries(this.#columns).map(
      ([name, data]) => [name, data.slice(from, to - from)] as const,
    );
    const hits = this.hits
      .filter(({ row }) => row >= from && row < to)
      .map((hit) => ({ ...hit, row: hit.row - from }));
    return new ColumnRows(Object.fromEntries(columns), this.#names.slice(from, to), hits, to - from);
  }

  get agentIds(): ReadonlySet<string> {
    return this.#names.agentIds;
  }

  of(agentIds: ReadonlySet<string>): ColumnRows {
    const { places, names } = this.#names.of(agentIds);
    const columns = Object.entries(this.#columns).map(
      ([name, data]) => [name, takeRows(data, places)] as const,
    );
    const placeOf = new Map(places.map((place, at) => [place, at]));
    const hits = this.hits.flatMap((hit) => {
      const row = placeOf.get(hit.row);
      return row === undefined ? [] : [{ ...hit, row }];
    });
    return new ColumnRows(Object.fromEntries(columns), names, hits, places.length);
  }

  rejected(reason: Error): ColumnRows {
    const vectors = new Map(Object.entries(this.#columns).map(([name, data]) => [name, makeVector(data)]));
    const collector = new ColumnCollector(this.length, new ColumnShelf(new MessageBook()));
    for (let at = 0; at < this.length; at += 1) {
      collector.add(this.#rejectedRow(at, (name) => vectors.get(name)?.get(at), reason));
    }
    return collector.close();
  }

  #rejectedRow(at: number, value: (name: string) => unknown, reason: Error): EventRow {
    const textOf = (name: string): string => {
      const text = value(name);
      return typeof text === 'string' ? text : '';
    };
    // What the store did not take, as text: every column of the row that says something.
    const said = Object.keys(this.#columns)
      .map((name) => [name, value(name)] as const)
      .filter(([, content]) => content !== '' && content !== null);
    const text = JSON.stringify(Object.fromEntries(said), (_, content: unknown) =>
      typeof content === 'bigint' ? content.toString() : content,
    );
    return {
      ...this.nameAt(at),
      hostname: textOf('hostname'),
      agencyId: Number(value('agency_id')),
      channel: 'rejected',
      origin: textOf('origin'),
      readHour: Number(value('read_hour')),
      hits: [],
      event: {
        timeMs: Number(value('time')),
        logsources: [],
        columns: {},
        fields: ShapedEvent.from({ 'error.message': reason.message, 'event.channel': textOf('channel') }),
        message: text.slice(0, REJECTED_TEXT_MAX).toWellFormed(),
        parsed: false,
      },
    };
  }
}
