/**
 * One run of tests in a process of its own: its lines with its name before them, its numbers at the end. Invariants: a run that
 * ended without telling its numbers, or that ran nothing, has failed; it gets each signal once and does not outlive us.
 */
import { spawn } from 'node:child_process';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { countSchema, NONE, sumOf, type Count } from './count.ts';

/** What a person or a CI ends us with. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Run {
  /** Stands before each of its lines. */
  name: string;
  /** Of the Node program that runs the tests and sends us their numbers. */
  args: readonly string[];
}

export interface Outcome {
  count: Count;
  /** Why it failed beyond the tests that did. */
  fault?: string;
}

/** @param write takes a line with its end */
export function run({ name, args }: Run, write: (line: string) => void): Promise<Outcome> {
  // A group of its own: Ctrl-C in a terminal reaches us only, and is passed on once.
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
    env: { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}) },
  });
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, pass);
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream ?? Readable.from([]) }).on('line', (line) =>
      write(`${name} │ ${line}\n`),
    );
  let told: Count | undefined;
  child.on('message', (message) => {
    const count = countSchema.safeParse(message);
    if (count.success) told = count.data;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      for (const one of SIGNALS) process.off(one, pass);
      resolve(judge(told, code ?? signal));
    });
  });
}

function judge(told: Count | undefined, end: number | string | null): Outcome {
  if (told === undefined)
    return { count: { ...NONE, failed: 1 }, fault: `ended with ${end} before it had counted its tests` };
  if (told.passed + told.failed + told.skipped === 0) return { count: told, fault: 'ran no test' };
  if (end !== 0 && told.failed === 0)
    return { count: sumOf(told, { ...NONE, failed: 1 }), fault: `ended with ${end} though no test failed` };
  return { count: told };
}
