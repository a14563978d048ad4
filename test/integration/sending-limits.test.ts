/** Quotas and bandwidth caps on a real collector, which listens on both versions of IP. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callOperation } from '../../collector/cli/client.ts';
import { agencyCreate } from '../../collector/cli/operations/agency.ts';
import { bandwidthClear, bandwidthSet } from '../../collector/cli/operations/bandwidth.ts';
import { joinTokenCreate } from '../../collector/cli/operations/join-token.ts';
import { quotaClear, quotaList, quotaSet } from '../../collector/cli/operations/quota.ts';
import { enrolSimAgent } from '../../collector/simulate/identity.ts';
import { SimSession } from '../../collector/simulate/sim-session.ts';
import { startCollectorProcess, type CollectorProcess } from '../../scripts/simulate/collector-process.ts';

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
