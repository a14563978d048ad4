/**
 * Two collectors on one PostgreSQL and one ClickHouse endpoint: agents go from one to the other at any moment, either
 * is killed, and what is stored and alerted is what one collector would have stored and alerted in peace.
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ERRORS } from '../../collector/protocol/error.ts';
import type { RegistryDb } from '../../collector/registry/database.ts';
import { revokeAgent } from '../../collector/registry/agent-acts.ts';
import { scheduleHunt } from '../../collector/registry/hunt-schedules/hunt-schedules.ts';
import { saveHunt } from '../../collector/registry/hunts.ts';
import { settledHead } from '../../collector/registry/leases.ts';
import { enrolSimAgent, type SimIdentity } from '../../collector/simulate/identity.ts';
import { SimSession } from '../../collector/simulate/sim-session.ts';
import { ClickHouseStore } from '../../collector/store/clickhouse-store.ts';
import type { EventStore } from '../../collector/store/store.ts';
import {
  prepareJoinToken,
  startCollectorProcess,
  withRegistry,
} from '../../scripts/simulate/collector-process.ts';
import { postgresPrograms } from '../support/postgres.ts';
import { TwoCollectors } from '../support/two-collectors.ts';

const AGENTS = 6;
const FRAMES = 80;
const FRAME_LINES = 5;
const KILLS = Number(process.env['VONGGAC_CHAOS_KILLS'] ?? 1);
/** Longer than a lease and the moment after it. */
const AWAY_MS = 7_000;
/** Until others have taken over from one that stands still. */
const STALL_MS = 9_000;
const SEED = Number(process.env['VONGGAC_CHAOS_SEED'] ?? Date.now() % 1_000_000);
const FIRST_MS = Date.now() - 3_600_000;
/** All lines lie within the time by which events may come out of order, so none is looked back for. */
const STEP_MS = 400;

/** Small, seeded and good enough to choose moments. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A host's n-th line: most are failed logins from an address of its own. */
function lineOf(host: number, n: number): string {
  const atMs = FIRST_MS + n * STEP_MS;
  const time = new Date(atMs).toISOString().replace('Z', '+00:00');
  const what =
    n % 4 === 0
      ? `Accepted publickey for deploy from 192.0.2.${host} port ${1_024 + n} ssh2: ED25519 SHA256:n${n}`
      : `Failed password for invalid user u${n} from 203.0.113.${host} port ${1_024 + n} ssh2`;
  const text = `${time} srv-${host} sshd[${1_000 + n}]: ${what}`;
  return JSON.stringify({
    kind: 'log',
    at: atMs,
    channel: 'linux-syslog',
    origin: '/var/log/auth.log',
    text,
  });
}

/** Sends all the host's frames, changing collectors as it likes, until all are acknowledged. */
async function live(
  host: number,
  identity: SimIdentity,
  urls: () => string[],
  random: () => number,
): Promise<void> {
  const session = new SimSession(identity, { connectMsMax: 12_000 });
  const hop = async (): Promise<void> => {
    session.close();
    for (;;) {
      const choices = urls();
      identity.url = choices[Math.floor(random() * choices.length)] ?? identity.url;
      try {
        await session.open();
        return;
      } catch {
        await sleep(50 + random() * 200); // a collector that is down, or an agent still another's
      }
    }
  };
  await hop();
  let n = 0;
  for (let frame = 0; frame < FRAMES; frame += 1) {
    session.send(
      0,
      Array.from({ length: FRAME_LINES }, () => lineOf(host, n++)),
    );
    if (random() < 0.05 || session.closed !== undefined) await hop();
    await session.settled(8);
    await sleep(random() * 60);
  }
  while (session.inFlight > 0) {
    await session.settled();
    if (session.closed !== undefined) await hop();
  }
  expect(session.stats.acked).toBe(session.stats.sent);
  session.close();
}

interface Outcome {
  alerts: [rule: string, entity: string, detections: number][];
  hits: [rule: string, grouping: string, timeMs: number, matches: number][];
}

/** But for what hunts found, whose runs are no part of the stream. */
async function outcomeOf(db: RegistryDb): Promise<Outcome> {
  const alerts = await db
    .selectFrom('alert')
    .select(['rule_id', 'entity', 'detections'])
    .where('rule_id', '!=', 'house-hunt-found')
    .execute();
  const hits = await db
    .selectFrom('correlation_hit')
    .select(['rule_id', 'grouping', 'time_ms', 'matches'])
    .execute();
  const order = <T>(rows: T[]): T[] => rows.toSorted((a, b) => (String(a) < String(b) ? -1 : 1));
  return {
    alerts: order(
      alerts.map(({ rule_id, entity, detections }): Outcome['alerts'][number] => [
        rule_id,
        entity,
        detections,
      ]),
    ),
    hits: order(
      hits.map(({ rule_id, grouping, time_ms, matches }): Outcome['hits'][number] => [
        rule_id,
        grouping,
        time_ms,
        matches,
      ]),
    ),
  };
}

