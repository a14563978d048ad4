/** The governor over virtual time: what waits, in which order, how long, and what is said about it. */
import { beforeEach, describe, expect, test } from 'vitest';
import { Governor } from '../../../../agent/governor/governor.ts';
import type { GovernorNews, GovernorOptions } from '../../../../agent/governor/governor.ts';
import type { Pause } from '../../../../agent/governor/pause-file.ts';
import type { WorkClass } from '../../../../agent/governor/work-class.ts';
import { governorSchema } from '../../../../agent/governor-config.ts';
import { VirtualClock } from '../../../support/agent/virtual-clock.ts';

const MIB = 1_048_576;
const CORES = 4;
/** 2 % of four cores. */
const CPU_MS_PER_SECOND = 80;

let clock: VirtualClock;
let stopping: AbortController;
let spentMs: number;
let rssBytes: number;
let onBattery: boolean;
let asked: Pause | undefined;

beforeEach(() => {
  clock = new VirtualClock();
  stopping = new AbortController();
  spentMs = 0;
  rssBytes = 50 * MIB;
  onBattery = false;
  asked = undefined;
});

function governor(changes: Partial<GovernorOptions> = {}): Governor {
  return new Governor({
    config: governorSchema().parse({}),
    cores: CORES,
    clock,
    cost: {
      ownCpuMs: () => spentMs,
      childrenCpuMs: 0,
      read: () => ({ cpuMs: spentMs, rssBytes }),
    },
    onBattery: () => onBattery,
    pause: (nowMs) => (asked !== undefined && nowMs < asked.until ? asked : undefined),
    signal: stopping.signal,
    ...changes,
  });
}

/** Works without end in units of 10 ms, as fast as its turns let it. @returns units done so far */
function work(of: Governor, subject: string, kind: WorkClass): () => number {
  const pace = of.pace(subject, kind);
  const { signal } = stopping;
  const own = clock;
  let units = 0;
  void (async () => {
    while (!signal.aborted) {
      await pace.turn();
      if (signal.aborted) return;
      await own.sleep(10);
      spentMs += 10;
      units += 1;
    }
  })();
  return () => units;
}

/** Looks every three seconds, as the agent does. */
function looking(of: Governor): GovernorNews[] {
  const news: GovernorNews[] = [];
  const { signal } = stopping;
  const own = clock;
  void (async () => {
    while (!signal.aborted) {
      await own.sleep(3_000, signal);
      if (!signal.aborted) news.push(...of.look());
    }
  })();
  return news;
}

async function runFor(seconds: number): Promise<void> {
  await clock.advanceTo(seconds * 1_000);
}

test('a scan that never ends costs the budget and no more', async () => {
  const units = work(governor(), 'integrity', 'scan');
  await runFor(600);
  stopping.abort();
  // Half a minute's budget at once, then what the budget gives.
  expect(spentMs).toBeGreaterThan(CPU_MS_PER_SECOND * 590);
  expect(spentMs).toBeLessThan(CPU_MS_PER_SECOND * 640);
  expect(units()).toBe(spentMs / 10);
});

test('work under the budget never waits', async () => {
  const of = governor();
  const pace = of.pace('inventory', 'scan');
  const news = looking(of);
  for (let second = 1; second <= 300; second += 1) {
    const before = clock.monotonicMs();
    await pace.turn();
    expect(clock.monotonicMs()).toBe(before);
    spentMs += CPU_MS_PER_SECOND * 0.9;
    await runFor(second);
  }
  stopping.abort();
  expect(news).toEqual([]);
  expect(of.status()).toMatchObject({ slowed: [], paused: undefined, cpuPercentMax: 2 });
  expect(of.status().cpuPercent).toBeCloseTo(1.8, 1);
});

test('scans wait for logs, and logs for what is about security', async () => {
  const of = governor();
  const scans = work(of, 'integrity', 'scan');
  const bulk = work(of, 'web', 'bulk');
  await runFor(60);
  const scansInFirstMinute = scans();
  await runFor(400);
  // Bulk logs may draw the account below what scans ask for; these get only their turn a minute.
  expect(bulk()).toBeGreaterThan(2_500);
  expect(scans() - scansInFirstMinute).toBeLessThan(20);
  expect(scans() - scansInFirstMinute).toBeGreaterThan(3);
  const security = work(of, 'sshd', 'security');
  const bulkBefore = bulk();
  await runFor(600);
  stopping.abort();
  expect(security()).toBeGreaterThan(1_500);
  expect(bulk() - bulkBefore).toBeLessThan(100);
});

test('what is about security is delayed by a fifth of a second a turn at most, however deep the debt', async () => {
  const of = governor();
  work(of, 'sshd', 'security');
  await runFor(300);
  spentMs += 1_000_000;
  clock.pass(10);
  const before = clock.monotonicMs();
  let done = false;
  void of
    .pace('auth', 'security')
    .turn()
    .then(() => (done = true));
  await clock.advanceTo(before + 201);
  stopping.abort();
  expect(done).toBe(true);
});

