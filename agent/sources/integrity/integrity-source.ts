/**
 * Reports what changes in the watched paths. The baseline is the source's positions: one row per path, committed
 * with the record of the change, so that no change is told twice or lost. Notices only say where to look; what is
 * told is always the difference between what was told last and the disk. The first time a set is seen its baseline
 * is made silently; after a stop, what changed meanwhile is told with `offline`.
 */
import path from 'node:path';
import type { FileState } from '#protocol/record.ts';
import type { Source, SourceContext, SourceItem } from '../source.ts';
import { Baseline } from './baseline.ts';
import { ChangeBatch } from './change-batch.ts';
import { DirtyPaths } from './dirty-paths.ts';
import { createChokidarWatcher } from './chokidar-watcher.ts';
import { createFolderTreeWatcher } from './folder-tree-watcher.ts';
import type { TreeWatcher, TreeWatcherFactory } from './tree-watcher.ts';
import { TreeWalk } from './tree-walk.ts';
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
  /** Default: a notice per folder on Linux, chokidar elsewhere. */
  createWatcher?: TreeWatcherFactory | undefined;
  /** Milliseconds that only go forward; default performance.now. */
  monotonic?: (() => number) | undefined;
  /** Told when the baseline of a set was made for the first time. */
  onBaseline?: ((summary: BaselineSummary) => void) | undefined;
}

type Settings = {
  [Key in Exclude<keyof IntegrityOptions, 'name'>]-?: Exclude<IntegrityOptions[Key], undefined>;
};

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
    createWatcher: options.createWatcher ?? defaultWatcher(process.platform),
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

/**
 * On Linux chokidar holds 6 KB per file (20,000 files: 122 MB against 12 MB); on other systems it stands on one
 * recursive notice of the kernel and knows their ways. It is loaded only where it is used.
 */
function defaultWatcher(platform: NodeJS.Platform): TreeWatcherFactory {
  return platform === 'linux' ? createFolderTreeWatcher : createChokidarWatcher;
}

class IntegritySession {
  readonly #settings: Settings;
  readonly #context: SourceContext;
  readonly #sets: WatchSets;
  readonly #baseline: Baseline;
  readonly #dirty: DirtyPaths;
  readonly #tree: TreeWalk;
  #watcher: TreeWatcher | undefined;
  /** Not everything is watched: scans take its place. */
  #degraded = false;

  constructor(settings: Settings, context: SourceContext) {
    this.#settings = settings;
    this.#context = context;
    this.#sets = new WatchSets(settings.watch);
    this.#baseline = new Baseline(context.positions);
    this.#dirty = new DirtyPaths(settings);
    this.#tree = new TreeWalk(this.#sets, settings.hashBytesMax, context);
  }

  async *run(): AsyncGenerator<SourceItem, void, void> {
    const { signal } = this.#context;
    await this.#startWatcher();
    yield* this.#scan(true);
    this.#context.caughtUp?.();
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
    const batch = new ChangeBatch(this.#context.now, this.#baseline);
    const blank = first && this.#baseline.isEmpty;
    for await (const entry of this.#tree.walk(this.#sets.bases, unreadable)) {
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
      const before = blank ? undefined : this.#baseline.get(entry.text);
      const silent =
        before === undefined && this.#sets.setsOf(entry.text).every((name) => fresh.includes(name));
      batch.compare(entry.text, before, entry.state, { offline, silent });
      if (batch.full) yield batch.take();
      if (signal.aborted) return;
    }
    // An unfinished walk says nothing about what is missing.
    if (signal.aborted) return;
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
    const batch = new ChangeBatch(this.#context.now, this.#baseline);
    const replaced: string[] = [];
    const unreadable: string[] = [];
    for (const file of this.#dirty.takeDue()) {
      const started = this.#settings.monotonic();
      if (this.#sets.place(file) === 'outside') continue;
      if (file.includes('\uFFFD')) {
        yield* this.#lookBelow(wellNamedFolder(file), batch);
        continue;
      }
      const before = this.#baseline.get(file);
      const unchanged = (state: FileState): boolean =>
        before?.type === 'directory' && before.inode === state.inode;
      let exists = false;
      for await (const entry of this.#tree.walk([file], unreadable, unchanged)) {
        if (entry.text === file) exists = true;
        else if (this.#dirty.has(entry.text)) continue;
        batch.compare(entry.text, this.#baseline.get(entry.text), entry.state, {});
        if (entry.text === file && before?.type === 'directory' && !unchanged(entry.state))
          replaced.push(file);
        if (batch.full) yield batch.take();
      }
      if (this.#context.signal.aborted) return;
      if (before !== undefined && !exists) {
        batch.compare(file, before, undefined, {});
        if (before.type === 'directory') replaced.push(file);
      }
      this.#dirty.spent(file, this.#settings.monotonic() - started);
      if (batch.full) yield batch.take();
    }
    if (replaced.length > 0) yield* this.#lookAtKnown(replaced, batch);
    if (!batch.empty) yield batch.take();
  }

  /** A notice whose name is not valid UTF-8 cannot be looked at by name: its whole folder is. */
  async *#lookBelow(folder: string, batch: ChangeBatch): AsyncGenerator<SourceItem, void, void> {
    const seen = new Set<string>();
    const unreadable: string[] = [];
    for await (const entry of this.#tree.walk([folder], unreadable)) {
      seen.add(entry.text);
      if (!this.#dirty.has(entry.text))
        batch.compare(entry.text, this.#baseline.get(entry.text), entry.state, {});
      if (batch.full) yield batch.take();
    }
    if (this.#context.signal.aborted) return;
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
      const after = await this.#tree.read(key);
      if (this.#context.signal.aborted) return;
      batch.compare(key, this.#baseline.get(key), after, {});
      if (batch.full) yield batch.take();
    }
  }
}

/** The nearest folder above whose name is told in full. */
function wellNamedFolder(file: string): string {
  let folder = path.dirname(file);
  while (folder.includes('\uFFFD')) folder = path.dirname(folder);
  return folder;
}

function isAtOrBelow(file: string, folder: string): boolean {
  return file === folder || file.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}
