/** What the governor looks at: costs of real processes, power supplies, the pause file; and what lowers the priority. */
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ProcessCostReader } from '../../../../agent/governor/cost-reader.ts';
import { parsePauseTime, readPause, removePause, writePause } from '../../../../agent/governor/pause-file.ts';
import { isOnBattery } from '../../../../agent/governor/power.ts';

const linux = process.platform === 'linux';
let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-governor-'));
});

afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

describe('costs', () => {
  test.skipIf(!linux)('a running child counts, and counts on when it has ended', async () => {
    let nowMs = 0;
    const reader = new ProcessCostReader({ monotonicMs: () => nowMs });
    const before = reader.read();
    const child = spawn(process.execPath, [
      '-e',
      'while (process.cpuUsage().user < 300_000); process.stdin.resume()',
    ]);
    try {
      await vi.waitFor(() => {
        nowMs += 60_000;
        expect(reader.read().cpuMs - before.cpuMs).toBeGreaterThan(250);
      }, 20_000);
      // Against what this process takes now: what it took before may have been given back meanwhile.
      expect(reader.read().rssBytes).toBeGreaterThan(process.memoryUsage.rss() + 20 * 1_048_576);
    } finally {
      child.stdin.end();
    }
    await new Promise((resolve) => child.once('close', resolve));
    nowMs += 60_000;
    expect(reader.read().cpuMs - before.cpuMs).toBeGreaterThan(250);
    expect(reader.childrenCpuMs).toBeGreaterThan(200);
  });

  test("as a service it takes its own control group's count", () => {
    const group = path.join(folder, 'cgroup/system.slice/vonggac-agent.service');
    fs.mkdirSync(group, { recursive: true });
    fs.mkdirSync(path.join(folder, 'proc/7'), { recursive: true });
    fs.writeFileSync(path.join(folder, 'proc/7/cgroup'), '0::/system.slice/vonggac-agent.service\n');
    fs.writeFileSync(path.join(group, 'cpu.stat'), 'usage_usec 2500000\nuser_usec 2000000\n');
    const reader = new ProcessCostReader({
      procRoot: path.join(folder, 'proc'),
      cgroupRoot: path.join(folder, 'cgroup'),
      pid: 7,
      cpuUsage: () => ({ user: 1_000_000, system: 500_000 }),
      rss: () => 5,
    });
    expect(reader.read()).toEqual({ cpuMs: 2_500, rssBytes: 5 });
    expect(reader.childrenCpuMs).toBe(1_000);
  });

  test('a group that others share is not its own', () => {
    fs.mkdirSync(path.join(folder, 'proc/7'), { recursive: true });
    fs.writeFileSync(path.join(folder, 'proc/7/cgroup'), '0::/user.slice/session-1.scope\n');
    const cost = { cpuUsage: () => ({ user: 1_000, system: 0 }), rss: () => 5 };
    const reader = new ProcessCostReader({ procRoot: path.join(folder, 'proc'), pid: 7, ...cost });
    expect(reader.read()).toEqual({ cpuMs: 1, rssBytes: 5 });
  });
});

describe('power', () => {
  function supply(name: string, facts: Record<string, string>): void {
    fs.mkdirSync(path.join(folder, name));
    for (const [fact, value] of Object.entries(facts))
      fs.writeFileSync(path.join(folder, name, fact), `${value}\n`);
  }

  test('a server has neither mains nor battery', () => {
    expect(isOnBattery(folder)).toBe(false);
    expect(isOnBattery(path.join(folder, 'absent'))).toBe(false);
  });

  test('mains that are off and a battery that gives', () => {
    supply('AC', { type: 'Mains', online: '0' });
    supply('BAT0', { type: 'Battery', status: 'Discharging' });
    expect(isOnBattery(folder)).toBe(true);
  });

  test('mains that are on decide', () => {
    supply('AC', { type: 'Mains', online: '1' });
    supply('BAT0', { type: 'Battery', status: 'Discharging' });
    expect(isOnBattery(folder)).toBe(false);
  });

  test("a mouse's battery is not the machine's", () => {
    supply('hid-mouse', { type: 'Battery', scope: 'Device', status: 'Discharging' });
    expect(isOnBattery(folder)).toBe(false);
  });
});

describe('the pause file', () => {
  test('holds until its time, or until it is taken away', () => {
    writePause(folder, { since: 1_000, until: 5_000 });
    expect(readPause(folder, 1_000)).toEqual({ since: 1_000, until: 5_000 });
    expect(readPause(folder, 5_000)).toBeUndefined();
    expect(removePause(folder)).toBe(true);
    expect(removePause(folder)).toBe(false);
    expect(readPause(folder, 1_000)).toBeUndefined();
  });

  test.each([
    '',
    '{}',
    '[]',
    'null',
    '{"since":"1","until":2}',
    '{"since":9000,"until":9500}',
    '{"since":0,"until":9e15}',
  ])('a file that holds %j is no pause', (text) => {
    fs.writeFileSync(path.join(folder, 'pause.json'), text);
    expect(readPause(folder, 1_000)).toBeUndefined();
  });

  test.each([
    ['30m', 1_800_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
    ['8d', undefined],
    ['0m', undefined],
    ['2', undefined],
    ['h', undefined],
    ['-1h', undefined],
  ])('%s', (text, ms) => {
    expect(parsePauseTime(text)).toBe(ms);
  });
});

const hasIonice =
  linux && (process.env['PATH'] ?? '').split(':').some((where) => fs.existsSync(path.join(where, 'ionice')));

describe('priority', () => {
  test.skipIf(!hasIonice)('threads that read come last at the disk, the one that writes nearly last', () => {
    const module = path.resolve(import.meta.dirname, '../../../../agent/governor/lower-priority.ts');
    const script = `
      import { execFileSync } from 'node:child_process';
      import fs from 'node:fs';
      import os from 'node:os';
      const { lowerPriority } = await import(${JSON.stringify(module)});
      const done = await lowerPriority({ nice: 5, ioPriority: 'idle' });
      const io = (tid) => execFileSync('ionice', ['-p', tid], { encoding: 'utf8' }).trim();
      const threads = fs.readdirSync('/proc/self/task').filter((tid) => Number(tid) !== process.pid);
      console.log(JSON.stringify({ done, main: io(String(process.pid)), others: [...new Set(threads.map(io))], nice: os.getPriority() }));
    `;
    const out = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    const { done, main, others, nice } = JSON.parse(out) as Record<string, unknown>;
    expect(done).toEqual({ nice: true, io: true });
    expect(main).toBe('best-effort: prio 7');
    expect(others).toEqual(['idle']);
    expect(nice).toBe(Math.max(5, os.getPriority() + 5 > 19 ? 19 : 5));
  });
});
