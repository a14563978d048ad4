/** While the package manager works, what it changes waits for what it writes down of it; not for long. */
import type { DirtyPaths } from './dirty-paths.ts';
import type { PackageFiles } from './packages/package-files.ts';

/** A path waits no longer than this. */
const HELD_MS_MAX = 15_000;
const HELD_STEP_MS = 500;
const HELD_PATHS_MAX = 50_000;

export class PackageHold {
  readonly #packages: Pick<PackageFiles, 'busy'> | undefined;
  readonly #dirty: Pick<DirtyPaths, 'postpone'>;
  readonly #monotonic: () => number;
  /** Since when a path waits. */
  readonly #since = new Map<string, number>();
  #busy = false;

  constructor(
    packages: Pick<PackageFiles, 'busy'> | undefined,
    dirty: Pick<DirtyPaths, 'postpone'>,
    monotonic: () => number,
  ) {
    this.#packages = packages;
    this.#dirty = dirty;
    this.#monotonic = monotonic;
  }

  /** To be called once for some paths: looks whether it works now. */
  look(): void {
    this.#busy = this.#packages?.busy() === true;
    if (!this.#busy) this.#since.clear();
  }

  /** Whether the path is to be looked at later, which is seen to. */
  holds(file: string): boolean {
    if (!this.#busy) return false;
    const now = this.#monotonic();
    const since = this.#since.get(file) ?? now;
    if (now - since >= HELD_MS_MAX || this.#since.size >= HELD_PATHS_MAX) return false;
    this.#since.set(file, since);
    this.#dirty.postpone(file, HELD_STEP_MS);
    return true;
  }
}
