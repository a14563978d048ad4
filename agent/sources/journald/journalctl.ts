/**
 * journalctl as a child process with fixed arguments and no shell. It reads on only as fast as it is read from, and
 * it never outlives its reader: killed when the reader ends, and it ends by itself when its output is closed.
 */
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import fs from 'node:fs';
import type { Readable } from 'node:stream';
import { ExportParser } from './export-parser.ts';
import type { JournalEntry } from './export-parser.ts';
import { JOURNAL_FIELDS } from './journal-line.ts';

export interface JournalctlOptions {
  /** Default `journalctl`, found on the path. */
  program?: string | undefined;
  /** Folder of journal files; left out: this machine's journal. */
  directory?: string | undefined;
}

/** What a cursor may consist of; it becomes an argument. */
export const CURSOR = /^[a-z]=[0-9a-f]+(?:;[a-z]=[0-9a-f]+)*$/;

const MACHINE_ID_FILE = '/etc/machine-id';
const MACHINE_ID = /^[0-9a-f]{32}$/;
const STDERR_CHARS_MAX = 2_000;

type Child = ChildProcessByStdio<null, Readable, Readable>;

export class JournalctlError extends Error {
  override readonly name = 'JournalctlError';
}

/** @returns the journal's last entry, undefined when it has none. @throws JournalctlError */
export async function lastEntry(
  options: JournalctlOptions,
  signal: AbortSignal,
): Promise<JournalEntry | undefined> {
  let last: JournalEntry | undefined;
  for await (const entries of read(options, ['--lines=1'], signal)) last = entries.at(-1) ?? last;
  return last;
}

/**
 * The journal from the entry of `cursor` on, that one included (from the oldest when there is no cursor), and then
 * what comes, until `signal` aborts. When the entry is gone it begins with what came next: `--after-cursor` would
 * leave that one out, so the caller looks at the first entry instead.
 * @throws JournalctlError when journalctl ends.
 */
export async function* follow(
  options: JournalctlOptions,
  cursor: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<JournalEntry[], void, void> {
  const from = cursor === undefined ? [] : [`--cursor=${cursor}`];
  yield* read(options, ['--follow', '--no-tail', ...from], signal);
  if (!signal.aborted) throw new JournalctlError('journalctl ended while it followed the journal');
}

async function* read(
  { program = 'journalctl', directory }: JournalctlOptions,
  what: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<JournalEntry[], void, void> {
  if (signal.aborted) return;
  // Without --merge, --follow shows the current boot alone, and fails when there is no entry of it yet.
  const fixed = [
    '--output=export',
    '--quiet',
    '--no-pager',
    '--merge',
    `--output-fields=${JOURNAL_FIELDS.join(',')}`,
  ];
  const place = directory === undefined ? ownMachine() : [`--directory=${directory}`];
  const { PATH = '/usr/bin:/bin' } = process.env;
  const child: Child = spawn(program, [...fixed, ...place, ...what], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH, LC_ALL: 'C' },
  });
  const end = endOf(child);
  const complaint = firstWords(child.stderr);
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  signal.addEventListener('abort', kill, { once: true });
  try {
    const parser = new ExportParser();
    for await (const chunk of child.stdout) {
      if (signal.aborted) return;
      if (Buffer.isBuffer(chunk)) yield parser.push(chunk);
    }
    const problem = await end;
    if (problem === undefined || signal.aborted) return;
    throw new JournalctlError([problem, complaint()].filter((part) => part !== '').join(': '));
  } finally {
    signal.removeEventListener('abort', kill);
    kill();
  }
}

/** The match that leaves out what other machines sent here; without a machine ID nothing is left out. */
function ownMachine(): string[] {
  try {
    const id = fs.readFileSync(MACHINE_ID_FILE, 'utf8').trim();
    return MACHINE_ID.test(id) ? [`_MACHINE_ID=${id}`] : [];
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** @returns what was wrong about it. */
function endOf(child: Child): Promise<string | undefined> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`${child.spawnfile} cannot be started: ${error.message}`));
    child.once('close', (code, signalName) => {
      resolve(code === 0 ? undefined : `${child.spawnfile} ended with ${signalName ?? `code ${code}`}`);
    });
  });
}

/** Reads all, keeps the beginning. */
function firstWords(stream: Readable): () => string {
  let words = '';
  stream.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString('utf8')).slice(0, STDERR_CHARS_MAX);
  });
  return () => words.trim();
}
