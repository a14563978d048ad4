/** Commands from two people to a real agent and back: approved, done once, told after a kill, refused where not allowed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ResponseView } from '../../collector/api/contract-response.ts';
import { callOperation } from '../../collector/cli/client.ts';
import { joinTokenCreate } from '../../collector/cli/operations/join-token.ts';
import type { Operation } from '../../collector/cli/operations/operation.ts';
import { signingKeyRotate } from '../../collector/cli/operations/policy.ts';
import { responseDecide, responseRequest, responseShow } from '../../collector/cli/operations/response.ts';
import type { CommandAction } from '../../collector/protocol/command.ts';
import { createUser } from '../../collector/registry/users.ts';
import {
  startCollectorProcess,
  withRegistry,
  type CollectorProcess,
} from '../../scripts/simulate/collector-process.ts';
import { machineNumber } from '../support/agent/fake-machine.ts';
import { makeFolder, removeFolder } from '../support/agent/spool-fixture.ts';

const CLI = path.resolve(import.meta.dirname, '../../agent/cli.ts');
const CHEAP = { memoryKib: 64, passes: 1 };
const PASSWORD = 'correct-horse-battery';
const AN = { username: 'an', password: PASSWORD };
const BINH = { username: 'binh', password: PASSWORD };
let dataDir: string;
let folder: string;
let collector: CollectorProcess;
let agentId: string;
let running: ChildProcess;

const call = <I, O>(operation: Operation<I, O>, input: I): Promise<O> =>
  callOperation(operation, input, { dataDir });

function agent(args: readonly string[], more: Record<string, string> = {}): ChildProcess {
  const env = {
    ...more,
    ...process.env,
    VONGGAC_HOST_ROOT: machineNumber(path.join(folder, 'machine'), 1),
  };
  return spawn(process.execPath, [CLI, ...args], { env, stdio: 'ignore' });
}
const state = (): string => path.join(folder, 'state');
const run = (more: Record<string, string> = {}): void =>
  void (running = agent(['run', '--state', state()], more));

async function kill(): Promise<void> {
  const gone = once(running, 'exit');
  running.kill('SIGKILL');
  await gone;
}

const ask = (command: CommandAction, more: { dryRun?: boolean } = {}, person = AN) =>
  call(responseRequest, {
    agent: agentId,
    command,
    reason: 'alert 81',
    dryRun: false,
    expiresInMs: 600_000,
    person,
    ...more,
  });

async function until(id: string, holds: (view: ResponseView) => boolean): Promise<ResponseView> {
  let view = await call(responseShow, { id });
  for (const deadline = Date.now() + 60_000; !holds(view) && Date.now() < deadline;) {
    await new Promise((resolve) => setTimeout(resolve, 50)); // the pace of asking
    view = await call(responseShow, { id });
  }
  return view;
}
const ended = (id: string): Promise<ResponseView> => until(id, ({ endedAt }) => endedAt !== null);

beforeAll(async () => {
  dataDir = makeFolder();
  folder = makeFolder();
  await withRegistry(dataDir, async (registry) => {
    for (const [username, role] of [
      ['an', 'analyst'],
      ['binh', 'administrator'],
      ['chi', 'agency-viewer'],
    ] as const)
      await createUser(
        registry,
        { username, password: PASSWORD, role, mustChangePassword: false },
        'test',
        CHEAP,
      );
  });
  collector = await startCollectorProcess({ dataDir, env: { VONGGAC_LOG_LEVEL: 'warn' } });
  fs.mkdirSync(state(), { mode: 0o700 });
  const own = {
    watch: [],
    tails: [],
    journald: { enabled: false },
    inventory: { enabled: false },
    response: { allow: ['quarantine-file', 'collect-bundle'] },
  };
  fs.writeFileSync(path.join(state(), 'agent.json'), JSON.stringify(own));
  const { token } = await call(joinTokenCreate, {});
  await once(agent(['enrol', '--url', collector.url, '--state', state(), '--token', token]), 'close');
  agentId = (JSON.parse(fs.readFileSync(path.join(state(), 'identity.json'), 'utf8')) as { agentId: string })
    .agentId;
  run();
});
afterAll(async () => {
  running.kill('SIGKILL');
  await collector.stop();
  removeFolder(dataDir);
  removeFolder(folder);
});

test('two people take a file away from a host and one gives it back, with a new key in between', async () => {
  const file = path.join(folder, 'bad.sh');
  fs.writeFileSync(file, 'echo bad\n');
  const sha256 = createHash('sha256').update('echo bad\n').digest('hex');
  const asked = await ask({ action: 'quarantine-file', path: file, sha256 });
  expect(asked.state).toBe('requested');
  await expect(call(responseDecide, { id: asked.id, approve: true, person: AN })).rejects.toThrow(
    'role does not allow',
  );
  await expect(ask({ action: 'release' }, {}, { username: 'chi', password: PASSWORD })).rejects.toThrow(
    'role',
  );
  await expect(
    ask({ action: 'release' }, {}, { username: 'an', password: 'wrong-wrong-wrong' }),
  ).rejects.toThrow('wrong');
  await call(responseDecide, { id: asked.id, approve: true, person: BINH });
  const taken = await ended(asked.id);
  expect(taken).toMatchObject({ state: 'done', decidedBy: 'user:binh', detail: { path: file } });
  expect(fs.existsSync(file)).toBe(false);

  await call(signingKeyRotate, { purpose: 'command' });
  const back = await ask({ action: 'restore-file', quarantineId: asked.id });
  expect(await ended(back.id)).toMatchObject({ state: 'done' });
  expect(fs.readFileSync(file, 'utf8')).toBe('echo bad\n');
});

test('a host refuses what its own settings do not allow', async () => {
  const asked = await ask({ action: 'isolate', durationMs: 60_000 }, { dryRun: true });
  expect(await ended(asked.id)).toMatchObject({
    state: 'refused',
    message: expect.stringContaining('response.allow'),
  });
});

test('a command waits for a host that is away, and one that a killed agent was at is unknown, not done again', async () => {
  await kill();
  const lost = await ask({ action: 'collect-bundle' });
  // It dies right after it has written down that it begins.
  run({ VONGGAC_FAULT: 'agent.command-begun:1' });
  await once(running, 'exit');
  const waiting = await ask({ action: 'collect-bundle' });
  run();
  expect(await ended(waiting.id)).toMatchObject({ state: 'done', decidedBy: null });
  expect(await ended(lost.id)).toMatchObject({
    state: 'unknown',
    message: expect.stringContaining('middle'),
  });
  expect(fs.readdirSync(path.join(state(), 'bundles'))).toEqual([`${waiting.id}.ndjson.gz`]);
});
