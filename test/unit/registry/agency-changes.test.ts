import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChangePlan } from '../../../collector/agency/change-plan.ts';
import { changePlanSchema } from '../../../collector/agency/change-plan.ts';
import { createAgency, inScope, readAgency, scopeOfAgency } from '../../../collector/registry/agencies.ts';
import { readAgencyDetail } from '../../../collector/registry/agency-book.ts';
import { addCode, agencyOfCode } from '../../../collector/registry/agency-codes.ts';
import {
  applyDueChanges,
  cancelChange,
  dryRunChange,
  listChanges,
  planChange,
} from '../../../collector/registry/agency-changes.ts';
import { previewReverse, reverseChange } from '../../../collector/registry/agency-change-reverse.ts';
import { agenciesAt, responsibleOn } from '../../../collector/registry/agency-history.ts';
import { moveAgentTo } from '../../../collector/registry/agent-acts.ts';
import { listAudit } from '../../../collector/registry/audit.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { ExceptionIndex } from '../../../collector/exceptions/exception-index.ts';
import {
  approveException,
  requestException,
  type ExceptionRequest,
} from '../../../collector/registry/exceptions/exception-acts.ts';
import { readActing } from '../../../collector/registry/exceptions/exception-register.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { createHold, holdsInForce } from '../../../collector/registry/holds.ts';
import { createJoinToken } from '../../../collector/registry/join-tokens.ts';
import { setQuota } from '../../../collector/registry/quotas.ts';
import { addRule } from '../../../collector/registry/rules/rule-acts.ts';
import { listScopes, readRuleControl, setScope } from '../../../collector/registry/rules/rule-scopes.ts';
import { createSystem } from '../../../collector/registry/systems.ts';
import { createUser, listUsers } from '../../../collector/registry/users.ts';
import { CHEAP, enrolRequest, memoryRegistry, type TestClock } from './registry-fixture.ts';

const ALL = { kind: 'all' } as const;
const by = { actor: 'user:an', scope: ALL };
const DAY_MS = 86_400_000;
const ON = '2025-07-01';

let registry: Registry;
let clock: TestClock;
let hosts = 0;

beforeEach(async () => {
  ({ registry, clock } = await memoryRegistry());
});
afterEach(() => registry.close());

type Kind = 'province' | 'department' | 'commune' | 'unit';
const add = async (name: string, kind: Kind, parentId = 1): Promise<number> =>
  (await createAgency(registry, { name, kind, parentId }, 'test')).id;

async function enrol(agencyId: number, hostname = `pc-${(hosts += 1)}`): Promise<string> {
  const token = await createJoinToken(registry, { agencyId, uses: 1 }, 'test');
  const base = enrolRequest(token, { machineId: `machine-${(hosts += 1)}` });
  const outcome = await enrolAgent(registry, { ...base, host: { ...base.host, hostname } }, '::1');
  if (!outcome.ok) throw new Error('not enrolled');
  return outcome.agentId;
}

const agencyOf = async (agentId: string): Promise<number> =>
  (
    await registry.db
      .selectFrom('agent')
      .select('agency_id')
      .where('id', '=', agentId)
      .executeTakeFirstOrThrow()
  ).agency_id;

/** An Giang with its health department, Kiên Giang with its own, a commune and some of everything. */
async function provinces() {
  const angiang = await add('Tỉnh An Giang', 'province');
  const kiengiang = await add('Tỉnh Kiên Giang', 'province');
  const health = await add('Sở Y tế', 'department', angiang);
  const otherHealth = await add('SỞ Y TẾ', 'department', kiengiang);
  const commune = await add('Xã Hòn Nghệ', 'commune', kiengiang);
  await addCode(registry, angiang, { code: 'H01' }, by);
  await addCode(registry, kiengiang, { code: 'H33' }, by);
  const host = await enrol(kiengiang);
  const healthHost = await enrol(otherHealth);
  const system = (name: string, agencyId: number) =>
    createSystem(registry, { name, agencyId, lawProfile: 'vn-2026' }, 'test');
  await system('Một cửa điện tử', angiang);
  const portal = await system('Một cửa điện tử', kiengiang);
  const account = { username: 'binh', password: 'correct-horse-battery', mustChangePassword: false };
  await createUser(registry, { ...account, role: 'agency-viewer', agencyId: kiengiang }, 'test', CHEAP);
  await setQuota(registry, { agencyId: kiengiang, perAgent: false, eventsPerSecond: 100 }, 'test');
  return { angiang, kiengiang, health, otherHealth, commune, host, healthHost, portal };
}

