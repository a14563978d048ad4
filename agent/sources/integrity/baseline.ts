/** The committed state of every watched path, read from the positions: one row per path, one per set that is complete. */
import { fileStateSchema, type FileState } from '#protocol/record.ts';
import type { PositionReader } from '../source.ts';

/** Never the beginning of an absolute path. */
const SET_PREFIX = 'baseline:';

export class Baseline {
  readonly #positions: PositionReader;

  constructor(positions: PositionReader) {
    this.#positions = positions;
  }

  /** No path is known yet. */
  get isEmpty(): boolean {
    for (const [key] of this.#positions.entries()) if (!key.startsWith(SET_PREFIX)) return false;
    return true;
  }

  /** undefined for a path that is not known, and for a row that cannot be understood. */
  get(path: string): FileState | undefined {
    const row = this.#positions.get(path);
    if (row === undefined) return undefined;
    return fileStateSchema.safeParse(JSON.parse(row)).data;
  }

  /** Known paths for which `wanted` answers true; a copy, as rows change while it is worked through. */
  paths(wanted: (path: string) => boolean): string[] {
    const found: string[] = [];
    for (const [key] of this.#positions.entries()) {
      if (!key.startsWith(SET_PREFIX) && wanted(key)) found.push(key);
    }
    return found;
  }

  /** Whether the baseline of a set was made. */
  hasSet(name: string): boolean {
    return this.#positions.get(this.setKey(name)) !== undefined;
  }

  setKey(name: string): string {
    return SET_PREFIX + name;
  }
}
