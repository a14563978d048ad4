/** Whether another process is attached to this one, as a debugger is: TracerPid of /proc/self/status. */
import fs from 'node:fs';
import path from 'node:path';

export interface Tracer {
  pid: number;
  image: string;
  commandLine: string;
}

export function tracerOf(procRoot: string): Tracer | undefined {
  let status: string;
  try {
    status = fs.readFileSync(path.join(procRoot, 'self/status'), 'latin1');
  } catch {
    // No /proc on this system.
    return undefined;
  }
  const pid = Number(/^TracerPid:\s+(\d+)$/m.exec(status)?.[1] ?? 0);
  if (pid === 0) return undefined;
  const folder = path.join(procRoot, String(pid));
  return {
    pid,
    image: attempt(() => fs.readlinkSync(path.join(folder, 'exe'))),
    commandLine: attempt(() =>
      fs.readFileSync(path.join(folder, 'cmdline'), 'utf8').replaceAll('\0', ' ').trim(),
    ),
  };
}

/** It may be gone already, or of another user. */
function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
