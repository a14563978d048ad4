/** Who may report here, with real processes on both ends: approval, copied disks, machines set up anew, revocation. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { callOperation } from '../../collector/cli/client.ts';
import {
  agentApprove,
  agentList,
  agentRevoke,
  agentShow,
  type AgentView,
} from '../../collector/cli/operations/agent.ts';
import {
  certificateCancel,
  certificateRotate,
  certificateShow,
} from '../../collector/cli/operations/certificate.ts';
import { joinTokenCreate } from '../../collector/cli/operations/join-token.ts';
import type { Operation } from '../../collector/cli/operations/operation.ts';
import { sameHostDecide, sameHostList } from '../../collector/cli/operations/same-host.ts';
import { startCollectorProcess, type CollectorProcess } from '../../scripts/simulate/collector-process.ts';
import { machineNumber } from '../support/agent/fake-machine.ts';
import { makeFolder, removeFolder } from '../support/agent/spool-fixture.ts';

const CLI = path.resolve(import.meta.dirname, '../../agent/cli.ts');
let dataDir: string;
let collector: CollectorProcess;
let folder: string;
let children: ChildProcess[];

beforeAll(async () => {
  dataDir = makeFolder();
  collector = await startCollectorProcess({ dataDir, env: { VONGGAC_LOG_LEVEL: 'warn' } });
});
afterAll(async () => {
  await collector.stop();
  removeFolder(dataDir);
});
beforeEach(() => {
  folder = makeFolder();
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  removeFolder(folder);
});

const call = <I, O>(operation: Operation<I, O>, input: I): Promise<O> =>
  callOperation(operation, input, { dataDir });
const token = async (wanted: object = {}): Promise<string> => (await call(joinTokenCreate, wanted)).token;

/** `vonggac-agent` on the machine with that number, as if it were started there. */
function agent(machine: number, args: readonly string[]) {
  const root = machineNumber(path.join(folder, `machine-${machine}`), machine);
  const env = { ...process.env, LC_ALL: 'C.UTF-8', VONGGAC_HOST_ROOT: root };
  const child = spawn(process.execPath, [CLI, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let said = '';
  child.stdout.on('data', (part: Buffer) => (said += part.toString()));
  child.stderr.on('data', (part: Buffer) => (said += part.toString()));
  return { child, ended: once(child, 'close').then(([code]) => ({ code: code as number, said })) };
}

function state(name: string): string {
  const dir = path.join(folder, name);
  fs.mkdirSync(dir, { recursive: true, mode: 0o700 });
  const config = path.join(dir, 'agent.json');
  fs.writeFileSync(
    config,
    JSON.stringify({ watch: [], tails: [], inventory: { enabled: false }, posture: { enabled: false } }),
  );
  return dir;
}

async function enrol(machine: number, dir: string, joinToken: string, ...more: string[]): Promise<string> {
  const args = ['enrol', '--url', collector.url, '--state', dir, '--token', joinToken, ...more];
  const { code, said } = await agent(machine, args).ended;
  expect(said).not.toContain('Error');
  expect(code).toBe(0);
  return identityOf(dir);
}

const identityOf = (dir: string): string =>
  JSON.parse(fs.readFileSync(path.join(dir, 'identity.json'), 'utf8')).agentId;
const run = (machine: number, dir: string) => agent(machine, ['run', '--state', dir]);

/** Asks until an agent is so, at a steady pace. */
async function until(id: string, holds: (view: AgentView) => boolean): Promise<AgentView> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
    const found = (await call(agentList, {})).find((view) => view.id === id);
    if (found !== undefined && holds(found)) return found;
    await new Promise((resolve) => setTimeout(resolve, 50)); // the pace of asking
  }
  throw new Error(`agent ${id} did not come to be so: ${JSON.stringify(await call(agentShow, { id }))}`);
}

test('an agent that waits for approval reports soon after it is given, without being started again', async () => {
  const dir = state('a');
  const id = await enrol(1, dir, await token({ approve: true }));
  const { child } = run(1, dir);
  await until(id, ({ state: is }) => is === 'pending');
  const status = path.join(dir, 'status.json');
  while (!fs.existsSync(status) || !fs.readFileSync(status, 'utf8').includes('pending-approval')) {
    await new Promise((resolve) => setTimeout(resolve, 50)); // until the agent has heard it
  }
  await call(agentApprove, { ids: [id] });
  await until(id, ({ state: is }) => is === 'online');
  expect(child.exitCode).toBeNull();
});

test('a revoked agent ends, with a code that says so', async () => {
  const dir = state('a');
  const id = await enrol(1, dir, await token());
  const running = run(1, dir);
  await until(id, ({ state: is }) => is === 'online');
  await call(agentRevoke, { ids: [id] });
  const revokedMs = performance.now();
  const { code, said } = await running.ended;
  expect(performance.now() - revokedMs).toBeLessThan(5_000);
  expect([code, said.includes('revoked')]).toEqual([4, true]);
});

