/** What the kernel says of a process in /proc/PID/stat, and which processes one descends from. */
import fs from 'node:fs';
import path from 'node:path';

/** In which /proc counts (USER_HZ): the same on every architecture in use. */
export const TICKS_PER_SECOND = 100;

const KERNEL_THREAD = 0x00200000;
const PAGE_BYTES = 4_096;

export interface ProcessStat {
  parentPid: number;
  isKernelThread: boolean;
  /** User and system time, in ticks. */
  ticks: number;
  /** The same of children that ended and were waited for. */
  childTicks: number;
  /** Since boot, in ticks: with the pid it names a process for good. */
  startTicks: number;
  rssBytes: number;
}

/** @returns undefined for what is no whole line of it */
export function parseProcessStat(text: string): ProcessStat | undefined {
  // The name in brackets may hold anything, brackets included; the last one ends it.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const number = (index: number): number => Number(fields[index] ?? 0);
  const stat = {
    parentPid: number(1),
    isKernelThread: (number(6) & KERNEL_THREAD) !== 0,
    ticks: number(11) + number(12),
    childTicks: number(13) + number(14),
    startTicks: Number(fields[19] ?? Number.NaN),
    rssBytes: number(21) * PAGE_BYTES,
  };
  return Number.isSafeInteger(stat.startTicks) ? stat : undefined;
}

/** @returns undefined when it has ended, or is not ours to look at */
export function readProcessStat(pid: number, procRoot = '/proc'): ProcessStat | undefined {
  try {
    return parseProcessStat(fs.readFileSync(path.join(procRoot, String(pid), 'stat'), 'latin1'));
  } catch {
    return undefined;
  }
}

/** Milliseconds since 1970, rounded down to the second. @throws Error when the kernel does not say */
export function bootTimeMs(procRoot = '/proc'): number {
  const line = /^btime (\d+)$/m.exec(fs.readFileSync(path.join(procRoot, 'stat'), 'latin1'));
  if (line?.[1] === undefined) throw new Error(`${procRoot}/stat does not say when the system was started`);
  return Number(line[1]) * 1_000;
}

/** The process and those it descends from. */
export function familyOf(pid: number, procRoot = '/proc'): Set<number> {
  const family = new Set<number>();
  for (let at = pid; at > 0 && !family.has(at); at = readProcessStat(at, procRoot)?.parentPid ?? 0)
    family.add(at);
  return family;
}