test('what was slowed is said once it counts, and again at its end with how long', async () => {
  const of = governor();
  const news = looking(of);
  const busy = new AbortController();
  const pace = of.pace('integrity', 'scan');
  void (async () => {
    while (!busy.signal.aborted) {
      await pace.turn();
      await clock.sleep(10);
      spentMs += 10;
    }
  })();
  await runFor(300);
  expect(of.status().slowed).toMatchObject([{ subject: 'integrity', work: 'scan', reason: 'cpu' }]);
  expect(news).toMatchObject([{ kind: 'slowed', subject: 'integrity', reason: 'cpu', over: false }]);
  busy.abort();
  await runFor(400);
  stopping.abort();
  expect(news).toHaveLength(2);
  expect(news[1]).toMatchObject({ kind: 'slowed', subject: 'integrity', work: 'scan', over: true });
  const last = news[1];
  expect(last?.kind === 'slowed' && last.waitedMs).toBeGreaterThan(200_000);
  expect(of.status().slowed).toEqual([]);
});

describe('memory', () => {
  test('over the budget scans and bulk logs wait, caches are given back, and both ends are told', async () => {
    const relieved: string[] = [];
    const of = governor({ reliefs: [{ name: 'cache', relieve: () => relieved.push('cache') }] });
    const news = looking(of);
    const scans = work(of, 'posture', 'scan');
    await runFor(20);
    rssBytes = 130 * MIB;
    await runFor(40);
    expect(relieved).toEqual(['cache']);
    expect(of.recordsMax).toBe(200);
    expect(news.filter(({ kind }) => kind !== 'slowed')).toMatchObject([
      { kind: 'memory-over', rssBytes: 130 * MIB, relieved: ['cache'] },
    ]);
    const before = scans();
    await runFor(80);
    expect(scans() - before).toBeLessThanOrEqual(2);
    // It does not help: scans go on, slowly.
    await runFor(120);
    expect(scans() - before).toBeGreaterThan(100);
    rssBytes = 115 * MIB;
    await runFor(160);
    expect(news.filter(({ kind }) => kind === 'memory-within')).toEqual([]);
    rssBytes = 100 * MIB;
    await runFor(170);
    stopping.abort();
    expect(news).toContainEqual(expect.objectContaining({ kind: 'memory-within', rssBytes: 100 * MIB }));
    expect(of.recordsMax).toBeUndefined();
  });

  test('a single burst is no excess', async () => {
    const of = governor();
    const news = looking(of);
    await runFor(10);
    rssBytes = 130 * MIB;
    await runFor(13);
    rssBytes = 90 * MIB;
    await runFor(60);
    stopping.abort();
    expect(news).toEqual([]);
  });
});

describe('pauses', () => {
  test('scans wait while somebody asks for it, and go on by themselves', async () => {
    const of = governor();
    const news = looking(of);
    const pace = of.pace('integrity', 'scan');
    asked = { since: clock.now(), until: clock.now() + 7_200_000 };
    await runFor(6);
    let scanned = false;
    void pace.turn().then(() => (scanned = true));
    await runFor(7_190);
    expect(scanned).toBe(false);
    expect(of.status().paused).toMatchObject({ reason: 'request', until: asked.until });
    // Logs and change notices go on.
    const before = clock.monotonicMs();
    await of.pace('file', 'bulk').turn();
    expect(clock.monotonicMs()).toBe(before);
    await runFor(7_210);
    stopping.abort();
    expect(scanned).toBe(true);
    expect(news).toMatchObject([
      { kind: 'paused', reason: 'request', until: asked.until },
      { kind: 'slowed', reason: 'request', over: false },
      { kind: 'slowed', reason: 'request', over: false },
      { kind: 'resumed', reason: 'request' },
    ]);
  });

  test('scans wait on battery, unless the settings say otherwise', async () => {
    onBattery = true;
    expect(governor().status().paused).toMatchObject({ reason: 'battery' });
    const config = governorSchema().parse({ pauseOnBattery: false });
    expect(governor({ config }).status().paused).toBeUndefined();
    const of = governor();
    const news = looking(of);
    onBattery = false;
    await runFor(10);
    stopping.abort();
    expect(news).toMatchObject([{ kind: 'resumed', reason: 'battery' }]);
  });

  test('a stop ends all waiting', async () => {
    const of = governor();
    asked = { since: clock.now(), until: clock.now() + 7_200_000 };
    of.look();
    const turn = of.pace('integrity', 'scan').turn();
    stopping.abort();
    await expect(turn).resolves.toBeUndefined();
  });
});
