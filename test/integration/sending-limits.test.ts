/** Quotas and bandwidth caps on a real collector, which listens on both versions of IP. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { enrol } from '../../agent/enrol.ts';
import { makeLogger } from '../../agent/log.ts';
import { runAgent } from '../../agent/main.ts';
import { readStatus } from '../../agent/status-file.ts';
import { callOperation } from '../../collector/cli/client.ts';
import { agencyCreate } from '../../collector/cli/operations/agency.ts';
import { bandwidthClear, bandwidthSet } from '../../collector/cli/operations/bandwidth.ts';
import { joinTokenCreate } from '../../collector/cli/operations/join-token.ts';
import { quotaClear, quotaList, quotaSet } from '../../collector/cli/operations/quota.ts';
import { enrolSimAgent } from '../../collector/simulate/identity.ts';
import { SimSession } from '../../collector/simulate/sim-session.ts';
import { startCollectorProcess, type CollectorProcess } from '../../scripts/simulate/collector-process.ts';
import { ScriptedSource } from '../support/agent/scripted-source.ts';
import { logItem } from '../support/agent/spool-fixture.ts';

let dataDir: string;
let collector: CollectorProcess;
let port: string;
const opened: SimSession[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'vonggac-limits-'));
  collector = await startCollectorProcess({ dataDir, listen: '[::]:0' });
  ({ port } = new URL(collector.url));
});

afterAll(async () => {
  for (const session of opened) session.close();
  await collector?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function newAgency(name: string): Promise<number> {
  return (await callOperation(agencyCreate, { name, kind: 'commune' }, { dataDir })).id;
}

async function agentOf(agencyId: number, hostname: string, host = '127.0.0.1'): Promise<SimSession> {
  const { token } = await callOperation(joinTokenCreate, { agencyId }, { dataDir });
  const session = new SimSession(await enrolSimAgent({ url: `https://${host}:${port}`, token, hostname }));
  opened.push(session);
  await session.open();
  return session;
}

async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 20));
}

const lines = (count: number): string[] =>
  Array.from({ length: count }, (_, n) =>
    JSON.stringify({
      kind: 'log',
      at: Date.now(),
      channel: 'sshd',
      origin: '/var/log/auth.log',
      text: `n ${n}`,
    }),
  );

test('an agency over its quota waits, its own security lane and other agencies do not, and nothing is dropped', async () => {
  const [loud, quiet] = [await newAgency('Xã Ồn'), await newAgency('Xã Yên')];
  const quota = await callOperation(
    quotaSet,
    { agencyId: loud, perAgent: false, eventsPerSecond: 20 },
    { dataDir },
  );
  const [flood, other] = [await agentOf(loud, 'flood'), await agentOf(quiet, 'other', '[::1]')];
  for (let frame = 0; frame < 12; frame += 1) flood.send(1, lines(500));
  await until(() => flood.stats.acked >= 500);
  flood.send(0, lines(10));
  other.send(0, lines(10));
  await other.settled();
  expect(other.closed).toBeUndefined();
  // The security frame passed the frames that wait.
  await until(() => flood.stats.acked % 500 === 10);
  expect(flood.stats.acked).toBeLessThan(5_000);
  const listed = await callOperation(quotaList, {}, { dataDir });
  expect(listed).toMatchObject([{ id: quota.id, agencyId: loud, eventsPerSecond: 20, slowing: 1 }]);
  await callOperation(quotaClear, { id: quota.id }, { dataDir });
  await flood.settled();
  expect([flood.stats.acked, flood.closed]).toEqual([6_010, undefined]);
});

test('what a quota holds back does not hold back the accounts and losses that come after it, nor the security lane behind them', async () => {
  const loud = await newAgency('Xã Đếm');
  const quota = await callOperation(
    quotaSet,
    { agencyId: loud, perAgent: true, eventsPerSecond: 1 },
    { dataDir },
  );
  const flood = await agentOf(loud, 'counts');
  for (let frame = 0; frame < 4; frame += 1) flood.send(1, lines(500));
  await until(() => flood.stats.acked >= 500);
  const entry = { hourMs: 0, lane: 1, channel: 'log/sshd', produced: 2_000, limited: {}, dropped: {} };
  const scope = { countsId: 'c0'.repeat(16), sinceMs: 0, lanes: [{ lane: 1, seq: 2_000 }] };
  flood.sendRaw(JSON.stringify({ type: 'tally', id: 1, entries: [entry], scope }));
  flood.send(0, lines(10));
  await until(() => flood.closed !== undefined || flood.stats.acked === 510);
  expect([flood.stats.acked, flood.closed]).toEqual([510, undefined]);
  await callOperation(quotaClear, { id: quota.id }, { dataDir });
  await flood.settled();
  expect(flood.stats.acked).toBe(2_010);
});

test('an agent whose bulk records wait for a quota goes on sending its security records, and drops nothing', async () => {
  const agencyId = await newAgency('Xã Bận');
  const wanted = { agencyId, perAgent: true, eventsPerSecond: 1 };
  const quota = await callOperation(quotaSet, wanted, { dataDir });
  const { token } = await callOperation(joinTokenCreate, { agencyId }, { dataDir });
  const stateDir = path.join(dataDir, 'busy-agent');
  const hostname = 'busy';
  const host = {
    hostname,
    platform: 'linux',
    osName: '',
    osVersion: '',
    arch: 'x64',
    timeZone: 'UTC',
  } as const;
  const url = `https://127.0.0.1:${port}`;
  const identity = await enrol({
    url,
    token,
    stateDir,
    host,
    machineId: '',
    agentVersion: '0',
    now: Date.now,
  });
  const source = new ScriptedSource();
  const stopping = new AbortController();
  const end = runAgent({
    config: { stateDir, spool: { bytesMax: 64 * 1_048_576, whenFull: 'hold' } },
    identity,
    host,
    agentVersion: '0',
    sources: [{ source, canWait: true }],
    logger: makeLogger('silent'),
    signal: stopping.signal,
  });
  const lane = (number: number): { nextSeq: number; acknowledgedSeq: number } =>
    readStatus(stateDir)?.spool.lanes[number] ?? { nextSeq: 0, acknowledgedSeq: 0 };
  const slowing = async (): Promise<number | null | undefined> =>
    (await callOperation(quotaList, {}, { dataDir })).find(({ id }) => id === quota.id)?.slowing;
  try {
    // More full frames than an agent may ever have under way.
    for (let item = 0; item < 40; item += 1) source.push(logItem('bulk', Array(1_000).fill(`line ${item}`)));
    await until(() => lane(2).nextSeq > 40_000);
    await expect.poll(slowing, { timeout: 60_000 }).toBe(1);
    const before = lane(0).nextSeq;
    source.push(logItem('security', ['sudo: pam_unix(sudo:auth): authentication failure']));
    await expect.poll(() => lane(0).acknowledgedSeq, { timeout: 60_000 }).toBe(before);
    expect(lane(2).acknowledgedSeq).toBeLessThan(40_000);
    await callOperation(quotaClear, { id: quota.id }, { dataDir });
    await expect.poll(() => lane(2).acknowledgedSeq, { timeout: 60_000 }).toBe(40_000);
  } finally {
    stopping.abort();
    await end;
  }
});

test('a site’s line is divided among its agents, who hear of it as others come and when it ends', async () => {
  const agencyId = await newAgency('Xã Xa');
  const cap = await callOperation(
    bandwidthSet,
    {
      agencyId,
      prefix: null,
      fromHour: 0,
      toHour: 24,
      timeZone: 'Asia/Ho_Chi_Minh',
      bytesPerSecond: 40_000,
    },
    { dataDir },
  );
  const first = await agentOf(agencyId, 'first');
  expect(first.policy?.bytesPerSecondMax).toBe(40_000);
  const second = await agentOf(agencyId, 'second');
  expect(second.policy?.bytesPerSecondMax).toBe(20_000);
  await until(() => first.policy?.bytesPerSecondMax === 20_000);
  await callOperation(bandwidthClear, { id: cap.id }, { dataDir });
  await until(
    () => first.policy?.bytesPerSecondMax === undefined && second.policy?.bytesPerSecondMax === undefined,
  );
});
