/**
 * Policies over real TLS and WebSockets: an agent that is given one setting after another loses no line and sends none
 * twice; one under which the collector is not reached is taken back; what is forged changes nothing.
 */
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodePublicKey } from '#protocol/agent-key.ts';
import type { PolicyReport } from '#protocol/policy.ts';
import { stateSuccessor } from '#protocol/signing-key.ts';
import { loadConfig } from '../../agent/config.ts';
import { enrol } from '../../agent/enrol.ts';
import type { Identity } from '../../agent/identity.ts';
import { makeLogger } from '../../agent/log.ts';
import type { AgentEnd } from '../../agent/agent-options.ts';
import { runUnderPolicy } from '../../agent/policy/run-under-policy.ts';
import { makeFolder, removeFolder } from '../support/agent/spool-fixture.ts';
import { newKey, signPolicy, tellKeys } from '../support/agent/signed-policy.ts';
import { startTestCollector } from '../support/agent/test-collector.ts';
import type { TestCollector } from '../support/agent/test-collector.ts';

const host = {
  hostname: 'may-01',
  platform: 'linux',
  osName: 'Debian',
  osVersion: '13',
  arch: 'x64',
  timeZone: 'Asia/Ho_Chi_Minh',
} as const;

let folder: string;
let stateDir: string;
let log: string;
let collector: TestCollector;
let identity: Identity;
let running: { stop: AbortController; end: Promise<AgentEnd> };
const key = newKey();

beforeEach(async () => {
  folder = makeFolder();
  stateDir = path.join(folder, 'state');
  log = path.join(folder, 'app.log');
  collector = await startTestCollector();
  const { url, token } = collector;
  identity = await enrol({ url, token, stateDir, host, machineId: '', agentVersion: '0', now: Date.now });
  const own = {
    watch: [],
    tails: [{ path: log, channel: 'sshd' }],
    journald: { enabled: false },
    inventory: { enabled: false },
    posture: { enabled: false },
    policy: { confirmMsMax: 2_000 },
  };
  fs.writeFileSync(path.join(stateDir, 'agent.json'), JSON.stringify(own));
  fs.writeFileSync(log, '');
  start();
  await collector.until(() => last()?.state === 'own-settings');
});
afterEach(async () => {
  await stop();
  await collector.stop();
  removeFolder(folder);
});

function start(): void {
  const overrides = { stateDir };
  const halt = new AbortController();
  const end = runUnderPolicy({
    overrides,
    own: loadConfig(overrides),
    identity,
    host,
    agentVersion: '0',
    logger: makeLogger('silent'),
    signal: halt.signal,
  });
  running = { stop: halt, end };
}
async function stop(): Promise<void> {
  running.stop.abort();
  await running.end;
}

const last = (): PolicyReport | undefined => collector.policyReports.at(-1);
const texts = (): string[] =>
  [0, 1, 2]
    .flatMap((lane) => collector.records(lane))
    .flatMap((one) => (one.kind === 'log' ? [one.text] : []));
const actions = (): string[] =>
  collector.records(0).flatMap((one) => (one.kind === 'agent' ? [`${one.action} ${one.subject}`] : []));
const wanted = (issue: number, settings: unknown, version = issue) =>
  signPolicy(key, { agentId: identity.agentId, issue, version, settings });

async function give(issue: number, settings: unknown): Promise<void> {
  for (const part of [tellKeys(key), ...wanted(issue, settings)]) collector.broadcast(part);
  await collector.until(() => last()?.state === 'applied' && last()?.running?.issue === issue);
}

test('setting after setting, no line of a log is lost and none comes twice', async () => {
  let written = 0;
  const write = (): void => {
    for (let line = 0; line < 50; line += 1) fs.appendFileSync(log, `line ${(written += 1)}\n`);
  };
  const other = path.join(folder, 'other.log');
  fs.writeFileSync(other, 'other 1\nother 2\n');
  write();
  for (let issue = 1; issue <= 5; issue += 1) {
    const tails = [{ path: log, channel: 'sshd', ...(issue % 2 === 0 ? { lane: 'bulk' } : {}) }];
    const given = give(issue, {
      tails: issue < 3 ? tails : [...tails, { path: other, channel: 'linux-syslog' }],
      log: { level: 'silent' },
    });
    write();
    await given;
    write();
  }
  await collector.until(() => texts().length >= written + 2);
  expect(texts().filter((text) => text.startsWith('other'))).toEqual(['other 1', 'other 2']);
  const lines = texts().filter((text) => text.startsWith('line'));
  expect(new Set(lines).size).toBe(written);
  expect(lines).toHaveLength(written);
  // Neither its end nor its begin is told: the agent has not stopped.
  expect(actions().filter((line) => line.startsWith('st'))).toEqual(['started agent']);
  expect(actions().filter((line) => line.startsWith('policy-applied'))).toHaveLength(5);
  expect(collector.faults).toEqual([]);
});

