/**
 * Stops (SIGSTOP) the process that changes files in mass: the one audit names, or the one that is seen most often
 * with a file below the folder open for writing. It can be let go on (SIGCONT), or ended, by who looks at it.
 */
import fs from 'node:fs';
import type { FileActors } from '../../file-actors.ts';
import { familyOf } from '../../host/process-stat.ts';
import type { TripwireAction, TripwireOutcome } from './tripwire-action.ts';
import type { Trip } from './tripwire.ts';
import { monotonicNow } from '../../monotonic-now.ts';

export interface SuspendOptions {
  actors?: FileActors | undefined;
  now: () => number;
  /** Paths of programs that are never stopped, e.g. of backups. */
  spare: readonly string[];
  /** How long it is looked for; default 1,500 ms. */
  lookMs?: number | undefined;
  /** Root of the process file system; default /proc. */
  proc?: string | undefined;
}

const LOOK_MS = 1_500;
const BETWEEN_LOOKS_MS = 15;
const PATHS_ASKED_MAX = 20;
/** Seen so often it is the one. */
const SIGHTINGS_MIN = 3;
const WRITING = fs.constants.O_WRONLY | fs.constants.O_RDWR;

export function suspendWriter(options: SuspendOptions): TripwireAction {
  const proc = options.proc ?? '/proc';
  return {
    react: async (trip, fromMs) => {
      const pid = byAudit(trip, fromMs, options) ?? (await bySight(trip, options, proc));
      if (pid === undefined) return { action: 'suspend', result: 'not-found' };
      return stop(pid, proc, options.spare);
    },
  };
}

function byAudit(trip: Trip, fromMs: number, { actors, now }: SuspendOptions): number | undefined {
  const found = trip.paths
    .slice(-PATHS_ASKED_MAX)
    .flatMap((file) => actors?.find(file, fromMs, now())?.pid ?? []);
  return mostFrequent(found)?.[0];
}

async function bySight(trip: Trip, options: SuspendOptions, proc: string): Promise<number | undefined> {
  const until = monotonicNow() + (options.lookMs ?? LOOK_MS);
  const sightings: number[] = [];
  const own = familyOf(process.pid, proc);
  while (monotonicNow() < until) {
    for (const pid of processes(proc))
      if (!own.has(pid) && writesBelow(trip.folder, pid, proc)) sightings.push(pid);
    const most = mostFrequent(sightings);
    if (most !== undefined && most[1] >= SIGHTINGS_MIN) return most[0];
    const { promise, resolve } = Promise.withResolvers<void>();
    setTimeout(resolve, BETWEEN_LOOKS_MS);
    await promise;
  }
  return mostFrequent(sightings)?.[0];
}

function stop(pid: number, proc: string, spare: readonly string[]): TripwireOutcome {
  const program = readLink(`${proc}/${pid}/exe`);
  const about = { action: 'suspend', pid, process: program };
  if (pid <= 1 || familyOf(process.pid, proc).has(pid))
    return { ...about, result: 'failed', reason: 'it is the agent, or starts it' };
  if (program !== undefined && spare.includes(program))
    return { ...about, result: 'failed', reason: 'it is spared by the settings' };
  try {
    process.kill(pid, 'SIGSTOP');
    return { ...about, result: 'done' };
  } catch (error) {
    return { ...about, result: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}

function processes(proc: string): number[] {
  try {
    return fs.readdirSync(proc).flatMap((name) => (/^\d+$/.test(name) ? Number(name) : []));
  } catch {
    // No such file system here.
    return [];
  }
}

function writesBelow(folder: string, pid: number, proc: string): boolean {
  let names: string[];
  try {
    names = fs.readdirSync(`${proc}/${pid}/fd`);
  } catch {
    // It ended, or is not ours to look at.
    return false;
  }
  return names.some((name) => {
    const file = readLink(`${proc}/${pid}/fd/${name}`);
    return file?.startsWith(`${folder}/`) === true && isForWriting(`${proc}/${pid}/fdinfo/${name}`);
  });
}

function isForWriting(file: string): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)/m.exec(fs.readFileSync(file, 'utf8'))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & WRITING) !== 0;
  } catch {
    return false;
  }
}

function readLink(file: string): string | undefined {
  try {
    return fs.readlinkSync(file);
  } catch {
    return undefined;
  }
}

function mostFrequent(pids: readonly number[]): [pid: number, times: number] | undefined {
  const counts = new Map<number, number>();
  for (const pid of pids) counts.set(pid, (counts.get(pid) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0];
}