/** How often each line is stored. */
async function storedLines(store: EventStore): Promise<Map<string, number>> {
  const lines = new Map<string, number>();
  let after: { timeMs: number; id: string } | undefined;
  for (;;) {
    const page = await store.search({ fromMs: 0, toMs: Date.now() + 86_400_000, limit: 1_000, after });
    for (const { hostname, message } of page) {
      const line = `${hostname}: ${message}`;
      lines.set(line, (lines.get(line) ?? 0) + 1);
    }
    const last = page.at(-1);
    if (last === undefined || page.length < 1_000) return lines;
    after = { timeMs: last.timeMs, id: last.id };
  }
}

/** The same lines through one collector with everything in its data folder, undisturbed. */
async function inPeace(): Promise<Outcome> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'vonggac-peace-'));
  const token = await prepareJoinToken(dataDir, AGENTS);
  const collector = await startCollectorProcess({ dataDir });
  try {
    for (let host = 0; host < AGENTS; host += 1) {
      const session = new SimSession(
        await enrolSimAgent({ url: collector.url, token, hostname: `srv-${host}` }),
      );
      await session.open();
      session.send(
        0,
        Array.from({ length: FRAMES * FRAME_LINES }, (_, n) => lineOf(host, n)),
      );
      await session.settled();
      session.close();
    }
    await collector.stop();
    return await withRegistry(dataDir, (registry) => outcomeOf(registry.db));
  } finally {
    await collector.kill();
    await rm(dataDir, { recursive: true, force: true });
  }
}

