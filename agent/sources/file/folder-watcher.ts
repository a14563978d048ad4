/**
 * Notices of change in a set of folders: one watch per folder. Notices are hints, never facts; a folder that cannot
 * be watched is told once and left to the poll.
 */
import type { SourceProblem } from '../source.ts';
import { errorCode, type FileAccess } from './file-access.ts';

export interface FolderHint {
  folder: string;
  /** undefined: anything in the folder. */
  name: string | undefined;
  /** A name came or went. */
  renamed: boolean;
}

const HINTS_MAX = 10_000;

export class FolderWatcher {
  readonly #access: FileAccess;
  readonly #report: (problem: SourceProblem) => void;
  /** undefined: cannot be watched at present. */
  readonly #watches = new Map<string, { close: () => void; id: string } | undefined>();
  #hints = new Map<string, FolderHint>();
  #wake: (() => void) | undefined;

  constructor(access: FileAccess, report: (problem: SourceProblem) => void) {
    this.#access = access;
    this.#report = report;
  }

  /** Watches exactly these folders from now on. */
  watch(folders: ReadonlySet<string>): void {
    for (const [folder, watch] of this.#watches) {
      if (folders.has(folder)) continue;
      watch?.close();
      this.#watches.delete(folder);
    }
    for (const folder of folders) if (!this.#watches.has(folder)) this.#start(folder);
  }

  /** Watches again what was replaced, or could not be watched before. */
  check(): void {
    for (const [folder, watch] of this.#watches) {
      if (watch === undefined) {
        this.#start(folder);
        continue;
      }
      if (this.#inode(folder) === watch.id) continue;
      watch.close();
      this.#start(folder);
      this.#hint(folder, undefined, true);
    }
  }

  /** What changed since the last call. */
  take(): FolderHint[] {
    const hints = [...this.#hints.values()];
    this.#hints = new Map();
    return hints;
  }

  /** Resolves at the next notice, at once when there are some, after `waitMs`, or on abort. */
  async changed(waitMs: number, signal: AbortSignal): Promise<void> {
    if (this.#hints.size > 0 || signal.aborted) return;
    await this.#sleep(waitMs, signal, true);
  }

  /** Resolves after `waitMs` or on abort. */
  async pause(waitMs: number, signal: AbortSignal): Promise<void> {
    if (!signal.aborted) await this.#sleep(waitMs, signal, false);
  }

  close(): void {
    for (const watch of this.#watches.values()) watch?.close();
    this.#watches.clear();
  }

  async #sleep(waitMs: number, signal: AbortSignal, wakeable: boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const done = (): void => {
      resolve();
    };
    const timer = setTimeout(done, waitMs);
    signal.addEventListener('abort', done, { once: true });
    if (wakeable) this.#wake = done;
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      this.#wake = undefined;
    }
  }

  #inode(folder: string): string | undefined {
    try {
      return this.#access.stat(folder)?.id;
    } catch {
      // Not to be looked at: the reading of its files tells why.
      return undefined;
    }
  }

  #start(folder: string): void {
    const id = this.#inode(folder);
    this.#watches.set(folder, undefined);
    if (id === undefined) return;
    try {
      const close = this.#access.watch(
        folder,
        (name, renamed) => {
          this.#hint(folder, name, renamed);
        },
        (cause) => {
          this.#fail(folder, cause);
        },
      );
      this.#watches.set(folder, { close, id });
    } catch (error) {
      this.#fail(folder, error);
    }
  }

  #fail(folder: string, cause: unknown): void {
    this.#watches.get(folder)?.close();
    this.#watches.set(folder, undefined);
    const limit = errorCode(cause) === 'ENOSPC' || errorCode(cause) === 'EMFILE';
    this.#report({
      subject: folder,
      message: limit
        ? 'the folder cannot be watched, the limit of inotify is reached (raise fs.inotify.max_user_watches and max_user_instances); it is polled'
        : 'the folder cannot be watched; it is polled',
      cause,
    });
  }

  #hint(folder: string, name: string | undefined, renamed: boolean): void {
    const kept = this.#hints.size < HINTS_MAX ? name : undefined;
    const key = kept === undefined ? folder : `${folder}/${kept}`;
    const before = this.#hints.get(key)?.renamed ?? false;
    this.#hints.set(key, { folder, name: kept, renamed: renamed || before });
    this.#wake?.();
  }
}
