import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAgency } from '../../../collector/registry/agencies.ts';
import { addCode } from '../../../collector/registry/agency-codes.ts';
import { exportAgencies, importAgencies } from '../../../collector/registry/agency-import.ts';
import { moveAgentTo } from '../../../collector/registry/agent-acts.ts';
import { tagAgents } from '../../../collector/registry/agent-tags.ts';
import { listAudit } from '../../../collector/registry/audit.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { createJoinToken } from '../../../collector/registry/join-tokens.ts';
import { scopeOfAgency } from '../../../collector/registry/agencies.ts';
import { writePresence } from '../../../collector/registry/presence.ts';
import { patchSystem } from '../../../collector/registry/system-book.ts';
import { undoImport } from '../../../collector/registry/compliance/undo-import.ts';
import { exportSystems, importSystems } from '../../../collector/registry/system-import.ts';
import { assignHosts, listMembers, unassignHosts } from '../../../collector/registry/system-members.ts';
import {
  addSystemRule,
  applySystemRules,
  explainMembership,
  removeSystemRule,
} from '../../../collector/registry/system-rules.ts';
import { addStarterSystems } from '../../../collector/registry/system-starter.ts';
import { createSystem, listSystems, readSystem } from '../../../collector/registry/systems.ts';
import { enrolRequest, memoryRegistry, START_MS, type TestClock } from './registry-fixture.ts';

const ALL = { kind: 'all' } as const;
const by = { actor: 'user:an', scope: ALL, agencyId: 1 };
const DAY_MS = 86_400_000;

let registry: Registry;
let clock: TestClock;
let machines = 0;

beforeEach(async () => {
  ({ registry, clock } = await memoryRegistry());
});
afterEach(() => registry.close());

const add = async (name: string, parentId = 1): Promise<number> =>
  (await createAgency(registry, { name, kind: 'department', parentId }, 'test')).id;
const system = async (name: string, agencyId = 1) =>
  (await createSystem(registry, { name, agencyId, lawProfile: 'vn-2026' }, 'test')).id;

async function enrol(hostname: string, agencyId = 1): Promise<string> {
  const token = await createJoinToken(registry, { agencyId, uses: 1 }, 'test');
  const base = enrolRequest(token, { machineId: `machine-${(machines += 1)}` });
  const outcome = await enrolAgent(registry, { ...base, host: { ...base.host, hostname } }, '::1');
  if (!outcome.ok) throw new Error('not enrolled');
  return outcome.agentId;
}

const membersOf = async (id: number): Promise<string[]> =>
  (await listMembers(registry.db, id, ALL, { limit: 100 })).map(({ hostname }) => hostname).toSorted();

