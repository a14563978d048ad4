/**
 * dpkg's own records (dpkg(1), deb-md5sums(5)): file lists and checksums of each package, settings files in `status`.
 * They are read when asked, with the answers kept until dpkg writes again, as holding them all would take 30 MB.
 */
import fs from 'node:fs';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { ownText } from '../../../own-text.ts';
import { isLocked } from './lock-holders.ts';
import { namesInPackage } from './names-in-package.ts';
import type { PackageAnswer, PackageFiles, PackageQuestion } from './package-files.ts';

export interface DpkgOptions {
  /** Default /var/lib/dpkg. */
  adminDir?: string | undefined;
  /** Where the files of packages are; default none: the root. */
  root?: string | undefined;
  /** Awaited between pieces of work. */
  breathe: () => Promise<void>;
}

const CACHED_MAX = 20_000;
const CHECKED_BYTES_MAX = 64 * 1_048_576;
const FILES_PER_BREATH = 25;
const READ_BYTES = 262_144;

interface Status {
  mtimeMs: number;
  versions: Map<string, string>;
  /** md5 of settings files by path. */
  settings: Map<string, string>;
}

/** undefined where dpkg has installed nothing: as a tool it is found on systems of rpm, too. */
export function openDpkgFiles(options: DpkgOptions): PackageFiles | undefined {
  const adminDir = options.adminDir ?? '/var/lib/dpkg';
  const there = (fs.statSync(path.join(adminDir, 'status'), { throwIfNoEntry: false })?.size ?? 0) > 0;
  return there && fs.existsSync(path.join(adminDir, 'info')) ? new DpkgFiles(adminDir, options) : undefined;
}

class DpkgFiles implements PackageFiles {
  readonly #adminDir: string;
  readonly #root: string;
  readonly #breathe: () => Promise<void>;
  /** Package as in the names of its files (`name` or `name:arch`), null for none, by path in the package. */
  readonly #owners = new Map<string, string | null>();
  #ownersOf = Number.NaN;
  #status: Status | undefined;

  constructor(adminDir: string, { root = '', breathe }: DpkgOptions) {
    this.#adminDir = adminDir;
    this.#root = root;
    this.#breathe = breathe;
  }

  busy(): boolean {
    return isLocked([path.join(this.#adminDir, 'lock'), path.join(this.#adminDir, 'lock-frontend')]);
  }

  async find(questions: readonly PackageQuestion[]): Promise<Map<string, PackageAnswer>> {
    const answers = new Map<string, PackageAnswer>();
    const inside = questions.flatMap((question) => {
      const { path: file } = question;
      if (!file.startsWith(`${this.#root}/`)) return [];
      return [{ question, names: namesInPackage(file.slice(this.#root.length)) }];
    });
    if (inside.length === 0) return answers;
    await this.#lookUp(inside.flatMap(({ names }) => names));
    const status = this.#readStatus();
    for (const { question, names } of inside) {
      for (const name of names) {
        const owner = this.#owners.get(name);
        if (owner === undefined || owner === null) continue;
        const version = status.versions.get(owner) ?? status.versions.get(owner.split(':')[0] ?? '') ?? '';
        const verified = question.sha256 !== undefined && this.#isGenuine(owner, name, question.path, status);
        answers.set(question.path, { name: `${owner.split(':')[0]} ${version}`.trim(), verified });
        break;
      }
      await this.#breathe();
    }
    return answers;
  }

  /** Finds the owners of paths that were not asked for since dpkg wrote last. */
  async #lookUp(names: readonly string[]): Promise<void> {
    const info = path.join(this.#adminDir, 'info');
    const { mtimeMs } = fs.statSync(info);
    if (mtimeMs !== this.#ownersOf || this.#owners.size > CACHED_MAX) this.#owners.clear();
    this.#ownersOf = mtimeMs;
    const wanted = new Set(names.filter((name) => !this.#owners.has(name)));
    if (wanted.size === 0) return;
    const lists = fs.readdirSync(info).filter((name) => name.endsWith('.list'));
    for (const [index, list] of lists.entries()) {
      if (index % FILES_PER_BREATH === 0) await this.#breathe();
      const text = readText(path.join(info, list));
      if (text === undefined) continue;
      const owner = list.slice(0, -'.list'.length);
      if (wanted.size < 8) {
        for (const name of wanted) if (`\n${text}`.includes(`\n${name}\n`)) this.#owners.set(name, owner);
      } else
        for (const line of text.split('\n')) if (wanted.has(line)) this.#owners.set(ownText(line), owner);
    }
    for (const name of wanted) if (!this.#owners.has(name)) this.#owners.set(name, null);
  }

  #isGenuine(owner: string, name: string, file: string, status: Status): boolean {
    const sums = readText(path.join(this.#adminDir, 'info', `${owner}.md5sums`)) ?? '';
    const line = `\n${sums}`.match(new RegExp(`\\n([0-9a-f]{32})  ${escapeRegExp(name.slice(1))}(?:\\n|$)`));
    const expected = line?.[1] ?? status.settings.get(name);
    return expected !== undefined && expected === md5Of(file);
  }

  #readStatus(): Status {
    const file = path.join(this.#adminDir, 'status');
    const mtimeMs = fs.statSync(file).mtimeMs;
    if (this.#status?.mtimeMs === mtimeMs) return this.#status;
    const status: Status = { mtimeMs, versions: new Map(), settings: new Map() };
    for (const stanza of (readText(file) ?? '').split('\n\n')) {
      const field = (name: string): string | undefined => {
        const value = new RegExp(`^${name}: (.*)$`, 'm').exec(stanza)?.[1];
        return value === undefined ? undefined : ownText(value);
      };
      const [name, version, architecture] = [field('Package'), field('Version'), field('Architecture')];
      if (name === undefined || version === undefined) continue;
      status.versions.set(name, version);
      if (architecture !== undefined) status.versions.set(`${name}:${architecture}`, version);
      const settings = /^Conffiles:\n((?: .*(?:\n|$))*)/m.exec(stanza)?.[1] ?? '';
      for (const line of settings.split('\n')) {
        const [, settingsFile, md5] = /^ (.+) ([0-9a-f]{32})/.exec(line) ?? [];
        if (settingsFile !== undefined && md5 !== undefined) {
          status.settings.set(ownText(settingsFile), ownText(md5));
        }
      }
    }
    this.#status = status;
    return status;
  }
}

function readText(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    // The package went away while it was asked.
    return undefined;
  }
}

/** @returns undefined for what is no regular file, too large or gone. */
function md5Of(file: string): string | undefined {
  let descriptor: number;
  try {
    descriptor = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  try {
    const stats = fs.fstatSync(descriptor);
    if (!stats.isFile() || stats.size > CHECKED_BYTES_MAX) return undefined;
    const digest = createHash('md5');
    const piece = Buffer.allocUnsafe(READ_BYTES);
    for (;;) {
      const count = fs.readSync(descriptor, piece, 0, READ_BYTES, null);
      if (count === 0) return digest.digest('hex');
      digest.update(piece.subarray(0, count));
    }
  } catch {
    return undefined;
  } finally {
    fs.closeSync(descriptor);
  }
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
