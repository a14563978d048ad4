/** How busy the host is: read from made files of /proc, told hourly, and one word of what cannot be read. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { agentRecordSchema, type AgentRecord } from '#protocol/record.ts';
import { LoadWatch } from '../../../../agent/self/load-watch.ts';
import { readDisk, readLoad } from '../../../../agent/self/read-load.ts';
import type { SourceItem } from '../../../../agent/sources/source.ts';

const MINUTE_MS = 60_000;
const MIB = 1_048_576;

let folder: string;
let monotonicMs: number;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-load-'));
  monotonicMs = 1_000;
  says(0, 0, 1_000);
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Ticks so far of work and of rest, and memory that is available, of 2,000 MiB. */
function says(busy: number, idle: number, availableMb: number): void {
  const stat = `cpu  ${busy} 0 0 ${idle} 0 0 0 0 7 7\ncpu0 ${busy} 0 0 ${idle} 0 0 0 0 7 7\nintr 5\n`;
  fs.writeFileSync(path.join(folder, 'stat'), stat);
  const memory = `MemTotal:       ${2_000 * 1_024} kB\nMemFree:  1 kB\nMemAvailable:   ${availableMb * 1_024} kB\n`;
  fs.writeFileSync(path.join(folder, 'meminfo'), memory);
}

const watch = (): LoadWatch =>
  new LoadWatch({
    now: () => 1_767_600_000_000 + monotonicMs,
    monotonicMs: () => monotonicMs,
    readLoad: () => readLoad(folder),
    readDisk: () => Promise.resolve({ totalBytes: 100 * MIB, usedBytes: 40 * MIB }),
    // A twentieth of one of two processors.
    readOwn: () => ({ cpuMs: monotonicMs / 20, rssBytes: 90 * MIB }),
    cores: 2,
  });

const recordsOf = (items: readonly SourceItem[]): AgentRecord[] =>
  items.flatMap(({ records }) => records.map((record) => agentRecordSchema.parse(record)));

describe('use of CPU and memory', () => {
  test('is told after five minutes and then hourly, with the mean and the busiest minute', async () => {
    const load = watch();
    const told: AgentRecord[] = [];
    let [busy, idle] = [0, 0];
    for (let minute = 0; minute <= 66; minute += 1) {
      // Half of the third minute is work, a tenth of every other.
      busy += minute === 3 ? 50 : 10;
      idle += minute === 3 ? 50 : 90;
      says(busy, idle, minute === 2 ? 500 : 1_500);
      const items = await load.look();
      expect(items.every(({ lane }) => lane === 'standard')).toBe(true);
      told.push(...recordsOf(items));
      monotonicMs += MINUTE_MS;
    }
    expect(told.map(({ action, subject }) => `${action} ${subject}`)).toEqual([
      'scan-completed load',
      'scan-completed load',
    ]);
    expect(told[0]?.detail).toEqual({
      cpuPercent: 18,
      cpuPercentMax: 50,
      memoryTotalMb: 2_000,
      memoryUsedMb: 667,
      memoryUsedMbMax: 1_500,
      diskTotalMb: 100,
      diskUsedMb: 40,
      agentCpuPercent: 2.5,
      agentMemoryMb: 90,
      samples: 6,
      overMs: 5 * MINUTE_MS,
    });
    expect(told[1]?.detail).toMatchObject({
      cpuPercent: 10,
      cpuPercentMax: 10,
      samples: 60,
      overMs: 60 * MINUTE_MS,
    });
  });

  test('is looked at once a minute, however often it is asked', async () => {
    let reads = 0;
    const load = new LoadWatch({
      now: () => 0,
      monotonicMs: () => monotonicMs,
      readLoad: () => {
        reads += 1;
        return { cpu: undefined, memoryTotalBytes: MIB, memoryUsedBytes: 0 };
      },
      readDisk: () => Promise.resolve({ totalBytes: 0, usedBytes: 0 }),
      readOwn: () => ({ cpuMs: 0, rssBytes: 0 }),
      cores: 1,
    });
    for (let turn = 0; turn < 100; turn += 1) {
      await load.look();
      monotonicMs += 3_000;
    }
    expect(reads).toBe(5);
    monotonicMs += MINUTE_MS;
    // Where the system does not tell its processors' time, that is not known and not 0.
    expect(recordsOf(await load.look())[0]?.detail).toMatchObject({ cpuPercent: null, cpuPercentMax: null });
  });

  test('that cannot be read is told once, and told again when it can', async () => {
    const load = watch();
    fs.rmSync(path.join(folder, 'meminfo'));
    const told: AgentRecord[] = [];
    for (let minute = 0; minute < 12; minute += 1) {
      if (minute === 6) says(100, 100, 1_000);
      told.push(...recordsOf(await load.look()));
      monotonicMs += MINUTE_MS;
    }
    expect(told.map(({ action }) => action)).toEqual(['source-failed', 'scan-completed']);
  });

  test('does not go below nothing when counters go back', async () => {
    const load = watch();
    says(1_000, 1_000, 1_000);
    await load.look();
    says(10, 10, 1_000);
    const told: AgentRecord[] = [];
    for (let minute = 0; minute < 6; minute += 1) {
      monotonicMs += MINUTE_MS;
      told.push(...recordsOf(await load.look()));
    }
    expect(told.map(({ detail }) => [detail?.['cpuPercent'], detail?.['cpuPercentMax']])).toEqual([
      [null, null],
    ]);
  });
});

test('this machine tells its own load and disk', async () => {
  for (const root of process.platform === 'linux' ? ['/proc', undefined] : [undefined]) {
    const { cpu, memoryTotalBytes, memoryUsedBytes } = readLoad(root);
    expect(cpu?.busy).toBeGreaterThan(0);
    expect(cpu?.all).toBeGreaterThan(cpu?.busy ?? 0);
    expect(memoryTotalBytes).toBeGreaterThan(memoryUsedBytes);
  }
  const { totalBytes, usedBytes } = await readDisk(os.tmpdir());
  expect(totalBytes).toBeGreaterThanOrEqual(usedBytes);
});