describe('hosts of a system by rule', () => {
  it('come in and leave as they change, and their past stays on record', async () => {
    const office = await add('Sở Y tế');
    const id = await system('Cổng DVC');
    const web = await enrol('web-01', office);
    await enrol('pc-01', office);
    await addSystemRule(registry, id, { rule: { hostnames: ['web-*'], agencyIds: [office] }, note: '' }, by);
    expect(await membersOf(id)).toEqual(['web-01']);
    await enrol('web-02', office);
    expect(await applySystemRules(registry)).toEqual({ joined: 1, left: 0 });
    expect(await applySystemRules(registry)).toEqual({ joined: 0, left: 0 });
    clock.ms += DAY_MS;
    await moveAgentTo({ agencyId: 1 })(registry, web, by);
    await applySystemRules(registry);
    expect(await membersOf(id)).toEqual(['web-02']);
    const rows = await registry.db
      .selectFrom('host_system')
      .select(['valid_from_ms', 'valid_to_ms'])
      .where('agent_id', '=', web)
      .execute();
    expect(rows).toEqual([{ valid_from_ms: START_MS, valid_to_ms: START_MS + DAY_MS }]);
    const [last] = await listAudit(registry, { limit: 1 });
    expect(last).toMatchObject({
      actor: 'system',
      action: 'system.unassign',
      detail: { by: 'rule', hosts: 1 },
    });
  });

  it('go by address and tag, and leave with the rule', async () => {
    const id = await system('Cổng DVC');
    const one = await enrol('a');
    await enrol('b');
    await writePresence(registry.db, [
      { agentId: one, online: true, network: '10.1.2.0/24', address: '10.1.2.3', atMs: clock.ms },
    ]);
    const rule = await addSystemRule(registry, id, { rule: { addresses: ['10.1.0.0/16'] }, note: '' }, by);
    await addSystemRule(registry, id, { rule: { tags: ['dvc'] }, note: '' }, by);
    await tagAgents(registry, { hostnames: ['b'] }, { add: ['DVC'], remove: [] }, by);
    await applySystemRules(registry);
    expect(await membersOf(id)).toEqual(['a', 'b']);
    clock.ms += 1_000;
    await removeSystemRule(registry, id, rule.id, by);
    expect(await membersOf(id)).toEqual(['b']);
    await tagAgents(registry, { hostnames: ['b'] }, { add: [], remove: ['dvc'] }, by);
    await applySystemRules(registry);
    expect(await membersOf(id)).toEqual([]);
  });

  it('leave alone what a person decided, and say why a host is where it is', async () => {
    const id = await system('Cổng DVC');
    const [web, db] = [await enrol('web'), await enrol('db')];
    await assignHosts(registry, id, { hostnames: ['db'] }, 'user:an');
    const rule = await addSystemRule(registry, id, { rule: { hostnames: ['web'] }, note: '' }, by);
    clock.ms += 1_000;
    await unassignHosts(registry, id, { hostnames: ['web'] }, 'user:an');
    await applySystemRules(registry);
    expect(await membersOf(id)).toEqual(['db']);
    expect(await explainMembership(registry.db, id, web, ALL)).toMatchObject({
      member: false,
      because: 'excluded',
      rules: [{ ruleId: rule.id, matches: true, conditions: [{ condition: 'hostname', by: 'web' }] }],
    });
    expect(await explainMembership(registry.db, id, db, ALL)).toMatchObject({
      because: 'assigned',
      rules: [{ matches: false }],
    });
    await assignHosts(registry, id, { hostnames: ['web'] }, 'user:an');
    await removeSystemRule(registry, id, rule.id, by);
    expect(await membersOf(id)).toEqual(['db', 'web']);
  });

  it('reach no further than their maker sees', async () => {
    const [one, two] = [await add('A'), await add('B')];
    const id = await system('Trang TTĐT', one);
    await enrol('web', one);
    await enrol('web', two);
    const scope = await scopeOfAgency(registry.db, one);
    const maker = { actor: 'user:b', scope, agencyId: one };
    await addSystemRule(registry, id, { rule: { hostnames: ['*'] }, note: '' }, maker);
    expect(await membersOf(id)).toEqual(['web']);
    await expect(
      addSystemRule(registry, id, { rule: { agencyIds: [two] }, note: '' }, maker),
    ).rejects.toMatchObject({ code: 'agency-unknown' });
  });

  it('are in it once at a time', async () => {
    const id = await system('Cổng DVC');
    await enrol('web');
    await assignHosts(registry, id, { hostnames: ['web'] }, 'test');
    clock.ms += 10 * DAY_MS;
    await unassignHosts(registry, id, { hostnames: ['web'] }, 'test');
    const again = (sinceMs?: number) =>
      assignHosts(registry, id, { hostnames: ['web'] }, 'test', { sinceMs });
    await expect(again(START_MS + DAY_MS)).rejects.toMatchObject({ code: 'membership-overlap' });
    expect(await again()).toMatchObject({ changed: 1 });
  });
});

describe('a system', () => {
  it('has an owner and an operator, both of whom see it, and a code of its own', async () => {
    const [owner, operator, other] = [await add('A'), await add('B'), await add('C')];
    const wanted = {
      name: 'LGSP',
      code: 'LGSP',
      agencyId: owner,
      operatorId: operator,
      lawProfile: 'vn-2026' as const,
    };
    const { id, version } = await createSystem(registry, wanted, 'test');
    const seen = async (agencyId: number) =>
      (await listSystems(registry, await scopeOfAgency(registry.db, agencyId))).length;
    expect([await seen(owner), await seen(operator), await seen(other)]).toEqual([1, 1, 0]);
    await expect(createSystem(registry, { ...wanted, name: 'X' }, 'test')).rejects.toMatchObject({
      code: 'system-exists',
    });
    await expect(
      createSystem(registry, { ...wanted, name: 'lgsp', code: 'Y' }, 'test'),
    ).rejects.toMatchObject({ code: 'system-exists' });
    const patched = await patchSystem(registry, id, { agencyId: other, level: 3 }, { ...by, version });
    expect(patched).toMatchObject({ agencyId: other, operatorId: operator, level: 3 });
    await expect(patchSystem(registry, id, { name: 'Z' }, { ...by, version })).rejects.toMatchObject({
      code: 'version-conflict',
    });
    const former = await registry.db.selectFrom('former_agency').select(['kind', 'agency_id']).execute();
    expect(former).toEqual([{ kind: 'system', agency_id: owner }]);
  });

  it('of the starter catalogue is added once, with its level as a proposal', async () => {
    const office = await add('UBND tỉnh');
    await system('THƯ ĐIỆN TỬ CÔNG VỤ', office);
    const plan = await addStarterSystems(registry, office, by, { dryRun: true });
    expect(await listSystems(registry, ALL)).toHaveLength(1);
    expect(plan.there).toEqual(['MAIL']);
    const done = await addStarterSystems(registry, office, by, { dryRun: false });
    expect(done).toEqual(plan);
    const systems = await listSystems(registry, ALL);
    expect(systems).toHaveLength(plan.added.length + 1);
    expect(systems.every(({ level }) => level === null)).toBe(true);
    expect((await addStarterSystems(registry, office, by, { dryRun: false })).added).toEqual([]);
  });
});

