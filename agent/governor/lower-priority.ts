/**
 * The agent comes last: its threads get a nice value, and on Linux its reads the idle class of the disk. Node has no
 * call for the latter, so util-linux's `ionice` sets it, thread by thread. The main thread, which writes the spool,
 * gets the lowest turn that is still a turn, never idle: a busy disk must not keep events from being written down.
 */
import fs from 'node:fs';
import os from 'node:os';
import type { GovernorConfig } from '../governor-config.ts';
import { runProgram, whyNot } from '../host/run-program.ts';
import { stat } from '../async-fs.ts';

const IONICE_MS_MAX = 5_000;
const CLASS_BEST_EFFORT = '2';
const CLASS_IDLE = '3';
const LOWEST_TURN = '7';

export interface LoweredPriority {
  nice: boolean;
  io: boolean;
  /** Why not, where something was not lowered. */
  problem: string | undefined;
}

function threads(): number[] {
  return fs
    .readdirSync('/proc/self/task')
    .map(Number)
    .filter((tid) => Number.isSafeInteger(tid));
}

/** On Linux the kernel's niceness is a thread's: each that is there is lowered, and later ones take it from the first. */
function lowerNice(nice: number): void {
  if (process.platform === 'linux') for (const tid of threads()) os.setPriority(tid, nice);
  else os.setPriority(process.platform === 'win32' ? os.constants.priority.PRIORITY_BELOW_NORMAL : nice);
}

/** @throws Error that says why it did not do it */
async function ionice(args: readonly string[]): Promise<void> {
  const reason = whyNot('ionice', await runProgram('ionice', args, { timeoutMs: IONICE_MS_MAX }));
  if (reason !== undefined) throw new Error(reason);
}

async function lowerIo(ioPriority: 'low' | 'idle'): Promise<void> {
  const others = threads().filter((tid) => tid !== process.pid);
  await ionice(['-c', CLASS_BEST_EFFORT, '-n', LOWEST_TURN, '-p', String(process.pid)]);
  if (others.length === 0) return;
  const how = ioPriority === 'idle' ? ['-c', CLASS_IDLE] : ['-c', CLASS_BEST_EFFORT, '-n', LOWEST_TURN];
  await ionice([...how, '-p', ...others.map(String)]);
}

/** Starts one thread of the pool at least, so that there is something to lower; never rejects. */
export async function lowerPriority({
  nice,
  ioPriority,
}: Pick<GovernorConfig, 'nice' | 'ioPriority'>): Promise<LoweredPriority> {
  const done: LoweredPriority = { nice: false, io: false, problem: undefined };
  const problems: string[] = [];
  const why = (error: unknown): string => (error instanceof Error ? error.message : String(error));
  try {
    // Four reads at once make the pool's four threads.
    await Promise.all(Array.from({ length: 4 }, () => stat(process.execPath)));
    if (nice > 0) lowerNice(nice);
    done.nice = nice > 0;
  } catch (error) {
    problems.push(`niceness: ${why(error)}`);
  }
  if (process.platform === 'linux' && ioPriority !== 'normal') {
    try {
      await lowerIo(ioPriority);
      done.io = true;
    } catch (error) {
      problems.push(`disk priority needs the program ionice (util-linux): ${why(error)}`);
    }
  }
  if (problems.length > 0) done.problem = problems.join('; ');
  return done;
}
