/**
 * Which paths are watched. A set is a folder, a file, or a pattern whose segments may hold wildcards
 * (`/home/*` + `/.ssh`), with everything below; excludes are globs on the whole path, or on the name when they hold
 * no slash. Paths that only lead to a pattern are `above`: walked through, never recorded.
 */
import fs from 'node:fs';
import path from 'node:path';
import picomatch from 'picomatch';

export interface WatchOptions {
  path: string;
  excludes?: readonly string[] | undefined;
}

export type Place = 'inside' | 'above' | 'outside';

interface CompiledSet {
  /** As configured: names the set among the positions. */
  name: string;
  /** Where walking and watching begin: the path up to its first wildcard. */
  base: string;
  place: (path: string) => Place;
}

export class WatchSets {
  readonly #sets: readonly CompiledSet[];

  /** @param options absolute paths; a configured path that is a symbolic link stands for its target. */
  constructor(options: readonly WatchOptions[]) {
    this.#sets = options.map((option) => compile(option));
  }

  get names(): string[] {
    return this.#sets.map((set) => set.name);
  }

  /** Folders and files to start from, none inside another. */
  get bases(): string[] {
    const bases = [...new Set(this.#sets.map((set) => set.base))];
    return bases.filter((base) => {
      const parents = bases.filter((other) => other !== base && isBelow(base, other));
      return !parents.some((parent) => this.place(base) !== 'outside' && this.#reaches(parent, base));
    });
  }

  place(file: string): Place {
    let best: Place = 'outside';
    for (const set of this.#sets) {
      const place = set.place(file);
      if (place === 'inside') return 'inside';
      if (place === 'above') best = 'above';
    }
    return best;
  }

  /** Names of the sets the path is in. */
  setsOf(file: string): string[] {
    return this.#sets.filter((set) => set.place(file) === 'inside').map((set) => set.name);
  }

  /** Every folder on the way from `parent` down to `file` is walked. */
  #reaches(parent: string, file: string): boolean {
    let folder = path.dirname(file);
    while (isBelow(folder, parent)) {
      if (this.place(folder) === 'outside') return false;
      folder = path.dirname(folder);
    }
    return true;
  }
}

function isBelow(file: string, folder: string): boolean {
  return file.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);
}

function resolveBase(base: string): string {
  try {
    return fs.realpathSync(base);
  } catch {
    // Not there yet: watched under the name it is given.
    return base;
  }
}

function compile(option: WatchOptions): CompiledSet {
  const normal = path.normalize(option.path);
  const trimmed = normal.length > 1 && normal.endsWith(path.sep) ? normal.slice(0, -1) : normal;
  const segments = trimmed.split(path.sep);
  const firstWild = segments.findIndex((segment) => picomatch.scan(segment).isGlob);
  const fixed = firstWild < 0 ? segments : segments.slice(0, firstWild);
  const base = resolveBase(fixed.join(path.sep) || path.sep);
  const wild = firstWild < 0 ? [] : segments.slice(firstWild);
  const tests = wild.map((segment) => picomatch(segment, { dot: true }));
  const isExcluded = compileExcludes(option.excludes ?? []);
  return {
    name: option.path,
    base,
    place: (file) => {
      if (file !== base && !isBelow(file, base)) return 'outside';
      const rest = file === base ? [] : file.slice(base.length).split(path.sep).filter(Boolean);
      if (!tests.every((test, index) => rest[index] === undefined || test(rest[index]))) return 'outside';
      if (rest.length < tests.length) return 'above';
      return isExcluded(file) ? 'outside' : 'inside';
    },
  };
}

function compileExcludes(excludes: readonly string[]): (file: string) => boolean {
  const tests = excludes.map((exclude) => {
    const test = picomatch(exclude, { dot: true });
    if (!exclude.includes('/')) return (file: string): boolean => test(path.basename(file));
    const below = picomatch(`${exclude}/**`, { dot: true });
    return (file: string): boolean => test(file) || below(file);
  });
  return (file) => tests.some((test) => test(file));
}
