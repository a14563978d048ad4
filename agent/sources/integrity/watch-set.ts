/**
 * Which paths are watched, and how. A set is a folder, a file, or a pattern whose segments may hold wildcards
 * (`/home/*` + `/.ssh`), with everything below; globs are on the whole path, or on the name when they hold no slash.
 * Paths that only lead to something are `above`: walked through, never recorded.
 */
import fs from 'node:fs';
import path from 'node:path';
import { globMatcher, isGlob } from '../../path-glob.ts';
import type { StateProperty } from './compare-state.ts';
import type { ScanTimes } from './scan-times.ts';

export interface WatchOptions {
  path: string;
  excludes?: readonly string[] | undefined;
  /** Only these are recorded; left out: everything. */
  includes?: readonly string[] | undefined;
  /** `scheduled`: no notices, full scans only; default `realtime`. */
  mode?: 'realtime' | 'scheduled' | undefined;
  /** Levels below the path, 1 being what is directly in it; left out: all. */
  depthMax?: number | undefined;
  /** Default true. */
  hash?: boolean | undefined;
  /** Larger files are not hashed; left out: that of all sets. */
  hashBytesMax?: number | undefined;
  /** Differences that are told; left out: `DEFAULT_PROPERTIES`. */
  compare?: readonly StateProperty[] | undefined;
  /** Read extended attributes and access lists; default false. */
  xattrs?: boolean | undefined;
  /** Tell what differs in small text files; default false. */
  difference?: boolean | undefined;
  /** Users' documents: mass changes are watched for, and no text of them is kept unless approved. */
  documents?: boolean | undefined;
  documentsDifferenceApproved?: boolean | undefined;
  /** Watch for mass changes; default: of documents. */
  tripwire?: boolean | undefined;
  /** When it is compared in full; left out: as all are. */
  scan?: ScanTimes | undefined;
}

/** Of all sets a path is in, together. */
export interface SetOptions {
  realtime: boolean;
  hash: boolean;
  /** undefined: that of all sets. */
  hashBytesMax: number | undefined;
  compare: ReadonlySet<StateProperty>;
  xattrs: boolean;
  difference: boolean;
  documents: boolean;
  documentsDifferenceApproved: boolean;
  tripwire: boolean;
}

export const DEFAULT_PROPERTIES: readonly StateProperty[] = ['content', 'mode', 'owner', 'mtime', 'xattrs'];

export type Place = 'inside' | 'above' | 'outside';

export interface CompiledSet {
  /** As configured: names the set in the baseline. */
  name: string;
  /** Where walking and watching begin: the path up to its first wildcard. */
  base: string;
  place: (path: string) => Place;
  options: SetOptions;
  scan: ScanTimes | undefined;
}

export class WatchSets {
  readonly #sets: readonly CompiledSet[];
  /** Options of paths that are in several sets, by which. */
  readonly #merged = new Map<string, SetOptions>();

  private constructor(sets: readonly CompiledSet[]) {
    this.#sets = sets;
  }

  /**
   * @param options absolute paths; a configured path that is a symbolic link stands for its target.
   * @param skipped folders that are in no set that does not begin in them.
   */
  static of(options: readonly WatchOptions[], skipped: readonly string[] = []): WatchSets {
    return new WatchSets(options.map((option) => compile(option, skipped)));
  }

  get all(): readonly CompiledSet[] {
    return this.#sets;
  }

  get names(): string[] {
    return this.#sets.map((set) => set.name);
  }

