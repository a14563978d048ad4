/**
 * One agent that pours 150 days of events, or whose rows the store refuses, beside an honest one, over TLS into a real
 * collector: the honest one's events are acknowledged while the other's still wait, and nothing of either is lost.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { enrolSimAgent, type SimIdentity } from '../../collector/simulate/identity.ts';
import { SimSession } from '../../collector/simulate/sim-session.ts';
import { openStore } from '../../collector/store/open-store.ts';
import {
  prepareJoinToken,
  startCollectorProcess,
  type CollectorProcess,
} from '../../scripts/simulate/collector-process.ts';
import { refuseRowsOf } from '../../scripts/simulate/refuse-rows.ts';

const DAY_MS = 86_400_000;
const LANE = 1;
const IN_FLIGHT_MAX = 16;
/** Frames that the honest agent sends, each when the one before is acknowledged. */
const HONEST_FRAMES = 4;

let dataDir: string;
let token: string;
let collector: CollectorProcess;
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'vonggac-disturb-'));
  token = await prepareJoinToken(dataDir, 2);
  collector = await startCollectorProcess({ dataDir });
});
afterEach(async () => {
  await collector.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function openAgent(hostname: string): Promise<{ identity: SimIdentity; session: SimSession }> {
  const identity = await enrolSimAgent({ url: collector.url, token, hostname });
  const session = new SimSession(identity);
  await session.open();
  return { identity, session };
}

/** A failed login, so that every row is a hit that correlations read. */
function records(count: number, timeMs: (n: number) => number): string[] {
  return Array.from({ length: count }, (_, n) => {
    const time = new Date(timeMs(n)).toISOString().replace('Z', '+00:00');
    const text = `${time} srv sshd[${n}]: Failed password for root from 203.0.113.${n % 200} port ${1_024 + n} ssh2`;
    return JSON.stringify({
      kind: 'log',
      at: Date.now(),
      channel: 'linux-syslog',
      origin: '/var/log/auth.log',
      text,
    });
  });
}

async function sendHonestly(session: SimSession): Promise<void> {
  for (let frame = 0; frame < HONEST_FRAMES; frame += 1) {
    session.send(
      LANE,
      records(10, () => Date.now()),
    );
    await session.settled();
  }
  expect(session.closed).toBeUndefined();
  expect(session.stats.acked).toBe(HONEST_FRAMES * 10);
}

/** Rows of each agent, when all have gone and nothing runs. */
async function storedOf(
  agents: readonly { identity: SimIdentity; session: SimSession }[],
): Promise<number[]> {
  for (const { session } of agents) session.close();
  expect({ code: await collector.stop(), said: collector.stderr() }).toMatchObject({ code: 0 });
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const opened = await openStore({ dataDir, log: quiet });
  try {
    return await Promise.all(agents.map(({ identity }) => opened.store.count(identity.agentId)));
  } finally {
    await opened.close();
  }
}

test('while one agent pours 150 days of events, the others are acknowledged', async () => {
  const honest = await openAgent('honest');
  const returning = await openAgent('returning');
  const frames = Array.from({ length: 8 }, (_, at) =>
    records(500, (n) => Date.now() - ((at * 500 + n) / 4_000) * 150 * DAY_MS),
  );
  const pouring = { on: true };
  const poured = (async () => {
    for (let at = 0; pouring.on; at += 1) {
      returning.session.send(LANE, frames[at % frames.length] ?? []);
      await returning.session.settled(IN_FLIGHT_MAX - 1);
    }
  })();
  await sendHonestly(honest.session);
  expect(returning.session.inFlight).toBeGreaterThan(0);
  pouring.on = false;
  await poured;
  await returning.session.settled();
  const { sent } = returning.session.stats;
  expect(sent).toBeGreaterThan(IN_FLIGHT_MAX * 500);
  expect(await storedOf([honest, returning])).toEqual([HONEST_FRAMES * 10, sent]);
});

test('while the store refuses what one agent sends, the others are acknowledged', async () => {
  const honest = await openAgent('honest');
  const poisoned = await openAgent('poisoned');
  await refuseRowsOf(dataDir, poisoned.identity.agentId);
  for (let frame = 0; frame < 20; frame += 1)
    poisoned.session.send(
      LANE,
      records(20, () => Date.now()),
    );
  await sendHonestly(honest.session);
  expect(poisoned.session.inFlight).toBeGreaterThan(0);
  // Every row of it is kept, as rejected.
  await poisoned.session.settled();
  expect(await storedOf([honest, poisoned])).toEqual([HONEST_FRAMES * 10, 400]);
});
