/**
 * Notices what encrypts or renames files in mass, by each change as it is seen: a file under another name with the
 * same inode, a file whose known form is lost and whose content looks random, a copy that takes the place of what is
 * removed. One such change is nothing; many within a short time are what ransomware does.
 */
import path from 'node:path';
import type { Change } from './change-batch.ts';
import type { KeptState } from './state-codec.ts';

export interface TripwireLimits {
  /** Distinct files within `windowMs`. */
  filesMin: number;
  windowMs: number;
}

export interface Trip {
  /** Folder that all the files are below. */
  folder: string;
  /** Newest last. */
  paths: string[];
  files: number;
  renamed: number;
  encrypted: number;
  replaced: number;
  /** Most frequent ending that the files have now, and their number. */
  extension: string;
  extensionFiles: number;
  firstAt: number;
  lastAt: number;
}

type Signal = 'renamed' | 'encrypted' | 'replaced';

interface Sign {
  at: number;
  signal: Signal;
  path: string;
  extension: string;
}

interface Remembered {
  at: number;
  path: string;
  state: KeptState;
}

const RANDOM_TENTHS = 72;
const JUMP_TENTHS = 12;
/** Signs and removed files that are remembered. */
const REMEMBERED_MAX = 20_000;

export class Tripwire {
  readonly #limits: TripwireLimits;
  /** By the path a file had before. */
  readonly #signs = new Map<string, Sign>();
  /** Removed and made files by inode, and removed ones by path, each with its time. */
  readonly #removed = new Map<string, Remembered>();
  readonly #made = new Map<string, Remembered>();
  readonly #removedPaths = new Map<string, number>();

  constructor(limits: TripwireLimits) {
    this.#limits = limits;
  }

  /** @param at when it was seen. @returns what has just become too much. */
  notice(change: Change, at: number): Trip | undefined {
    if (!change.options.tripwire) return undefined;
    this.#forget(at);
    const found = this.#signOf(change, at);
    if (found === undefined) return undefined;
    const [file, signal, now] = found;
    this.#signs.set(file, { at, signal, path: now, extension: path.extname(now).toLowerCase() });
    if (this.#signs.size < this.#limits.filesMin) return undefined;
    const trip = this.#trip();
    this.#signs.clear();
    return trip;
  }

  /** @returns the path that a file had, what became of it, and the path it has. */
  #signOf({ change, path: file, before, after }: Change, at: number): [string, Signal, string] | undefined {
    if (change === 'modified') return isEncrypted(before, after) ? [file, 'encrypted', file] : undefined;
    if (change === 'deleted' && before?.type === 'file') {
      this.#removedPaths.set(file, at);
      const made = before.inode === undefined ? undefined : this.#made.get(before.inode);
      if (made !== undefined && isRename(before, made.state) && isOtherEnding(file, made.path)) {
        return [file, 'renamed', made.path];
      }
      if (before.inode !== undefined) this.#removed.set(before.inode, { at, path: file, state: before });
      return undefined;
    }
    if (change !== 'created' || after?.type !== 'file') return undefined;
    const removed = after.inode === undefined ? undefined : this.#removed.get(after.inode);
    if (removed !== undefined && isRename(removed.state, after) && isOtherEnding(removed.path, file)) {
      return [removed.path, 'renamed', file];
    }
    if (after.inode !== undefined) this.#made.set(after.inode, { at, path: file, state: after });
    if (!looksRandom(after)) return undefined;
    const original = originalsOf(file).find((name) => this.#removedPaths.has(name));
    return original === undefined ? undefined : [original, 'replaced', file];
  }

  #trip(): Trip {
    const signs = [...this.#signs.values()];
    const count = (signal: Signal): number => signs.filter((sign) => sign.signal === signal).length;
    const endings = new Map<string, number>();
    for (const { extension } of signs) endings.set(extension, (endings.get(extension) ?? 0) + 1);
    const [extension, extensionFiles] = [...endings].sort(([, a], [, b]) => b - a)[0] ?? ['', 0];
    const paths = signs.map((sign) => sign.path);
    return {
      folder: commonFolder(paths),
      paths,
      files: signs.length,
      renamed: count('renamed'),
      encrypted: count('encrypted'),
      replaced: count('replaced'),
      extension,
      extensionFiles,
      firstAt: Math.min(...signs.map(({ at }) => at)),
      lastAt: Math.max(...signs.map(({ at }) => at)),
    };
  }

  #forget(now: number): void {
    const oldest = now - this.#limits.windowMs;
    for (const map of [this.#signs, this.#removed, this.#made]) {
      for (const [key, { at }] of map) {
        if (at >= oldest && map.size <= REMEMBERED_MAX) break;
        map.delete(key);
      }
    }
    for (const [key, at] of this.#removedPaths) {
      if (at >= oldest && this.#removedPaths.size <= REMEMBERED_MAX) break;
      this.#removedPaths.delete(key);
    }
  }
}

function isEncrypted(before: KeptState | undefined, after: KeptState | undefined): boolean {
  if (before?.sample === undefined || after?.sample === undefined || !looksRandom(after)) return false;
  if (before.sample.magic !== '' && after.sample.magic !== before.sample.magic) return true;
  return after.sample.entropyTenths - before.sample.entropyTenths >= JUMP_TENTHS;
}

/** Random, and nothing that is compressed by its nature. */
function looksRandom({ sample }: KeptState): boolean {
  return sample !== undefined && sample.magic === '' && sample.entropyTenths >= RANDOM_TENTHS;
}

/** The number of a removed file is soon another file's; its time and size are not. */
function isRename(before: KeptState, after: KeptState): boolean {
  return before.mtimeMs === after.mtimeMs && before.size === after.size;
}

function isOtherEnding(before: string, after: string): boolean {
  return path.extname(before).toLowerCase() !== path.extname(after).toLowerCase();
}

/** `a.docx.locked` took the place of `a.docx`. */
function originalsOf(file: string): string[] {
  const cut = file.slice(0, file.length - path.extname(file).length);
  return cut === file ? [] : [cut];
}

function commonFolder(files: readonly string[]): string {
  const [first = '/', ...others] = files;
  let folder = path.dirname(first);
  while (
    folder !== path.dirname(folder) &&
    !others.every((file) => file.startsWith(`${folder}${path.sep}`))
  ) {
    folder = path.dirname(folder);
  }
  return folder;
}