describe.skipIf(postgresPrograms() === undefined)('two collectors side by side', () => {
  let two: TwoCollectors;
  let store: EventStore & { close(): Promise<void> };

  beforeAll(async () => {
    two = await TwoCollectors.start();
    store = await ClickHouseStore.open({ home: { url: two.clickhouse.url } });
  });
  afterAll(async () => {
    await store?.close();
    await two?.stop();
  });

  const until = async (isDone: () => Promise<boolean>, msMax = 30_000): Promise<void> => {
    const giveUpMs = performance.now() + msMax;
    while (!(await isDone())) {
      if (performance.now() > giveUpMs) throw new Error('it did not come to pass in time');
      await sleep(50);
    }
  };
  const projected = async (): Promise<boolean> => {
    const place = await two.registry.db.selectFrom('projector_state').select('cursor').executeTakeFirst();
    return (place?.cursor ?? 0) >= (await settledHead(two.registry.db));
  };

  /** It stands still for longer than its lease: when it goes on, others have taken over, and it ends by itself. */
  const stall = async (victim: number): Promise<void> => {
    const child = two.collectors[victim]?.child;
    if (child === undefined) return;
    const exited = once(child, 'exit');
    child.kill('SIGSTOP');
    await sleep(STALL_MS);
    child.kill('SIGCONT');
    expect(await exited).toEqual([1, null]);
  };

  /** Which of the two has the duty to project. */
  const projecting = async (): Promise<number> => {
    const row = await two.registry.db
      .selectFrom('duty')
      .innerJoin('collector', 'collector.id', 'duty.collector_id')
      .select('collector.name')
      .executeTakeFirstOrThrow();
    return two.collectors.findIndex(({ pid }) => row.name.endsWith(`:${pid}`));
  };

  /** A kept hunt for failed logins of these hosts that is due each second, over all of their time. */
  async function hunting(): Promise<{
    counted: () => Promise<{ events: number; runs: number }>;
    stop: () => void;
  }> {
    const { registry } = two;
    const hunt = {
      name: 'failed logins',
      description: '',
      kind: 'query',
      text: 'host.name: srv-? and "Failed password"',
      spanMs: 3_600_000,
    } as const;
    const { id } = await saveHunt(registry, { ...hunt, agencyId: 1 }, 'cli:test');
    const every = { everyMs: 900_000 };
    const wanted = { every, overlapMs: 2 * 3_600_000, threshold: 1_000, isEnabled: true };
    await scheduleHunt(registry, { huntId: id, wanted }, 'cli:test', { kind: 'all' });
    const { db } = registry;
    await db.updateTable('hunt_schedule').set({ covered_ms: FIRST_MS }).where('hunt_id', '=', id).execute();
    const isDue = async (): Promise<void> => {
      const nowMs = Date.now();
      await db
        .updateTable('hunt_schedule')
        .set({ due_ms: nowMs })
        .where('hunt_id', '=', id)
        .where('due_ms', '>', nowMs)
        .execute();
    };
    const timer = setInterval(() => void isDue().catch(() => undefined), 1_000); // the control plane is away now and then
    return {
      async counted() {
        const runs = await db
          .selectFrom('hunt_run')
          .select(['events', 'is_cut'])
          .where('hunt_id', '=', id)
          .execute();
        expect([runs.length < 100, runs.filter(({ is_cut: isCut }) => isCut === 1)]).toEqual([true, []]);
        return { events: runs.reduce((sum, { events }) => sum + events, 0), runs: runs.length };
      },
      stop: () => clearInterval(timer),
    };
  }

  test('an agent that goes to the other collector is handed over and goes on where it was', async () => {
    const identity = await enrolSimAgent({ url: two.urlOf(0), token: two.token, hostname: 'hopper' });
    const session = new SimSession(identity);
    await session.open();
    session.send(0, [lineOf(200, 1), lineOf(200, 2)]);
    await session.settled();
    const clone = new SimSession({ ...identity, url: two.urlOf(1) });
    const welcome = await clone.open();
    expect(welcome.marks).toEqual([{ lane: 0, seq: 2 }]);
    expect(await session.whenClosed()).toEqual({ code: ERRORS.replaced.closeStatus, reason: 'replaced' });
    clone.close();
    await until(projected);
  });

  test('a revocation at one collector ends the session at the other within five seconds', async () => {
    const identity = await enrolSimAgent({ url: two.urlOf(1), token: two.token, hostname: 'revoked' });
    const session = new SimSession(identity);
    await session.open();
    const beganMs = performance.now();
    await revokeAgent(two.registry, identity.agentId, 'cli:test');
    expect(await session.whenClosed()).toMatchObject({ reason: 'revoked' });
    expect(performance.now() - beganMs).toBeLessThan(5_000);
    session.close();
  });

  test(
    'when the control plane is away for longer than a lease, both collectors go on afterwards, and nothing is lost or doubled',
    { timeout: 90_000 },
    async () => {
      const hosts = [100, 101, 102, 103];
      const identities = await Promise.all(
        hosts.map((host) =>
          enrolSimAgent({ url: two.urlOf(host % 2), token: two.token, hostname: `out-${host}` }),
        ),
      );
      const pids = two.collectors.map(({ pid }) => pid);
      const living = Promise.all(
        identities.map((identity, at) =>
          live(hosts[at] ?? 0, identity, () => [two.urlOf(at % 2)], randomFrom(SEED + at)),
        ),
      );
      await sleep(500);
      await two.postgres.stop();
      await sleep(AWAY_MS);
      await two.postgres.start();
      await living;
      await until(projected);
      expect(two.collectors.map(({ child }) => child.exitCode)).toEqual([null, null]);
      expect(two.collectors.map(({ pid }) => pid)).toEqual(pids);
      const ours = [...(await storedLines(store))].filter(([line]) => /^(out|srv)-10\d: /.test(line));
      expect(ours.filter(([, times]) => times > 1)).toEqual([]);
      expect(ours).toHaveLength(hosts.length * FRAMES * FRAME_LINES);
    },
  );

  test(
    `nothing is lost, doubled or alerted twice while agents hop, collectors are killed and the control plane restarts (seed ${SEED})`,
    { timeout: 60_000 + KILLS * 30_000 },
    async () => {
      const random = randomFrom(SEED);
      const before = await outcomeOf(two.registry.db);
      const hunt = await hunting();
      const identities = await Promise.all(
        Array.from({ length: AGENTS }, (_, host) =>
          enrolSimAgent({ url: two.urlOf(host % 2), token: two.token, hostname: `srv-${host}` }),
        ),
      );
      const peace = inPeace();
      const living = Promise.all(
        identities.map((identity, host) =>
          live(host, identity, () => [two.urlOf(0), two.urlOf(1)], randomFrom(SEED + host + 1)),
        ),
      );
      for (let kill = 0; kill < KILLS; kill += 1) {
        await sleep(500 + random() * 1_500);
        // First the one that turns hits into alerts, so that another has to take that over.
        const victim = kill === 0 ? await projecting() : Math.floor(random() * 2);
        if (kill % 2 === 1) await stall(victim);
        else await two.collectors[victim]?.kill();
        await sleep(random() * 1_000);
        await two.postgres.stop();
        await two.postgres.start();
        await two.run(victim);
      }
      await living;
      await until(projected);
      const lines = await storedLines(store);
      const ours = [...lines].filter(([line]) => /^srv-\d: /.test(line));
      expect(ours.filter(([, times]) => times > 1)).toEqual([]);
      expect(ours).toHaveLength(AGENTS * FRAMES * FRAME_LINES);
      // Whoever was killed in the middle of a run: each event is counted, and once.
      const failed = ours.filter(([line]) => line.includes('Failed password')).length;
      // One run more than the first that has seen all: it looks at them again, and counts none.
      await until(async () => {
        const { events, runs } = await hunt.counted();
        return events >= failed && runs > 1;
      });
      hunt.stop();
      expect((await hunt.counted()).events).toBe(failed);
      const outcome = await outcomeOf(two.registry.db);
      const isNew = <T>(rows: T[], old: T[]): T[] => {
        const known = new Set(old.map(String));
        return rows.filter((row) => !known.has(String(row)));
      };
      const calm = await peace;
      expect(calm.hits.length).toBeGreaterThan(0);
      expect(isNew(outcome.hits, before.hits)).toEqual(calm.hits);
      expect(isNew(outcome.alerts, before.alerts)).toEqual(calm.alerts);
    },
  );
});
