/**
 * The folder of programs on a host, as docs/packages.md draws it: versions beside each other and pointers to them. An update adds a
 * version and a pointer; what runs is never written to. Pointers are written aside, synced, and renamed.
 */
import fs from 'node:fs';
import path from 'node:path';
import { compareVersions, releaseVersionSchema } from '#protocol/release.ts';
import { writeAtomic } from '../write-atomic.ts';

const VERSIONS = 'versions';
const RUNTIMES = 'runtimes';
const POINTER_MODE = 0o644;
const ENTRY = 'vonggac-agent.js';

/** `packaged` is the package's own; the launcher renames `trial` to `tried` before it starts that version. */
export type Pointer = 'packaged' | 'current' | 'trial' | 'tried';

const HUNG = /^hung [1-9]\d{0,3}$/;

const isVersion = (text: string): boolean => releaseVersionSchema.safeParse(text).success;

export class ProgramHome {
  readonly folder: string;
  /** By the folder that this program runs from. */
  readonly version: string;

  constructor(folder: string, version: string) {
    this.folder = folder;
    this.version = version;
  }

  /** @param entry this program's file; undefined when it does not lie as a package lays it: it then updates nothing */
  static of(entry: string | undefined): ProgramHome | undefined {
    if (entry === undefined || !fs.existsSync(entry)) return undefined;
    const file = fs.realpathSync(entry);
    const folder = path.dirname(file);
    const version = path.basename(folder);
    const versions = path.dirname(folder);
    const fits = path.basename(file) === ENTRY && path.basename(versions) === VERSIONS && isVersion(version);
    return fits ? new ProgramHome(path.dirname(versions), version) : undefined;
  }

  versionFolder(version: string): string {
    return path.join(this.folder, VERSIONS, version);
  }

  runtimeFolder(runtime: string): string {
    return path.join(this.folder, RUNTIMES, runtime);
  }

  /** Where a folder is filled before it gets its name. */
  asideFolder(kind: 'version' | 'runtime', name: string): string {
    return `${kind === 'version' ? this.versionFolder(name) : this.runtimeFolder(name)}.part`;
  }

  hasRuntime(runtime: string): boolean {
    return fs.existsSync(this.runtimeFolder(runtime));
  }

  /** Undefined when there is none, or none that names a version. */
  pointer(name: Pointer): string | undefined {
    const [line = ''] = this.#lines(name);
    return isVersion(line) ? line : undefined;
  }

  /** After how many seconds the launcher ended what it tried, because it hung; undefined: it did not. */
  get hungSeconds(): number | undefined {
    const noted = this.#lines('tried').find((line) => HUNG.test(line));
    return noted === undefined ? undefined : Number(noted.slice('hung '.length));
  }

  /** @throws the file system's error: then nothing has changed */
  hold(version: string): void {
    this.#point('current', [version]);
  }

  /** @param seconds so long the launcher waits for it to become well. @throws the file system's error: then nothing has changed */
  try(version: string, seconds: number): void {
    this.#point('trial', [version, String(seconds)]);
  }

  #point(name: Pointer, lines: readonly string[]): void {
    const text = lines.map((line) => `${line}\n`).join('');
    writeAtomic(this.#pointerFile(name), text, { mode: POINTER_MODE, durable: true });
  }

  #lines(name: Pointer): string[] {
    const file = this.#pointerFile(name);
    if (!fs.existsSync(file)) return [];
    return fs
      .readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.trim());
  }

  clear(name: 'trial' | 'tried'): void {
    fs.rmSync(this.#pointerFile(name), { force: true });
  }

  /** Takes away versions that nothing points to but the one before the newest, and what was not finished. */
  tidy(): void {
    const kept = new Set<string | undefined>([
      this.version,
      this.pointer('packaged'),
      this.pointer('current'),
      this.pointer('trial'),
      this.pointer('tried'),
    ]);
    const older = this.#versions()
      .filter((version) => !kept.has(version) && compareVersions(version, this.version) < 0)
      .toSorted(compareVersions);
    // A way back by hand.
    kept.add(older.at(-1));
    for (const version of this.#versions())
      if (!kept.has(version)) fs.rmSync(this.versionFolder(version), { recursive: true, force: true });
    this.#tidyRuntimes();
    for (const folder of [VERSIONS, RUNTIMES]) {
      const parent = path.join(this.folder, folder);
      if (!fs.existsSync(parent)) continue;
      for (const name of fs.readdirSync(parent))
        if (name.endsWith('.part')) fs.rmSync(path.join(parent, name), { recursive: true, force: true });
    }
  }

  /** Those that no version runs on. */
  #tidyRuntimes(): void {
    const parent = path.join(this.folder, RUNTIMES);
    const used = new Set(this.#versions().map((version) => this.#runtimeOf(version)));
    // One that says nothing may run on any.
    if (used.has(undefined) || !fs.existsSync(parent)) return;
    for (const name of fs.readdirSync(parent))
      if (isVersion(name) && !used.has(name))
        fs.rmSync(path.join(parent, name), { recursive: true, force: true });
  }

  #runtimeOf(version: string): string | undefined {
    const file = path.join(this.versionFolder(version), 'runtime');
    return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split('\n')[0]?.trim() : undefined;
  }

  #versions(): string[] {
    return fs.readdirSync(path.join(this.folder, VERSIONS)).filter(isVersion);
  }

  #pointerFile(name: Pointer): string {
    return path.join(this.folder, VERSIONS, name);
  }
}
