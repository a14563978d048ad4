/**
 * The host as tests of one run see it: files, their owners and modes, answers of the fixed commands; each looked at
 * once. What cannot be looked at is a NotAssessedError; what is not there is undefined.
 */
import fs from 'node:fs';
import path from 'node:path';
import type { PostureCommand } from '#protocol/posture-tests.ts';
import { at, type Host } from '../host/host.ts';
import { listFolder, plainReason, readText } from '../host/read-text.ts';
import { COMMANDS } from './commands.ts';
import { NotAssessedError } from './finding.ts';
import { stat } from '../async-fs.ts';

export interface FileFacts {
  type: 'file' | 'folder' | 'other';
  /** Permission bits with set-id and sticky ones. */
  mode: number;
  uid: number;
  gid: number;
}

/** One line of a text, with where it stands. */
export interface Line {
  text: string;
  /** `file:line` */
  place: string;
}

const TEXT_BYTES_MAX = 2 * 1_048_576;
const COMMAND_BYTES_MAX = 2 * 1_048_576;
const COMMAND_TIMEOUT_MS = 20_000;
const GLOB_MAX = 1_000;

/** Content that no policy may ask about, only readers of ours that tell no more than facts. */
const SECRET_FILES =
  /^\/etc\/g?shadow|\/\.ssh\/|^\/(?:home|root)\/|_key$|\.(?:key|pem|p12|pfx|jks|kdbx)$|\/private\/|^\/proc\/[^/]+\/(?:environ|mem|maps|auxv)$|^\/dev\//;

export class HostView {
  readonly host: Host;
  readonly now: () => number;
  readonly signal: AbortSignal | undefined;
  readonly #kept = new Map<string, Promise<unknown>>();

  constructor(host: Host, now: () => number, signal?: AbortSignal) {
    this.host = host;
    this.now = now;
    this.signal = signal;
  }

  /** What `make` gives, made once in a run. @param key of one kind of thing only */
  async once<T>(key: string, make: () => Promise<T>): Promise<T> {
    const kept = this.#kept.get(key);
    // The key says what it is.
    if (kept !== undefined) return kept as Promise<T>;
    const made = make();
    this.#kept.set(key, made);
    return made;
  }

  /** undefined: there is none. @throws NotAssessedError */
  text(file: string): Promise<string | undefined> {
    return this.once(`text ${file}`, async () => {
      const result = await readText(this.host, file, TEXT_BYTES_MAX);
      if (result.kind === 'absent') return undefined;
      if (result.kind === 'unreadable') throw new NotAssessedError('unreadable', `${file}: ${result.reason}`);
      if (result.truncated)
        throw new NotAssessedError('too-large', `${file}: more than ${TEXT_BYTES_MAX} bytes`);
      return result.text;
    });
  }

  /** As `text`, for files that a policy names: not of those that hold secrets, by whatever link. */
  async openText(file: string): Promise<string | undefined> {
    if (SECRET_FILES.test(file) || SECRET_FILES.test(this.#real(file)))
      throw new NotAssessedError('forbidden', `${file}: policies may not ask for the content of such files`);
    return this.text(file);
  }

  async lines(file: string): Promise<Line[] | undefined> {
    const text = await this.text(file);
    return text === undefined ? undefined : toLines(text, file);
  }

  #real(file: string): string {
    try {
      const root = fs.realpathSync(this.host.root);
      const real = fs.realpathSync(at(this.host, file));
      return real.startsWith(root) ? path.join('/', real.slice(root.length)) : real;
    } catch {
      // It is not there, which reading it will say.
      return file;
    }
  }

  /** Of what a link leads to. undefined: there is none. @throws NotAssessedError */
  facts(file: string): Promise<FileFacts | undefined> {
    return this.once(`facts ${file}`, async () => {
      try {
        const found = await stat(at(this.host, file));
        const type = found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
        return { type, mode: found.mode & 0o7777, uid: found.uid, gid: found.gid } as const;
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : undefined;
        if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
        throw new NotAssessedError('unreadable', `${file}: ${plainReason(error)}`, { cause: error });
      }
    });
  }

  /** Sorted. @throws NotAssessedError */
  names(folder: string): Promise<string[]> {
    return this.once(`names ${folder}`, async () => {
      const result = await listFolder(this.host, folder);
      if (result.kind === 'unreadable')
        throw new NotAssessedError('unreadable', `${folder}: ${result.reason}`);
      return result.kind === 'names' ? result.names : [];
    });
  }

  /** What is there of the paths, in their order; `*` and `?` stand for characters of one name. */
  async expand(patterns: readonly string[]): Promise<string[]> {
    const found: string[] = [];
    for (const pattern of patterns) {
      let folders = ['/'];
      for (const part of pattern.split('/').filter((name) => name !== '')) {
        const next: string[] = [];
        for (const folder of folders) {
          if (!/[*?]/.test(part)) next.push(path.join(folder, part));
          else if ((await this.facts(folder))?.type === 'folder') {
            const wanted = globPart(part);
            for (const name of await this.names(folder)) if (wanted(name)) next.push(path.join(folder, name));
          }
        }
        folders = next.slice(0, GLOB_MAX);
      }
      for (const file of folders) if ((await this.facts(file)) !== undefined) found.push(file);
    }
    return [...new Set(found)];
  }

  /** What a fixed command wrote. @throws NotAssessedError */
  run(name: PostureCommand): Promise<string> {
    return this.once(`run ${name}`, async () => {
      const { program, args, anyCode } = COMMANDS[name];
      const result = await this.host.run(program, args, {
        timeoutMs: COMMAND_TIMEOUT_MS,
        stdoutBytesMax: COMMAND_BYTES_MAX,
        signal: this.signal,
      });
      if (result.kind === 'absent')
        throw new NotAssessedError('command-absent', `${program} is not installed`);
      if (result.kind === 'failed')
        throw new NotAssessedError('command-failed', `${program}: ${result.reason}`);
      if (result.code !== 0 && anyCode !== true) {
        const [said = ''] = result.stderr.split('\n');
        throw new NotAssessedError(
          'command-failed',
          `${program} ended with ${result.code}: ${said.slice(0, 200)}`,
        );
      }
      if (result.truncated) throw new NotAssessedError('too-large', `${program} wrote too much`);
      return result.stdout;
    });
  }
}

export function toLines(text: string, file: string): Line[] {
  return text.split('\n').map((line, index) => ({ text: line.trimEnd(), place: `${file}:${index + 1}` }));
}

/** A name with `*` and `?`; `*` does not begin a hidden name, as in a shell. */
export function globPart(pattern: string): (name: string) => boolean {
  const parts = pattern.split('*');
  return (name) => {
    if (name.startsWith('.') && !pattern.startsWith('.')) return false;
    let at = 0;
    for (const [index, part] of parts.entries()) {
      if (index === 0) {
        if (!fits(name, part, 0)) return false;
        at = part.length;
      } else if (index === parts.length - 1) {
        return name.length - part.length >= at && fits(name, part, name.length - part.length);
      } else {
        while (at + part.length <= name.length && !fits(name, part, at)) at += 1;
        if (at + part.length > name.length) return false;
        at += part.length;
      }
    }
    return at === name.length;
  };
}

function fits(name: string, part: string, from: number): boolean {
  if (from + part.length > name.length) return false;
  for (let index = 0; index < part.length; index += 1)
    if (part[index] !== '?' && part[index] !== name[from + index]) return false;
  return true;
}
