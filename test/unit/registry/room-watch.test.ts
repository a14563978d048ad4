/** From days that hold too much and disks that fill to alerts that close themselves. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { changeAlert } from '../../../collector/registry/alert-acts.ts';
import { listAlerts } from '../../../collector/registry/alert-book.ts';
import { createAgency } from '../../../collector/registry/agencies.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { listUsage, recordDiskSample, setAgencyBudget } from '../../../collector/registry/room-book.ts';
import { addDays, dayOf, dayStartMs } from '../../../collector/retention/day.ts';
import { RoomWatch } from '../../../collector/services/upkeep/room-watch.ts';
import type { ColdRoom } from '../../../collector/store/event-retention.ts';
import { memoryRegistry, type TestClock } from './registry-fixture.ts';

const GIB = 1_073_741_824;
const DAY_MS = 86_400_000;
const ALL = { kind: 'all' } as const;

let registry: Registry;
let clock: TestClock;
let agencyId: number;
/** Events of the agency, by day. */
let stored: Map<number, number>;
let freeBytes: number;
let hotBytes: number;
let leads: boolean;
let cold: ColdRoom | undefined;
let told: string[];
let watch: RoomWatch;

const disk = () => ({
  room: { freeBytes, totalBytes: 1_000 * GIB, reserveBytes: 50 * GIB },
  isFull: freeBytes < 50 * GIB,
});

