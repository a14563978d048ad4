/** 400 days of events of hosts of every level, on the real engine: what must go goes, all else stays. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listAudit } from '../../collector/registry/audit.ts';
import { readProofs } from '../../collector/registry/proof-book.ts';
import {
  countDeletedRows,
  deletedSpans,
  listDeletions,
  openDeletions,
} from '../../collector/registry/retention-book.ts';
import { listDiskSamples, listUsage } from '../../collector/registry/room-book.ts';
import { setSystemLevel } from '../../collector/registry/systems.ts';
import { addDays, dayStartMs } from '../../collector/retention/day.ts';
import {
  DAYS,
  FIRST_DAY,
  HOSTS,
  mustBeKept,
  type RetentionWorld,
  retentionWorld,
  STRIDE,
  TODAY,
} from '../support/retention-world.ts';

const ALL = { kind: 'all' } as const;
const BY_HAND = { dryRun: false, isClockTrusted: false, actor: 'cli:test' };
const TOTAL = (HOSTS.length * DAYS * 3) / STRIDE;
const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

let world: RetentionWorld;
beforeAll(async () => {
  world = await retentionWorld();
});
afterAll(() => world.close());

describe('retention over 400 days', () => {
  test('a dry run says what would go, and deletes nothing', async () => {
    const { result, run } = await world.service().run({ ...BY_HAND, dryRun: true });
    expect(run).toBeUndefined();
    expect(result.deleted.rows).toBe(TOTAL - sum(mustBeKept(TODAY).values()));
    expect(result.unfinished).toBe(false);
    expect(sum((await world.stored()).values())).toBe(TOTAL);
    expect(await listDeletions(world.registry.db, { limit: 10 })).toEqual([]);
  });

  test('the engine is killed in the middle: the next run goes on, and exactly what must stay is left', async () => {
    const service = world.service();
    const killed = service.run(BY_HAND);
    await expect
      .poll(() => (service.state.kind === 'running' ? service.state.progress?.daysDone : undefined), {
        interval: 5,
        timeout: 30_000,
      })
      .toBeGreaterThan(4);
    process.kill(world.running.engine.pid ?? 0, 'SIGKILL');
    const first = await killed.then(
      ({ run }) => run?.state,
      () => 'failed',
    );
    await world.running.engine.whenRunning();
    const { run, result } = await service.run(BY_HAND);
    expect([first, run?.state, result.unfinished]).toEqual([expect.any(String), 'done', false]);
    expect(await world.stored()).toEqual(mustBeKept(TODAY));
    expect(await openDeletions(world.registry.db)).toEqual([]);
    const kept = sum(mustBeKept(TODAY).values());
    // Stored and deleted add up, by hosts' spans and by deletions.
    expect(await countDeletedRows(world.registry.db)).toBe(TOTAL - kept);
    const deletions = await listDeletions(world.registry.db, { limit: 10_000 });
    expect(sum(deletions.map(({ rows }) => rows))).toBe(TOTAL - kept);
    expect(sum(deletions.flatMap(({ policy }) => policy.map(({ rows }) => rows)))).toBe(TOTAL - kept);
  });

  test('marks and the last batch stay, so what was deleted is still known', async () => {
    const marks = await world.store.readMarks();
    expect(new Set(marks.map(({ seq }) => seq))).toEqual(new Set([(DAYS / STRIDE) * 3]));
    expect(marks).toHaveLength(HOSTS.length);
    expect(await world.store.lastBatch()).toBe(DAYS / STRIDE);
  });

  test('another run on the same day deletes nothing', async () => {
    const before = await listDeletions(world.registry.db, { limit: 1 });
    const { result } = await world.service().run(BY_HAND);
    expect(result.deleted.rows).toBe(0);
    expect(await listDeletions(world.registry.db, { limit: 1 })).toEqual(before);
  });

  test('each host has what is gone of it as spans of days', async () => {
    const spansOf = async (host: string) => deletedSpans(world.registry.db, [world.agentIds.get(host) ?? '']);
    const level2 = await spansOf('level2');
    expect([level2.length, level2[0], level2.at(-1)]).toMatchObject([
      19,
      { fromDay: FIRST_DAY, toDay: FIRST_DAY, rows: 3 },
      { fromDay: 20261013 },
    ]);
    const held = (await spansOf('held')).map(({ fromDay }) => fromDay);
    expect(held).toHaveLength(19 - 1);
    expect(held.filter((day) => day >= 20260801 && day <= 20260831)).toEqual([]);
  });

  test('proofs, usage and room are written down with the run', async () => {
    const proofs = await readProofs(world.registry.db, { scope: ALL });
    const told = Object.fromEntries(
      proofs.map(({ systemName, proof }) => [systemName, [proof.met, proof.reason, proof.oldestDay]]),
    );
    expect(told).toEqual({
      one: [true, 'no-law', 20261102],
      two: [true, 'kept', 20260526],
      three: [true, 'kept', 20260903],
      'older three': [true, 'kept', 20260903],
      four: [true, 'kept', 20260526],
      five: [true, 'kept', 20251127],
      undecided: [false, 'level-unknown', 20251127],
      'to be raised': [true, 'kept', 20260526],
    });
    expect(await listUsage(world.registry.db, ALL)).toMatchObject([
      { agencyId: 1, day: 20261102, events: HOSTS.length * 3, isOver: false },
    ]);
    expect(await listDiskSamples(world.registry.db, 5)).toMatchObject([{ freeBytes: 5e9, totalBytes: 10e9 }]);
    const actions = (await listAudit(world.registry, { limit: 100 })).map(({ action }) => action);
    expect(actions).toContain('retention.run');
  });

  test('raising a level acts at once; what is gone already is shown', async () => {
    const id = world.systemIds.get('two') ?? 0;
    await setSystemLevel(world.registry, id, { level: 5 }, 'cli:test');
    world.clock.ms += 15 * 86_400_000;
    const before = await world.stored();
    await world.service().run({ ...BY_HAND, isClockTrusted: true });
    const after = await world.stored();
    const ofLevel2 = (stored: ReadonlyMap<string, number>) =>
      [...stored.keys()].filter((key) => key.startsWith('level2 '));
    expect(ofLevel2(after)).toEqual(ofLevel2(before));
    expect([...after.keys()].filter((key) => key.startsWith('level1 '))).toEqual([]);
    const [proof] = await readProofs(world.registry.db, { systemId: id, scope: ALL });
    // The hosts' month of level 2 was kept, the rest of the year is gone.
    expect(proof?.proof).toMatchObject({
      met: false,
      reason: 'deleted',
      requiredFrom: 20251207,
      missing: { fromDay: 20251217, toDay: 20261013 },
    });
  });

  test('a clock that jumps years ahead deletes a week a run at most', async () => {
    const before = world.clock.ms;
    world.clock.ms = dayStartMs(20360101);
    const heldBack: number[] = [];
    const service = world.service({ onClockHeldBack: (today) => heldBack.push(today) });
    const { today, result } = await service.run(BY_HAND);
    expect([today, heldBack]).toEqual([20261214, [20261214]]);
    expect(result.deleted.rows).toBeLessThan(HOSTS.length * 3 * 8);
    world.clock.ms = before;
  });

  test('what marks or projector have not passed stays, however old', async () => {
    world.clock.ms = dayStartMs(20270601);
    const service = world.service({ projectedBatch: () => Promise.resolve(15) });
    const { result } = await service.run({ ...BY_HAND, isClockTrusted: true });
    expect(result.unread.rows).toBeGreaterThan(0);
    const stored = await world.stored();
    const oldestUnread = addDays(FIRST_DAY, 300);
    for (const host of ['level3', 'level4']) {
      const days = [...stored.keys()]
        .filter((key) => key.startsWith(`${host} `))
        .map((key) => Number(key.split(' ')[1]));
      expect(Math.min(...days)).toBeGreaterThanOrEqual(oldestUnread);
      expect(days.length).toBeGreaterThan(0);
    }
  });
});
