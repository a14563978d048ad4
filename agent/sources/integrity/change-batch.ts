/** One item of changes under way: records and the rows that go with them, within the limits of a batch. */
import { LIMITS } from '#protocol/limits.ts';
import type { FileState, IntegrityRecord } from '#protocol/record.ts';
import type { PositionChange, SourceItem } from '../source.ts';
import type { Baseline } from './baseline.ts';
import { compareStates } from './compare-state.ts';

const BYTES_FULL = LIMITS.batchBytesMax - 65_536;

export interface ChangeNote {
  offline?: boolean;
  /** Remember it without telling. */
  silent?: boolean;
}

export class ChangeBatch {
  readonly #now: () => number;
  readonly #baseline: Baseline;
  #records: IntegrityRecord[] = [];
  #positions: PositionChange[] = [];
  /** States in this item, not yet handed out. */
  #pending = new Map<string, FileState | undefined>();
  #bytes = 0;

  constructor(now: () => number, baseline: Baseline) {
    this.#now = now;
    this.#baseline = baseline;
  }

  get full(): boolean {
    return this.#positions.length >= LIMITS.batchEventsMax || this.#bytes >= BYTES_FULL;
  }

  get empty(): boolean {
    return this.#positions.length === 0;
  }

  /** @param known what was told of the path last; a state in this item goes before it. */
  compare(path: string, known: FileState | undefined, after: FileState | undefined, note: ChangeNote): void {
    const before = this.#pending.has(path) ? this.#pending.get(path) : known;
    const change = compareStates(before, after);
    if (change === 'none') return;
    this.#pending.set(path, after);
    this.#positions.push({ key: path, value: after === undefined ? undefined : JSON.stringify(after) });
    if (change === 'silent' || note.silent === true) return;
    const record: IntegrityRecord = { kind: 'integrity', at: this.#now(), change, path };
    if (note.offline === true) record.offline = true;
    if (before !== undefined) record.before = before;
    if (after !== undefined) record.after = after;
    this.#records.push(record);
    this.#bytes += Buffer.byteLength(JSON.stringify(record));
  }

  /** Adds a row that says something was completed. */
  mark(key: string): void {
    this.#positions.push({ key, value: JSON.stringify({ at: this.#now() }) });
  }

  take(): SourceItem {
    const positions = [...this.#positions, this.#baseline.handOut(this.#pending)];
    const item: SourceItem = { lane: 'security', records: this.#records, positions };
    this.#records = [];
    this.#positions = [];
    this.#pending = new Map();
    this.#bytes = 0;
    return item;
  }
}
