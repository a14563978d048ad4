/** The agent as a process under more load than it may take: its budget is kept, what is urgent arrives all the same. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { laneNumber } from '#protocol/lane.ts';
import { readStatus } from '../../agent/status-file.ts';
import type { AgentStatus } from '../../agent/status-file.ts';
import { makeFolder, removeFolder } from '../support/agent/spool-fixture.ts';
import { startTestCollector } from '../support/agent/test-collector.ts';
import type { TestCollector } from '../support/agent/test-collector.ts';

const CLI = path.resolve(import.meta.dirname, '../../agent/cli.ts');
const CPU_PERCENT_MAX = 0.5;
const CPU_MS_PER_SECOND = (CPU_PERCENT_MAX / 100) * os.availableParallelism() * 1_000;
const LINES = 200_000;
const WAIT = { timeout: 30_000, interval: 100 };

let folder: string;
let collector: TestCollector;
let children: ChildProcess[];

beforeEach(async () => {
  folder = makeFolder();
  children = [];
  collector = await startTestCollector();
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await collector.stop();
  removeFolder(folder);
});

function agent(...args: string[]): ChildProcess {
  const child = spawn(process.execPath, [CLI, ...args, '--state', folder], {
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

async function says(child: ChildProcess): Promise<string> {
  let out = '';
  child.stdout?.on('data', (part: Buffer) => (out += part.toString()));
  child.stderr?.on('data', (part: Buffer) => (out += part.toString()));
  await once(child, 'close');
  return out;
}

function status(): AgentStatus {
  const now = readStatus(folder);
  if (now === undefined) throw new Error('the agent has not run');
  return now;
}

test('more logs than it may read: they wait on the disk, the CPU budget holds, security is not held up', async () => {
  const access = path.join(folder, 'access.log');
  const auth = path.join(folder, 'auth.log');
  const line = `192.0.2.7 - - [05/Jan/2026:09:00:00 +0700] "GET /index.html HTTP/1.1" 200 512 "-" "${'x'.repeat(80)}"`;
  fs.writeFileSync(access, `${line}\n`.repeat(LINES));
  fs.writeFileSync(auth, '');
  const tails = [
    { path: access, channel: 'web-access' },
    { path: auth, channel: 'sshd' },
  ];
  const governor = { cpuPercentMax: CPU_PERCENT_MAX, nice: 0, ioPriority: 'normal' };
  const settings = {
    tails,
    watch: [],
    inventory: { enabled: false },
    posture: { enabled: false },
    journald: { enabled: false },
    governor,
  };
  fs.writeFileSync(path.join(folder, 'agent.json'), JSON.stringify(settings));
  await says(agent('enrol', '--url', collector.url, '--token', collector.token));
  agent('run', '--log-level', 'error');
  await vi.waitFor(() => {
    expect(status().governor?.slowed).toContainEqual(
      expect.objectContaining({ subject: 'file', work: 'bulk', reason: 'cpu' }),
    );
  }, WAIT);
  const before = status();
  fs.appendFileSync(auth, 'sshd[1]: Failed password for root from 203.0.113.5 port 22 ssh2\n');
  const appendedAt = performance.now();
  await collector.until(() =>
    collector.records(laneNumber('security')).some((record) => record.kind === 'log'),
  );
  expect(performance.now() - appendedAt).toBeLessThan(5_000);
  await vi.waitFor(() => expect(status().cost.sinceMs - before.cost.sinceMs).toBeGreaterThan(6_000), WAIT);
  const after = status();
  const seconds = (after.cost.sinceMs - before.cost.sinceMs) / 1_000;
  const spentMs = after.cost.cpuMs - before.cost.cpuMs;
  // What cannot wait (sending, the status, one turn of each lane every few seconds) comes on top of it.
  expect(spentMs / seconds).toBeLessThan(CPU_MS_PER_SECOND * 2 + 10);
  const read = after.sources.find(({ name }) => name === 'file')?.records ?? 0;
  expect(read).toBeGreaterThan(0);
  expect(read).toBeLessThan(LINES / 2);
  expect(after.state).toBe('running');
  const text = await says(agent('status', '--lang', 'en'));
  expect(text).toMatch(/file \(bulk\) waited [\d.]+ s since .*: CPU budget used up/);
});

test('pause and resume are seen by the running agent and told', async () => {
  const settings = { tails: [], watch: [], inventory: { enabled: true, intervalMs: 10_000 } };
  fs.writeFileSync(
    path.join(folder, 'agent.json'),
    JSON.stringify({
      ...settings,
      journald: { enabled: false },
      governor: { nice: 0, ioPriority: 'normal' },
    }),
  );
  await says(agent('enrol', '--url', collector.url, '--token', collector.token));
  expect(await says(agent('pause', '--for', '5y', '--lang', 'en'))).toContain('"5y" is not a time');
  agent('run', '--log-level', 'error');
  await vi.waitFor(() => expect(status().state).toBe('running'), WAIT);
  expect(await says(agent('pause', '--for', '1h', '--lang', 'en'))).toContain('wait until');
  const told = (): string[] =>
    collector
      .records(laneNumber('security'))
      .flatMap((record) => (record.kind === 'agent' ? [`${record.action} ${record.subject}`] : []));
  await collector.until(() => told().includes('paused scans'));
  expect(await says(agent('status', '--lang', 'en'))).toMatch(/scans wait until .* as asked/);
  expect(await says(agent('resume', '--lang', 'en'))).toBe('Scans go on.\n');
  await collector.until(() => told().includes('resumed scans'));
  expect(await says(agent('resume', '--lang', 'en'))).toContain('There is no pause');
});