test('a policy under which the collector does not answer is taken back, and what held before runs again', async () => {
  await give(1, { log: { level: 'error' } });
  collector.acksPolicies = false;
  for (const part of wanted(2, { tails: [] })) collector.broadcast(part);
  await collector.until(() => last()?.state === 'rolled-back');
  expect(last()).toMatchObject({ running: { issue: 1 }, tried: { issue: 2 }, code: 'unreachable' });
  fs.appendFileSync(log, 'after\n');
  await collector.until(() => texts().includes('after'));
  await collector.until(() => actions().includes('policy-rolled-back policy'));
});

test.skipIf(process.platform !== 'linux')(
  'a whole posture policy that is wrong, which only its source finds out, is taken back',
  async () => {
    await give(1, { log: { level: 'silent' } });
    const posture = { enabled: true, policies: ['sshd', { policy: 'own', version: 'new' }] };
    for (const part of wanted(2, { posture })) collector.broadcast(part);
    await collector.until(() => last()?.state === 'rolled-back');
    expect(last()).toMatchObject({ running: { issue: 1 }, tried: { issue: 2 } });
    expect(last()?.message).toMatch(/posture\.policies: 1\.version/);
    fs.appendFileSync(log, 'after\n');
    await collector.until(() => texts().includes('after'));
    await collector.until(() => actions().includes('policy-rolled-back policy'));
    expect(actions().filter((line) => line.startsWith('started'))).toEqual(['started agent']);
  },
);

test('a policy that a killed process left on trial goes on there, and holds once the collector is reached', async () => {
  collector.acksPolicies = false;
  for (const part of [tellKeys(key), ...wanted(1, { tails: [] })]) collector.broadcast(part);
  await collector.until(() => last()?.state === 'trial');
  await stop();
  collector.acksPolicies = true;
  start();
  await collector.until(() => last()?.state === 'applied');
  expect(last()).toMatchObject({ running: { issue: 1 } });
});

test('what is forged, damaged or of another key changes nothing, and is an event', async () => {
  await give(5, { log: { level: 'error' } });
  const { agentId } = identity;
  const thief = newKey();
  const bad = [
    signPolicy(thief, { agentId, issue: 6, version: 6, settings: { tails: [] } }),
    signPolicy(key, { agentId, issue: 4, version: 4, settings: { tails: [] } }),
    signPolicy(key, { agentId, issue: 6, version: 6, settings: { tails: 'none' } }),
    signPolicy(key, { agentId, issue: 6, version: 6, settings: { response: { allow: ['isolate'] } } }),
    wanted(6, { tails: [] }).map((part) => ({ ...part, text: part.text.slice(1) })),
  ];
  const codes = ['bad-signature', 'replayed', 'invalid', 'local-only', 'bad-digest'];
  for (const [at, parts] of bad.entries()) {
    const before = collector.policyReports.length;
    for (const part of parts) collector.broadcast(part);
    await collector.until(() => collector.policyReports.length > before);
    expect(last()).toMatchObject({ state: 'refused', running: { issue: 5 }, code: codes[at] });
  }
  expect(last()?.message).toBeDefined();
  expect(collector.policyReports.find(({ code }) => code === 'invalid')?.message).toContain('tails');
  // A new key that the old one did not name, and one that it did.
  collector.broadcast(tellKeys(thief));
  await collector.until(() => actions().includes('signing-key-refused policy'));
  const next = newKey();
  collector.broadcast(tellKeys(next, key, [stateSuccessor('policy', key, encodePublicKey(next))]));
  for (const part of signPolicy(next, { agentId, issue: 7, version: 7, settings: {} }))
    collector.broadcast(part);
  await collector.until(() => last()?.state === 'applied' && last()?.running?.issue === 7);
  await collector.until(() => actions().filter((line) => line === 'policy-refused policy').length === 5);
  fs.appendFileSync(log, 'still here\n');
  await collector.until(() => texts().includes('still here'));
});

test('messages over the limits end the session, and the agent comes back as it was', async () => {
  await give(1, {});
  const sessions = collector.sessions;
  const [part] = wanted(2, {});
  collector.broadcast(JSON.stringify({ ...part, text: 'x'.repeat(100_000) }));
  await collector.until(() => collector.sessions > sessions);
  expect(last()).toMatchObject({ state: 'applied', running: { issue: 1 } });
});
