/** Rows kept as they are, for tests of what collects them and hands them on. */
import { rejectedRow } from '../../collector/store/rejected-row.ts';
import type {
  CollectedHit,
  EventRow,
  RowBatch,
  RowCollector,
  RowName,
  RowSet,
} from '../../collector/store/store.ts';

export class ArrayRows implements RowSet {
  readonly list: readonly EventRow[];

  constructor(list: readonly EventRow[]) {
    this.list = list;
  }

  get length(): number {
    return this.list.length;
  }

  get hits(): CollectedHit[] {
    return this.list.flatMap(({ event: { timeMs, message }, ...row }, at) =>
      row.hits.length === 0 ? [] : [{ ...row, timeMs, message: String(message), row: at }],
    );
  }

  nameAt(place: number): RowName {
    const row = this.list[place];
    if (row === undefined) throw new RangeError(`there is no row ${place}`);
    return row;
  }

  slice(from: number, to: number): ArrayRows {
    return new ArrayRows(this.list.slice(from, to));
  }

  get agentIds(): ReadonlySet<string> {
    return new Set(this.list.map(({ agentId }) => agentId));
  }

  of(agentIds: ReadonlySet<string>): ArrayRows {
    return new ArrayRows(this.list.filter(({ agentId }) => agentIds.has(agentId)));
  }

  rejected(reason: Error): ArrayRows {
    return new ArrayRows(this.list.map((row) => rejectedRow(row, reason)));
  }

  /** How often it was called. */
  released = 0;

  release(): void {
    this.released += 1;
  }
}

export class ArrayCollector implements RowCollector {
  readonly #rows: EventRow[] = [];

  get length(): number {
    return this.#rows.length;
  }

  add(row: EventRow): void {
    this.#rows.push(row);
  }

  addPacked(): void {
    throw new TypeError('whole rows are collected here');
  }

  close(): ArrayRows {
    return new ArrayRows(this.#rows);
  }
}

/** Rows of a batch that an ArrayCollector collected. */
export function rowsOf({ rows }: RowBatch): readonly EventRow[] {
  if (!(rows instanceof ArrayRows)) throw new TypeError('these rows were not collected by an ArrayCollector');
  return rows.list;
}
