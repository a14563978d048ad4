/**
 * Asks a program of the host by its name: looked for in the system's folders only, and what it answered as text
 * (`spawn-to-end.ts` says how it runs).
 */
import fs from 'node:fs';
import path from 'node:path';
import { spawnToEnd } from './spawn-to-end.ts';

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
  /** It gets the processor when nobody else wants it. */
  idle?: boolean | undefined;
}

const SEARCH_PATH: readonly string[] =
  process.platform === 'win32'
    ? ['System32', 'System32\\WindowsPowerShell\\v1.0'].map((folder) =>
        path.join(process.env['SystemRoot'] ?? 'C:\\Windows', folder),
      )
    : ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/sbin', '/usr/local/bin'];
/** Programs are named without it, as on other systems. */
const SUFFIX = process.platform === 'win32' ? '.exe' : '';
const TIMEOUT_MS = 20_000;
const STDOUT_BYTES_MAX = 8 * 1_048_576;
const STDERR_BYTES_MAX = 16_384;

let heardOf: ((pid: number, file: string) => void) | undefined;

/** Who tells the agent's own starts from others hears of each; there is one of him. */
export function onProgramStart(hear: (pid: number, file: string) => void): void {
  heardOf = hear;
}

/** @param name of the program, or its absolute path */
export async function runProgram(
  name: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramResult> {
  const {
    timeoutMs = TIMEOUT_MS,
    stdoutBytesMax: outputBytesMax = STDOUT_BYTES_MAX,
    searchPath = SEARCH_PATH,
  } = options;
  const file = findProgram(name, searchPath);
  if (file === undefined) return { kind: 'absent' };
  const end = await spawnToEnd(file, args, {
    timeoutMs,
    outputBytesMax,
    beyond: 'end',
    complaintBytesMax: STDERR_BYTES_MAX,
    searchPath,
    signal: options.signal,
    stdin: options.stdin,
    idle: options.idle,
    onStart: (pid) => heardOf?.(pid, file),
  });
  const truncated = end.outputBytes > outputBytesMax;
  if (end.failure !== undefined) return { kind: 'failed', reason: end.failure };
  if (end.signal !== undefined && !truncated)
    return { kind: 'failed', reason: `it was ended by ${end.signal}` };
  const stdout = end.output.toString('utf8').toWellFormed();
  return { kind: 'ended', code: end.exit ?? 0, stdout, stderr: end.complaint, truncated };
}

/** Absolute path of the program; undefined when it is not there or cannot be run. */
export function findProgram(name: string, searchPath: readonly string[] = SEARCH_PATH): string | undefined {
  const candidates = path.isAbsolute(name)
    ? [name]
    : searchPath.map((folder) => path.join(folder, `${name}${SUFFIX}`));
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
