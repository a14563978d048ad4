/** The watcher under way: it fills the dirty paths, and says whether scans have to take its place. */
import type { SourceContext } from '../source.ts';
import type { DirtyPaths } from './dirty-paths.ts';
import type { IntegritySettings } from './integrity-options.ts';
import type { TreeWatcher } from './tree-watcher.ts';
import type { WatchSets } from './watch-set.ts';

export class Watching {
  readonly #settings: IntegritySettings;
  readonly #context: SourceContext;
  readonly #dirty: DirtyPaths;
  readonly #told = new Set<string>();
  #watcher: TreeWatcher | undefined;
  /** Not everything is watched. */
  degraded = false;
  #missed = false;

  constructor(settings: IntegritySettings, context: SourceContext, dirty: DirtyPaths) {
    this.#settings = settings;
    this.#context = context;
    this.#dirty = dirty;
  }

  /** Resolves when changes are noticed, or it takes too long for that. */
  async start(sets: WatchSets): Promise<void> {
    const { watcherReadyMs, createWatcher } = this.#settings;
    const { signal } = this.#context;
    this.#watcher = createWatcher(sets.bases, (file) => sets.place(file) === 'outside', {
      onHint: (file) => {
        this.#dirty.add(file);
      },
      onMissed: () => {
        this.#missed = true;
        this.#dirty.wake();
      },
      onError: (cause) => {
        this.#failed(cause);
      },
    });
    const { promise, resolve } = Promise.withResolvers<'late'>();
    const stop = (): void => {
      resolve('late');
    };
    const timer = setTimeout(stop, watcherReadyMs);
    signal.addEventListener('abort', stop, { once: true });
    const outcome = await Promise.race([this.#watcher.ready, promise]);
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    if (outcome !== 'late' || signal.aborted) return;
    this.degraded = true;
    this.#context.report({
      subject: 'integrity',
      message: `the watcher was not ready after ${watcherReadyMs} ms; changes are found by scanning`,
    });
  }

  /** Notices alone do not tell all that changed. */
  get needsScan(): boolean {
    return this.degraded || this.#missed;
  }

  /** Such a scan begins: what is missed from now on needs another. */
  scanning(): void {
    this.#missed = false;
  }

  /** Notices do not tell everything of this place, e.g. of what others change on a network mount. */
  degrade(subject: string, message: string): void {
    this.degraded = true;
    this.#context.report({ subject, message });
  }

  async close(): Promise<void> {
    await this.#watcher?.close();
  }

  #failed(cause: unknown): void {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const limit = code === 'ENOSPC' || code === 'EMFILE';
    const seconds = Math.round(this.#settings.fallbackScanMs / 1_000);
    this.degraded = true;
    this.#dirty.wake();
    const message = limit
      ? `the limit of inotify is reached (raise fs.inotify.max_user_watches and max_user_instances); what is not watched is scanned every ${seconds} s`
      : `a folder cannot be watched; it is scanned every ${seconds} s`;
    if (this.#told.has(message)) return;
    this.#told.add(message);
    const subject = cause instanceof Error && 'path' in cause ? String(cause.path) : 'integrity';
    this.#context.report({ subject, message, cause });
  }
}
