/** A policy from the command line to real agents of a group and back: let out, applied, refused, halted, rolled back. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callOperation } from '../../collector/cli/client.ts';
import { joinTokenCreate } from '../../collector/cli/operations/join-token.ts';
import type { Operation } from '../../collector/cli/operations/operation.ts';
import {
  policyList,
  policyRollback,
  policyRollout,
  policySet,
  policyStatusRead,
  signingKeyRotate,
} from '../../collector/cli/operations/policy.ts';
import { startCollectorProcess, type CollectorProcess } from '../../scripts/simulate/collector-process.ts';
import { machineNumber } from '../support/agent/fake-machine.ts';
import { makeFolder, removeFolder } from '../support/agent/spool-fixture.ts';

const CLI = path.resolve(import.meta.dirname, '../../agent/cli.ts');
let dataDir: string;
let folder: string;
let collector: CollectorProcess;
const children: ChildProcess[] = [];
/** By all agents, the last of it. */
let said = '';

const call = <I, O>(operation: Operation<I, O>, input: I): Promise<O> =>
  callOperation(operation, input, { dataDir });

function agent(machine: number, args: readonly string[]): ChildProcess {
  const root = machineNumber(path.join(folder, `machine-${machine}`), machine);
  const env = { ...process.env, VONGGAC_HOST_ROOT: root };
  const child = spawn(process.execPath, [CLI, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => (said = (said + part.toString()).slice(-8_000)));
  return child;
}

/** Enrols and starts the agent of a machine. @returns its id */
async function startAgent(machine: number, token: string): Promise<string> {
  const dir = path.join(folder, `state-${machine}`);
  fs.mkdirSync(dir, { mode: 0o700 });
  const own = {
    watch: [],
    tails: [],
    journald: { enabled: false },
    inventory: { enabled: false },
    posture: { enabled: false },
  };
  fs.writeFileSync(path.join(dir, 'agent.json'), JSON.stringify(own));
  const [code] = await once(
    agent(machine, ['enrol', '--url', collector.url, '--state', dir, '--token', token]),
    'close',
  );
  expect(code).toBe(0);
  agent(machine, ['run', '--state', dir]);
  return (JSON.parse(fs.readFileSync(path.join(dir, 'identity.json'), 'utf8')) as { agentId: string })
    .agentId;
}

/** `outcome/running version` by agent. */
async function outcomes(): Promise<Record<string, string>> {
  const { agents } = await call(policyStatusRead, {});
  return Object.fromEntries(
    agents.map(({ agentId, outcome, running }) => [agentId, `${outcome}/${running}`]),
  );
}
async function until(wanted: Record<string, string>): Promise<void> {
  let seen: Record<string, string> = {};
  for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
    seen = await outcomes();
    if (Object.entries(wanted).every(([id, outcome]) => seen[id] === outcome)) return;
    await new Promise((resolve) => setTimeout(resolve, 50)); // the pace of asking
  }
  throw new Error(`wanted ${JSON.stringify(wanted)}, saw ${JSON.stringify(seen)}; agents said ${said}`);
}

const set = (settings: unknown, more: object = {}) =>
  call(policySet, { group: 'servers', text: JSON.stringify(settings), dryRun: false, ...more });

beforeAll(async () => {
  dataDir = makeFolder();
  folder = makeFolder();
  collector = await startCollectorProcess({ dataDir, env: { VONGGAC_LOG_LEVEL: 'warn' } });
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await collector.stop();
  removeFolder(dataDir);
  removeFolder(folder);
});

test('a policy goes out, is refused where it does not fit, halts, and is rolled back', async () => {
  const { token } = await call(joinTokenCreate, { group: 'servers', uses: 2 });
  const one = await startAgent(1, token);
  const two = await startAgent(2, token);

  expect(await set({ log: { level: 'warn' } }, { dryRun: true })).toEqual({ policy: null, rollout: null });
  await set({ log: { level: 'warn' } }, { comment: 'less to read' });
  await until({ [one]: 'applied/1', [two]: 'applied/1' });
  expect(
    JSON.parse(fs.readFileSync(path.join(folder, 'state-1', 'policy-document.json'), 'utf8')),
  ).toMatchObject({
    good: { group: 'servers', version: 1, text: '{"log":{"level":"warn"}}' },
  });

  // To one first, who refuses it: the other never hears of it.
  await set({ tails: [{ path: 'not/absolute' }] }, { canaries: [one] });
  await until({ [one]: 'failed/1', [two]: 'applied/1' });
  const { rollouts } = await call(policyList, {});
  expect(rollouts).toMatchObject([{ version: 2, state: 'halted', previous: 1 }]);
  const { agents } = await call(policyStatusRead, { group: 'servers' });
  expect(agents.find(({ agentId }) => agentId === one)).toMatchObject({ code: 'invalid', wanted: 2 });
  expect(agents.find(({ agentId }) => agentId === one)?.message).toContain('tails.0.path');

  await call(policyRollback, { group: 'servers' });
  await until({ [one]: 'applied/1', [two]: 'applied/1' });

  // With another key, which follows from the one before; then no policy at all.
  await call(signingKeyRotate, { purpose: 'policy' });
  await set({ log: { level: 'error' } }, { percent: 0 });
  await call(policyRollout, { group: 'servers', percent: 100 });
  await until({ [one]: 'applied/3', [two]: 'applied/3' });
  await call(policyRollback, { group: 'servers', to: 0 });
  await until({ [one]: 'applied/0', [two]: 'applied/0' });
});
