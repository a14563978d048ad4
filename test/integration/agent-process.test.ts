/** The agent as real processes: killed at every named point, its disk full, its signals, its command line. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ROTATION_PATH } from '#protocol/version.ts';
import { FAULT_POINTS } from '../../agent/fault-point.ts';
import { makeFolder, removeFolder } from '../support/agent/spool-fixture.ts';
import { startTestCollector } from '../support/agent/test-collector.ts';
import type { TestCollector } from '../support/agent/test-collector.ts';

const CLI = path.resolve(import.meta.dirname, '../../agent/cli.ts');
const SECURITY = 0;

let folder: string;
let collector: TestCollector;
let log: string;
let children: ChildProcess[];

beforeEach(async () => {
  folder = makeFolder();
  log = path.join(folder, 'auth.log');
  fs.writeFileSync(log, '');
  children = [];
  collector = await startTestCollector();
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await collector.stop();
  removeFolder(folder);
});

interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  out: string;
  err: string;
}

interface Started {
  child: ChildProcess;
  ended: Promise<Ended>;
}

function command(args: readonly string[], env: Record<string, string> = {}, before = ''): Started {
  const shell = `${before}exec "$0" "$@"`;
  const child = spawn('/bin/sh', ['-c', shell, process.execPath, CLI, ...args], {
    env: { ...process.env, LC_ALL: 'C.UTF-8', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let out = '';
  let err = '';
  child.stdout.on('data', (part: Buffer) => (out += part.toString()));
  child.stderr.on('data', (part: Buffer) => (err += part.toString()));
  const ended = once(child, 'close').then(([code, signal]): Ended => {
    return { code: code as number | null, signal: signal as NodeJS.Signals | null, out, err };
  });
  return { child, ended };
}

function state(): string {
  return path.join(folder, 'state');
}

async function enrolled(): Promise<void> {
  const args = ['enrol', '--url', collector.url, '--token', collector.token, '--state', state()];
  const { code, err } = await command(args).ended;
  expect(err).toBe('');
  expect(code).toBe(0);
}

const runArgs = (): string[] => {
  const where = ['--state', state(), '--config', path.join(folder, 'agent.json')];
  return ['run', ...where, '--only-given', '--tail', `${log}=sshd`];
};

function configure(config: unknown = { inventory: { enabled: false }, posture: { enabled: false } }): void {
  fs.writeFileSync(path.join(folder, 'agent.json'), JSON.stringify(config));
}

function lines(): string[] {
  return collector.records(SECURITY).flatMap((record) => (record.kind === 'log' ? [record.text] : []));
}

function append(from: number, to: number): string[] {
  const texts = Array.from({ length: to - from + 1 }, (_, index) => `sshd[1]: line ${from + index}`);
  fs.appendFileSync(log, `${texts.join('\n')}\n`);
  return texts;
}

/** What a command's point does: response-commands.test.ts. */
const DELIVERY_POINTS = FAULT_POINTS.filter(
  // Those of an update are passed in self-update.test.ts.
  (point) => point !== 'agent.command-begun' && !point.startsWith('agent.update-'),
);

test.each(DELIVERY_POINTS.flatMap((point) => [`${point}:1`, `${point}:2`]))(
  'killed at %s nothing is lost and nothing is stored twice',
  async (fault) => {
    configure();
    await enrolled();
    const wanted = append(1, 500);
    const doomed = command(runArgs(), { VONGGAC_FAULT: fault });
    // A second batch, for the faults that wait for the second passing.
    await Promise.race([collector.until(() => lines().length > 0), doomed.ended]);
    wanted.push(...append(501, 600));
    const { signal } = await doomed.ended;
    expect(signal).toBe('SIGKILL');
    wanted.push(...append(601, 700));
    const second = command(runArgs());
    await collector.until(() => lines().length >= wanted.length);
    second.child.kill('SIGTERM');
    const { code, err } = await second.ended;
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(lines()).toEqual(wanted);
    expect(collector.faults).toEqual([]);
    const started = collector
      .records(SECURITY)
      .flatMap((record) =>
        record.kind === 'agent' && record.action === 'started' ? [record.detail?.['lastRunDied']] : [],
      );
    expect(started.at(-1)).toBe(fault !== 'agent.before-spool-commit:1');
  },
);

test('killed again and again at a random moment under load, every line arrives once', async () => {
  configure();
  await enrolled();
  const wanted: string[] = [];
  for (let round = 0; round < 5; round += 1) {
    const before = collector.sessions;
    const { child, ended } = command(runArgs());
    const writer = setInterval(() => wanted.push(...append(wanted.length + 1, wanted.length + 20)), 2);
    await collector.until(() => collector.sessions > before && lines().length > round * 100);
    child.kill('SIGKILL');
    await ended;
    clearInterval(writer);
  }
  const last = command(runArgs());
  await collector.until(() => lines().length >= wanted.length);
  last.child.kill('SIGTERM');
  expect((await last.ended).code).toBe(0);
  expect(lines()).toEqual(wanted);
  expect(collector.faults).toEqual([]);
});