test('copies of a disk enrol by themselves where a token is left, and stop where none is', async () => {
  const dir = state('a');
  const original = await enrol(1, dir, await token({ uses: 2 }), '--keep-token');
  const first = run(1, dir);
  await until(original, ({ state: is }) => is === 'online');
  const copy = path.join(folder, 'copy');
  fs.cpSync(dir, copy, { recursive: true });
  const bare = path.join(folder, 'bare');
  fs.cpSync(dir, bare, { recursive: true });
  fs.rmSync(path.join(bare, 'enrolment.json'));
  run(2, copy);
  const stopped = await run(3, bare).ended;
  expect(stopped.code).toBe(3);
  expect(stopped.said).toContain('another machine');
  expect(fs.existsSync(path.join(bare, 'identity.json'))).toBe(false);
  while (!fs.existsSync(path.join(copy, 'identity.json')) || identityOf(copy) === original) {
    await new Promise((resolve) => setTimeout(resolve, 50)); // until it has enrolled
  }
  const own = identityOf(copy);
  await until(own, ({ state: is }) => is === 'online');
  expect(await call(agentShow, { id: original })).toMatchObject({ state: 'online' });
  expect(first.child.exitCode).toBeNull();
  expect(fs.existsSync(path.join(copy, 'spool.db.other-machine'))).toBe(true);
  expect((await call(sameHostList, {})).filter(({ agentId }) => agentId === own)).toEqual([]);
});

test('a copied key whose binding was left behind is found out by the collector', async () => {
  const dir = state('a');
  const original = await enrol(1, dir, await token({ uses: 2 }), '--keep-token');
  run(1, dir);
  await until(original, ({ state: is }) => is === 'online');
  const copy = path.join(folder, 'copy');
  fs.cpSync(dir, copy, { recursive: true });
  fs.rmSync(path.join(copy, 'hardware.json'));
  run(2, copy);
  while (!fs.existsSync(path.join(copy, 'identity.json')) || identityOf(copy) === original) {
    await new Promise((resolve) => setTimeout(resolve, 50)); // until the collector has said so
  }
  await until(identityOf(copy), ({ state: is }) => is === 'online');
  expect(await call(agentShow, { id: original })).toMatchObject({ state: 'online' });
});

test('a machine set up anew takes its old place, once the old key is silent', async () => {
  const before = state('before');
  const joinToken = await token({ uses: 2, group: 'offices' });
  const old = await enrol(5, before, joinToken);
  const running = run(5, before);
  await until(old, ({ state: is }) => is === 'online');
  running.child.kill('SIGTERM');
  await running.ended;
  await until(old, ({ state: is }) => is === 'offline');
  const after = state('after');
  const now = await enrol(5, after, joinToken);
  run(5, after);
  await until(now, ({ state: is }) => is === 'online');
  expect((await call(sameHostList, {})).find(({ agentId }) => agentId === now)).toMatchObject({
    formerId: old,
    alive: false,
  });
  expect(await call(sameHostDecide, { ids: [now], accept: true })).toMatchObject({ refused: [] });
  expect(await call(agentShow, { id: now })).toMatchObject({
    state: 'online',
    hostId: old,
    group: 'offices',
    others: [{ id: old, state: 'replaced' }],
  });
});

const trusted = (dir: string): string[] =>
  JSON.parse(fs.readFileSync(path.join(dir, 'trust.json'), 'utf8')).fingerprints;

/** Asks until the collector serves another certificate than this. */
async function untilServed(other: string): Promise<string> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
    const { current } = await call(certificateShow, {});
    if (current.fingerprint !== other) return current.fingerprint;
    await new Promise((resolve) => setTimeout(resolve, 50)); // the pace of asking
  }
  throw new Error('the certificate did not change');
}

test('a certificate changes under agents that are there, and nobody is lost who was not', async () => {
  const joinToken = await token({ uses: 3 });
  const here = state('here');
  const there = state('there');
  const present = await enrol(21, here, joinToken);
  const absent = await enrol(22, there, joinToken);
  const running = run(21, here);
  await until(present, ({ state: is }) => is === 'online');
  const others = (await call(agentList, { state: 'active' })).filter(({ id }) => id !== present);
  await call(agentRevoke, { ids: others.filter(({ id }) => id !== absent).map(({ id }) => id) });

  const first = (await call(certificateShow, {})).current.fingerprint;
  const planned = await call(certificateRotate, { inDays: 14, whenKnown: true });
  expect(planned.current.fingerprint).toBe(first);
  const next = planned.next?.fingerprint ?? '';
  while (!fs.existsSync(path.join(here, 'trust.json')) || trusted(here).length < 2) {
    await new Promise((resolve) => setTimeout(resolve, 50)); // until the agent has written it down
  }
  expect(trusted(here)).toEqual([first, next]);
  // The absent one does not know yet: nothing changes before its time, until it is given up.
  for (let known = 0; known < 1;) known = (await call(certificateShow, {})).next?.trusting ?? 0;
  expect((await call(certificateShow, {})).next).toMatchObject({
    trusting: 1,
    agents: 2,
    without: [{ id: absent }],
  });
  expect(await call(certificateCancel, {})).toEqual({ cancelled: true });
  expect((await call(certificateShow, {})).next).toBeNull();

  await call(certificateRotate, { inDays: 0, whenKnown: false });
  const second = await untilServed(first);
  expect(await call(agentShow, { id: present })).toMatchObject({ state: 'online' });
  await call(certificateRotate, { inDays: 0, whenKnown: false });
  const third = await untilServed(second);
  expect(new Set([first, second, third]).size).toBe(3);

  running.child.kill('SIGTERM');
  await running.ended;
  run(21, here);
  await until(present, ({ state: is }) => is === 'online');
  // Two changes were missed: each old key names the next.
  run(22, there);
  await until(absent, ({ state: is }) => is === 'online');
  while (trusted(there).length !== 1) {
    await new Promise((resolve) => setTimeout(resolve, 50)); // until it has written down what its welcome said
  }
  expect(trusted(there)).toEqual([third]);
  // So does a token that was made before them.
  const late = state('late');
  const enrolledLate = await enrol(23, late, joinToken);
  run(23, late);
  await until(enrolledLate, ({ state: is }) => is === 'online');
}, 120_000);
