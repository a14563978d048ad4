/**
 * The packages that an administrator put in the packages folder of the data folder. Only whole regular files whose names are those of
 * packages are offered, each by the SHA-256 of what lies there; links are not followed, and nothing else in the folder is opened.
 */
import { createHash } from 'node:crypto';
import { constants, createReadStream, type Stats } from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import path from 'node:path';
import { compareReleases } from './compare-releases.ts';
import { parsePackageName, type PackageName } from './package-name.ts';

export interface HeldPackage extends PackageName {
  bytes: number;
  modifiedMs: number;
  /** Lower-case hex. */
  sha256: string;
}

/** Why a file of the folder is not offered. */
export type PackageFault = 'name' | 'not-a-file' | 'empty' | 'changing' | 'unreadable';

export interface PackageList {
  /** The newest version first. */
  packages: HeldPackage[];
  refused: { name: string; why: PackageFault }[];
  /** Files not looked at. */
  more: number;
}

export const PACKAGE_LIMITS = { filesMax: 64, refusedMax: 20, bytesMax: 1_073_741_824 } as const;

/** Not followed when it is a link; never waits for what is no file. */
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

interface Digest {
  bytes: number;
  modifiedMs: number;
  inode: number;
  sha256: string;
}

const isAbsent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

export class PackagesFolder {
  readonly path: string;
  /** By name; of files that are gone none is kept. */
  readonly #digests = new Map<string, Digest>();

  constructor(folder: string) {
    this.path = folder;
  }

  async list(): Promise<PackageList> {
    const names = await readdir(this.path).catch((error: unknown) => {
      if (isAbsent(error)) return [];
      throw error;
    });
    const sorted = names.filter((name) => !name.startsWith('.')).toSorted();
    const looked = sorted.slice(0, PACKAGE_LIMITS.filesMax);
    for (const name of this.#digests.keys()) if (!looked.includes(name)) this.#digests.delete(name);
    const packages: HeldPackage[] = [];
    const refused: PackageList['refused'] = [];
    for (const name of looked) {
      const found = await this.#read(name);
      if (typeof found === 'object') packages.push(found);
      else refused.push({ name, why: found });
    }
    packages.sort((a, b) => -compareReleases(a.version, b.version) || (a.name < b.name ? -1 : 1));
    return {
      packages,
      refused: refused.slice(0, PACKAGE_LIMITS.refusedMax),
      more: sorted.length - looked.length + Math.max(0, refused.length - PACKAGE_LIMITS.refusedMax),
    };
  }

  /** The package of that name as it lies there now, opened; undefined when none is offered. The caller closes it. */
  async open(name: string): Promise<{ held: HeldPackage; file: FileHandle } | undefined> {
    if (parsePackageName(name) === undefined) return undefined;
    const held = await this.#read(name);
    if (typeof held !== 'object') return undefined;
    const file = await open(path.join(this.path, name), READ);
    const stat = await file.stat();
    if (stat.size === held.bytes && stat.mtimeMs === held.modifiedMs) return { held, file };
    await file.close();
    return undefined;
  }

  async #read(name: string): Promise<HeldPackage | PackageFault> {
    const parsed = parsePackageName(name);
    if (parsed === undefined) return 'name';
    let file: FileHandle;
    try {
      file = await open(path.join(this.path, name), READ);
    } catch (error) {
      // ELOOP: a link.
      const isLink = error instanceof Error && 'code' in error && error.code === 'ELOOP';
      return isLink ? 'not-a-file' : 'unreadable';
    }
    try {
      const stat = await file.stat();
      if (!stat.isFile() || stat.size > PACKAGE_LIMITS.bytesMax) return 'not-a-file';
      if (stat.size === 0) return 'empty';
      const sha256 = await this.#digest(name, file, stat);
      if (sha256 === undefined) return 'changing';
      return { ...parsed, bytes: stat.size, modifiedMs: stat.mtimeMs, sha256 };
    } finally {
      await file.close();
    }
  }

  /** Of the whole file; undefined while somebody writes it. */
  async #digest(name: string, file: FileHandle, before: Stats): Promise<string | undefined> {
    const known = this.#digests.get(name);
    const same = (digest: Digest): boolean =>
      digest.bytes === before.size && digest.modifiedMs === before.mtimeMs && digest.inode === before.ino;
    if (known !== undefined && same(known)) return known.sha256;
    const hash = createHash('sha256');
    const stream = createReadStream('', { fd: file, autoClose: false, start: 0 });
    for await (const part of stream) hash.update(part as Buffer);
    const after = await file.stat();
    if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) return undefined;
    const sha256 = hash.digest('hex');
    this.#digests.set(name, { bytes: after.size, modifiedMs: after.mtimeMs, inode: after.ino, sha256 });
    return sha256;
  }
}