  /** Those of them. */
  only(wanted: (set: CompiledSet) => boolean): WatchSets {
    return new WatchSets(this.#sets.filter(wanted));
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

  /** undefined unless the path is `inside`. */
  optionsOf(file: string): SetOptions | undefined {
    let first: SetOptions | undefined;
    let several: number[] | undefined;
    for (let index = 0; index < this.#sets.length; index += 1) {
      const set = this.#sets[index];
      if (set?.place(file) !== 'inside') continue;
      if (first === undefined) {
        first = set.options;
        several = [index];
      } else several?.push(index);
    }
    return several === undefined || several.length < 2 ? first : this.#merge(several);
  }

  /** Names of the sets the path is in. */
  setsOf(file: string): string[] {
    return this.#sets.filter((set) => set.place(file) === 'inside').map((set) => set.name);
  }

  #merge(indexes: readonly number[]): SetOptions {
    const key = indexes.join(' ');
    const known = this.#merged.get(key);
    if (known !== undefined) return known;
    const all = indexes.flatMap((index) => this.#sets[index]?.options ?? []);
    const limits = all.map(({ hash, hashBytesMax }) => (hash ? hashBytesMax : 0));
    const merged: SetOptions = {
      realtime: all.some(({ realtime }) => realtime),
      hash: all.some(({ hash }) => hash),
      hashBytesMax: limits.includes(undefined) ? undefined : Math.max(...limits.map((limit) => limit ?? 0)),
      compare: new Set(all.flatMap(({ compare }) => [...compare])),
      xattrs: all.some(({ xattrs }) => xattrs),
      difference: all.some(({ difference }) => difference),
      // What one set calls a document is one, and only its own approval counts.
      documents: all.some(({ documents }) => documents),
      documentsDifferenceApproved: all.every(
        ({ documents, documentsDifferenceApproved }) => !documents || documentsDifferenceApproved,
      ),
      tripwire: all.some(({ tripwire }) => tripwire),
    };
    this.#merged.set(key, merged);
    return merged;
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
    const real = fs.realpathSync(base);
    if (process.platform !== 'win32') return real;
    // As it is spelt on disk, since notices spell it so; but by its drive's letter, which may stand for another place.
    const spelt = fs.realpathSync.native(base);
    return spelt.toLowerCase() === real.toLowerCase() ? spelt : real;
  } catch {
    // Not there yet: watched under the name it is given.
    return base;
  }
}

function compile(option: WatchOptions, skipped: readonly string[]): CompiledSet {
  const normal = path.normalize(option.path);
  const trimmed = normal.length > 1 && normal.endsWith(path.sep) ? normal.slice(0, -1) : normal;
  const segments = trimmed.split(path.sep);
  const firstWild = segments.findIndex((segment) => isGlob(segment));
  const fixed = firstWild < 0 ? segments : segments.slice(0, firstWild);
  const base = resolveBase(fixed.join(path.sep) || path.sep);
  const wild = firstWild < 0 ? [] : segments.slice(firstWild);
  const tests = wild.map((segment) => globMatcher(segment, true));
  const isGlobbed = compileGlobs(option.excludes ?? [], true);
  const skippedBelow = skipped.filter((folder) => folder === base || isBelow(folder, base));
  const isExcluded =
    skippedBelow.length === 0
      ? isGlobbed
      : (file: string): boolean =>
          skippedBelow.some((folder) => file === folder || isBelow(file, folder)) || isGlobbed(file);
  const isIncluded = option.includes === undefined ? undefined : compileGlobs(option.includes, false);
  const depthMax = tests.length + (option.depthMax ?? Infinity);
  const baseBelow = base.endsWith(path.sep) ? base : base + path.sep;
  const plain = tests.length === 0 && depthMax === Infinity;
  return {
    name: option.path,
    base,
    options: optionsOf(option),
    scan: option.scan,
    place: (file) => {
      if (!file.startsWith(baseBelow) && file !== base) return 'outside';
      if (!plain) {
        const rest = file === base ? [] : file.slice(base.length).split(path.sep).filter(Boolean);
        if (!tests.every((test, index) => rest[index] === undefined || test(rest[index]))) return 'outside';
        if (rest.length > depthMax) return 'outside';
        if (rest.length < tests.length) return 'above';
      }
      if (isExcluded(file)) return 'outside';
      return isIncluded === undefined || isIncluded(file) ? 'inside' : 'above';
    },
  };
}

function optionsOf(option: WatchOptions): SetOptions {
  const documents = option.documents ?? false;
  return {
    realtime: option.mode !== 'scheduled',
    hash: option.hash ?? true,
    hashBytesMax: option.hashBytesMax,
    compare: new Set(option.compare ?? DEFAULT_PROPERTIES),
    xattrs: option.xattrs ?? false,
    difference: option.difference ?? false,
    documents,
    documentsDifferenceApproved: option.documentsDifferenceApproved ?? false,
    tripwire: option.tripwire ?? documents,
  };
}

/** @param below a glob on the whole path stands for what is below it, too. */
function compileGlobs(globs: readonly string[], below: boolean): (file: string) => boolean {
  const tests = globs.map((glob) => {
    const test = globMatcher(glob, true);
    if (!glob.includes('/') && !glob.includes(path.sep))
      return (file: string): boolean => test(path.basename(file));
    const testBelow = below ? globMatcher(`${glob}/**`, true) : () => false;
    return (file: string): boolean => test(file) || testBelow(file);
  });
  return (file) => tests.some((test) => test(file));
}