const merge = (change: Record<string, unknown>): ChangePlan =>
  changePlanSchema.parse({ kind: 'merge', on: ON, reason: 'Nghị quyết 202/2025/QH15', ...change });

describe('a merge', () => {
  it('says beforehand all that it would do, and what stands in its way', async () => {
    const { angiang, kiengiang, commune, otherHealth } = await provinces();
    const plan = merge({ sources: [kiengiang], into: { agencyId: angiang } });
    const preview = await dryRunChange(registry.db, plan, ALL);
    expect(preview.conflicts.map(({ code, agencyId }) => [code, agencyId])).toEqual([
      ['twin', otherHealth],
      ['system-twin', kiengiang],
    ]);
    expect(preview).toMatchObject({
      ends: [{ id: kiengiang }],
      moves: [{ id: commune }],
      holdings: expect.arrayContaining([
        expect.objectContaining({ kind: 'agents', fate: 'moves', count: 1 }),
        expect.objectContaining({
          kind: 'users',
          fate: 'moves',
          count: 1,
          sample: [expect.objectContaining({ label: 'binh' })],
        }),
        expect.objectContaining({ kind: 'join-tokens', fate: 'moves', count: 1 }),
        expect.objectContaining({ kind: 'quotas', fate: 'stays', count: 1 }),
      ]),
    });
    await expect(planChange(registry, plan, by)).rejects.toMatchObject({ code: 'change-conflict' });
    expect(await readAgency(registry.db, kiengiang)).toMatchObject({ endedOn: null });
  });

  it('moves the present and leaves the past, for whoever asks as of a day', async () => {
    const { angiang, kiengiang, health, otherHealth, commune, host, healthHost, portal } = await provinces();
    const plan = merge({ sources: [angiang, kiengiang], into: { agencyId: angiang }, twins: 'merge' });
    const { change, movedAgentIds } = await planChange(registry, plan, by);
    expect(change).toMatchObject({ state: 'applied', outcome: { ended: 2, agenciesMoved: 1 } });
    expect(movedAgentIds.toSorted()).toEqual([host, healthHost].toSorted());
    expect([await agencyOf(host), await agencyOf(healthHost)]).toEqual([angiang, health]);
    expect(await readAgency(registry.db, kiengiang)).toMatchObject({ endedOn: ON });
    expect((await readAgency(registry.db, commune)).parentId).toBe(angiang);
    expect((await listUsers(registry)).map(({ agencyId }) => agencyId)).toEqual([angiang]);
    // What Kiên Giang left is seen from An Giang, and from nowhere else beside it.
    const scope = await scopeOfAgency(registry.db, angiang);
    for (const id of [kiengiang, otherHealth, commune]) expect(inScope(scope, id)).toBe(true);
    expect(inScope(await scopeOfAgency(registry.db, health), otherHealth)).toBe(true);
    const names = await registry.db.selectFrom('information_system').select(['id', 'name']).execute();
    expect(names.find(({ id }) => id === portal.id)?.name).toBe('Một cửa điện tử (Tỉnh Kiên Giang)');

    const responsible = async (id: number, day: string) =>
      (await responsibleOn(registry.db, id, day)).map((agency) => agency.id);
    expect(await responsible(kiengiang, '2025-06-30')).toEqual([kiengiang]);
    expect(await responsible(kiengiang, ON)).toEqual([angiang]);
    expect(await responsible(otherHealth, ON)).toEqual([health]);
    expect((await agenciesAt(registry.db, 'agent', '2025-06-30')).get(host)).toBe(kiengiang);
    expect((await agenciesAt(registry.db, 'agent', ON)).get(host)).toBeUndefined();
    expect((await agencyOfCode(registry.db, 'H33', '2025-06-30'))?.agencyId).toBe(kiengiang);
    expect(await agencyOfCode(registry.db, 'H33', ON)).toBeUndefined();

    const detail = await readAgencyDetail(registry.db, kiengiang, ALL);
    expect(detail.successors).toEqual([
      { id: angiang, name: 'Tỉnh An Giang', on: ON, changeId: change.id, keepsHistory: true },
    ]);
    await expect(createJoinToken(registry, { agencyId: kiengiang, uses: 1 }, 'test')).rejects.toMatchObject({
      code: 'agency-ended',
      message: expect.stringContaining('Tỉnh An Giang'),
    });
    const [last] = await listAudit(registry, { limit: 1 });
    expect(last).toMatchObject({ actor: 'user:an', action: 'agency-change.apply' });
  });

  it('may begin a new agency with the name and the code of one that ends', async () => {
    const { angiang, kiengiang } = await provinces();
    const into = { name: 'Tỉnh An Giang', kind: 'province', codes: [{ code: 'H01' }] };
    const { change } = await planChange(
      registry,
      merge({ sources: [angiang, kiengiang], into, twins: 'merge' }),
      by,
    );
    const [begun = 0] = change.outcome?.begun ?? [];
    expect(await readAgency(registry.db, begun)).toMatchObject({
      parentId: 1,
      beganOn: ON,
      name: 'Tỉnh An Giang',
    });
    expect((await agencyOfCode(registry.db, 'H01', ON))?.agencyId).toBe(begun);
    expect((await agencyOfCode(registry.db, 'H01', '2025-06-30'))?.agencyId).toBe(angiang);
    expect((await responsibleOn(registry.db, begun, '2025-06-30')).map(({ id }) => id)).toEqual([
      angiang,
      kiengiang,
    ]);
  });

  it('planned for a day is applied on it, also when the collector was away', async () => {
    const { angiang, kiengiang, host } = await provinces();
    const on = '2026-12-01';
    const { change } = await planChange(
      registry,
      merge({ on, sources: [kiengiang], into: { agencyId: angiang }, twins: 'merge' }),
      by,
    );
    expect(change.state).toBe('planned');
    expect(await applyDueChanges(registry)).toEqual({ applied: [], hindered: [] });
    const other = merge({ on, sources: [angiang], into: { agencyId: kiengiang } });
    const { conflicts } = await dryRunChange(registry.db, other, ALL);
    expect(conflicts).toContainEqual(expect.objectContaining({ code: 'already-planned' }));
    clock.ms += 40 * DAY_MS;
    const done = await applyDueChanges(registry);
    expect(done.applied.map((one) => one.change.id)).toEqual([change.id]);
    expect(await agencyOf(host)).toBe(angiang);
    // The day is the law's, not the one on which the collector was back.
    expect(await readAgency(registry.db, kiengiang)).toMatchObject({ endedOn: on });
    expect(await applyDueChanges(registry)).toEqual({ applied: [], hindered: [] });
  });

  it('that no longer fits waits, says why, and goes on when it fits again', async () => {
    const { angiang, kiengiang } = await provinces();
    const { change } = await planChange(
      registry,
      merge({ on: '2026-12-01', sources: [kiengiang], into: { agencyId: angiang }, twins: 'merge' }),
      by,
    );
    await registry.db.updateTable('agency').set({ ended_on: ON }).where('id', '=', angiang).execute();
    clock.ms += 20 * DAY_MS;
    for (let time = 0; time < 2; time += 1) {
      const { hindered } = await applyDueChanges(registry);
      expect(hindered).toMatchObject([{ id: change.id, problem: expect.stringContaining('ended on') }]);
    }
    expect(
      (await listAudit(registry, { limit: 5 })).filter(({ action }) => action === 'agency-change.hindered'),
    ).toHaveLength(1);
    await registry.db.updateTable('agency').set({ ended_on: null }).where('id', '=', angiang).execute();
    expect((await applyDueChanges(registry)).applied).toHaveLength(1);
  });

  it('is called off while it is planned, and only then', async () => {
    const { angiang, kiengiang } = await provinces();
    const plan = merge({
      on: '2027-01-01',
      sources: [kiengiang],
      into: { agencyId: angiang },
      twins: 'merge',
    });
    const { change } = await planChange(registry, plan, by);
    expect(await cancelChange(registry, change.id, by)).toMatchObject({ state: 'cancelled' });
    await expect(cancelChange(registry, change.id, by)).rejects.toMatchObject({ code: 'change-over' });
    clock.ms += 100 * DAY_MS;
    expect((await applyDueChanges(registry)).applied).toEqual([]);
  });

  it('refuses what cannot be', async () => {
    const { angiang, commune, kiengiang, otherHealth } = await provinces();
    const codes = async (change: Record<string, unknown>) =>
      (await dryRunChange(registry.db, merge(change), ALL)).conflicts.map(({ code }) => code);
    expect(await codes({ sources: [1], into: { agencyId: angiang } })).toEqual(['root']);
    expect(await codes({ sources: [kiengiang], into: { agencyId: commune } })).toEqual(['cycle']);
    expect(await codes({ sources: [kiengiang], into: { agencyId: kiengiang } })).toEqual(['nothing-to-do']);
    expect(await codes({ sources: [999], into: { agencyId: angiang } })).toEqual(['unknown']);
    expect(await codes({ sources: [kiengiang], into: { name: 'tỉnh an giang', kind: 'province' } })).toEqual([
      'twin',
    ]);
    const below = { name: 'X', kind: 'unit', parentId: otherHealth };
    expect(await codes({ sources: [kiengiang], into: below })).toEqual(['cycle']);
  });

  it('is there only for those who see all of it', async () => {
    const { angiang, kiengiang } = await provinces();
    const scope = await scopeOfAgency(registry.db, angiang);
    const plan = merge({
      on: '2027-01-01',
      sources: [kiengiang],
      into: { agencyId: angiang },
      twins: 'merge',
    });
    await expect(dryRunChange(registry.db, plan, scope)).rejects.toMatchObject({ code: 'agency-unknown' });
    await planChange(registry, plan, by);
    expect(await listChanges(registry.db, scope, { limit: 10 })).toEqual([]);
    const own = await scopeOfAgency(registry.db, kiengiang);
    const beside = merge({ sources: [kiengiang], into: { name: 'Mới', kind: 'province' }, twins: 'merge' });
    await expect(dryRunChange(registry.db, beside, own)).rejects.toMatchObject({ code: 'agency-unknown' });
  });

  it('leaves a legal hold on what was, and lets it reach who took over', async () => {
    const { angiang, kiengiang } = await provinces();
    await createHold(
      registry,
      { subject: { kind: 'agency', agencyId: kiengiang }, reason: 'điều tra' },
      'test',
    );
    await planChange(
      registry,
      merge({ sources: [kiengiang], into: { agencyId: angiang }, twins: 'merge' }),
      by,
    );
    const [hold] = await holdsInForce(registry.db);
    expect(hold?.agencyIds).toEqual(expect.arrayContaining([angiang, kiengiang]));
  });
});

