/** Lists that hosts are compared with: who may give them, and what held when. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ListScope } from '../../../collector/compliance/evidence/assessment-lists.ts';
import { createAgency, type AgencyScope } from '../../../collector/registry/agencies.ts';
import { listAudit } from '../../../collector/registry/audit.ts';
import {
  currentLists,
  dropList,
  findList,
  listReader,
  setList,
} from '../../../collector/registry/compliance/assessment-lists.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { createSystem } from '../../../collector/registry/systems.ts';
import { memoryRegistry, type TestClock } from './registry-fixture.ts';

const ALL: AgencyScope = { kind: 'all' };
const EVERYBODY: ListScope = { kind: 'all' };
const DAY_MS = 86_400_000;

let registry: Registry;
let clock: TestClock;
let commune: number;
let system: number;

beforeEach(async () => {
  ({ registry, clock } = await memoryRegistry());
  ({ id: commune } = await createAgency(registry, { name: 'Xã', kind: 'commune' }, 'test'));
  const wanted = { name: 'Một cửa', lawProfile: 'vn-2026', agencyId: commune } as const;
  ({ id: system } = await createSystem(registry, wanted, 'test'));
});
afterEach(() => registry.close());

const give = (scope: ListScope, values: readonly string[], by: AgencyScope = ALL, version?: number) =>
  setList(
    registry,
    { kind: 'vpn', scope, entries: values.map((value) => ({ value })), note: 'QĐ 12' },
    { actor: 'user:an', scope: by, version },
  );
const held = async (atMs: number): Promise<string[]> =>
  (await listReader(registry.db).at(['vpn'], atMs)).map(({ scope, entries }) =>
    [scope.kind, ...entries.map(({ value }) => value)].join(' '),
  );

describe('a list', () => {
  it('holds from when it is given until another is given or it is dropped; past days are known', async () => {
    const startMs = clock.ms;
    await give(EVERYBODY, ['10.0.0.0/8']);
    clock.ms += DAY_MS;
    await give(EVERYBODY, ['10.1.0.0/16', '10.1.0.0/16', ' 10.0.0.1 ']);
    clock.ms += DAY_MS;
    await dropList(registry, 'vpn', EVERYBODY, { actor: 'user:an', scope: ALL });
    expect(await held(startMs - 1)).toEqual([]);
    expect(await held(startMs)).toEqual(['all 10.0.0.0/8']);
    expect(await held(startMs + DAY_MS)).toEqual(['all 10.0.0.1 10.1.0.0/16']);
    expect(await held(clock.ms)).toEqual([]);
    const actions = (await listAudit(registry, { limit: 3 })).map(
      ({ action, target }) => `${action} ${target}`,
    );
    expect(actions).toEqual([
      'compliance-list.drop compliance-list:vpn:all',
      'compliance-list.set compliance-list:vpn:all',
      'compliance-list.set compliance-list:vpn:all',
    ]);
  });

  it('is one for each whom it holds for', async () => {
    await give(EVERYBODY, ['10.0.0.0/8']);
    await give({ kind: 'agency', id: commune }, ['10.0.1.0/24']);
    await give({ kind: 'system', id: system }, []);
    expect((await held(clock.ms)).sort()).toEqual(['agency 10.0.1.0/24', 'all 10.0.0.0/8', 'system']);
    expect(await findList(registry.db, 'vpn', EVERYBODY, ALL)).toMatchObject({
      note: 'QĐ 12',
      setBy: 'user:an',
    });
  });

  it('is not changed over another change', async () => {
    const { version } = await give(EVERYBODY, ['10.0.0.0/8']);
    await give(EVERYBODY, ['10.1.0.0/16'], ALL, version);
    await expect(give(EVERYBODY, [], ALL, version)).rejects.toMatchObject({ code: 'version-conflict' });
  });

  it.each([
    ['vpn', '10.0.0.0/40', 'range'],
    ['devices', '10.0.0.1', 'hardware'],
    ['mail-domains', 'a b', 'domain'],
    ['software', 'x'.repeat(201), '200'],
    ['software', 'a\u0000b', 'control'],
  ] as const)('%s refuses %j', async (kind, value, why) => {
    const list = { kind, scope: EVERYBODY, entries: [{ value }], note: '' };
    const refused = setList(registry, list, { actor: 'user:an', scope: ALL });
    await expect(refused).rejects.toThrow(why);
    await expect(refused).rejects.toMatchObject({ code: 'compliance-list-invalid' });
  });
});

describe('a part of the tree', () => {
  const inside = (): AgencyScope => ({ kind: 'some', agencyIds: [commune] });
  const outside: AgencyScope = { kind: 'some', agencyIds: [9_999] };

  it('gives lists for itself only, and sees those for everybody beside', async () => {
    await give(EVERYBODY, ['10.0.0.0/8']);
    await give({ kind: 'system', id: system }, ['10.2.0.0/16'], inside());
    await give({ kind: 'agency', id: commune }, ['10.3.0.0/16'], inside());
    expect(await currentLists(registry.db, inside())).toHaveLength(3);
    expect((await currentLists(registry.db, outside)).map(({ scope }) => scope.kind)).toEqual(['all']);
    await expect(give(EVERYBODY, [], inside())).rejects.toMatchObject({ code: 'compliance-list-not-yours' });
    await expect(give({ kind: 'system', id: system }, [], outside)).rejects.toMatchObject({
      code: 'system-unknown',
    });
    await expect(give({ kind: 'agency', id: commune }, [], outside)).rejects.toMatchObject({
      code: 'agency-unknown',
    });
    await expect(findList(registry.db, 'vpn', { kind: 'system', id: system }, outside)).rejects.toMatchObject(
      {
        code: 'compliance-list-unknown',
      },
    );
    const by = { actor: 'user:an', scope: outside };
    await expect(dropList(registry, 'vpn', { kind: 'system', id: system }, by)).rejects.toMatchObject({
      code: 'system-unknown',
    });
  });
});
