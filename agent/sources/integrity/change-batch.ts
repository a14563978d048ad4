/** One item of changes under way: what differs from the baseline, within the limits of a batch. */
import { LIMITS } from '#protocol/limits.ts';
import type { IntegrityRecord } from '#protocol/record.ts';
import type { SourceItem } from '../source.ts';
import type { Baseline } from './baseline.ts';
import { compareStates } from './compare-state.ts';
import type { PathAt } from './path-name.ts';
import { unpackState, type KeptState } from './state-codec.ts';
import type { SetOptions } from './watch-set.ts';

const BYTES_FULL = LIMITS.batchBytesMax - 131_072;
/** States that go into one item, told or not: folders are rather written once than twice. */
const STATES_MAX = 8_000;
/** What one record takes at most, roughly, without a difference. */
const RECORD_BYTES = 900;

export interface ChangeNote {
  offline?: boolean | undefined;
  /** Earliest time of a change that nobody saw happen. */
  sinceMs?: number | undefined;
  /** Remember it without telling. */
  silent?: boolean | undefined;
  /** Instead of `created`: the path was known, but what was known of it could not be trusted. */
  unverified?: boolean | undefined;
}

/** A difference that is to be told. */
export interface Change {
  path: string;
  change: 'created' | 'modified' | 'attributes' | 'deleted' | 'unverified';
  before: KeptState | undefined;
  after: KeptState | undefined;
  options: SetOptions;
  note: ChangeNote;
}

/** Makes records of changes. */
export interface Teller {
  /** Told of each change as it is found. @returns whether it is to go out at once. */
  notice(change: Change): boolean;
  /** Takes in a path that is not told, with the rows of the baseline that this makes. */
  learn(change: Pick<Change, 'path' | 'options'>, rows: Map<string, string | undefined>): void;
  /** @returns records, and rows of the baseline that are written with them. */
  tell(changes: readonly Change[]): Promise<{
    records: readonly IntegrityRecord[];
    rows: ReadonlyMap<string, string | undefined>;
  }>;
}

/** States by name, by folder; undefined is what is gone. */
export type StatesByFolder = Map<string, Map<string, string | undefined>>;

export class ChangeBatch {
  readonly #baseline: Baseline;
  readonly #teller: Teller;
  #changes: Change[] = [];
  #own: IntegrityRecord[] = [];
  #hurries = false;
  /** States in this item, packed. By folder: a map of a hundred thousand whole paths costs as much as reading files. */
  #pending: StatesByFolder = new Map();
  #states = 0;
  #rows = new Map<string, string | undefined>();
  #bytes = 0;

  constructor(baseline: Baseline, teller: Teller) {
    this.#baseline = baseline;
    this.#teller = teller;
  }

  get full(): boolean {
    return (
      this.#hurries ||
      this.#changes.length >= LIMITS.batchEventsMax ||
      this.#states >= STATES_MAX ||
      this.#bytes >= BYTES_FULL
    );
  }

  get empty(): boolean {
    return this.#states === 0 && this.#rows.size === 0 && this.#own.length === 0;
  }

  /**
   * @param known what was told of the path last; a state in this item goes before it.
   * @param after undefined for what is gone.
   */
  compare(
    at: PathAt,
    known: string | undefined,
    after: string | undefined,
    options: SetOptions | undefined,
    note: ChangeNote = {},
  ): void {
    const { text: file, folder, name } = at;
    let names = this.#pending.get(folder);
    const packed = names === undefined ? known : (names.get(name) ?? (names.has(name) ? undefined : known));
    if (packed === after) return;
    if (names === undefined) {
      names = new Map();
      this.#pending.set(folder, names);
    }
    names.set(name, after);
    this.#states += 1;
    if (note.silent === true || options === undefined) {
      if (options?.difference === true && after?.startsWith('f') === true) {
        this.#teller.learn({ path: file, options }, this.#rows);
      }
      return;
    }
    const before = packed === undefined ? undefined : unpackState(packed);
    const now = after === undefined ? undefined : unpackState(after);
    const found = compareStates(before, now, options.compare);
    if (found === 'silent' || found === 'none') return;
    const change: Change = {
      path: file,
      change: found === 'created' && note.unverified === true ? 'unverified' : found,
      before,
      after: now,
      options,
      note,
    };
    this.#changes.push(change);
    this.#bytes += RECORD_BYTES + file.length;
    if (this.#teller.notice(change)) this.#hurries = true;
  }

  /** Adds a row of the baseline's own. */
  row([key, value]: [key: string, value: string | undefined]): void {
    this.#rows.set(key, value);
  }

  /** Adds a record of the source's own. */
  record(record: IntegrityRecord): void {
    this.#own.push(record);
  }

  async take(): Promise<SourceItem> {
    const told = await this.#teller.tell(this.#changes);
    const rows = this.#baseline.change(this.#pending);
    for (const more of [this.#rows, told.rows]) for (const [key, value] of more) rows.set(key, value);
    const records = [...this.#own, ...told.records];
    this.#changes = [];
    this.#own = [];
    this.#hurries = false;
    this.#pending = new Map();
    this.#states = 0;
    this.#rows = new Map();
    this.#bytes = 0;
    return { lane: 'security', records, positions: this.#baseline.write(rows) };
  }
}