describe('a merge taken back', () => {
  const applied = async () => {
    const world = await provinces();
    const { angiang, kiengiang } = world;
    const plan = merge({ sources: [kiengiang], into: { agencyId: angiang }, twins: 'merge' });
    const { change } = await planChange(registry, plan, by);
    return { ...world, id: change.id };
  };

  it('puts everything back as it was', async () => {
    const world = await applied();
    const { kiengiang, otherHealth, commune, host, healthHost, portal, angiang, id } = world;
    expect(await previewReverse(registry, id, by)).toMatchObject({
      conflicts: [],
      returning: { agents: 2, users: 1, systems: 1 },
    });
    const { change, movedAgentIds } = await reverseChange(registry, id, by, { skip: false });
    expect(change.state).toBe('reversed');
    expect(movedAgentIds).toHaveLength(2);
    expect([await agencyOf(host), await agencyOf(healthHost)]).toEqual([kiengiang, otherHealth]);
    expect((await readAgency(registry.db, commune)).parentId).toBe(kiengiang);
    expect(await readAgency(registry.db, otherHealth)).toMatchObject({ endedOn: null });
    expect((await listUsers(registry)).map(({ agencyId }) => agencyId)).toEqual([kiengiang]);
    const [row] = await registry.db
      .selectFrom('information_system')
      .select('name')
      .where('id', '=', portal.id)
      .execute();
    expect(row?.name).toBe('Một cửa điện tử');
    const { periods, codes, successors } = await readAgencyDetail(registry.db, kiengiang, ALL);
    expect(periods).toMatchObject([{ from: null, to: null }]);
    expect(codes).toMatchObject([{ code: 'H33', to: null }]);
    expect(successors).toEqual([]);
    expect(inScope(await scopeOfAgency(registry.db, angiang), kiengiang)).toBe(false);
    expect(await agenciesAt(registry.db, 'agent', '2025-06-30')).toEqual(new Map());
    await expect(reverseChange(registry, id, by, { skip: false })).rejects.toMatchObject({
      code: 'change-over',
    });
  });

  it('names what was moved since, and leaves it there when told to', async () => {
    const { host, healthHost, health, otherHealth, id } = await applied();
    const elsewhere = await add('Sở Nội vụ', 'department');
    await moveAgentTo({ agencyId: elsewhere })(registry, host, by);
    const { conflicts } = await previewReverse(registry, id, by);
    expect(conflicts).toMatchObject([{ code: 'moved-since', kind: 'agents', count: 1, skippable: true }]);
    await expect(reverseChange(registry, id, by, { skip: false })).rejects.toMatchObject({
      code: 'change-conflict',
    });
    expect(await agencyOf(healthHost)).toBe(health);
    await reverseChange(registry, id, by, { skip: true });
    expect([await agencyOf(host), await agencyOf(healthHost)]).toEqual([elsewhere, otherHealth]);
  });

  it('waits for later changes to be taken back, for what came to a new agency, and for twins', async () => {
    const { angiang, kiengiang } = await provinces();
    const into = { name: 'Tỉnh Mới', kind: 'province' };
    const first = await planChange(
      registry,
      merge({ sources: [angiang, kiengiang], into, twins: 'merge' }),
      by,
    );
    const [begun = 0] = first.change.outcome?.begun ?? [];
    const rename = changePlanSchema.parse({
      kind: 'rename',
      on: '2026-01-01',
      agencyId: begun,
      name: 'Tỉnh Khác',
      reason: 'đổi tên',
    });
    const second = await planChange(registry, rename, by);
    const host = await enrol(begun);
    await add('Tỉnh Kiên Giang', 'province');
    const codes = async () =>
      (await previewReverse(registry, first.change.id, by)).conflicts.map(({ code }) => code);
    expect(await codes()).toEqual(['later-change', 'changed-since', 'twin', 'came-since', 'came-since']);
    await reverseChange(registry, second.change.id, by, { skip: false });
    expect(await readAgency(registry.db, begun)).toMatchObject({ name: 'Tỉnh Mới' });
    await moveAgentTo({ agencyId: 1 })(registry, host, by);
    await expect(reverseChange(registry, first.change.id, by, { skip: true })).rejects.toMatchObject({
      code: 'change-conflict',
    });
  });

  it('is refused after thirty days', async () => {
    const { id } = await applied();
    clock.ms += 30 * DAY_MS + 1;
    await expect(reverseChange(registry, id, by, { skip: false })).rejects.toMatchObject({
      code: 'change-over',
    });
  });
});

