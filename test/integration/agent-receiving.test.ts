/** The agent as a process, with syslog listeners and a journal, killed in between; what reaches the collector. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { laneNumber } from '#protocol/lane.ts';
import { makeFolder, removeFolder } from '../support/agent/spool-fixture.ts';
import { startTestCollector } from '../support/agent/test-collector.ts';
import type { TestCollector } from '../support/agent/test-collector.ts';
import { exportEntry, journalToolsMissing, writeJournal } from '../support/journal-files.ts';
import { sendTcp, sendUdp } from '../support/syslog-senders.ts';

const CLI = path.resolve(import.meta.dirname, '../../agent/cli.ts');
const NOTHING_ELSE = { tails: [], watch: [], inventory: { enabled: false }, posture: { enabled: false } };

/** A busy machine may take long; what is waited for comes. */
const WAIT = { timeout: 60_000 };

let folder: string;
let collector: TestCollector;
let children: ChildProcess[];

beforeEach(async () => {
  folder = makeFolder();
  children = [];
  collector = await startTestCollector();
  const args = ['enrol', '--url', collector.url, '--token', collector.token];
  const [code] = await once(agent(args), 'close');
  if (code !== 0) throw new Error(`enrolling ended with ${String(code)}`);
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await collector.stop();
  removeFolder(folder);
});

function agent(args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [CLI, ...args, '--state', folder], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  children.push(child);
  return child;
}

/** Runs the agent until it says that all its sources see what happens. */
async function running(settings: object): Promise<ChildProcess> {
  fs.writeFileSync(path.join(folder, 'agent.json'), JSON.stringify({ ...NOTHING_ELSE, ...settings }));
  const child = agent(['run']);
  await once(child, 'message');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const end = once(child, 'exit');
  child.kill('SIGKILL');
  await end;
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function received(lane: 'security' | 'standard'): string[] {
  return collector
    .records(laneNumber(lane))
    .flatMap((record) => (record.kind === 'log' ? [`${record.origin} ${record.text}`] : []));
}

test('what devices send reaches the collector under their address, also after the agent was killed', async () => {
  const port = await freePort();
  const listener = { address: '127.0.0.1', port, allow: ['127.0.0.1'] };
  const listeners = [
    { ...listener, protocol: 'tcp' },
    { ...listener, protocol: 'udp', lane: 'security' },
  ];
  const first = await running({ syslog: { listeners } });
  await sendTcp(port, ['<13>a\n5 <13>b']);
  await sendUdp(port, ['<13>c']);
  await expect
    .poll(() => received('standard'), WAIT)
    .toEqual(['syslog://127.0.0.1 <13>a', 'syslog://127.0.0.1 <13>b']);
  await expect.poll(() => received('security'), WAIT).toEqual(['syslog://127.0.0.1 <13>c']);
  await kill(first);
  await running({ syslog: { listeners } });
  await sendTcp(port, ['<13>d\n']);
  await expect.poll(() => received('standard').slice(2), WAIT).toEqual(['syslog://127.0.0.1 <13>d']);
});

test.skipIf(journalToolsMissing() !== undefined)(
  'the journal goes on where it was, whenever the agent is killed',
  async () => {
    const directory = path.join(folder, 'journal');
    fs.mkdirSync(directory);
    const settings = { journald: { enabled: true, directory, startAt: 'beginning' } };
    const perRun = 400;
    const wanted: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const numbers = Array.from({ length: perRun }, (_, index) => round * perRun + index);
      const entries = numbers.map((number) =>
        exportEntry(1_750_000_000_000_000 + number, { MESSAGE: `line ${number}`, SYSLOG_IDENTIFIER: 'app' }),
      );
      wanted.push(...numbers.map((number) => `line ${number}`));
      const child = await running(settings);
      await writeJournal(path.join(directory, `part${round}.journal`), entries);
      // In the middle of it, wherever that is; the last one is left to finish.
      await expect.poll(() => received('standard').length, WAIT).toBeGreaterThan(round * perRun);
      if (round < 2) await kill(child);
    }
    await expect.poll(() => received('standard').length, WAIT).toBe(wanted.length);
    expect(received('standard').map((line) => line.replace(/^journald .* - - /, ''))).toEqual(wanted);
  },
);