test('a stop by signal takes less than two seconds and says so', async () => {
  configure();
  await enrolled();
  const { child, ended } = command(runArgs());
  await collector.until(() => collector.sessions === 1);
  const askedMs = performance.now();
  child.kill('SIGTERM');
  const { code, out } = await ended;
  expect(performance.now() - askedMs).toBeLessThan(2_000);
  expect(code).toBe(0);
  const last = JSON.parse(out.trim().split('\n').at(-1) ?? '') as { msg?: string };
  expect(last.msg).toBe('stopped');
  const agent = collector.records(SECURITY).filter((record) => record.kind === 'agent');
  expect(agent.map((record) => record.kind === 'agent' && record.action)).toEqual(['started', 'stopping']);
});

test('with a disk that takes no more writes the source is held back, and nothing is lost when it does again', async () => {
  configure();
  await enrolled();
  // The shell's limit on file sizes stands for the full disk: the kernel refuses the write itself.
  const wanted = append(1, 20_000);
  const full = command(runArgs(), {}, 'ulimit -f 512; trap "" XFSZ; ');
  await expect
    .poll(
      () =>
        fs.existsSync(path.join(state(), 'status.json')) &&
        fs.readFileSync(path.join(state(), 'status.json'), 'utf8'),
      {
        timeout: 60_000,
      },
    )
    .toContain('"refused":true');
  full.child.kill('SIGKILL');
  await full.ended;
  const freed = command(runArgs());
  await collector.until(() => lines().length >= wanted.length);
  freed.child.kill('SIGTERM');
  await freed.ended;
  expect(lines()).toEqual(wanted);
  expect(collector.faults).toEqual([]);
});

test('status and doctor tell of the running agent, in the language asked for', async () => {
  configure();
  await enrolled();
  append(1, 10);
  const { child, ended } = command(runArgs());
  await collector.until(() => lines().length === 10);
  const online = async (): Promise<unknown> => {
    const { out } = await command(['status', '--json', '--state', state()]).ended;
    return (JSON.parse(out) as { status?: { link?: { state?: string } } }).status?.link?.state;
  };
  await expect.poll(online, { timeout: 60_000 }).toBe('online');
  const status = await command(['status', '--state', state(), '--lang', 'vi']).ended;
  expect(status.out).toContain('đang chạy');
  expect(status.out).toContain(`1. ${collector.url} (đang dùng)`);
  expect(status.out).toMatch(/an ninh: \d+ đang chờ/);
  const config = ['--state', state(), '--config', path.join(folder, 'agent.json')];
  const doctor = await command(['doctor', '--json', ...config]).ended;
  const { checks } = JSON.parse(doctor.out) as { checks: { name: string; level: string }[] };
  for (const name of ['identity', 'collector', 'clock', 'agent', 'spool', 'disk']) {
    expect(checks).toContainEqual(expect.objectContaining({ name, level: 'ok' }));
  }
  child.kill('SIGTERM');
  await ended;
  const after = await command(['status', '--state', state()]).ended;
  expect(after).toMatchObject({ code: 1, out: expect.stringContaining('stopped at') as string });
});

test('doctor fails when the collector shows another certificate', async () => {
  configure();
  await enrolled();
  const file = path.join(state(), 'identity.json');
  const identity = JSON.parse(fs.readFileSync(file, 'utf8')) as { fingerprint: string };
  fs.writeFileSync(file, JSON.stringify({ ...identity, fingerprint: '0'.repeat(64) }), { mode: 0o600 });
  const { code, out } = await command(['doctor', '--state', state()]).ended;
  expect(code).toBe(1);
  expect(out).toMatch(/^fail +collector .*certificate differs/m);
  expect(collector.requests).toEqual([ROTATION_PATH]);
});

test('replay sends a recorded log once and ends with its figures', async () => {
  const wanted = append(1, 2_500);
  const args = ['replay', '--url', collector.url, '--token', collector.token, '--channel', 'sshd', log];
  const { code, out } = await command(args).ended;
  expect(code).toBe(0);
  expect(JSON.parse(out.trim().split('\n').at(-1) ?? '')).toEqual({ read: 2_500, sent: 2_500, acked: 2_500 });
  expect(lines()).toEqual(wanted);
});

test.each<[string, string[], number, RegExp]>([
  ['an unknown option', ['run', '--bogus'], 2, /unknown option/],
  ['an unknown command', ['fly'], 2, /unknown command|too many arguments/],
  ['a missing token', ['enrol', '--url', 'https://127.0.0.1:1'], 2, /--token/],
  ['running without enrolment', ['run', '--state', '/nonexistent/vonggac'], 3, /not enrolled/],
  ['a cut token', ['enrol', '--url', 'https://127.0.0.1:1', '--token', 'vgjoin1.x'], 4, /whole join token/],
  [
    'a channel that does not exist',
    ['replay', '--url', 'https://x', '--token', 't', '--channel', 'nope', CLI],
    2,
    /Channels/,
  ],
  ['help', ['run', '--help'], 0, /^$/],
  ['the version', ['--version'], 0, /^$/],
])('%s is answered with its exit code', async (_, args, wanted, message) => {
  const { code, err, out } = await command(args).ended;
  expect(err).toMatch(message);
  expect(code).toBe(wanted);
  expect(out === '').toBe(wanted !== 0);
});
