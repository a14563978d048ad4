/**
 * Walks the watched part of the file system: depth first, without following links, giving the event loop its turn.
 * After an abort it says nothing more, and what it said is no full picture.
 */
import fs from 'node:fs';
import type { FileState } from '#protocol/record.ts';
import type { SourceContext } from '../source.ts';
import { childPath, type DiskPath } from './path-name.ts';
import { readState } from './read-state.ts';
import type { WatchSets } from './watch-set.ts';

export interface WalkEntry {
  /** Path as text. */
  text: string;
  state: FileState;
}

/** Synchronous work between two turns of the event loop. */
const SLICE_MS = 10;

export class TreeWalk {
  readonly #sets: WatchSets;
  readonly #limits: { hashBytesMax: number; signal: AbortSignal };
  readonly #context: SourceContext;
  /** Folders that could not be read, told once until they can be. */
  readonly #told = new Set<string>();
  #sliceStart = 0;

  constructor(sets: WatchSets, hashBytesMax: number, context: SourceContext) {
    this.#sets = sets;
    this.#limits = { hashBytesMax, signal: context.signal };
    this.#context = context;
  }

  /** State of one path; undefined when there is nothing. */
  async read(path: string): Promise<FileState | undefined> {
    return readState(path, this.#limits);
  }

  /**
   * What is at and below the given paths, as far as it is watched.
   * @param unreadable gets the folders that cannot be read.
   * @param known folders for which it answers true are not gone into.
   */
  async *walk(
    from: readonly string[],
    unreadable: string[],
    known: (state: FileState) => boolean = () => false,
  ): AsyncGenerator<WalkEntry, void, void> {
    const { signal } = this.#context;
    const stack: DiskPath[] = from.map((text) => ({ text, real: text }));
    for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) {
      if (signal.aborted) return;
      const place = this.#sets.place(entry.text);
      if (place === 'outside') continue;
      const found = readState(entry.real, this.#limits);
      const state = found instanceof Promise ? await found : found;
      if (signal.aborted) return;
      if (state === undefined) continue;
      if (state.type === 'directory' && !known(state)) {
        for (const name of this.#list(entry, unreadable)) stack.push(childPath(entry, name));
      }
      if (place === 'inside') yield { text: entry.text, state };
      if (performance.now() - this.#sliceStart >= SLICE_MS) await this.#breathe();
    }
  }

  #list(folder: DiskPath, unreadable: string[]): (string | Buffer)[] {
    try {
      const names = fs.readdirSync(folder.real);
      if (this.#told.delete(folder.text)) this.#context.resolved?.(folder.text);
      if (!names.some((name) => name.includes('\uFFFD'))) return names;
      return fs
        .readdirSync(folder.real, { encoding: 'buffer' })
        .map((bytes) => (bytes.equals(Buffer.from(bytes.toString('utf8'))) ? bytes.toString('utf8') : bytes));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'ENOENT' || code === 'ENOTDIR') return [];
      unreadable.push(folder.text);
      if (this.#told.has(folder.text)) return [];
      this.#told.add(folder.text);
      this.#context.report({
        subject: folder.text,
        message: 'the folder cannot be read; what is in it is not watched',
        cause: error,
      });
      return [];
    }
  }

  async #breathe(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    setImmediate(resolve);
    await promise;
    this.#sliceStart = performance.now();
  }
}