describe('a split', () => {
  const split = (change: Record<string, unknown>): ChangePlan =>
    changePlanSchema.parse({ kind: 'split', on: ON, reason: 'tách sở', ...change });

  it('gives each part what it takes, by rule and by name, and the rest to one', async () => {
    const office = await add('Sở Thông tin và Truyền thông', 'department');
    const centre = await add('Trung tâm CNTT', 'unit', office);
    const [press, web] = [await enrol(office, 'bao-chi-01'), await enrol(office, 'WEB-01')];
    const account = { username: 'chi', password: 'correct-horse-battery', mustChangePassword: false };
    await createUser(registry, { ...account, role: 'agency-viewer', agencyId: office }, 'test', CHEAP);
    const plan = split({
      source: office,
      parts: [
        { into: { name: 'Sở Khoa học và Công nghệ', kind: 'department' }, takes: { agencyIds: [centre] } },
        {
          into: { name: 'Sở Văn hóa', kind: 'department' },
          takes: { hosts: { hostnames: ['bao-chi-*'] }, usernames: ['chi'] },
        },
      ],
      rest: 0,
      history: 0,
    });
    expect((await dryRunChange(registry.db, plan, ALL)).holdings).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'agents', part: 1, count: 1 }),
        expect.objectContaining({ kind: 'agents', part: 0, count: 1 }),
        expect.objectContaining({ kind: 'users', part: 1, count: 1 }),
      ]),
    );
    const { change } = await planChange(registry, plan, by);
    const [science = 0, culture = 0] = change.outcome?.begun ?? [];
    expect([await agencyOf(press), await agencyOf(web)]).toEqual([culture, science]);
    expect((await readAgency(registry.db, centre)).parentId).toBe(science);
    expect((await listUsers(registry)).map(({ agencyId }) => agencyId)).toEqual([culture]);
    expect((await responsibleOn(registry.db, office, ON)).map(({ id }) => id)).toEqual([science, culture]);
    expect(inScope(await scopeOfAgency(registry.db, science), office)).toBe(true);
    expect(inScope(await scopeOfAgency(registry.db, culture), office)).toBe(false);
    await reverseChange(registry, change.id, by, { skip: false });
    expect([await agencyOf(press), await agencyOf(web)]).toEqual([office, office]);
    expect(await readAgency(registry.db, office)).toMatchObject({ endedOn: null });
    expect(await readAgency(registry.db, science)).toMatchObject({ endedOn: '2026-11-22' });
  });

  it('may leave the agency as it is but for a part', async () => {
    const office = await add('Sở Y tế', 'department');
    const host = await enrol(office);
    const plan = split({
      source: office,
      parts: [
        { into: { name: 'Chi cục Dân số', kind: 'unit', parentId: office }, takes: { agentIds: [host] } },
      ],
      rest: 'stays',
    });
    const { change } = await planChange(registry, plan, by);
    expect(await agencyOf(host)).toBe(change.outcome?.begun[0]);
    expect(await readAgency(registry.db, office)).toMatchObject({ endedOn: null });
  });

  it('names what is taken twice, and what is not there to take', async () => {
    const office = await add('Sở Y tế', 'department');
    const other = await add('Sở Nội vụ', 'department');
    const host = await enrol(office);
    const part = (name: string, takes: object) => ({ into: { name, kind: 'unit' }, takes });
    const plan = split({
      source: office,
      parts: [
        part('A', { agentIds: [host], agencyIds: [other] }),
        part('B', { hosts: { hostnames: ['*'] }, usernames: ['nobody'] }),
      ],
      rest: 0,
    });
    const { conflicts } = await dryRunChange(registry.db, plan, ALL);
    expect(conflicts.map(({ code }) => code)).toEqual(['not-below', 'not-below', 'taken-twice']);
  });
});

