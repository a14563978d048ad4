import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  bootTimeMs,
  familyOf,
  parseProcessStat,
  readProcessStat,
} from '../../../../agent/host/process-stat.ts';
import { makeFolder, removeFolder } from '../../../support/agent/spool-fixture.ts';

let proc: string;
beforeEach(() => (proc = makeFolder()));
afterEach(() => removeFolder(proc));

const line = (name: string, parent: number, flags = 0): string =>
  `7 (${name}) S ${parent} 7 7 0 -1 ${flags} 1 2 3 4 5 6 7 8 20 0 1 0 4711 1000000 25 0`;

test.each(['sh', 'a b', 'x) S 99 (y', ')))'])('whatever it calls itself: %j', (name) => {
  expect(parseProcessStat(line(name, 42))).toEqual({
    parentPid: 42,
    isKernelThread: false,
    ticks: 11,
    childTicks: 15,
    startTicks: 4_711,
    rssBytes: 102_400,
  });
});

test('a thread of the kernel is told by its flags', () => {
  expect(parseProcessStat(line('kworker', 2, 0x00208040))?.isKernelThread).toBe(true);
});

test.each(['', '7 (sh) S 1', 'nonsense'])('%j is no line of it', (text) => {
  expect(parseProcessStat(text)).toBeUndefined();
});

test('of one that has ended nothing is said', () => {
  expect(readProcessStat(4_194_304, proc)).toBeUndefined();
});

test('a family goes up to the first process, and round no circle', () => {
  for (const [pid, parent] of [
    [30, 20],
    [20, 1],
    [1, 0],
    [40, 41],
    [41, 40],
  ] as const) {
    fs.mkdirSync(path.join(proc, String(pid)));
    fs.writeFileSync(path.join(proc, String(pid), 'stat'), line('p', parent));
  }
  expect([...familyOf(30, proc)]).toEqual([30, 20, 1]);
  expect([...familyOf(40, proc)]).toEqual([40, 41]);
});

test('when the system was started, or that the kernel does not say', () => {
  fs.writeFileSync(path.join(proc, 'stat'), 'cpu 1 2 3\nbtime 1750000000\nprocesses 9\n');
  expect(bootTimeMs(proc)).toBe(1_750_000_000_000);
  fs.writeFileSync(path.join(proc, 'stat'), 'cpu 1 2 3\n');
  expect(() => bootTimeMs(proc)).toThrow('does not say when the system was started');
});
