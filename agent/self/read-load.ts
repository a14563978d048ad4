/** How busy the host is at this moment, without a program of its own: `/proc` on Linux, the runtime elsewhere. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { statfs } from '../async-fs.ts';

export interface LoadReading {
  /** Time of all processors since boot, in any unit; undefined where the system does not tell. */
  cpu: { busy: number; all: number } | undefined;
  memoryTotalBytes: number;
  /** What programs hold; what the system can give back at once is free. */
  memoryUsedBytes: number;
}

export interface DiskReading {
  totalBytes: number;
  usedBytes: number;
}

/** Fields of the first line of /proc/stat after `cpu`: user nice system idle iowait irq softirq steal; guest is in user. */
const IDLE = 3;
const IO_WAIT = 4;
const COUNTED = 8;

function cpuOfStat(text: string): LoadReading['cpu'] {
  const [name, ...fields] = text.slice(0, Math.max(0, text.indexOf('\n'))).split(/\s+/);
  const times = fields.slice(0, COUNTED).map(Number);
  if (name !== 'cpu' || times.length <= IDLE || !times.every((time) => Number.isFinite(time)))
    return undefined;
  const all = times.reduce((sum, time) => sum + time, 0);
  return { all, busy: all - (times[IDLE] ?? 0) - (times[IO_WAIT] ?? 0) };
}

function kibOf(text: string, name: string): number | undefined {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

function cpuOfRuntime(): LoadReading['cpu'] {
  let [busy, all] = [0, 0];
  for (const { times } of os.cpus()) {
    const { user, nice, sys, idle, irq } = times;
    busy += user + nice + sys + irq;
    all += user + nice + sys + irq + idle;
  }
  return all === 0 ? undefined : { busy, all };
}

/** @param procRoot left out: the runtime is asked */
export function readLoad(procRoot: string | undefined): LoadReading {
  if (procRoot !== undefined) {
    const memory = fs.readFileSync(path.join(procRoot, 'meminfo'), 'latin1');
    const total = kibOf(memory, 'MemTotal');
    // Kernels before 3.14 do not say what is available.
    const available = kibOf(memory, 'MemAvailable') ?? kibOf(memory, 'MemFree');
    if (total === undefined || available === undefined) throw new Error('meminfo does not tell the memory');
    return {
      cpu: cpuOfStat(fs.readFileSync(path.join(procRoot, 'stat'), 'latin1')),
      memoryTotalBytes: total * 1_024,
      memoryUsedBytes: Math.max(0, total - available) * 1_024,
    };
  }
  const memoryTotalBytes = os.totalmem();
  return { cpu: cpuOfRuntime(), memoryTotalBytes, memoryUsedBytes: memoryTotalBytes - os.freemem() };
}

/** Of the disk that a folder is on: what ordinary users cannot fill counts as used. */
export async function readDisk(folder: string): Promise<DiskReading> {
  const { bsize, blocks, bavail } = await statfs(folder);
  return { totalBytes: blocks * bsize, usedBytes: (blocks - bavail) * bsize };
}