describe('a renaming', () => {
  it('keeps the old name for the days on which it was right', async () => {
    const office = await add('Sở Thông tin và Truyền thông', 'department');
    await addCode(registry, office, { code: 'H49.18' }, by);
    const plan = changePlanSchema.parse({
      kind: 'rename',
      on: ON,
      agencyId: office,
      name: 'Sở Khoa học và Công nghệ',
      shortName: 'Sở KH&CN',
      codes: [{ code: 'H49.20' }],
      reason: 'hợp nhất',
    });
    await planChange(registry, plan, by);
    const { name, periods, codes } = await readAgencyDetail(registry.db, office, ALL);
    expect(name).toBe('Sở Khoa học và Công nghệ');
    expect(periods).toMatchObject([
      { name: 'Sở Thông tin và Truyền thông', to: ON },
      { name: 'Sở Khoa học và Công nghệ', shortName: 'Sở KH&CN', from: ON },
    ]);
    expect(codes.map(({ code, from, to }) => [code, from, to])).toEqual([
      ['H49.18', null, ON],
      ['H49.20', ON, null],
    ]);
    const again = { ...plan, on: '2025-06-01', name: 'Khác' };
    const { conflicts } = await dryRunChange(registry.db, again, ALL);
    expect(conflicts.map(({ code }) => code)).toEqual(['too-early']);
  });
});

