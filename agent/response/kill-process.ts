/**
 * Ends a process that is exactly the one meant. It is stopped first: a stopped process cannot end, so its number cannot
 * come to mean another one between the look and the kill.
 */
import fs from 'node:fs';
import path from 'node:path';
import { bootTimeMs, familyOf, readProcessStat, TICKS_PER_SECOND } from '../host/process-stat.ts';
import type { Action } from './action.ts';
import { ActionError } from './action.ts';
import { isoTime } from '../iso-time.ts';

/** The boot time is told in whole seconds. */
const STARTED_MS_OFF_MAX = 2_000;

export interface ProcessFacts {
  pid: number;
  parentPid: number;
  startedMs: number;
  isKernelThread: boolean;
  executable: string | undefined;
}

/** @returns undefined when there is no such process (any more) */
export function readProcess(pid: number, root = '/'): ProcessFacts | undefined {
  const proc = path.join(root, 'proc');
  const stat = readProcessStat(pid, proc);
  if (stat === undefined) return undefined;
  const { parentPid, isKernelThread, startTicks } = stat;
  return {
    pid,
    parentPid,
    startedMs: bootTimeMs(proc) + (startTicks / TICKS_PER_SECOND) * 1_000,
    isKernelThread,
    executable: linkOr(path.join(proc, String(pid), 'exe')),
  };
}

export const killProcess: Action<'kill-process'> = async (
  { pid, startedMs, executable },
  { dryRun, host, clock },
) => {
  const check = (): ProcessFacts => {
    const found = readProcess(pid, host.root);
    if (found === undefined) throw new ActionError('failed', `there is no process ${pid}`);
    if (pid === 1 || familyOf(process.pid, path.join(host.root, 'proc')).has(pid))
      throw new ActionError('refused', `process ${pid} is the system's first one, or the agent lives by it`);
    if (found.isKernelThread) throw new ActionError('refused', `process ${pid} is a thread of the kernel`);
    if (found.executable === undefined)
      throw new ActionError(
        'failed',
        `process ${pid} may not be looked at: the agent runs without the right to`,
      );
    // The kernel says so of a file that was replaced or deleted while it runs.
    const runs = found.executable.replace(/ \(deleted\)$/, '');
    if (runs !== executable)
      throw new ActionError('refused', `process ${pid} runs ${runs}, not ${executable}`);
    if (Math.abs(found.startedMs - startedMs) > STARTED_MS_OFF_MAX)
      throw new ActionError('refused', `process ${pid} began at ${isoTime(found.startedMs)}`);
    return found;
  };
  const facts = { pid, executable, startedMs: Math.round(check().startedMs) };
  if (dryRun) return facts;
  send(pid, 'SIGSTOP');
  try {
    check();
  } catch (error) {
    send(pid, 'SIGCONT');
    throw error;
  }
  send(pid, 'SIGKILL');
  for (let waitedMs = 0; waitedMs < 5_000; waitedMs += 50) {
    const now = readProcess(pid, host.root);
    // A zombie runs nothing any more: its file is gone.
    if (now === undefined || now.executable === undefined) return facts;
    await clock.sleep(50);
  }
  throw new ActionError('failed', `process ${pid} was killed and does not end: it waits inside the kernel`);
};

function send(pid: number, signal: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch (cause) {
    throw new ActionError('failed', `process ${pid} cannot be sent ${signal}`, { cause });
  }
}

function linkOr(file: string): string | undefined {
  try {
    return fs.readlinkSync(file);
  } catch {
    return undefined; // it has ended, or is not ours to look at
  }
}
