/**
 * Asks a program of the host. Invariants: no shell, a fixed search path and environment (so answers are in English and
 * nobody's PATH decides what runs as root), at most so much time and output; when either is over, the program and what
 * it started are ended.
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

export type ProgramResult =
  /** It ran to its end; `truncated`: it said more than was wanted and was ended. */
  | { kind: 'ended'; code: number; stdout: string; stderr: string; truncated: boolean }
  /** There is no such program here. */
  | { kind: 'absent' }
  | { kind: 'failed'; reason: string };

export interface ProgramOptions {
  timeoutMs?: number | undefined;
  stdoutBytesMax?: number | undefined;
  signal?: AbortSignal | undefined;
  /** What it may read; left out: nothing. */
  stdin?: string | undefined;
  /** Folders in which to look; left out: those of the system. */
  searchPath?: readonly string[] | undefined;
}

const SEARCH_PATH = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/sbin', '/usr/local/bin'];
const TIMEOUT_MS = 20_000;
const STDOUT_BYTES_MAX = 8 * 1_048_576;
const STDERR_BYTES_MAX = 16_384;

/** @param name of the program, or its absolute path */
export function runProgram(
  name: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramResult> {
  const { timeoutMs = TIMEOUT_MS, stdoutBytesMax = STDOUT_BYTES_MAX, signal } = options;
  const searchPath = options.searchPath ?? SEARCH_PATH;
  const file = findProgram(name, searchPath);
  if (file === undefined) return Promise.resolve({ kind: 'absent' });
  if (signal?.aborted === true) return Promise.resolve({ kind: 'failed', reason: 'the agent is stopping' });
  const { promise, resolve } = Promise.withResolvers<ProgramResult>();
  const child = spawn(file, args, {
    cwd: '/',
    // Of its own group, so that what it started can be ended with it.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: searchPath.join(':'), LANG: 'C', LC_ALL: 'C', LC_MESSAGES: 'C' },
  });
  // One that does not read it answers without it.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.stdin);
  const stdout = new Output(stdoutBytesMax);
  const stderr = new Output(STDERR_BYTES_MAX);
  let why: string | undefined;
  const end = (reason?: string): void => {
    why ??= reason;
    endGroup(child.pid);
  };
  const timer = setTimeout(() => end(`it did not end within ${timeoutMs / 1_000} s`), timeoutMs);
  const onAbort = (): void => end('the agent is stopping');
  signal?.addEventListener('abort', onAbort, { once: true });
  const done = (result: ProgramResult): void => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    resolve(result);
  };
  child.stdout.on('data', (chunk: Buffer) => {
    if (stdout.add(chunk)) return;
    end();
    child.stdout.destroy();
  });
  child.stderr.on('data', (chunk: Buffer) => void stderr.add(chunk));
  child.on('error', (error) => done({ kind: 'failed', reason: error.message }));
  // A grandchild may keep the pipes open: what ended has said what it had to say.
  child.on('exit', () => setTimeout(() => endPipes(child), 200).unref());
  child.on('close', (code, killedBy) => {
    if (why !== undefined) done({ kind: 'failed', reason: why });
    else if (killedBy !== null && !stdout.truncated)
      done({ kind: 'failed', reason: `it was ended by ${killedBy}` });
    else {
      done({
        kind: 'ended',
        code: code ?? 0,
        stdout: stdout.text(),
        stderr: stderr.text().trim(),
        truncated: stdout.truncated,
      });
    }
  });
  return promise;
}

/** Absolute path of the program; undefined when it is not there or cannot be run. */
export function findProgram(name: string, searchPath: readonly string[] = SEARCH_PATH): string | undefined {
  const candidates = path.isAbsolute(name) ? [name] : searchPath.map((folder) => path.join(folder, name));
  return candidates.find((file) => {
    try {
      fs.accessSync(file, fs.constants.X_OK);
      return fs.statSync(file).isFile();
    } catch {
      // Not there, or not to be run by us.
      return false;
    }
  });
}

/** One line that says why a program gave no answer; undefined when it did. */
export function whyNot(name: string, result: ProgramResult): string | undefined {
  if (result.kind === 'absent') return `the program ${name} is not installed`;
  if (result.kind === 'failed') return `${name}: ${result.reason}`;
  if (result.code === 0) return undefined;
  const [said = ''] = result.stderr.split('\n');
  return `${name} ended with ${result.code}${said === '' ? '' : `: ${said.slice(0, 300)}`}`;
}

class Output {
  readonly #chunks: Buffer[] = [];
  readonly #bytesMax: number;
  #bytes = 0;
  truncated = false;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** @returns false once it is full */
  add(chunk: Buffer): boolean {
    const room = this.#bytesMax - this.#bytes;
    if (chunk.length > room) this.truncated = true;
    if (room > 0) this.#chunks.push(chunk.subarray(0, room));
    this.#bytes += Math.min(chunk.length, room);
    return !this.truncated;
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8').toWellFormed();
  }
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function endPipes(child: { stdout: { destroy: () => void }; stderr: { destroy: () => void } }): void {
  child.stdout.destroy();
  child.stderr.destroy();
}
