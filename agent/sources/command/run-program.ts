/**
 * Runs one program to its end: no shell, an empty environment, a process group of its own that is killed as a whole
 * when it takes too long, writes too much, or is not wanted any more. Invariant: memory is bounded by the limits.
 */
import { spawn } from 'node:child_process';

export interface ProgramLimits {
  timeoutMs: number;
  /** Bytes of the output that are kept. */
  outputBytesMax: number;
}

export interface ProgramEnd {
  exit: number | undefined;
  signal: NodeJS.Signals | undefined;
  /** Why it did not end by itself, or could not be started. */
  failure: string | undefined;
  output: Buffer;
  /** Bytes of the output in all. */
  outputBytes: number;
  /** The beginning of what it complained. */
  complaint: string;
  ms: number;
}

const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C', LC_ALL: 'C' } as const;
const COMPLAINT_BYTES_MAX = 2_048;
/** A program that floods us is ended at so many times what is kept of it. */
const FLOOD_FACTOR = 256;
const FLOOD_BYTES_MIN = 16_777_216;
/** How long what it left behind may keep its output open. */
const LINGER_MS_MAX = 500;

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
    this.#chunks.push(Buffer.from(kept));
  }

  whole(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

/** Never throws: that it could not be started is an end, too. */
export function runProgram(
  [program = '', ...args]: readonly string[],
  { timeoutMs, outputBytesMax }: ProgramLimits,
  signal: AbortSignal,
): Promise<ProgramEnd> {
  const began = performance.now();
  const output = new Gathered(outputBytesMax);
  const complaint = new Gathered(COMPLAINT_BYTES_MAX);
  const { promise, resolve } = Promise.withResolvers<ProgramEnd>();
  // `detached` makes it the leader of a group; it is not left alone, see below.
  const child = spawn(program, args, {
    cwd: '/',
    env: ENVIRONMENT,
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  let failure: string | undefined;
  let linger: NodeJS.Timeout | undefined;
  const kill = (): void => {
    if (child.pid === undefined) return;
    try {
      if (process.platform === 'win32') child.kill('SIGKILL');
      else process.kill(-child.pid, 'SIGKILL');
    } catch (error) {
      // Nobody of the group is left.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  };
  const end = (why: string): void => {
    failure ??= why;
    kill();
  };
  const timer = setTimeout(() => end(`it took longer than ${timeoutMs} ms`), timeoutMs);
  const onAbort = (): void => end('the agent was stopped');
  signal.addEventListener('abort', onAbort, { once: true });
  const floodBytes = Math.max(FLOOD_BYTES_MIN, outputBytesMax * FLOOD_FACTOR);
  child.stdout.on('data', (chunk: Buffer) => {
    output.add(chunk);
    if (output.bytes > floodBytes) end(`it wrote more than ${floodBytes} bytes`);
  });
  child.stderr.on('data', (chunk: Buffer) => complaint.add(chunk));
  const settle = (exit: number | undefined, by: NodeJS.Signals | undefined): void => {
    clearTimeout(timer);
    clearTimeout(linger);
    signal.removeEventListener('abort', onAbort);
    resolve({
      exit,
      signal: by,
      failure,
      output: output.whole(),
      outputBytes: output.bytes,
      complaint: complaint.whole().toString('utf8').toWellFormed().trim(),
      ms: Math.round(performance.now() - began),
    });
  };
  child.on('error', (error) => {
    failure ??= `it cannot be started: ${error.message}`;
    settle(undefined, undefined);
  });
  child.on('exit', () => {
    // What it started and left behind must not keep us, nor go on with our rights.
    linger = setTimeout(kill, LINGER_MS_MAX);
  });
  child.on('close', (exit, by) => {
    kill();
    settle(exit ?? undefined, by ?? undefined);
  });
  if (signal.aborted) onAbort();
  return promise;
}
