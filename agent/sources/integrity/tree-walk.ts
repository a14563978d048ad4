/**
 * Walks the watched part of the file system folder by folder, without following links, giving the event loop its
 * turn. After an abort it says nothing more, and what it said is no full picture.
 */
import fs from 'node:fs';
import type { SourceContext } from '../source.ts';
import { childPath, pathAt, splitPath, type DiskPath, type PathAt } from './path-name.ts';
import { readPacked, readRegular, readState } from './read-state.ts';
import { packState, type KeptState } from './state-codec.ts';
import type { SetOptions, WatchSets } from './watch-set.ts';

export interface WalkEntry extends PathAt {
  /** What it is, as `packState` writes it. */
  packed: string;
  options: SetOptions;
  /** What to give to the file system. */
  real: string | Buffer;
}

/** Some entries of one folder; in the end, with `all`, the names of everything in it. */
export interface WalkPart {
  folder: string;
  entries: WalkEntry[];
  all?: ReadonlySet<string> | undefined;
  /** The entry is one of the paths the walk began with. */
  isTop?: boolean | undefined;
  /** The entry was being read during the pause before. */
  isSlow?: boolean | undefined;
}

/** The walk goes on when that is over; all that was read before has been said. */
export interface WalkPause {
  wait: Promise<unknown>;
}

export interface WalkOptions {
  /** Gets the folders that cannot be read. */
  unreadable: string[];
  /** Folders for which it answers false are not gone into. */
  enter?: ((text: string, inode: string) => boolean) | undefined;
  /** A path's packed state that holds still, by its attributes; undefined: it is read. */
  reuse?: ((text: string, stats: fs.Stats) => string | undefined) | undefined;
}

/** Synchronous work between two turns of the event loop. */
const SLICE_MS = 10;
const PART_ENTRIES_MAX = 250;

export class TreeWalk {
  readonly #context: SourceContext;
  readonly #hashBytesMax: number;
  readonly #monotonic: () => number;
  /** Folders that could not be read, told once until they can be. */
  readonly #told = new Set<string>();
  #sliceStart = 0;
  /** What is looked at is a scan that may take its time. */
  isUnhurried = false;

  /** @param monotonic milliseconds that only go forward. */
  constructor(hashBytesMax: number, context: SourceContext, monotonic: () => number) {
    this.#hashBytesMax = hashBytesMax;
    this.#monotonic = monotonic;
    this.#context = context;
  }

