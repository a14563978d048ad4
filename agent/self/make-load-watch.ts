/** The watch over how busy the host is, over the real machine. */
import os from 'node:os';
import path from 'node:path';
import type { Clock } from '../clock.ts';
import { LoadWatch } from './load-watch.ts';
import { readDisk, readLoad } from './read-load.ts';

/** @param stateDir on the disk that is told */
export function makeLoadWatch(clock: Clock, stateDir: string): LoadWatch {
  const procRoot = process.platform === 'linux' ? '/proc' : undefined;
  return new LoadWatch({
    now: () => clock.now(),
    monotonicMs: () => clock.monotonicMs(),
    readLoad: () => readLoad(procRoot),
    readOwn: () => {
      const { user, system } = process.cpuUsage();
      return { cpuMs: (user + system) / 1_000, rssBytes: process.memoryUsage.rss() };
    },
    cores: os.availableParallelism(),
    readDisk: () => readDisk(path.parse(path.resolve(stateDir)).root),
  });
}