describe('things of one name', () => {
  it('move unless who takes over has one of it, and come back', async () => {
    const [one, two, three] = [await add('A', 'unit'), await add('B', 'unit'), await add('C', 'unit')];
    const hunt = (id: string, name: string, agencyId: number) => ({
      id,
      name,
      description: '',
      kind: 'query' as const,
      text: 'x',
      span_ms: 1,
      agency_id: agencyId,
      created_by: 'test',
      created_ms: 0,
      updated_by: 'test',
      updated_ms: 0,
      version: 1,
    });
    const hunts = [
      hunt('1', 'web', one),
      hunt('2', 'web', two),
      hunt('3', 'mail', two),
      hunt('4', 'mail', three),
    ];
    await registry.db.insertInto('hunt').values(hunts).execute();
    const owners = async () =>
      (await registry.db.selectFrom('hunt').select('agency_id').orderBy('id').execute()).map(
        (row) => row.agency_id,
      );
    const { change } = await planChange(
      registry,
      merge({ sources: [two, three], into: { agencyId: one } }),
      by,
    );
    expect(await owners()).toEqual([one, two, one, three]);
    await reverseChange(registry, change.id, by, { skip: false });
    expect(await owners()).toEqual([one, two, two, three]);
  });
});

describe('what hides detections', () => {
  const RULES = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];
  const [both = '', lone = ''] = RULES;
  const ruleOf = (ruleId: string) => `title: t
id: ${ruleId}
logsource: { product: linux, service: sshd }
detection: { selection: { event.action: x }, condition: selection }
level: low
`;
  const decide = (ruleId: string, agencyId: number, isOn: boolean | null, severity: 'low' | null = null) =>
    setScope(registry, { ruleId, target: { agencyId }, isOn, severity, reason: 'r' }, by);
  /** Whether a rule raises alerts on a host as the judge asks. */
  const isOn = async (ruleId: string, agentId: string): Promise<boolean> => {
    const control = await registry.db
      .transaction()
      .execute((trx) => readRuleControl(trx, [{ rule: { ruleId }, agentId }]));
    return control(ruleId, agentId, await agencyOf(agentId))?.isOn ?? true;
  };
  const apply = async (sources: number[], into: { agencyId: number }, on = ON): Promise<number> =>
    (await planChange(registry, merge({ on, sources, into }), by)).change.id;
  const reached = async (agentId: string): Promise<boolean> => {
    const index = new ExceptionIndex(
      await readActing(registry.db, registry.now()),
      { categories: () => [], logsource: () => ({}) },
      [],
    );
    const detection = {
      rule: { ruleId: lone },
      agencyId: await agencyOf(agentId),
      agentId,
      hostname: 'h',
      timeMs: registry.now(),
      matched: {},
    };
    return index.candidates({ detection, isCorrelation: false, groupId: null }).length > 0;
  };
  /** A window that takes all of an agency, approved by somebody who stands at the other place. */
  async function except(agencyId: number, approver: number): Promise<void> {
    const until = registry.now() + 20 * 86_400_000;
    const window = {
      from: new Date(registry.now()).toISOString(),
      to: new Date(until).toISOString(),
      reason: 'r',
    };
    const asked: ExceptionRequest = {
      name: 'patches',
      kind: 'rule',
      condition: null,
      window,
      agencyId,
      agentId: null,
      groupId: null,
      rules: null,
      categories: null,
      takesAll: false,
      reason: 'r',
      startsMs: null,
      expiresMs: until,
      reviewMs: until - 1,
    };
    const { id } = await requestException(registry, asked, by);
    const who = { actor: 'user:second', agencyId: approver, scope: ALL };
    const term = { severities: [], isWindow: true };
    await approveException(registry, { id, version: undefined, by: who, reason: undefined, term });
  }

  beforeEach(async () => {
    for (const ruleId of RULES) await addRule(registry, { text: ruleOf(ruleId), why: 'w' }, by);
    await registry.db.updateTable('rule').set({ state: 'on' }).execute();
  });

  it('of a small agency holds for its own hosts after a merge, and for nobody else; taken back, all is as it was', async () => {
    const [one, two] = [await add('A', 'unit'), await add('B', 'unit')];
    const [large, small] = [await enrol(one), await enrol(two)];
    await decide(both, one, true);
    await decide(both, two, false);
    await decide(lone, two, false);
    await except(two, two);
    const plan = merge({ sources: [two], into: { agencyId: one } });
    const { holdings } = await dryRunChange(registry.db, plan, ALL);
    expect(holdings.filter(({ kind }) => ['rule-scopes', 'exceptions'].includes(kind))).toEqual([
      expect.objectContaining({ kind: 'exceptions', fate: 'stays', count: 1 }),
      expect.objectContaining({ kind: 'rule-scopes', fate: 'stays', count: 2 }),
    ]);
    const seen = async () => [
      [await isOn(lone, large), await isOn(both, large), await reached(large)],
      [await isOn(lone, small), await isOn(both, small), await reached(small)],
    ];
    const before = [
      [true, true, false],
      [false, false, true],
    ];
    expect(await seen()).toEqual(before);
    const id = await apply([two], { agencyId: one });
    expect(await agencyOf(small)).toBe(one);
    expect(await seen()).toEqual(before);
    // Who takes over sees what was decided, and may take it back.
    const [left] = await listScopes(registry.db, lone, await scopeOfAgency(registry.db, one));
    expect(left).toMatchObject({ name: 'B', isOn: false });
    await reverseChange(registry, id, by, { skip: false });
    expect(await agencyOf(small)).toBe(two);
    expect(await seen()).toEqual(before);
    expect(await agencyOf(large)).toBe(one);
  });

  it('comes with an agency that stood below, and through a second merge', async () => {
    const [one, two, three] = [await add('A', 'unit'), await add('B', 'unit'), await add('C', 'unit')];
    const below = await add('B1', 'unit', two);
    const [deep, own, other] = [await enrol(below), await enrol(two), await enrol(three)];
    await decide(lone, two, false);
    await except(two, 1);
    await apply([two], { agencyId: one });
    await apply([one], { agencyId: three }, '2025-07-02');
    for (const [agentId, isTheirs] of [
      [deep, true],
      [own, true],
      [other, false],
    ] as const)
      expect([await isOn(lone, agentId), await reached(agentId)]).toEqual([!isTheirs, isTheirs]);
  });

  it('is left behind by a host that is moved on, and by agencies that are', async () => {
    const [one, two, three] = [await add('A', 'unit'), await add('B', 'unit'), await add('C', 'unit')];
    const below = await add('B1', 'unit', two);
    const [deep, own] = [await enrol(below), await enrol(two)];
    await decide(lone, two, false);
    await except(two, 1);
    await apply([two], { agencyId: one });
    await moveAgentTo({ agencyId: three })(registry, own, by);
    await registry.db.updateTable('agency').set({ parent_id: three }).where('id', '=', below).execute();
    await registry.db
      .updateTable('agency_tree')
      .set((eb) => ({ version: eb('version', '+', 1) }))
      .execute();
    for (const agentId of [deep, own])
      expect([await isOn(lone, agentId), await reached(agentId)]).toEqual([true, false]);
  });

  it('of who takes over is told of before, since it will hold for what comes', async () => {
    const above = await add('Tỉnh', 'unit');
    const [one, two] = [await add('A', 'unit', above), await add('B', 'unit')];
    const host = await enrol(two);
    await decide(lone, above, false);
    await decide(both, one, null, 'low');
    await except(one, 1);
    const plan = merge({ sources: [two], into: { agencyId: one } });
    const { holdings } = await dryRunChange(registry.db, plan, ALL);
    expect(holdings.filter(({ fate }) => fate === 'reaches')).toEqual([
      expect.objectContaining({ kind: 'exceptions', count: 1 }),
      expect.objectContaining({ kind: 'rule-scopes', count: 1 }),
    ]);
    await apply([two], { agencyId: one });
    expect([await isOn(lone, host), await reached(host)]).toEqual([false, true]);
  });
});
