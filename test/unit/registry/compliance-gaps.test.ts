import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAgency } from '../../../collector/registry/agencies.ts';
import { listAudit } from '../../../collector/registry/audit.ts';
import { findGap, listGaps, noteRequest, planGap } from '../../../collector/registry/compliance/gaps.ts';
import { dayOfSnapshots, proveDay, writeRun } from '../../../collector/registry/compliance/snapshots.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { createSystem } from '../../../collector/registry/systems.ts';
import { snapshotWithoutLevel } from '../../../collector/compliance/snapshot.ts';
import { memoryRegistry, type TestClock } from './registry-fixture.ts';

const EVERYWHERE = { kind: 'all' } as const;
const DAY_MS = 86_400_000;
const PLAN = { owner: 'Lan', dueOn: '2026-12-01', note: '', state: 'planned' } as const;

let registry: Registry;
let clock: TestClock;
let commune: number;
let here: number;
let there: number;

beforeEach(async () => {
  ({ registry, clock } = await memoryRegistry());
  commune = (await createAgency(registry, { name: 'Xã', kind: 'commune', parentId: 1 }, 'test')).id;
  const made = (name: string, agencyId: number) =>
    createSystem(registry, { name, agencyId, lawProfile: 'vn-2026' }, 'test');
  here = (await made('Trang tin', commune)).id;
  there = (await made('Một cửa', 1)).id;
});
afterEach(() => registry.close());

const by = (version?: number) => ({ actor: 'user:lan', scope: EVERYWHERE, version });
const ofCommune = () => ({ kind: 'some', agencyIds: [commune] }) as const;

describe('a plan for what is not met', () => {
  it('is made, changed by whoever read it last, and stands in the trail', async () => {
    const at = { systemId: here, control: 'CF-01' };
    const made = await planGap(registry, at, PLAN, by(0));
    expect(made).toMatchObject({ ...at, systemName: 'Trang tin', owner: 'Lan', version: 1, requestId: null });
    await expect(planGap(registry, at, PLAN, by(0))).rejects.toMatchObject({ code: 'version-conflict' });
    const changed = await planGap(registry, at, { ...PLAN, state: 'in-progress' }, by(1));
    expect(changed).toMatchObject({ state: 'in-progress', version: 2 });
    const asked = await noteRequest(registry, changed, 'request-1', by(2));
    expect(asked).toMatchObject({ requestId: 'request-1', version: 3 });
    const acts = await listAudit(registry, { action: 'compliance-gap.', limit: 10 });
    expect(acts.map(({ action, agencyId }) => [action, agencyId])).toEqual([
      ['compliance-gap.request', commune],
      ['compliance-gap.plan', commune],
      ['compliance-gap.plan', commune],
    ]);
  });

  it('is late from the day after on, while it is open', async () => {
    await planGap(registry, { systemId: here, control: 'CF-01' }, PLAN, by());
    await planGap(registry, { systemId: here, control: 'CF-02' }, { ...PLAN, state: 'done' }, by());
    const late = async () => (await listGaps(registry, EVERYWHERE, { late: true, limit: 10 })).length;
    clock.ms = Date.parse('2026-12-01T23:59:00+07:00');
    expect(await late()).toBe(0);
    clock.ms = Date.parse('2026-12-02T00:00:00+07:00');
    expect(await late()).toBe(1);
  });

  it('is seen and changed within the caller’s part of the tree only', async () => {
    await planGap(registry, { systemId: there, control: 'CF-01' }, PLAN, by());
    expect(await listGaps(registry, ofCommune(), { limit: 10 })).toEqual([]);
    await expect(findGap(registry.db, there, 'CF-01', ofCommune())).rejects.toMatchObject({
      code: 'system-unknown',
    });
    const mine = { ...by(), scope: ofCommune() };
    const foreign = planGap(registry, { systemId: there, control: 'CF-01' }, PLAN, mine);
    await expect(foreign).rejects.toMatchObject({ code: 'system-unknown' });
  });
});

describe('what was kept of a day', () => {
  const body = (id: number, atMs: number) =>
    snapshotWithoutLevel({ id, name: 'x', agencyId: 1, profile: 'vn-2026', hosts: [] }, atMs, {
      catalogue: 'c',
      sharedHosts: new Set(),
    });

  it('is read by page, within the caller’s part of the tree, and proved by its digest in the trail', async () => {
    const atMs = clock.ms;
    const run = await writeRun(registry, { day: '2026-11-22', atMs, actor: 'system' }, [
      body(there, atMs),
      body(here, atMs),
    ]);
    clock.ms += DAY_MS;
    await writeRun(registry, { day: '2026-11-23', atMs, actor: 'system' }, [body(here, atMs)]);
    const of = async (scope: Parameters<typeof dayOfSnapshots>[1], day?: string) =>
      (await dayOfSnapshots(registry.db, scope, { day, limit: 1 })).summaries.map(({ systemId }) => systemId);
    expect(await of(EVERYWHERE, '2026-11-22')).toEqual([Math.min(here, there)]);
    expect(await of(EVERYWHERE)).toEqual([here]);
    expect(await of(ofCommune(), '2026-11-22')).toEqual([here]);
    expect(await proveDay(registry.db, '2026-11-22')).toMatchObject({ run, changed: [], isWhole: true });
    const [entry] = await listAudit(registry, { target: 'day:2026-11-22', limit: 1 });
    expect(entry?.detail).toEqual({ run: 1, systems: 2, digest: run.digest });
  });

  it('is the same text, and so the same digest, for the same assessment', async () => {
    const bodies = [body(here, 1), body(there, 1)];
    const first = await writeRun(registry, { day: '2026-11-22', atMs: 1, actor: 'a' }, bodies);
    const second = await writeRun(registry, { day: '2026-11-22', atMs: 2, actor: 'b' }, bodies.toReversed());
    expect(second).toMatchObject({ run: 2, digest: first.digest });
  });
});