  /** State of one path; undefined when there is nothing. */
  async read(file: string | Buffer, options: SetOptions): Promise<KeptState | undefined> {
    return readState(file, this.#limits(options));
  }

  /** What is at and below the given paths, as far as it is in the sets. */
  async *walk(
    sets: WatchSets,
    from: readonly string[],
    options: WalkOptions,
  ): AsyncGenerator<WalkPart | WalkPause, void, void> {
    const { signal } = this.#context;
    const stack: DiskPath[] = [];
    for (const text of from) {
      if (signal.aborted) return;
      const top = { text, real: text };
      const { folder: above, name } = pathAt(text);
      const found = this.#entry(sets, top, above, name, undefined, options);
      const isSlow = found instanceof Promise;
      if (isSlow) yield { wait: found };
      const entry = isSlow ? await found : found;
      if (entry !== undefined) yield { folder: above, entries: [entry], isTop: true, isSlow };
      if (this.#isFolder(sets, top, entry, options)) stack.push(top);
      for (let folder = stack.pop(); folder !== undefined; folder = stack.pop()) {
        yield* this.#folder(sets, folder, options, stack);
        if (signal.aborted) return;
      }
    }
  }

  async breathe(): Promise<void> {
    if (this.#isSliceOver) await this.#turn();
  }

  get #isSliceOver(): boolean {
    return this.#monotonic() - this.#sliceStart >= SLICE_MS;
  }

  async #turn(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    setImmediate(resolve);
    await promise;
    const { pace, urgentPace = pace } = this.#context;
    await (this.isUnhurried ? pace : urgentPace)?.turn();
    this.#sliceStart = this.#monotonic();
  }

  async *#folder(
    sets: WatchSets,
    folder: DiskPath,
    options: WalkOptions,
    stack: DiskPath[],
  ): AsyncGenerator<WalkPart | WalkPause, void, void> {
    const { signal } = this.#context;
    const listed = this.#list(folder, options.unreadable);
    if (listed === undefined) return;
    let entries: WalkEntry[] = [];
    const below: DiskPath[] = [];
    const all = new Set<string>();
    for (const listing of listed) {
      const kind = listing.isFile() ? 'file' : 'other';
      const child = childPath(folder, listing.name);
      const name = typeof listing.name === 'string' ? listing.name : splitPath(child.text)[1];
      all.add(name);
      const found = this.#entry(sets, child, folder.text, name, kind, options);
      const isSlow = found instanceof Promise;
      if (isSlow) {
        yield { folder: folder.text, entries };
        entries = [];
        yield { wait: found };
      }
      const entry = isSlow ? await found : found;
      if (signal.aborted) return;
      if (entry !== undefined) entries.push(entry);
      if (kind !== 'file' && this.#isFolder(sets, child, entry, options)) below.push(child);
      const isOver = this.#isSliceOver;
      if (!isOver && !isSlow && entries.length < PART_ENTRIES_MAX) continue;
      yield { folder: folder.text, entries, isSlow };
      entries = [];
      if (!isOver) continue;
      const wait = this.#turn();
      yield { wait };
      await wait;
      if (signal.aborted) return;
    }
    yield { folder: folder.text, entries, all };
    // Taken from the end, in the order of folder-order.ts.
    stack.push(...below.sort((a, b) => (a.text < b.text ? 1 : -1)));
  }

  /** A promise only where a large file has to be read: a hundred thousand promises cost as much as many files. */
  #entry(
    sets: WatchSets,
    file: DiskPath,
    folder: string,
    name: string,
    kind: 'file' | 'other' | undefined,
    { reuse }: WalkOptions,
  ): WalkEntry | undefined | Promise<WalkEntry | undefined> {
    const options = sets.optionsOf(file.text);
    if (options === undefined) return undefined;
    const { text, real } = file;
    if (reuse !== undefined) {
      const stats = lstat(real);
      const known = stats === undefined ? undefined : reuse(text, stats);
      if (known !== undefined) return { text, folder, name, real, packed: known, options };
    }
    const limits = this.#limits(options);
    const packed = kind === 'file' ? readPacked(real, limits) : undefined;
    if (packed !== undefined) return { text, folder, name, real, packed, options };
    const found = kind === 'file' ? readRegular(real, limits) : readState(real, limits);
    const toEntry = (state: KeptState | undefined): WalkEntry | undefined =>
      state === undefined ? undefined : { text, folder, name, real, packed: packState(state), options };
    return found instanceof Promise ? found.then(toEntry) : toEntry(found);
  }

  #isFolder(sets: WatchSets, file: DiskPath, entry: WalkEntry | undefined, { enter }: WalkOptions): boolean {
    if (entry !== undefined && !entry.packed.startsWith('d')) return false;
    if (entry === undefined && sets.place(file.text) !== 'above') return false;
    const stats = lstat(file.real);
    return stats?.isDirectory() === true && enter?.(file.text, String(stats.ino)) !== false;
  }

  #limits({ hash, hashBytesMax, tripwire }: SetOptions): {
    hashBytesMax: number;
    sample: boolean;
    signal: AbortSignal;
  } {
    return {
      hashBytesMax: hash ? (hashBytesMax ?? this.#hashBytesMax) : 0,
      sample: tripwire,
      signal: this.#context.signal,
    };
  }

  /** undefined: it cannot be read, or is gone. */
  #list(folder: DiskPath, unreadable: string[]): Listed[] | undefined {
    try {
      const entries = fs.readdirSync(folder.real, { withFileTypes: true });
      if (this.#told.delete(folder.text)) this.#context.resolved?.(folder.text);
      if (!entries.some(({ name }) => name.includes('\uFFFD'))) return entries;
      return fs.readdirSync(folder.real, { encoding: 'buffer', withFileTypes: true }).map((entry) => {
        const text = entry.name.toString('utf8');
        const name = entry.name.equals(Buffer.from(text)) ? text : entry.name;
        return { name, isFile: () => entry.isFile() };
      });
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      unreadable.push(folder.text);
      if (this.#told.has(folder.text)) return undefined;
      this.#told.add(folder.text);
      this.#context.report({
        subject: folder.text,
        message: 'the folder cannot be read; what is in it is not watched',
        cause: error,
      });
      return undefined;
    }
  }
}

/** An entry of a folder; its name as bytes where it is no UTF-8. */
interface Listed {
  name: string | Buffer;
  isFile(): boolean;
}

function lstat(file: string | Buffer): fs.Stats | undefined {
  try {
    return fs.lstatSync(file, { throwIfNoEntry: false });
  } catch {
    // A part of the path is no folder, or closed to us: the reading says so.
    return undefined;
  }
}
