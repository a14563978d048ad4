/**
 * Reports what changes in the watched paths. The baseline is the source's positions: one row per path, committed
 * with the record of the change, so that no change is told twice or lost. Notices only say where to look; what is
 * told is always the difference between the committed row and the disk. The first time a set is seen its baseline
 * is made silently; after a stop, what changed meanwhile is told with `offline`.
 */
import path from 'node:path';
import fs from 'node:fs';
import type { FileState } from '#protocol/record.ts';
import type { Source, SourceContext, SourceItem } from '../source.ts';
import { Baseline } from './baseline.ts';
import { ChangeBatch } from './change-batch.ts';
import { DirtyPaths } from './dirty-paths.ts';
import { childPath, type DiskPath } from './path-name.ts';
import { readState } from './read-state.ts';
import { createChokidarWatcher, type TreeWatcher, type TreeWatcherFactory } from './tree-watcher.ts';
import { WatchSets, type WatchOptions } from './watch-set.ts';

export interface BaselineSummary {
  /** Sets whose baseline is new. */
  sets: string[];
  paths: number;
  durationMs: number;
}

export interface IntegrityOptions {
  watch: readonly WatchOptions[];
  /** Default `integrity`. */
  name?: string | undefined;
  /** Larger files are not hashed; default 256 MiB. */
  hashBytesMax?: number | undefined;
  /** A path must be quiet for so long before it is looked at; default 250 ms. */
  coalesceMs?: number | undefined;
  /** ... but no longer than this after its first change; default 1,000 ms. */
  coalesceMsMax?: number | undefined;
  /** Full comparison while running; default 6 h. */
  scanMs?: number | undefined;
  /** Full comparison while not everything can be watched; default 60 s. */
  fallbackScanMs?: number | undefined;
  /** How long the watcher may take to be ready before the first scan goes ahead; default 60 s. */
  watcherReadyMs?: number | undefined;
  /** Paths in all sets; default 500,000. */
  pathsMax?: number | undefined;
  createWatcher?: TreeWatcherFactory | undefined;
  /** Milliseconds that only go forward; default performance.now. */
  monotonic?: (() => number) | undefined;
  /** Told when the baseline of a set was made for the first time. */
  onBaseline?: ((summary: BaselineSummary) => void) | undefined;
}

type Settings = {
  [Key in Exclude<keyof IntegrityOptions, 'name'>]-?: Exclude<IntegrityOptions[Key], undefined>;
};

/** The event loop is given a turn after so much synchronous work. */
const SLICE_MS = 10;

export function createIntegritySource(options: IntegrityOptions): Source {
  const settings: Settings = {
    watch: options.watch,
    hashBytesMax: options.hashBytesMax ?? 256 * 1_048_576,
    coalesceMs: options.coalesceMs ?? 250,
    coalesceMsMax: options.coalesceMsMax ?? 1_000,
    scanMs: options.scanMs ?? 6 * 3_600_000,
    fallbackScanMs: options.fallbackScanMs ?? 60_000,
    watcherReadyMs: options.watcherReadyMs ?? 60_000,
    pathsMax: options.pathsMax ?? 500_000,
    createWatcher: options.createWatcher ?? createChokidarWatcher,
    monotonic: options.monotonic ?? (() => performance.now()),
    onBaseline: options.onBaseline ?? (() => undefined),
  };
  return {
    name: options.name ?? 'integrity',
    async *open(context) {
      const session = new IntegritySession(settings, context);
      try {
        yield* session.run();
      } finally {
        await session.close();
      }
    },
  };
}

class IntegritySession {
  readonly #settings: Settings;
  readonly #context: SourceContext;
  readonly #sets: WatchSets;
  readonly #baseline: Baseline;
  readonly #dirty: DirtyPaths;
  #watcher: TreeWatcher | undefined;
  /** Not everything is watched: scans take its place. */
  #degraded = false;
  #sliceStart = 0;

  constructor(settings: Settings, context: SourceContext) {
    this.#settings = settings;
    this.#context = context;
    this.#sets = new WatchSets(settings.watch);
    this.#baseline = new Baseline(context.positions);
    this.#dirty = new DirtyPaths(settings);
  }

  async *run(): AsyncGenerator<SourceItem, void, void> {
    const { signal } = this.#context;
    await this.#startWatcher();
    yield* this.#scan(true);
    let scannedAt = this.#settings.monotonic();
    while (!signal.aborted) {
      const scanMs = this.#degraded ? this.#settings.fallbackScanMs : this.#settings.scanMs;
      await this.#dirty.due(scannedAt + scanMs, signal);
      if (signal.aborted) return;
      if (this.#settings.monotonic() >= scannedAt + scanMs) {
        yield* this.#scan(false);
        scannedAt = this.#settings.monotonic();
      }
      yield* this.#lookAtDirty();
    }
  }