// Its own, so that other files in the same home are not set up by it.
describe('room', () => {
  beforeEach(async () => {
    ({ registry, clock } = await memoryRegistry());
    ({ id: agencyId } = await createAgency(registry, { name: 'Xã Nhiều', kind: 'commune' }, 'test'));
    stored = new Map();
    [freeBytes, hotBytes, leads, told, cold] = [500 * GIB, 100 * GIB, true, [], undefined];
    watch = new RoomWatch({
      registry,
      store: {
        agenciesOf: async (day) => {
          const rows = stored.get(day);
          return rows === undefined ? [] : [{ agencyId, rows, bytes: rows * 100 }];
        },
        hotBytes: async () => hotBytes,
        cold: { room: async () => cold },
      },
      disk,
      hostname: 'post-1',
      reserveOf: () => 50 * GIB,
      alertDays: 14,
      leads: () => leads,
      onAlerts: (ids) => told.push(...ids),
      onProblem: (error) => {
        throw error;
      },
    });
  });
  afterEach(async () => {
    await watch.stop();
    await registry.close();
  });

  const alerts = async () =>
    (await listAlerts(registry.db, { limit: 100 }, ALL))
      .map(({ id, ruleId, state, agencyId: of }) => ({ id, rule: ruleId, state, of }))
      .toSorted((a, b) => (a.rule < b.rule ? -1 : 1));
  const open = async (): Promise<string[]> =>
    (await alerts()).filter(({ state }) => state !== 'closed').map(({ rule }) => rule);

  describe('a budget', () => {
    beforeEach(() => setAgencyBudget(registry, { agencyId, eventsPerDay: 1_000, bytesPerDay: null }, 'test'));

    test('is told when it is nearly used, when it is exceeded, and when a whole day has passed within it', async () => {
      const today = dayOf(clock.ms);
      stored.set(today, 799);
      await watch.lookAtBudgets();
      expect(await open()).toEqual([]);
      stored.set(today, 800);
      await watch.lookAtBudgets();
      expect(await alerts()).toMatchObject([{ rule: 'vonggac:budget-near', state: 'new', of: agencyId }]);
      stored.set(today, 1_001);
      await watch.lookAtBudgets();
      await watch.lookAtBudgets();
      expect(await open()).toEqual(['vonggac:budget-exceeded']);
      clock.ms = dayStartMs(addDays(today, 1)) + 60_000;
      await watch.lookAtBudgets();
      expect(await open()).toEqual(['vonggac:budget-exceeded']);
      // The day that is over stands in the books.
      expect(await listUsage(registry.db, ALL)).toMatchObject([{ day: today, events: 1_001, isOver: true }]);
      stored.set(addDays(today, 1), 10);
      clock.ms += DAY_MS;
      await watch.lookAtBudgets();
      expect(await open()).toEqual([]);
      expect(new Set(told)).toEqual(new Set((await alerts()).map(({ id }) => id)));
    });

    test('that was taken away or made larger ends the alert', async () => {
      stored.set(dayOf(clock.ms), 5_000);
      await watch.lookAtBudgets();
      await setAgencyBudget(registry, { agencyId, eventsPerDay: null, bytesPerDay: null }, 'test');
      await watch.lookAtBudgets();
      expect(await open()).toEqual([]);
    });

    test('exceeded again after it was over is a new alert; one closed by hand comes again after a day', async () => {
      const today = dayOf(clock.ms);
      stored.set(today, 5_000);
      await watch.lookAtBudgets();
      const [first] = await alerts();
      const change = { state: 'closed', verdict: 'benign', reason: 'đã biết' } as const;
      await changeAlert(registry, first?.id ?? '', change, { actor: 'user:lan', scope: ALL });
      await watch.lookAtBudgets();
      expect(await open()).toEqual([]);
      clock.ms += DAY_MS;
      await watch.lookAtBudgets();
      expect(await open()).toEqual(['vonggac:budget-exceeded']);
      clock.ms += 2 * DAY_MS;
      await watch.lookAtBudgets();
      expect(await open()).toEqual([]);
      stored.set(dayOf(clock.ms), 5_000);
      await watch.lookAtBudgets();
      expect(await open()).toEqual(['vonggac:budget-exceeded']);
      expect(await alerts()).toHaveLength(3);
    });

    test('is looked at by the collector that leads', async () => {
      leads = false;
      stored.set(dayOf(clock.ms), 5_000);
      await watch.lookAtBudgets();
      expect(await alerts()).toEqual([]);
    });
  });

  describe('a disk', () => {
    /** It grew so much a day, for four days. */
    async function grew(bytesPerDay: number): Promise<void> {
      for (let ago = 4; ago > 0; ago -= 1) {
        const atMs = clock.ms - ago * DAY_MS;
        const storeBytes = hotBytes - ago * bytesPerDay;
        await recordDiskSample(registry.db, dayOf(atMs), {
          atMs,
          freeBytes,
          totalBytes: 1_000 * GIB,
          storeBytes,
        });
      }
    }

    test('that will be full in two weeks is told before it is, and again when it is; both end by themselves', async () => {
      await grew(10 * GIB);
      await watch.lookAtDisk();
      expect(await open()).toEqual([]);
      freeBytes = 150 * GIB;
      await watch.lookAtDisk();
      expect(await open()).toEqual(['vonggac:disk-filling']);
      freeBytes = 49 * GIB;
      await watch.lookAtDisk();
      expect(await open()).toEqual(['vonggac:disk-filling', 'vonggac:disk-full']);
      freeBytes = 160 * GIB;
      await watch.lookAtDisk();
      expect(await open()).toEqual(['vonggac:disk-filling']);
      freeBytes = 500 * GIB;
      await watch.lookAtDisk();
      expect(await open()).toEqual([]);
      expect(told).toHaveLength(4);
    });

    test('for old days that has no room left is told apart from the other', async () => {
      cold = { freeBytes: 60 * GIB, totalBytes: 1_000 * GIB, storedBytes: 1, days: 1 };
      await watch.lookAtDisk();
      const [alert] = await listAlerts(registry.db, { limit: 100 }, ALL);
      expect(alert).toMatchObject({
        ruleId: 'vonggac:disk-filling',
        entity: { 'host.name': 'post-1', 'volume.name': 'cold' },
      });
      cold.freeBytes = 900 * GIB;
      await watch.lookAtDisk();
      expect(await open()).toEqual([]);
      expect(watch.cold).toEqual(cold);
    });

    test('without a history is told of its room alone', async () => {
      freeBytes = 60 * GIB;
      await watch.lookAtDisk();
      expect(await open()).toEqual(['vonggac:disk-filling']);
    });

    test('of a collector that does not lead is told of when it is full', async () => {
      leads = false;
      await grew(100 * GIB);
      await watch.lookAtDisk();
      expect(await open()).toEqual([]);
      freeBytes = 10 * GIB;
      await watch.lookAtDisk();
      expect(await open()).toEqual(['vonggac:disk-filling', 'vonggac:disk-full']);
    });
  });
});
