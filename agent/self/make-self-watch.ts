/** The watch over a running agent, over the real machine. */
import os from 'node:os';
import type { Clock } from '../clock.ts';
import type { OwnFiles } from './own-files.ts';
import { SelfWatch } from './self-watch.ts';

export function makeSelfWatch(files: OwnFiles, clock: Clock): SelfWatch {
  return new SelfWatch({
    now: () => clock.now(),
    monotonicMs: () => clock.monotonicMs(),
    uptimeMs: () => os.uptime() * 1_000,
    cpuMs: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1_000;
    },
    files,
  });
}