  async close(): Promise<void> {
    await this.#watcher?.close();
  }

  async #startWatcher(): Promise<void> {
    const { settings, signal } = { settings: this.#settings, signal: this.#context.signal };
    const told = new Set<string>();
    this.#watcher = settings.createWatcher(this.#sets.bases, (file) => this.#sets.place(file) === 'outside', {
      onHint: (file) => {
        this.#dirty.add(file);
      },
      onError: (cause) => {
        this.#watcherFailed(cause, told);
      },
    });
    const { promise, resolve } = Promise.withResolvers<'late'>();
    const stop = (): void => {
      resolve('late');
    };
    const timer = setTimeout(stop, settings.watcherReadyMs);
    signal.addEventListener('abort', stop, { once: true });
    const outcome = await Promise.race([this.#watcher.ready, promise]);
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    if (outcome === 'late' && !signal.aborted) {
      this.#degraded = true;
      this.#context.report({
        subject: 'integrity',
        message: `the watcher was not ready after ${settings.watcherReadyMs} ms; changes are found by scanning`,
      });
    }
  }

  #watcherFailed(cause: unknown, told: Set<string>): void {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const limit = code === 'ENOSPC' || code === 'EMFILE';
    this.#degraded = true;
    this.#dirty.wake();
    const message = limit
      ? `the limit of inotify is reached (raise fs.inotify.max_user_watches and max_user_instances); what is not watched is scanned every ${Math.round(this.#settings.fallbackScanMs / 1_000)} s`
      : `a folder cannot be watched; it is scanned every ${Math.round(this.#settings.fallbackScanMs / 1_000)} s`;
    if (told.has(message)) return;
    told.add(message);
    const subject = cause instanceof Error && 'path' in cause ? String(cause.path) : 'integrity';
    this.#context.report({ subject, message, cause });
  }

  /** Compares everything with the baseline. */
  async *#scan(first: boolean): AsyncGenerator<SourceItem, void, void> {
    const { signal, report } = this.#context;
    const started = this.#settings.monotonic();
    const fresh = first ? this.#sets.names.filter((name) => !this.#baseline.hasSet(name)) : [];
    const offline = first;
    const seen = new Set<string>();
    const unreadable: string[] = [];
    const batch = new ChangeBatch(this.#context.now);
    for await (const entry of this.#walk(this.#sets.bases, unreadable)) {
      if (seen.has(entry.text)) continue;
      if (seen.size >= this.#settings.pathsMax) {
        report({
          subject: 'integrity',
          message: `more than ${this.#settings.pathsMax} paths are in the watch sets; the rest is not watched. Watch less, or exclude folders`,
        });
        unreadable.push('/');
        break;
      }
      seen.add(entry.text);
      // Changed since the watcher is on: it is told by its own notice, and not as an offline change.
      if (this.#dirty.has(entry.text)) continue;
      const before = this.#baseline.get(entry.text);
      const silent =
        before === undefined && this.#sets.setsOf(entry.text).every((name) => fresh.includes(name));
      batch.compare(entry.text, before, entry.state, { offline, silent });
      if (batch.full) yield batch.take();
      if (signal.aborted) return;
    }
    for (const key of this.#missing(seen, unreadable)) {
      const silent = this.#sets.place(key) !== 'inside';
      batch.compare(key, this.#baseline.get(key), undefined, { offline, silent });
      if (batch.full) yield batch.take();
    }
    for (const name of fresh) batch.mark(this.#baseline.setKey(name));
    if (!batch.empty) yield batch.take();
    if (fresh.length > 0) {
      const durationMs = Math.round(this.#settings.monotonic() - started);
      this.#settings.onBaseline({ sets: fresh, paths: seen.size, durationMs });
    }
  }

  /** Looks at the paths that are quiet by now. */
  async *#lookAtDirty(): AsyncGenerator<SourceItem, void, void> {
    const batch = new ChangeBatch(this.#context.now);
    const replaced: string[] = [];
    const unreadable: string[] = [];
    for (const file of this.#dirty.takeDue()) {
      const started = this.#settings.monotonic();
      if (this.#sets.place(file) === 'outside') continue;
      if (file.includes('\uFFFD')) {
        yield* this.#lookBelow(path.dirname(file), batch);
        continue;
      }
      const before = this.#baseline.get(file);
      const unchanged = (state: FileState): boolean =>
        before?.type === 'directory' && before.inode === state.inode;
      let exists = false;
      for await (const entry of this.#walk([file], unreadable, unchanged)) {
        if (entry.text === file) exists = true;
        else if (this.#dirty.has(entry.text)) continue;
        batch.compare(entry.text, this.#baseline.get(entry.text), entry.state, {});
        if (entry.text === file && before?.type === 'directory' && !unchanged(entry.state))
          replaced.push(file);
        if (batch.full) yield batch.take();
      }
      if (before !== undefined && !exists) {
        batch.compare(file, before, undefined, {});
        if (before.type === 'directory') replaced.push(file);
      }
      this.#dirty.spent(file, this.#settings.monotonic() - started);
      if (batch.full) yield batch.take();
      if (this.#context.signal.aborted) break;
    }
    if (replaced.length > 0) yield* this.#lookAtKnown(replaced, batch);
    if (!batch.empty) yield batch.take();
  }

  /** A notice whose name is not valid UTF-8 cannot be looked at by name: its whole folder is. */
  async *#lookBelow(folder: string, batch: ChangeBatch): AsyncGenerator<SourceItem, void, void> {
    const seen = new Set<string>();
    const unreadable: string[] = [];
    for await (const entry of this.#walk([folder], unreadable)) {
      seen.add(entry.text);
      if (!this.#dirty.has(entry.text))
        batch.compare(entry.text, this.#baseline.get(entry.text), entry.state, {});
      if (batch.full) yield batch.take();
    }
    for (const key of this.#missing(seen, unreadable, folder)) {
      batch.compare(key, this.#baseline.get(key), undefined, {});
      if (batch.full) yield batch.take();
    }
  }

  /** Known paths that were not seen, though they could have been. */
  #missing(seen: ReadonlySet<string>, unreadable: readonly string[], folder = '/'): string[] {
    return this.#baseline.paths(
      (key) =>
        isAtOrBelow(key, folder) &&
        !seen.has(key) &&
        !this.#dirty.has(key) &&
        !unreadable.some((place) => isAtOrBelow(key, place)),
    );
  }

  /** Looks again at what was known below folders that are gone, or are other folders now. */
  async *#lookAtKnown(
    folders: readonly string[],
    batch: ChangeBatch,
  ): AsyncGenerator<SourceItem, void, void> {
    const below = (key: string): boolean =>
      folders.some((folder) => key !== folder && isAtOrBelow(key, folder));
    for (const key of this.#baseline.paths(below)) {
      // It may be back already.
      const after = await readState(key, this.#limits());
      batch.compare(key, this.#baseline.get(key), after, {});
      if (batch.full) yield batch.take();
    }
  }

  /**
   * What is at and below the given paths. Folders that cannot be read are added to `unreadable`.
   * @param known folders for which it answers true are not gone into.
   */
  async *#walk(
    from: readonly string[],
    unreadable: string[],
    known: (state: FileState) => boolean = () => false,
  ): AsyncGenerator<{ text: string; state: FileState }, void, void> {
    const limits = this.#limits();
    const stack: DiskPath[] = from.map((text) => ({ text, real: text }));
    for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) {
      if (this.#context.signal.aborted) return;
      const place = this.#sets.place(entry.text);
      if (place === 'outside') continue;
      const found = readState(entry.real, limits);
      const state = found instanceof Promise ? await found : found;
      if (state === undefined) continue;
      if (state.type === 'directory' && !known(state)) {
        for (const name of this.#list(entry, unreadable)) stack.push(childPath(entry, name));
      }
      if (place === 'inside') yield { text: entry.text, state };
      await this.#breathe();
    }
  }

  #list(folder: DiskPath, unreadable: string[]): (string | Buffer)[] {
    try {
      const names = fs.readdirSync(folder.real);
      if (!names.some((name) => name.includes('\uFFFD'))) return names;
      return fs
        .readdirSync(folder.real, { encoding: 'buffer' })
        .map((bytes) => (bytes.equals(Buffer.from(bytes.toString('utf8'))) ? bytes.toString('utf8') : bytes));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'ENOENT' || code === 'ENOTDIR') return [];
      unreadable.push(folder.text);
      this.#context.report({
        subject: folder.text,
        message: 'the folder cannot be read; what is in it is not watched',
        cause: error,
      });
      return [];
    }
  }

  #limits(): { hashBytesMax: number; signal: AbortSignal } {
    return { hashBytesMax: this.#settings.hashBytesMax, signal: this.#context.signal };
  }

  /** Long synchronous work gives the event loop its turn. */
  async #breathe(): Promise<void> {
    const time = performance.now();
    if (time - this.#sliceStart < SLICE_MS) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    setImmediate(resolve);
    await promise;
    this.#sliceStart = performance.now();
  }
}

function isAtOrBelow(file: string, folder: string): boolean {
  return file === folder || file.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}
