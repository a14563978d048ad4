/**
 * A watcher of trees on Windows, whose kernel tells of everything below a folder by one handle: nothing is held per folder or file.
 * A base that is not there, or goes, is waited for by looking; what the kernel had no room for is told as missed.
 */
import fs from 'node:fs';
import path from 'node:path';
import type { TreeWatcher, TreeWatcherEvents, TreeWatcherFactory } from './tree-watcher.ts';

/** How often a base that is not there is looked for, and one that is watched for being the same. */
const LOOK_MS = 5_000;

interface Watched {
  inode: string;
  watcher: fs.FSWatcher;
}

/** @param lookMs how often bases are looked at themselves */
export function recursiveWatcher(lookMs: number): TreeWatcherFactory {
  return (bases, ignored, events) => new RecursiveWatcher(bases, ignored, events, lookMs);
}

export const createRecursiveWatcher = recursiveWatcher(LOOK_MS);

class RecursiveWatcher implements TreeWatcher {
  readonly ready: Promise<void>;
  readonly #ignored: (path: string) => boolean;
  readonly #events: TreeWatcherEvents;
  readonly #bases: readonly string[];
  readonly #watched = new Map<string, Watched>();
  readonly #timer: NodeJS.Timeout;

  constructor(
    bases: readonly string[],
    ignored: (path: string) => boolean,
    events: TreeWatcherEvents,
    lookMs: number,
  ) {
    this.#ignored = ignored;
    this.#events = events;
    this.#bases = bases;
    for (const base of bases) this.#attach(base);
    this.#timer = setInterval(() => this.#look(), lookMs);
    this.#timer.unref();
    this.ready = Promise.resolve();
  }

  close(): Promise<void> {
    clearInterval(this.#timer);
    for (const { watcher } of this.#watched.values()) watcher.close();
    this.#watched.clear();
    return Promise.resolve();
  }

  #look(): void {
    for (const base of this.#bases) {
      const known = this.#watched.get(base)?.inode;
      if (known === inodeOf(base)) continue;
      this.#detach(base);
      this.#attach(base);
      this.#events.onHint(base);
    }
  }

  #attach(base: string): void {
    const inode = inodeOf(base);
    if (inode === undefined) return;
    try {
      const isFolder = fs.statSync(base).isDirectory();
      const watcher = fs.watch(base, { persistent: false, recursive: isFolder }, (_type, name) => {
        this.#changed(base, isFolder ? name : '');
      });
      watcher.on('error', (error) => this.#failed(base, error));
      this.#watched.set(base, { inode, watcher });
    } catch (error) {
      if (!isGone(error)) this.#events.onError(error);
    }
  }

  /** @param name below the base; null: more happened than the kernel had room to tell */
  #changed(base: string, name: string | null): void {
    if (name === null) return this.#events.onMissed();
    const file = path.join(base, name);
    if (!this.#ignored(file)) this.#events.onHint(file);
  }

  /** Windows tells of a watched folder that is removed as of one that may not be read. */
  #failed(base: string, error: unknown): void {
    this.#detach(base);
    this.#events.onHint(base);
    if (inodeOf(base) !== undefined) this.#events.onError(error);
  }

  #detach(base: string): void {
    this.#watched.get(base)?.watcher.close();
    this.#watched.delete(base);
  }
}

/** undefined: there is nothing, or nothing that may be looked at. */
function inodeOf(file: string): string | undefined {
  try {
    const stats = fs.lstatSync(file, { throwIfNoEntry: false, bigint: true });
    return stats === undefined ? undefined : String(stats.ino);
  } catch {
    // A part of the path is no folder, or is closed to us: the scan says so.
    return undefined;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
