/**
 * The last told state of every watched path: the committed rows, and over them what was handed out and is not
 * committed yet, since several items may go into one transaction. One row per path, one per set that is complete, one
 * that counts the items, by which is known what was committed.
 */
import { fileStateSchema, type FileState } from '#protocol/record.ts';
import type { PositionChange, PositionReader } from '../source.ts';

/** Never the beginning of an absolute path. */
const SET_PREFIX = 'baseline:';
const SEQUENCE_KEY = 'baseline:#items';

interface Handed {
  sequence: number;
  states: ReadonlyMap<string, FileState | undefined>;
}

export class Baseline {
  readonly #positions: PositionReader;
  /** Items handed out that were not seen committed, oldest first. */
  #handed: Handed[] = [];
  #sequence: number;

  constructor(positions: PositionReader) {
    this.#positions = positions;
    this.#sequence = this.#committed();
  }

  /** No path is known yet. */
  get isEmpty(): boolean {
    return this.paths(() => true).length === 0;
  }

  /** undefined for a path that is not known, and for a row that cannot be understood. */
  get(path: string): FileState | undefined {
    const handed = this.#handed.findLast(({ states }) => states.has(path));
    if (handed !== undefined) return handed.states.get(path);
    const row = this.#positions.get(path);
    if (row === undefined) return undefined;
    return fileStateSchema.safeParse(JSON.parse(row)).data;
  }

  /** Known paths for which `wanted` answers true; a copy, as rows change while it is worked through. */
  paths(wanted: (path: string) => boolean): string[] {
    const found = new Set<string>();
    for (const [key] of this.#positions.entries()) {
      if (!key.startsWith(SET_PREFIX) && wanted(key)) found.add(key);
    }
    for (const { states } of this.#handed) {
      for (const [path, state] of states) {
        if (state === undefined) found.delete(path);
        else if (wanted(path)) found.add(path);
      }
    }
    return [...found];
  }

  /** Remembers what an item says until it is committed. @returns the row by which that is known; part of the item. */
  handOut(states: ReadonlyMap<string, FileState | undefined>): PositionChange {
    const committed = this.#committed();
    this.#sequence += 1;
    this.#handed = this.#handed.filter(({ sequence }) => sequence > committed);
    this.#handed.push({ sequence: this.#sequence, states });
    return { key: SEQUENCE_KEY, value: String(this.#sequence) };
  }

  /** Whether the baseline of a set was made. */
  hasSet(name: string): boolean {
    return this.#positions.get(this.setKey(name)) !== undefined;
  }

  setKey(name: string): string {
    return SET_PREFIX + name;
  }

  #committed(): number {
    const row = Number(this.#positions.get(SEQUENCE_KEY));
    return Number.isSafeInteger(row) ? row : 0;
  }
}
