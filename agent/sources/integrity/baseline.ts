/**
 * The last told state of every watched path, folder by folder: the states of a folder's entries lie in a few sealed
 * rows, since a row for each file would cost more than reading the file. A folder that grows gets more rows, and each
 * name has its row by its hash, so a change writes one of them.
 */
import path from 'node:path';
import type { PositionChange } from '../source.ts';
import { splitPath } from './path-name.ts';
import type { SealedRows } from './sealed-rows.ts';
import { unpackState, type KeptState } from './state-codec.ts';

const SET_PREFIX = 'set:';
/** Between a folder and the number of a row: no path holds it. */
const MARK = '//';
/** Keys of rows that are no folder's: longer than a drive's letter. */
const OTHER_ROW = /^(?:#|[a-z]{3,}:)/;
const ENTRIES_PER_ROW = 128;
const BITS_MAX = 16;
/** Entries of folders that are kept unpacked for the next look. */
const CACHED_ENTRIES_MAX = 4_000;

interface KnownFolder {
  /** Rows there are: 2 ** bits. */
  bits: number;
  /** Packed states by name. */
  entries: Map<string, string>;
}

export interface SetRow {
  /** When its baseline was made. */
  madeAt: number;
  /** When it was last compared in full, and begun. */
  scannedAt: number;
}

export class Baseline {
  readonly #rows: SealedRows;
  /** The last used ones, newest last. */
  readonly #cache = new Map<string, KnownFolder>();
  /** In all of them, each folder itself counted as one. */
  #cachedEntries = 0;

  constructor(rows: SealedRows) {
    this.#rows = rows;
  }

  /** undefined for a path that is not known. */
  packed(file: string): string | undefined {
    const [folder, name] = splitPath(file);
    return this.folder(folder).get(name);
  }

  get(file: string): KeptState | undefined {
    const packed = this.packed(file);
    return packed === undefined ? undefined : unpackState(packed);
  }

  /** Packed states of a folder's entries by name; not to be kept over a change. */
  folder(folder: string): ReadonlyMap<string, string> {
    return this.#known(folder).entries;
  }

  /** Folders whose entries are known, at and below one. */
  foldersBelow(top: string): string[] {
    const found = new Set<string>();
    for (const [key] of this.#rows.within(top)) {
      const folder = Baseline.folderOfRow(key);
      if (folder !== undefined && isAtOrBelow(folder, top)) found.add(folder);
    }
    return [...found];
  }

  /** Known paths below a folder, itself not. */
  below(top: string): string[] {
    return this.foldersBelow(top).flatMap((folder) =>
      [...this.folder(folder).keys()].map((name) => childOf(folder, name)),
    );
  }

  /** @param changes by name, by folder; undefined takes it away. @returns rows to be written. */
  change(
    changes: ReadonlyMap<string, ReadonlyMap<string, string | undefined>>,
  ): Map<string, string | undefined> {
    const rows = new Map<string, string | undefined>();
    for (const [folder, names] of changes) this.#changeFolder(folder, names, rows);
    return rows;
  }

  set(name: string): SetRow | undefined {
    const row = this.#rows.get(SET_PREFIX + name);
    return row === undefined ? undefined : (JSON.parse(row) as SetRow);
  }

  setNames(): string[] {
    return [...this.#rows.within(SET_PREFIX)].map(([key]) => key.slice(SET_PREFIX.length));
  }

  setRow(name: string, row: SetRow | undefined): [key: string, value: string | undefined] {
    return [SET_PREFIX + name, row === undefined ? undefined : JSON.stringify(row)];
  }

  write(rows: ReadonlyMap<string, string | undefined>): PositionChange[] {
    return this.#rows.write(rows);
  }

  /** Folder whose states a row holds. */
  static folderOfRow(key: string): string | undefined {
    const mark = OTHER_ROW.test(key) ? -1 : key.lastIndexOf(MARK);
    return mark < 0 ? undefined : key.slice(0, mark) || '/';
  }

  /** To be called when rows went otherwise than through `change`. */
  forgetCached(): void {
    this.#cache.clear();
    this.#cachedEntries = 0;
  }

  #known(folder: string): KnownFolder {
    const cached = this.#cache.get(folder);
    if (cached !== undefined) return cached;
    const known: KnownFolder = { bits: 0, entries: new Map() };
    const prefix = folder === '/' ? MARK : folder + MARK;
    for (const [key, value] of this.#rows.within(prefix)) {
      known.bits = Number.parseInt(key.slice(prefix.length), 10);
      const flat = JSON.parse(value) as string[];
      for (let index = 0; index < flat.length; index += 2) {
        known.entries.set(flat[index] ?? '', flat[index + 1] ?? '');
      }
    }
    this.#remember(folder, known);
    return known;
  }

  #remember(folder: string, known: KnownFolder): void {
    this.#cachedEntries += known.entries.size + 1;
    for (const [name, other] of this.#cache) {
      if (this.#cachedEntries <= CACHED_ENTRIES_MAX) break;
      this.#cachedEntries -= other.entries.size + 1;
      this.#cache.delete(name);
    }
    this.#cache.set(folder, known);
  }

  #changeFolder(
    folder: string,
    changes: ReadonlyMap<string, string | undefined>,
    rows: Map<string, string | undefined>,
  ): void {
    const known = this.#known(folder);
    const before = known.entries.size;
    for (const [name, packed] of changes) {
      if (packed === undefined) known.entries.delete(name);
      else known.entries.set(name, packed);
    }
    if (this.#cache.get(folder) === known) this.#cachedEntries += known.entries.size - before;
    const bits = bitsFor(known.entries.size);
    const prefix = folder === '/' ? MARK : folder + MARK;
    const flats = new Map<number, string[]>();
    if (bits > known.bits) {
      // One that held nothing has no rows.
      const rowsBefore = before === 0 ? 0 : 2 ** known.bits;
      for (let index = 0; index < rowsBefore; index += 1)
        rows.set(`${prefix}${known.bits}.${index}`, undefined);
      known.bits = bits;
      for (let index = 0; index < 2 ** bits; index += 1) flats.set(index, []);
    } else for (const name of changes.keys()) flats.set(bucketOf(name, known.bits), []);
    for (const [name, packed] of known.entries) flats.get(bucketOf(name, known.bits))?.push(name, packed);
    for (const [index, flat] of flats) {
      rows.set(`${prefix}${known.bits}.${index}`, flat.length === 0 ? undefined : JSON.stringify(flat));
    }
  }
}

export function isAtOrBelow(file: string, folder: string): boolean {
  if (file === folder) return true;
  return file.startsWith(folder) && (/[\\/]$/.test(folder) || /[\\/]/.test(file.charAt(folder.length)));
}

/** The path of an entry of that folder. */
export function childOf(folder: string, name: string): string {
  return name === '.' ? folder : folder.endsWith(path.sep) ? folder + name : folder + path.sep + name;
}

function bitsFor(entries: number): number {
  let bits = 0;
  while (bits < BITS_MAX && entries > ENTRIES_PER_ROW * 2 ** bits) bits += 1;
  return bits;
}

/** FNV-1a over the name. */
function bucketOf(name: string, bits: number): number {
  if (bits === 0) return 0;
  let value = 0x811c9dc5;
  for (let index = 0; index < name.length; index += 1) {
    value = Math.imul(value ^ name.charCodeAt(index), 0x01000193);
  }
  return ((value ^ (value >>> 15)) >>> 0) % 2 ** bits;
}
