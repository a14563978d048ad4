/**
 * Runs one program to its end; the agent starts programs of the host here only. Invariants: no shell, a fixed
 * search path and environment (answers are in English, nobody's PATH decides what runs as root), at most so much time
 * and memory; a process group of its own that is killed as a whole, at a limit and with what it leaves behind.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { monotonicNow } from '../monotonic-now.ts';

export interface SpawnLimits {
  timeoutMs: number;
  /** Bytes of its output that are kept. */
  outputBytesMax: number;
  /** What says more is ended at once, or read on without being kept until it is a flood. */
  beyond: 'end' | 'drop';
  complaintBytesMax: number;
  searchPath: readonly string[];
  signal?: AbortSignal | undefined;
  /** What it may read; left out: nothing. */
  stdin?: string | undefined;
  /** It gets the processor when nobody else wants it. */
  idle?: boolean | undefined;
  /** Gets the output as it comes, and none is kept. @returns false: that was enough, and the program is ended */
  take?: ((piece: Buffer) => boolean) | undefined;
  /** It has been started under this id. */
  onStart?: ((pid: number) => void) | undefined;
}

export interface ProgramEnd {
  exit: number | undefined;
  signal: NodeJS.Signals | undefined;
  /** Why it did not end by itself, or could not be started. */
  failure: string | undefined;
  output: Buffer;
  /** Bytes of the output in all, as far as it was read. */
  outputBytes: number;
  /** The beginning of what it complained. */
  complaint: string;
  ms: number;
}

/** A program that floods us is ended at so many times what is kept of it. */
const FLOOD_FACTOR = 256;
const FLOOD_BYTES_MIN = 16_777_216;
/** How long what it left behind may keep its output open, in its group and then outside of it. */
const LINGER_MS_MAX = 200;

/**
 * Never rejects: that it could not be started is an end, too.
 * @param file absolute path
 */
export function spawnToEnd(file: string, args: readonly string[], limits: SpawnLimits): Promise<ProgramEnd> {
  const { timeoutMs, signal } = limits;
  const began = monotonicNow();
  const output = new Gathered(limits.outputBytesMax);
  const complaint = new Gathered(limits.complaintBytesMax);
  const { promise, resolve } = Promise.withResolvers<ProgramEnd>();
  let failure: string | undefined;
  const settle = (exit: number | undefined, by: NodeJS.Signals | undefined): void => {
    resolve({
      exit,
      signal: by,
      failure,
      output: output.whole(),
      outputBytes: output.bytes,
      complaint: complaint.whole().toString('utf8').toWellFormed().trim(),
      ms: Math.round(monotonicNow() - began),
    });
  };
  if (signal?.aborted === true) {
    failure = 'the agent is stopping';
    settle(undefined, undefined);
    return promise;
  }
  const child = start(file, args, limits);
  if (child.pid !== undefined) limits.onStart?.(child.pid);
  const end = (why?: string): void => {
    failure ??= why;
    killGroup(child);
  };
  const timer = setTimeout(() => end(`it did not end within ${timeoutMs / 1_000} s`), timeoutMs);
  let linger: NodeJS.Timeout | undefined;
  const onAbort = (): void => end('the agent is stopping');
  signal?.addEventListener('abort', onAbort, { once: true });
  const release = (): void => {
    clearTimeout(timer);
    clearTimeout(linger);
    signal?.removeEventListener('abort', onAbort);
  };
  const floodBytes = Math.max(FLOOD_BYTES_MIN, limits.outputBytesMax * FLOOD_FACTOR);
  let isEnough = false;
  child.stdout.on('data', (chunk: Buffer) => {
    if (limits.take !== undefined) {
      if (isEnough || limits.take(chunk)) return;
      isEnough = true;
      return end();
    }
    output.add(chunk);
    if (limits.beyond === 'end' && output.bytes > limits.outputBytesMax) {
      end();
      child.stdout.destroy();
    } else if (output.bytes > floodBytes) end(`it wrote more than ${floodBytes} bytes`);
  });
  child.stderr.on('data', (chunk: Buffer) => complaint.add(chunk));
  child.on('error', (error) => {
    failure ??= `it cannot be started: ${error.message}`;
    release();
    settle(undefined, undefined);
  });
  child.on('exit', () => {
    // What it started and left behind must not keep us, nor go on with our rights.
    linger = setTimeout(() => {
      killGroup(child);
      // What has a group of its own keeps the pipes open, and has said what it had to say.
      linger = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, LINGER_MS_MAX);
    }, LINGER_MS_MAX);
  });
  child.on('close', (exit, by) => {
    killGroup(child);
    release();
    settle(exit ?? undefined, by ?? undefined);
  });
  return promise;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

function start(file: string, args: readonly string[], { searchPath, stdin, idle }: SpawnLimits): Child {
  const child = spawn(file, args, {
    cwd: '/',
    env: environment(searchPath),
    // The leader of a group, so that what it started can be ended with it; it is not left alone.
    detached: process.platform !== 'win32',
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  // One that does not read it answers without it.
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  if (idle === true && child.pid !== undefined) lower(child.pid);
  return child;
}

function environment(searchPath: readonly string[]): NodeJS.ProcessEnv {
  const plain = { PATH: searchPath.join(path.delimiter), LANG: 'C', LC_ALL: 'C' };
  const { SystemRoot } = process.env;
  // Programs of Windows find their libraries by it.
  return process.platform === 'win32' && SystemRoot !== undefined ? { ...plain, SystemRoot } : plain;
}

/** What it starts inherits it; the turn at the disk follows the one at the processor. */
function lower(pid: number): void {
  try {
    os.setPriority(pid, os.constants.priority.PRIORITY_LOW);
  } catch (error) {
    // It has ended already, or this system does not let us: it runs as we do.
    if (!(error instanceof Error)) throw error;
  }
}

function killGroup(child: Child): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    // Nobody of the group is left.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

class Gathered {
  readonly #bytesMax: number;
  readonly #chunks: Buffer[] = [];
  #kept = 0;
  bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  add(chunk: Buffer): void {
    this.bytes += chunk.length;
    const kept = chunk.subarray(0, this.#bytesMax - this.#kept);
    if (kept.length === 0) return;
    this.#kept += kept.length;
    // A copy: a small piece must not hold the whole chunk it came in.
    this.#chunks.push(Buffer.from(kept));
  }

  whole(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}
