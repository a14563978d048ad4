import { afterEach, beforeEach, expect, it } from 'vitest';
import { listRuns } from '../../../collector/registry/compliance/snapshots.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { createSystem } from '../../../collector/registry/systems.ts';
import { ComplianceService } from '../../../collector/services/compliance/compliance-service.ts';
import { memoryRegistry, type TestClock } from '../registry/registry-fixture.ts';

const DAY_MS = 86_400_000;

let registry: Registry;
let clock: TestClock;
let leads: boolean;
let broken: boolean;
let faults: string[];
let service: ComplianceService;

beforeEach(async () => {
  ({ registry, clock } = await memoryRegistry());
  await createSystem(registry, { name: 'x', lawProfile: 'vn-2026' }, 'test');
  [leads, broken, faults] = [true, false, []];
  service = new ComplianceService({
    registry,
    sources: {} as never,
    profiles: () => (broken ? Promise.reject(new Error('away')) : Promise.resolve(new Map())),
    leads: () => leads,
    hour: new Date(clock.ms).getHours(),
    onRun: () => undefined,
    onFault: (what) => faults.push(what),
  });
});
afterEach(async () => {
  await service.stop();
  await registry.close();
});

const runs = async () => (await listRuns(registry.db, 100)).length;

it('takes a snapshot a day, by one of several collectors', async () => {
  leads = false;
  await service.look();
  expect(await runs()).toBe(0);
  leads = true;
  await service.look();
  await service.look();
  expect(await runs()).toBe(1);
  clock.ms += DAY_MS;
  await service.look();
  expect(await runs()).toBe(2);
});

it('tells of a run that failed, which leaves nothing behind, and tries again the next day', async () => {
  broken = true;
  await service.look();
  await service.look();
  expect([faults, await runs()]).toEqual([['the daily assessment failed'], 0]);
  broken = false;
  await service.look();
  expect(await runs()).toBe(0);
  clock.ms += DAY_MS;
  await service.look();
  expect(await runs()).toBe(1);
});

it('takes none any more once it is stopped', async () => {
  await service.stop();
  await service.look();
  expect(await runs()).toBe(0);
  await expect(service.snapshot('user:lan')).rejects.toMatchObject({ code: 'compliance-running' });
});