describe('an import', () => {
  const CSV = [
    '\ufeffMã định danh;Tên cơ quan;Tên viết tắt;Loại;Mã cơ quan cấp trên',
    'H01.12.1;Trung tâm Y tế;TTYT;Đơn vị;H01.12',
    'H01.12;Sở Y tế;SYT;Sở;H01',
    'H01;Tỉnh An Giang;;Tỉnh;',
  ].join('\r\n');
  const load = (text: string, dryRun = false) => importAgencies(registry, text, by, { dryRun });

  it('adds parents before what is below them, once, and changes what is different', async () => {
    expect(await load(CSV, true)).toMatchObject({ created: 3, faults: [] });
    expect(await registry.db.selectFrom('agency').select('id').execute()).toHaveLength(1);
    expect(await load(CSV)).toMatchObject({ created: 3, changed: 0, faults: [] });
    expect(await load(CSV)).toMatchObject({ created: 0, changed: 0, unchanged: 3 });
    expect(await load(CSV.replace('Trung tâm Y tế', 'Trung tâm Y tế khu vực'))).toMatchObject({
      changed: 1,
      unchanged: 2,
    });
    const text = await exportAgencies(registry.db, ALL, '2026-11-22', 'vi');
    expect(text).toContain('H01.12.1;;Trung tâm Y tế khu vực;TTYT;Đơn vị;H01.12;');
    const again = await load(
      text
        .split('\r\n')
        .filter((line) => !line.includes('Cơ quan chủ quản;;Tỉnh'))
        .join('\r\n'),
    );
    expect(again).toMatchObject({ created: 0, changed: 0, faults: [] });
  });

  it('with any fault writes nothing, and names each by line and column', async () => {
    const text = [
      'Code;Name;Kind;Parent code;Began on',
      'H01;An Giang;province;;',
      'H1;Sở A;department;H01;',
      'H01.2;;huyện;H01;32/01/2025',
      'H01.3;Sở C;department;H99;',
      'H01;Sở D;department;;',
    ].join('\n');
    const { faults } = await load(text);
    expect(faults.map(({ line, column }) => [line, column])).toEqual([
      [4, 2],
      [4, 3],
      [4, 5],
      [6, 1],
    ]);
    const rest = text
      .split('\n')
      .filter((_line, place) => ![3, 5].includes(place))
      .join('\n');
    expect((await load(rest)).faults.map(({ line, column }) => [line, column])).toEqual([
      [3, 1],
      [4, 4],
    ]);
    expect(await registry.db.selectFrom('agency').select('id').execute()).toHaveLength(1);
  });

  it('refuses a tree that bites its tail', async () => {
    const { faults } = await load(
      'Code;Name;Kind;Parent\nH01.1;A;unit;H01.2\nH01.2;B;unit;H01.1\nH01.3;C;unit;H01.3',
    );
    expect(faults.length).toBeGreaterThan(0);
    expect(await registry.db.selectFrom('agency').select('id').execute()).toHaveLength(1);
  });

  it('of a part of the tree stays in it', async () => {
    const [one, two] = [await add('A'), await add('B')];
    await addCode(registry, two, { code: 'H02' }, by);
    const own = { actor: 'user:b', scope: await scopeOfAgency(registry.db, one), agencyId: one };
    const outside = await importAgencies(registry, 'Code;Name;Kind;Parent\nH01.9;X;unit;H02', own, {
      dryRun: false,
    });
    expect(outside.faults).toMatchObject([{ line: 2, column: 4 }]);
    const inside = 'Code;Name;Kind;Parent\nH01.9;X;unit;\nH01.9.1;Y;unit;H01.9';
    expect(await importAgencies(registry, inside, own, { dryRun: false })).toMatchObject({
      created: 2,
      faults: [],
    });
  });

  it('of systems finds owner and operator by code or name, and changes nothing the second time', async () => {
    const [owner, operator] = [await add('UBND tỉnh An Giang'), await add('Trung tâm CNTT')];
    await addCode(registry, owner, { code: 'H01' }, by);
    const text = [
      'Mã hệ thống;Tên hệ thống;Chủ quản;Đơn vị vận hành;Cấp độ;Căn cứ;Mô tả',
      'LGSP;Trục tích hợp;H01;trung tâm cntt;3;vn-2026;"=cmd|calc"',
      ';Trang tin;H01;;Cấp độ 1;;',
    ].join('\n');
    const run = (csv: string) => importSystems(registry, csv, by, { dryRun: false });
    expect(await run(text)).toMatchObject({ created: 2, faults: [] });
    expect(await run(text)).toMatchObject({ created: 0, changed: 0, unchanged: 2 });
    const [lgsp] = await listSystems(registry, ALL);
    expect((await listSystems(registry, ALL)).find(({ code }) => code === 'LGSP')).toMatchObject({
      level: 3,
      operatorId: operator,
    });
    expect(lgsp).toBeDefined();
    const exported = await exportSystems(registry, ALL, 'vi');
    expect(exported).toContain("LGSP;Trục tích hợp;H01;Trung tâm CNTT;3;vn-2026;'=cmd|calc");
    expect(await run(exported)).toMatchObject({ changed: 0, faults: [] });
    const twice = await run(`${text}\nLGSP;Trục tích hợp tỉnh;H01;;3;;`);
    expect([twice.id, twice.faults]).toMatchObject([
      null,
      [{ line: 4, column: 2, vi: 'hệ thống này đã có ở dòng 2' }],
    ]);
    const bad = await run('Tên hệ thống;Chủ quản;Cấp độ;Căn cứ\nX;H77;6;luật\n');
    expect(bad.faults.map(({ column }) => column)).toEqual([2, 3, 4]);
  });

  it('of systems is shown row by row, and taken back as one act while nothing was changed since', async () => {
    const [owner, other] = [await add('Sở A'), await add('Sở B')];
    await addCode(registry, owner, { code: 'H01' }, by);
    await addCode(registry, other, { code: 'H02' }, by);
    const made = { name: 'Một cửa', code: 'MC', agencyId: owner, lawProfile: 'vn-2022' as const, level: 2 };
    const { id } = await createSystem(registry, made, 'test');
    const csv =
      'Code;Name;Owner;Level;Law profile;Description\nMC;Một cửa điện tử;H02;3;vn-2026;Mới\nTT;Trang tin;H01;1;;\n';
    const look = await importSystems(registry, csv, by, { dryRun: true });
    expect(look).toMatchObject({ created: 1, changed: 1, id: null, faults: [] });
    expect(look.rows).toEqual([
      {
        line: 2,
        outcome: 'changed',
        name: 'Một cửa điện tử',
        agencyName: 'Sở B',
        changes: {
          name: ['Một cửa', 'Một cửa điện tử'],
          agencyName: ['Sở A', 'Sở B'],
          level: [2, 3],
          lawProfile: ['vn-2022', 'vn-2026'],
          description: ['', 'Mới'],
        },
      },
      expect.objectContaining({ line: 3, outcome: 'created', name: 'Trang tin' }),
    ]);
    const before = await readSystem(registry.db, id);
    const done = await importSystems(registry, csv, by, { dryRun: false, name: 'he-thong.csv' });
    const undoer = { actor: 'user:an', scope: ALL, approves: false };
    expect(await undoImport(registry, done.id ?? 0, undoer)).toMatchObject({ created: 1, changed: 1 });
    expect(await readSystem(registry.db, id)).toEqual({ ...before, version: expect.any(Number) });
    expect(await listSystems(registry, ALL)).toHaveLength(1);
    const again = await importSystems(registry, csv, by, { dryRun: false });
    await patchSystem(registry, id, { description: 'khác' }, { actor: 'test', scope: ALL });
    await expect(undoImport(registry, again.id ?? 0, undoer)).rejects.toMatchObject({
      code: 'dossier-import-changed',
    });
  });
});
