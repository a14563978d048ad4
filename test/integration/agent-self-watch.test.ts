/** The agent as a process that is stopped, and whose settings somebody changes: it says so when it can. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { laneNumber } from '#protocol/lane.ts';
import type { AgentRecord } from '#protocol/record.ts';
import { makeFolder, removeFolder } from '../support/agent/spool-fixture.ts';
import { startTestCollector } from '../support/agent/test-collector.ts';
import type { TestCollector } from '../support/agent/test-collector.ts';

const CLI = path.resolve(import.meta.dirname, '../../agent/cli.ts');
const NOTHING = {
  tails: [],
  watch: [],
  inventory: { enabled: false },
  activity: { enabled: false },
  journald: { enabled: false },
};
/** Above what counts as frozen. */
const FROZEN_MS = 17_000;

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
  const child = spawn(process.execPath, [CLI, ...args, '--state', folder], { stdio: 'ignore' });
  children.push(child);
  return child;
}

const records = (action: AgentRecord['action']): AgentRecord[] =>
  collector
    .records(laneNumber('security'))
    .flatMap((record) => (record.kind === 'agent' && record.action === action ? [record] : []));

test.skipIf(process.platform === 'win32')(
  'stopped and let go again it says for how long; what changed meanwhile it says, too',
  async () => {
    const settings = path.join(folder, 'agent.json');
    fs.writeFileSync(settings, JSON.stringify(NOTHING));
    await once(agent('enrol', '--url', collector.url, '--token', collector.token), 'close');
    const first = agent('run');
    await collector.until(() => records('started').length === 1);
    expect(records('started')[0]?.detail).toMatchObject({ lastRunDied: false, after: 'first-start' });
    first.kill('SIGSTOP');
    fs.writeFileSync(settings, JSON.stringify({ ...NOTHING, log: { level: 'silent' } }));
    // Nothing else makes a process that was stopped: this one test lets time pass.
    await sleep(FROZEN_MS);
    first.kill('SIGCONT');
    await collector.until(() => records('frozen').length === 1 && records('tampered').length === 1);
    expect(records('frozen')[0]?.detail?.['gapMs']).toBeGreaterThan(FROZEN_MS - 1_000);
    expect(records('tampered')[0]).toMatchObject({
      subject: 'settings',
      detail: { path: settings, change: 'changed', offline: false },
    });
    const ended = once(first, 'exit');
    first.kill('SIGKILL');
    await ended;
    fs.writeFileSync(settings, JSON.stringify(NOTHING));
    agent('run');
    await collector.until(() => records('tampered').length === 2);
    expect(records('tampered')[1]).toMatchObject({ subject: 'settings', detail: { offline: true } });
    expect(records('started').at(-1)?.detail).toMatchObject({ lastRunDied: true, after: 'restart' });
  },
  90_000,
);
