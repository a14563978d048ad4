/**
 * A watcher of trees that holds one notice per folder and nothing per file: on Linux a tenth of the memory of one that
 * remembers every file. Invariants: a folder is watched before it is listed, so nothing made meanwhile is missed; a
 * folder that comes, goes or is replaced is hinted by its own name, and the one who asks looks below it.
 */
import fs from 'node:fs';
import path from 'node:path';
import { hasNoSubfolder } from './subfolder-count.ts';
import type { TreeWatcher, TreeWatcherEvents, TreeWatcherFactory } from './tree-watcher.ts';
import { monotonicNow } from '../../monotonic-now.ts';

interface WatchedFolder {
  inode: string;
  watcher: fs.FSWatcher;
}

const SLICE_MS = 10;

export const createFolderTreeWatcher: TreeWatcherFactory = (bases, ignored, events) =>
  new FolderTreeWatcher(bases, ignored, events);

class FolderTreeWatcher implements TreeWatcher {
  readonly ready: Promise<void>;
  readonly #ignored: (path: string) => boolean;
  readonly #events: TreeWatcherEvents;
  readonly #folders = new Map<string, WatchedFolder>();
  /** Folders above the bases, each with the names in it that lead to one. */
  readonly #above = new Map<string, { watcher: fs.FSWatcher; bases: Set<string> }>();
  /** Names that came or went and are to be looked at. */
  readonly #queue = new Set<string>();
  #working: Promise<void> = Promise.resolve();
  #closed = false;
  #sliceStart = monotonicNow();

  constructor(bases: readonly string[], ignored: (path: string) => boolean, events: TreeWatcherEvents) {
    this.#ignored = ignored;
    this.#events = events;
    this.ready = this.#start(bases);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#working;
    await this.ready;
    for (const { watcher } of [...this.#folders.values(), ...this.#above.values()]) watcher.close();
    this.#folders.clear();
    this.#above.clear();
  }

  async #start(bases: readonly string[]): Promise<void> {
    for (const base of bases) {
      this.#watchAbove(base);
      await this.#attach(base);
    }
  }

  /** Watches the nearest folder above a base that exists, for the base itself to come or go. */
  #watchAbove(base: string): void {
    let folder = path.dirname(base);
    while (!fs.existsSync(folder) && folder !== path.dirname(folder)) folder = path.dirname(folder);
    const known = this.#above.get(folder);
    if (known !== undefined) {
      known.bases.add(base);
      return;
    }
    const watcher = this.#tryWatch(folder, (_type, name) => {
      // A copy: bases leave and come back while they are looked at.
      const bases = Array.from(this.#above.get(folder)?.bases ?? []);
      for (const waiting of bases) {
        const next = path.relative(folder, waiting).split(path.sep)[0];
        if (name === null || name === next) this.#baseChanged(folder, waiting);
      }
    });
    if (watcher !== undefined) this.#above.set(folder, { watcher, bases: new Set([base]) });
  }

  #baseChanged(folder: string, base: string): void {
    this.#events.onHint(base);
    this.#enqueue(base);
    // Nearer folders may have come or gone.
    this.#above.get(folder)?.bases.delete(base);
    this.#watchAbove(base);
    const left = this.#above.get(folder);
    if (left?.bases.size !== 0) return;
    left.watcher.close();
    this.#above.delete(folder);
  }

  #enqueue(file: string): void {
    if (this.#closed) return;
    this.#queue.add(file);
    if (this.#queue.size === 1) this.#working = this.#working.then(() => this.#work());
  }

  async #work(): Promise<void> {
    for (const file of this.#queue) {
      // First, so that a notice that comes meanwhile is a new one.
      this.#queue.delete(file);
      await this.#attach(file);
    }
  }

  /** Brings the watches at and below a path in line with what is there. */
  async #attach(top: string): Promise<void> {
    const stack = [top];
    for (let file = stack.pop(); file !== undefined && !this.#closed; file = stack.pop()) {
      if (monotonicNow() - this.#sliceStart >= SLICE_MS) await this.#breathe();
      const inode = this.#ignored(file) ? undefined : folderInode(file);
      const known = this.#folders.get(file);
      if (known !== undefined && known.inode === inode) continue;
      if (known !== undefined) this.#detach(file);
      if (inode === undefined) continue;
      const folder = file;
      const watcher = this.#tryWatch(folder, (type, name) => {
        this.#changed(folder, type, name);
      });
      if (watcher === undefined) continue;
      this.#folders.set(folder, { inode, watcher });
      // Asked after the watch is set, so that none is made unseen in between.
      if (hasNoSubfolder(folder)) continue;
      for (const name of subfolders(folder)) stack.push(path.join(folder, name));
    }
  }

  #changed(folder: string, type: string, name: string | null): void {
    if (this.#closed) return;
    const file = name === null ? folder : path.join(folder, name);
    if (this.#ignored(file)) return;
    this.#events.onHint(file);
    if (type === 'rename') this.#enqueue(file);
  }

  #detach(top: string): void {
    const below = top.endsWith(path.sep) ? top : top + path.sep;
    for (const [folder, { watcher }] of this.#folders) {
      if (folder !== top && !folder.startsWith(below)) continue;
      watcher.close();
      this.#folders.delete(folder);
    }
  }

  #tryWatch(folder: string, onChange: (type: string, name: string | null) => void): fs.FSWatcher | undefined {
    try {
      const watcher = fs.watch(folder, { persistent: false }, onChange);
      watcher.on('error', (error) => {
        this.#events.onError(error);
      });
      return watcher;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      // Gone already, or not to be read: then it cannot be scanned either, and the scan says so.
      if (code !== 'ENOENT' && code !== 'EACCES' && code !== 'ENOTDIR') this.#events.onError(error);
      return undefined;
    }
  }

  async #breathe(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    setImmediate(resolve);
    await promise;
    this.#sliceStart = monotonicNow();
  }
}

/** Inode of a folder, undefined for anything else. */
function folderInode(file: string): string | undefined {
  try {
    const stat = fs.lstatSync(file, { throwIfNoEntry: false });
    return stat?.isDirectory() === true ? String(stat.ino) : undefined;
  } catch {
    // A part of the path is no folder, or is closed to us.
    return undefined;
  }
}

function subfolders(folder: string): string[] {
  try {
    return fs
      .readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch {
    // Gone or closed to us: the scan says so.
    return [];
  }
}
