/** Scheduled hunts: when they are due, what counts as new, whom they obey, and that a turn is run once. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HUNT_FAILING_RULE, HUNT_FOUND_RULE } from '../../../collector/alert/hunt-rules.ts';
import type { Role } from '../../../collector/api/contract.ts';
import type { HuntRun as AskedRun } from '../../../collector/api/ports.ts';
import {
  huntKept,
  huntRuns,
  huntSchedule,
  huntUnschedule,
} from '../../../collector/cli/operations/hunt-schedule.ts';
import { HuntScheduleService } from '../../../collector/services/hunts/hunt-schedule-service.ts';
import { createAgency, rootAgencyId } from '../../../collector/registry/agencies.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { HUNT_RUNS_KEPT, listRuns, recordRun } from '../../../collector/registry/hunt-schedules/hunt-runs.ts';
import {
  nextDueHunt,
  scheduleHunt,
  schedulesOf,
  unscheduleHunt,
  type HuntScheduleWanted,
} from '../../../collector/registry/hunt-schedules/hunt-schedules.ts';
import {
  firstTurnMs,
  isTooFarAhead,
  nextTurn,
  type Turns,
} from '../../../collector/registry/hunt-schedules/turns.ts';
import { deleteHunt, saveHunt, type SavedHunt } from '../../../collector/registry/hunts.ts';
import type { FoundEvent } from '../../../collector/store/store.ts';
import { createUser } from '../../../collector/registry/users.ts';
import { CHEAP, memoryRegistry, START_MS, type TestClock } from './registry-fixture.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ALL = { kind: 'all' } as const;
const ms = (text: string): number => Date.parse(text);

describe('turns', () => {
  const quarter = { everyMs: 15 * MINUTE };
  const hanoi = { dailyAt: '07:30', timeZone: 'Asia/Ho_Chi_Minh' };
  const berlin = { dailyAt: '02:30', timeZone: 'Europe/Berlin' };

  it.each<[turns: Turns, after: string, first: string]>([
    [quarter, '2026-11-26T00:00Z', '2026-11-26T00:15Z'],
    [hanoi, '2026-11-26T00:29:59Z', '2026-11-26T00:30Z'],
    [hanoi, '2026-11-26T00:30Z', '2026-11-27T00:30Z'],
    [hanoi, '2026-12-31T23:00Z', '2027-01-01T00:30Z'],
    // In winter, in summer, and where the clock shows the time twice.
    [berlin, '2026-11-26T00:00Z', '2026-11-26T01:30Z'],
    [berlin, '2026-07-01T00:00Z', '2026-07-01T00:30Z'],
  ])('of %j after %s begin at %s', (turns, after, first) => {
    expect(new Date(firstTurnMs(turns, ms(after))).toISOString()).toBe(new Date(first).toISOString());
  });

  it('come once on each day, also where clocks are changed', () => {
    for (const day of ['2026-03-28', '2026-10-24']) {
      const found = [firstTurnMs(berlin, ms(`${day}T03:00Z`))];
      for (let at = 0; at < 2; at += 1) found.push(firstTurnMs(berlin, found.at(-1) ?? 0));
      const spans = found.slice(1).map((turn, at) => (turn - (found[at] ?? 0)) / HOUR);
      for (const span of spans) expect(Math.abs(span - 24)).toBeLessThanOrEqual(1);
    }
  });

  it.each<[turns: Turns, due: string, now: string, next: string, missed: number]>([
    [quarter, '2026-11-26T00:15Z', '2026-11-26T00:15Z', '2026-11-26T00:30Z', 0],
    [quarter, '2026-11-26T00:15Z', '2026-11-26T00:29:59Z', '2026-11-26T00:30Z', 0],
    [quarter, '2026-11-26T00:15Z', '2026-11-26T00:30Z', '2026-11-26T00:45Z', 1],
    [quarter, '2026-11-26T00:15Z', '2026-11-26T02:16Z', '2026-11-26T02:30Z', 8],
    [hanoi, '2026-11-26T00:30Z', '2026-11-26T00:31Z', '2026-11-27T00:30Z', 0],
    [hanoi, '2026-11-26T00:30Z', '2026-11-29T05:00Z', '2026-11-30T00:30Z', 3],
    // The clock was set back while it ran.
    [quarter, '2026-11-26T00:15Z', '2026-11-25T00:00Z', '2026-11-25T00:15Z', 0],
  ])('of %j due at %s, run at %s, go on at %s and leave out %i', (turns, due, now, next, missed) => {
    expect(nextTurn(turns, ms(due), ms(now))).toEqual({ dueMs: ms(next), missed });
  });

  it('that lie further ahead than any can tell of a clock that was set back', () => {
    expect(isTooFarAhead(quarter, START_MS + 15 * MINUTE, START_MS)).toBe(false);
    expect(isTooFarAhead(quarter, START_MS + 16 * MINUTE, START_MS)).toBe(true);
    expect(isTooFarAhead(hanoi, START_MS + 24 * HOUR, START_MS)).toBe(false);
    expect(isTooFarAhead(hanoi, START_MS + 2 * DAY, START_MS)).toBe(true);
  });
});

describe('a scheduled hunt', () => {
  let registry: Registry;
  let clock: TestClock;
  let hunt: SavedHunt;
  let agencyId: number;
  /** What is stored; a run finds what lies in its span. */
  let stored: FoundEvent[];
  let asked: AskedRun[];
  let fault: Error | undefined;
  let told: string[];
  let service: HuntScheduleService;
  const faults: unknown[] = [];

  const wanted = (change: Partial<HuntScheduleWanted> = {}): HuntScheduleWanted => ({
    every: { everyMs: 15 * MINUTE },
    overlapMs: HOUR,
    threshold: 1,
    isEnabled: true,
    ...change,
  });
  const schedule = (change: Partial<HuntScheduleWanted> = {}, actor = 'cli:root') =>
    scheduleHunt(registry, { huntId: hunt.id, wanted: wanted(change) }, actor, ALL);
  const state = async () => (await schedulesOf(registry.db, [hunt])).get(hunt.id);
  const store = (id: string, timeMs: number, agentId = 'a'): void => {
    stored.push({
      id,
      timeMs,
      receivedMs: timeMs,
      agentId,
      hostname: `pc-${agentId}`,
      agencyId,
      channel: 'log/sshd',
      origin: '',
      message: `message ${id}`,
      fields: {},
      logsources: [],
      ruleIds: [],
    });
  };
  const alerts = (ruleId: string) =>
    registry.db
      .selectFrom('alert')
      .select(['id', 'state', 'detections', 'message', 'agency_id'])
      .where('rule_id', '=', ruleId)
      .orderBy('sequence')
      .execute();
  /** Time passes, and what is due runs. */
  const pass = async (spanMs: number): Promise<void> => {
    clock.ms += spanMs;
    await service.look();
  };
  const counts = async () =>
    (await listRuns(registry.db, hunt.id, ALL)).map(({ events }) => events).toReversed();
  const makeService = (): HuntScheduleService =>
    new HuntScheduleService({
      registry,
      hunts: {
        run: (run) => {
          asked.push(run);
          if (fault !== undefined) return Promise.reject(fault);
          const found = stored
            .filter(({ timeMs }) => timeMs >= run.fromMs && timeMs < run.toMs)
            .toSorted((a, b) => b.timeMs - a.timeMs);
          const events = found.slice(0, run.limit);
          const hasMore = found.length > run.limit;
          return Promise.resolve({ events, hasMore, examined: 0, exact: true, reachedMs: run.fromMs });
        },
      },
      leads: () => true,
      onAlerts: (ids) => told.push(...ids),
      onFault: (error) => faults.push(error),
      eventsMax: 10,
    });

  beforeEach(async () => {
    ({ registry, clock } = await memoryRegistry());
    const root = await rootAgencyId(registry.db);
    agencyId = (await createAgency(registry, { name: 'Sở Y tế', kind: 'department', parentId: root }, 'test'))
      .id;
    const content = { name: 'SSH', description: '', kind: 'query' as const, text: 'ssh', spanMs: DAY };
    hunt = await saveHunt(registry, { ...content, agencyId }, 'test');
    [stored, asked, told, fault] = [[], [], [], undefined];
    faults.length = 0;
    service = makeService();
  });
  afterEach(async () => {
    await service.stop();
    await registry.close();
    if (faults.length > 0) throw new AggregateError(faults, 'scheduled hunts could not be run');
  });

  it('counts each event once, those that come late too, and joins one alert', async () => {
    await schedule();
    store('1', clock.ms + MINUTE);
    store('2', clock.ms + 2 * MINUTE, 'b');
    await service.look();
    expect(await counts()).toEqual([]);
    await pass(15 * MINUTE);
    store('late', START_MS + 3 * MINUTE);
    store('3', clock.ms + MINUTE);
    await pass(15 * MINUTE);
    await pass(15 * MINUTE);
    store('later', START_MS + 4 * MINUTE);
    await pass(15 * MINUTE);
    expect(await counts()).toEqual([2, 2, 0, 1]);
    const found = await alerts(HUNT_FOUND_RULE);
    expect(found).toMatchObject([{ state: 'new', detections: 3, agency_id: agencyId }]);
    expect(found[0]?.message).toContain('SSH: 1 sự kiện trên 1 máy / 1 events on 1 hosts');
    expect(found[0]?.message).toContain('pc-a message later');
    expect(new Set(told).size).toBe(1);
    expect((await listRuns(registry.db, hunt.id, ALL)).at(-1)).toMatchObject({
      fromMs: START_MS - HOUR,
      toMs: START_MS + 15 * MINUTE,
      outcome: 'done',
      events: 2,
      hosts: 2,
      isCut: false,
    });
  });

  it('counts nothing twice when its overlap grows, or when it was paused', async () => {
    await schedule({ overlapMs: 10 * MINUTE });
    store('1', clock.ms + MINUTE);
    await pass(15 * MINUTE);
    await pass(15 * MINUTE);
    await schedule({ overlapMs: DAY });
    await pass(15 * MINUTE);
    await schedule({ isEnabled: false });
    await pass(DAY);
    await schedule();
    await pass(15 * MINUTE);
    expect(await counts()).toEqual([1, 0, 0, 0]);
  });

  it('raises an alert from its threshold on, and says when there was more than it reads', async () => {
    await schedule({ threshold: 3 });
    for (const id of ['1', '2']) store(id, clock.ms + MINUTE);
    await pass(15 * MINUTE);
    expect(await alerts(HUNT_FOUND_RULE)).toEqual([]);
    for (let at = 0; at < 15; at += 1) store(`more ${at}`, clock.ms + at);
    await pass(15 * MINUTE);
    expect(await alerts(HUNT_FOUND_RULE)).toHaveLength(1);
    expect((await listRuns(registry.db, hunt.id, ALL))[0]).toMatchObject({ events: 10, isCut: true });
  });

  it('leaves out turns that were missed, counts them, and looks at all of the time', async () => {
    await schedule();
    store('1', clock.ms + MINUTE);
    await pass(5 * HOUR);
    await service.look();
    expect(await counts()).toEqual([1]);
    expect(await state()).toMatchObject({ missed: 19, dueMs: START_MS + 5 * HOUR + 15 * MINUTE });
  });

  it('runs at its time again after the clock was set back', async () => {
    clock.ms += 10 * DAY;
    await schedule();
    clock.ms -= 10 * DAY;
    await service.look();
    store('1', clock.ms + MINUTE);
    await pass(15 * MINUTE);
    expect(await counts()).toEqual([1]);
  });

  it('of two that ran the same turn one counts, and none after it was changed', async () => {
    await schedule();
    clock.ms += 15 * MINUTE;
    const due = await nextDueHunt(registry.db, clock.ms);
    if (due === undefined) throw new Error('nothing is due');
    const run = { fromMs: 0, toMs: clock.ms, startedMs: clock.ms, tookMs: 1 };
    const result = { outcome: 'done', isCut: false, events: [] } as const;
    expect(await recordRun(registry, due, { ...run, result })).toEqual([]);
    expect(await recordRun(registry, due, { ...run, result })).toBeUndefined();
    await schedule();
    expect(await recordRun(registry, due, { ...run, result })).toBeUndefined();
    expect(await counts()).toEqual([0]);
  });

  it('that ends while it runs left nothing, and is run again', async () => {
    await schedule();
    store('1', clock.ms + MINUTE);
    clock.ms += 15 * MINUTE;
    fault = new Error('gone');
    const looked = service.look();
    await service.stop();
    await looked;
    expect(await counts()).toEqual([]);
    fault = undefined;
    service = makeService();
    await service.look();
    expect(await counts()).toEqual([1]);
  });

  it('that fails three times says so, and closes that when it runs again', async () => {
    await schedule();
    fault = new Error('the hunt took longer than it may');
    store('1', clock.ms + MINUTE);
    await pass(15 * MINUTE);
    expect(await state()).toMatchObject({ state: 'failing', failures: 1, fault: fault.message });
    await pass(15 * MINUTE);
    expect(await alerts(HUNT_FAILING_RULE)).toEqual([]);
    await pass(15 * MINUTE);
    await pass(15 * MINUTE);
    expect(await alerts(HUNT_FAILING_RULE)).toMatchObject([{ state: 'new', detections: 1 }]);
    fault = undefined;
    await pass(15 * MINUTE);
    expect(await alerts(HUNT_FAILING_RULE)).toMatchObject([{ state: 'closed' }]);
    expect(await state()).toMatchObject({ state: 'well', failures: 0, fault: null });
    expect(await counts()).toEqual([0, 0, 0, 0, 1]);
  });

  describe('obeys its owner as they are now', () => {
    const user = (role: Role): Promise<unknown> => {
      const wanted = {
        username: 'an',
        role,
        agencyId,
        password: 'Mat-khau-dai-42-chu!',
        mustChangePassword: false,
      };
      return createUser(registry, wanted, 'test', CHEAP);
    };
    const set = (change: { role?: Role; agency_id?: number; disabled_ms?: number }): Promise<unknown> =>
      registry.db.updateTable('user_account').set(change).where('username', '=', 'an').execute();

    it('with what both the owner and whoever sees the hunt may see', async () => {
      await user('analyst');
      await schedule({}, 'user:an');
      await pass(15 * MINUTE);
      expect(asked).toMatchObject([
        { asked: { query: 'ssh' }, scope: { kind: 'some', agencyIds: [agencyId] } },
      ]);
    });

    const other = async (): Promise<number> => {
      const parentId = await rootAgencyId(registry.db);
      const wanted = { name: 'Sở Tài chính', kind: 'department', parentId } as const;
      return (await createAgency(registry, wanted, 'test')).id;
    };
    it.each<[why: string, change: () => Promise<unknown>]>([
      [
        'user:nobody is gone',
        () => registry.db.updateTable('hunt_schedule').set({ owner: 'user:nobody' }).execute(),
      ],
      ['user:an is disabled', () => set({ disabled_ms: 1 })],
      ['user:an may no longer hunt', () => set({ role: 'agency-viewer' })],
      ["user:an no longer sees the hunt's agency", async () => set({ agency_id: await other() })],
    ])('and stops when %s', async (why, change) => {
      await user('analyst');
      await schedule({}, 'user:an');
      await change();
      await pass(15 * MINUTE);
      await pass(DAY);
      expect(asked).toEqual([]);
      expect(await state()).toMatchObject({ state: 'stopped', fault: why });
      expect(await listRuns(registry.db, hunt.id, ALL)).toMatchObject([{ outcome: 'stopped', fault: why }]);
      expect(await alerts(HUNT_FAILING_RULE)).toMatchObject([{ state: 'new' }]);
      // Whoever schedules it anew owns it.
      await schedule({}, 'cli:root');
      await pass(15 * MINUTE);
      expect(asked).toHaveLength(1);
    });
  });

  it('keeps its newest runs, and goes with its hunt', async () => {
    await schedule();
    for (let at = 0; at < HUNT_RUNS_KEPT + 5; at += 1) await pass(15 * MINUTE);
    expect(await counts()).toHaveLength(HUNT_RUNS_KEPT);
    await deleteHunt(registry, { id: hunt.id, version: undefined }, 'test', ALL);
    for (const table of ['hunt_schedule', 'hunt_run', 'hunt_seen'] as const)
      expect(await registry.db.selectFrom(table).select('hunt_id').execute()).toEqual([]);
    await pass(15 * MINUTE);
  });

  it('is set, shown and taken away on the command line, each on record', async () => {
    const context = { registry, dataDir: '', actor: 'cli:root', live: undefined };
    const change = { hunt: 'SSH', everyMinutes: undefined, dailyAt: '07:30', overlapMinutes: 60 };
    const set = await huntSchedule.run(context, { ...change, threshold: 1, enabled: true });
    expect(set.schedule).toMatchObject({ dailyAt: '07:30', timeZone: 'Asia/Ho_Chi_Minh', state: 'well' });
    expect(set.schedule?.nextAt).toBe('2026-11-23T00:30:00.000Z');
    expect(await huntKept.run(context, {})).toEqual([set]);
    await pass(DAY);
    expect((await huntRuns.run(context, { hunt: hunt.id })).runs).toMatchObject([
      { events: 0, outcome: 'done' },
    ]);
    await huntUnschedule.run(context, { hunt: 'SSH' });
    await expect(huntUnschedule.run(context, { hunt: 'SSH' })).rejects.toThrow('is not scheduled');
    await expect(huntRuns.run(context, { hunt: 'nobody' })).rejects.toThrow('there is no hunt "nobody"');
    await expect(
      unscheduleHunt(registry, { huntId: hunt.id }, 'x', { kind: 'some', agencyIds: [] }),
    ).rejects.toThrow('there is no hunt');
    const rows = await registry.db.selectFrom('audit_log').select('action').execute();
    expect(rows.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['hunt.schedule', 'hunt.unschedule']),
    );
  });
});
