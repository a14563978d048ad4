/**
 * The whole agent as a process over a program that stands in for wevtutil.exe, killed with SIGKILL while two logs are written:
 * every event of both reaches the collector once. And what it says of its logs in `status` and `doctor`.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EventLogs } from '../support/agent/event-logs.ts';
import { makeFolder, removeFolder } from '../support/agent/spool-fixture.ts';
import { startTestCollector, type TestCollector } from '../support/agent/test-collector.ts';

const CLI = path.resolve(import.meta.dirname, '../../agent/cli.ts');
const SYSMON = 'Microsoft-Windows-Sysmon/Operational';
const WAIT = { timeout: 30_000 };

let folder: string;
let collector: TestCollector;
let logs: EventLogs;
let children: ChildProcess[];

beforeEach(async () => {
  folder = makeFolder();
  logs = new EventLogs(path.join(folder, 'logs'));
  children = [];
  collector = await startTestCollector();
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await collector.stop();
  removeFolder(folder);
});

const state = (): string => path.join(folder, 'state');

/** Nothing is read but the event log. */
function configure(channels: readonly object[]): void {
  const off = { enabled: false };
  const settings = {
    watch: [],
    tails: [],
    inventory: off,
    posture: off,
    activity: off,
    journald: off,
    audit: off,
    windowsEventLog: {
      enabled: true,
      program: logs.program,
      channels,
      startAt: 'beginning',
      everyMs: 1_000,
      quietMs: 1_000,
    },
  };
  fs.mkdirSync(state(), { recursive: true, mode: 0o700 });
  fs.writeFileSync(path.join(state(), 'agent.json'), JSON.stringify(settings));
}

function agent(...args: string[]): { child: ChildProcess; ended: Promise<number | null> } {
  const child = spawn(process.execPath, [CLI, ...args, '--state', state()], { stdio: 'ignore' });
  children.push(child);
  return { child, ended: once(child, 'close').then(([code]) => code as number | null) };
}

const enrol = (): Promise<number | null> =>
  agent('enrol', '--url', collector.url, '--token', collector.token).ended;

/** Of each log, in the order of arrival. */
function told(origin: string): number[] {
  return collector
    .records(0)
    .flatMap((record) =>
      record.kind === 'log' && record.origin === origin
        ? [Number(/<EventRecordID>(\d+)</.exec(record.text)?.[1])]
        : [],
    );
}

test('killed again and again while logs are written, every event of each arrives once and in order', async () => {
  configure([{ channel: 'Security' }, { channel: SYSMON }]);
  expect(await enrol()).toBe(0);
  let written = 0;
  const write = (count: number): void => {
    for (const log of ['Security', SYSMON]) {
      const facts = Array.from({ length: count }, (_, index) => ({
        record: written + index + 1,
        at: Date.now(),
      }));
      logs.append(log, facts);
    }
    written += count;
  };
  for (let round = 1; round <= 3; round += 1) {
    write(300);
    const { child, ended } = agent('run');
    const writer = setInterval(() => write(3), 20);
    const wanted = told('Security').length + 150;
    await collector.until(() => told('Security').length >= wanted);
    child.kill('SIGKILL');
    await ended;
    clearInterval(writer);
  }
  const last = agent('run');
  await collector.until(() => told('Security').length >= written && told(SYSMON).length >= written);
  last.child.kill('SIGTERM');
  expect(await last.ended).toBe(0);
  const all = Array.from({ length: written }, (_, index) => index + 1);
  expect(told('Security')).toEqual(all);
  expect(told(SYSMON)).toEqual(all);
  expect(collector.faults).toEqual([]);
});

test('status names what is wrong with a log, doctor what to do, in both languages', async () => {
  configure([{ channel: 'Security' }, { channel: 'System' }]);
  logs.append(
    'Security',
    [1, 2, 9].map((record) => ({ record, at: Date.now() })),
  );
  logs.refuse('System', 5);
  expect(await enrol()).toBe(0);
  const { child, ended } = agent('run');
  await collector.until(() => told('Security').length === 3);
  const say = async (command: string, language: string): Promise<string> => {
    const args = [CLI, command, '--lang', language, '--state', state()];
    // The collector that the doctor asks is in this process. That something is wrong is an exit code.
    const { stdout } = await promisify(execFile)(process.execPath, args).catch(
      (error: unknown) => error as { stdout: string },
    );
    return stdout.replaceAll(/\s+/g, ' ');
  };
  await expect.poll(() => say('status', 'en'), WAIT).toContain('6 events were overwritten');
  expect(await say('status', 'en')).toContain('System: the agent may not read this log');
  expect(await say('doctor', 'en')).toContain('System: the agent may not read it');
  const vietnamese = await say('doctor', 'vi');
  expect(vietnamese).toContain('System: tác nhân không được phép đọc');
  expect(vietnamese).toContain('Security: đọc được; sự kiện gần nhất');
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});
