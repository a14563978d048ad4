/** Several collectors in front of one store: the agent turns to the next when one is gone, and back when it can. */
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AgentPolicy } from '#protocol/down.ts';
import { enrol } from '../../agent/enrol.ts';
import type { Identity } from '../../agent/identity.ts';
import { makeLogger } from '../../agent/log.ts';
import { runAgent } from '../../agent/main.ts';
import type { AgentEnd } from '../../agent/agent-options.ts';
import { readStatus } from '../../agent/status-file.ts';
import { makeCertificate } from '../support/agent/certificate.ts';
import type { TestCertificate } from '../support/agent/certificate.ts';
import { ScriptedSource, hastyClock } from '../support/agent/scripted-source.ts';
import { logItem, makeFolder, removeFolder } from '../support/agent/spool-fixture.ts';
import { startTestCollector } from '../support/agent/test-collector.ts';
import type { TestCollector } from '../support/agent/test-collector.ts';

const MIB = 1_048_576;
const BULK = 2;
/** So that ten minutes between two looks at a better collector pass in a few seconds. */
const FACTOR = 250;

const host = {
  hostname: 'may-01',
  platform: 'linux',
  osName: 'Debian',
  osVersion: '13',
  arch: 'x64',
  timeZone: 'Asia/Ho_Chi_Minh',
} as const;

let folder: string;
let certificate: TestCertificate;
let running: TestCollector[];
let stop: (() => Promise<AgentEnd>) | undefined;

beforeEach(async () => {
  folder = makeFolder();
  certificate = await makeCertificate();
  running = [];
  stop = undefined;
});

afterEach(async () => {
  await stop?.();
  for (const collector of running) await collector.stop();
  removeFolder(folder);
});

const stateDir = (): string => path.join(folder, 'state');

/** As one of several: with the same certificate, the same agents and the same store. */
async function startOne(like?: TestCollector, port = 0): Promise<TestCollector> {
  const collector = await startTestCollector({ certificate, port, sharing: like });
  running.push(collector);
  return collector;
}

async function stopOne(collector: TestCollector): Promise<void> {
  running = running.filter((each) => each !== collector);
  await collector.stop();
}

async function enrolAt({ url, token }: TestCollector): Promise<Identity> {
  return enrol({ url, token, stateDir: stateDir(), host, machineId: '', agentVersion: '0', now: Date.now });
}

function start(identity: Identity): ScriptedSource {
  const source = new ScriptedSource();
  const stopping = new AbortController();
  const end = runAgent({
    config: { stateDir: stateDir(), spool: { bytesMax: 64 * MIB, whenFull: 'hold' } },
    identity,
    host,
    agentVersion: '0',
    sources: [{ source, canWait: true }],
    logger: makeLogger('silent'),
    signal: stopping.signal,
    clock: hastyClock(FACTOR),
  });
  stop = () => {
    stopping.abort();
    return end;
  };
  return source;
}

function policy(collectors: readonly TestCollector[]): AgentPolicy {
  return {
    version: 9,
    idleMsMax: 60_000,
    inFlightBatchesMax: 8,
    collectors: collectors.map(({ url }) => ({ url })),
  };
}

const texts = (collector: TestCollector): string[] =>
  collector.records(BULK).flatMap((record) => (record.kind === 'log' ? [record.text] : []));

test('the next collector takes over, nothing is lost or doubled, and the preferred one is returned to', async () => {
  const home = await startOne();
  const identity = await enrolAt(home);
  const preferred = await startOne(home);
  const source = start(identity);
  source.push(logItem('bulk', ['1']));
  await home.until(() => texts(home).length === 1);
  for (const collector of [home, preferred]) collector.policy = policy([preferred, home]);
  home.broadcast({ type: 'config', policy: policy([preferred, home]) });
  // It looks for the better one by itself.
  await preferred.until(() => preferred.sessions === 1);
  expect(fs.existsSync(path.join(stateDir(), 'policy.json'))).toBe(true);

  await stopOne(preferred);
  source.push(logItem('bulk', ['2']));
  await home.until(() => texts(home).includes('2'));
  const again = await startOne(home, preferred.port);
  again.policy = home.policy;
  await again.until(() => again.sessions === 1);
  source.push(logItem('bulk', ['3']));
  await again.until(() => texts(again).includes('3'));
  await expect.poll(() => readStatus(stateDir())?.link.url).toBe(again.url);
  expect(readStatus(stateDir())?.link.collectors).toEqual([again.url, home.url]);
  await stop?.();
  expect(texts(again)).toEqual(['1', '2', '3']);
  expect([...home.faults, ...again.faults]).toEqual([]);
});

test('the list survives a restart: with the one enrolled with gone, another is found', async () => {
  const home = await startOne();
  const identity = await enrolAt(home);
  const source = start(identity);
  const other = await startOne(home);
  source.push(logItem('bulk', ['1']));
  await home.until(() => texts(home).length === 1);
  for (const collector of [home, other]) collector.policy = policy([home, other]);
  home.broadcast({ type: 'config', policy: policy([home, other]) });
  await expect.poll(() => readStatus(stateDir())?.link.collectors.length, { timeout: 60_000 }).toBe(2);
  await stop?.();
  await stopOne(home);
  const second = start(identity);
  second.push(logItem('bulk', ['2']));
  await other.until(() => texts(other).includes('2'));
  expect(texts(other)).toEqual(['1', '2']);
});

test('one that does not know the agent does not stop it while another may', async () => {
  const home = await startOne();
  const identity = await enrolAt(home);
  const stranger = await startOne(home);
  stranger.refuseWith = { code: 'unknown-agent' };
  const source = start(identity);
  await home.until(() => home.sessions === 1);
  home.policy = policy([stranger, home]);
  home.broadcast({ type: 'config', policy: policy([stranger, home]) });
  await stranger.until(() => stranger.hellos.length > 0);
  source.push(logItem('bulk', ['1']));
  await home.until(() => texts(home).includes('1'));
  // Revoked by one is revoked by all.
  home.refuseWith = { code: 'revoked' };
  home.broadcast({ type: 'bye', code: 'revoked', message: 'thu hồi' });
  const pending = stop;
  stop = undefined;
  await expect(pending?.()).resolves.toMatchObject({ kind: expect.stringMatching(/refused|stopped/) });
});
