import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DossierPatch } from '../../../collector/compliance/dossier/facts.ts';
import { EMPTY_OFFICE } from '../../../collector/compliance/dossier/office.ts';
import { createAgency, scopeOfAgency } from '../../../collector/registry/agencies.ts';
import { applyDueChanges, planChange } from '../../../collector/registry/agency-changes.ts';
import { listAudit } from '../../../collector/registry/audit.ts';
import { setCalendar } from '../../../collector/registry/calendars.ts';
import { answerCriteria, readAnswers } from '../../../collector/registry/compliance/answers.ts';
import { confirmRows } from '../../../collector/registry/compliance/confirmations.ts';
import { readDossierHistory } from '../../../collector/registry/compliance/dossier-history.ts';
import {
  createDossier,
  type DossierBy,
  findDossier,
  listDossiers,
  patchDossier,
} from '../../../collector/registry/compliance/dossiers.ts';
import { readDeadlines, tellDeadlines } from '../../../collector/registry/compliance/deadlines.ts';
import { readFindings } from '../../../collector/registry/compliance/read-findings.ts';
import { readMau08Facts, reportYear } from '../../../collector/registry/compliance/mau-08-facts.ts';
import { readOffices, setOffice } from '../../../collector/registry/compliance/offices.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { createSystem, readSystem } from '../../../collector/registry/systems.ts';
import { mau08Body } from '../../../collector/report/mau-08-body.ts';
import { memoryRegistry, type TestClock } from './registry-fixture.ts';

const ALL = { kind: 'all' } as const;
const LEAD: DossierBy = { actor: 'user:lead', scope: ALL, approves: true };
const OPERATOR: DossierBy = { actor: 'user:an', scope: ALL, approves: false };
const APPROVED: DossierPatch = {
  status: 'approved',
  proposedLevel: 3,
  approvalNumber: '12/QĐ-UBND',
  approvedOn: '2026-10-02',
  regulationNumber: '5/QĐ-SYT',
  regulationOn: '2026-09-01',
  plan: 'full',
};

let registry: Registry;
let clock: TestClock;

beforeEach(async () => {
  ({ registry, clock } = await memoryRegistry());
});
afterEach(() => registry.close());

const add = async (name: string, parentId = 1): Promise<number> =>
  (await createAgency(registry, { name, kind: 'department', parentId }, 'test')).id;
const system = async (name: string, agencyId = 1) =>
  (await createSystem(registry, { name, agencyId, lawProfile: 'vn-2026' }, 'test')).id;
const levels = (systemId: number) =>
  registry.db
    .selectFrom('system_level')
    .select(['level', 'valid_to_ms'])
    .where('system_id', '=', systemId)
    .orderBy('id')
    .execute();

async function report(agencyId: number, day: string) {
  const wanted = { agencyId, from: `${Number(day.slice(0, 4)) - 1}-12-15`, day, scope: ALL, nowMs: clock.ms };
  return mau08Body(await readMau08Facts(registry.db, wanted));
}

describe('a dossier', () => {
  it('gives its system level and profile when it is approved, and those before it stay on record', async () => {
    const id = await system('Cổng DVC');
    const dossier = await createDossier(registry, id, { proposedLevel: 3 }, OPERATOR);
    expect((await readSystem(registry.db, id)).level).toBeNull();
    await patchDossier(registry, dossier.id, { ...APPROVED, lawProfile: 'vn-2022' }, LEAD);
    expect(await readSystem(registry.db, id)).toMatchObject({ level: 3, lawProfile: 'vn-2022' });
    clock.ms += 1_000;
    const next = await createDossier(
      registry,
      id,
      { ...APPROVED, proposedLevel: 4, approvedOn: '2026-11-20' },
      LEAD,
    );
    expect((await levels(id)).map(({ level }) => level)).toEqual([null, 3, 4]);
    expect((await listDossiers(registry.db, id, ALL)).map(({ id, facts }) => [id, facts.endedOn])).toEqual([
      [dossier.id, '2026-11-20'],
      [next.id, null],
    ]);
  });

  it('is approved, and changed after that, by who approves only', async () => {
    const id = await system('Cổng DVC');
    await expect(createDossier(registry, id, APPROVED, OPERATOR)).rejects.toMatchObject({
      code: 'dossier-not-yours',
    });
    const { id: dossierId } = await createDossier(registry, id, { status: 'submitted' }, OPERATOR);
    await expect(patchDossier(registry, dossierId, APPROVED, OPERATOR)).rejects.toMatchObject({
      code: 'dossier-not-yours',
    });
    await patchDossier(registry, dossierId, APPROVED, LEAD);
    await expect(patchDossier(registry, dossierId, { note: 'x' }, OPERATOR)).rejects.toMatchObject({
      code: 'dossier-not-yours',
    });
    expect((await readSystem(registry.db, id)).level).toBe(3);
  });

  it('keeps every version with who and why; a change for an old version is refused; the same twice is once', async () => {
    const id = await system('Cổng DVC');
    const { id: dossierId } = await createDossier(registry, id, { proposedLevel: 2 }, OPERATOR);
    const by = { ...OPERATOR, version: 1, reason: 'thêm dữ liệu' };
    await patchDossier(registry, dossierId, { proposedLevel: 3 }, by);
    await expect(patchDossier(registry, dossierId, { proposedLevel: 4 }, by)).rejects.toMatchObject({
      code: 'version-conflict',
    });
    const same = await patchDossier(registry, dossierId, { proposedLevel: 3 }, { ...OPERATOR, version: 2 });
    expect(same.version).toBe(2);
    const history = await readDossierHistory(registry.db, dossierId, ALL, { limit: 10 });
    expect(history.map(({ version, reason, facts }) => [version, reason, facts?.proposedLevel])).toEqual([
      [2, 'thêm dữ liệu', 3],
      [1, null, 2],
    ]);
    await expect(registry.db.deleteFrom('dossier_history').execute()).rejects.toThrow('append only');
    const [entry] = await listAudit(registry, { action: 'dossier.change', limit: 5 });
    expect(entry).toMatchObject({
      target: `system:${id}`,
      agencyId: 1,
      detail: { changes: { proposedLevel: [2, 3] } },
    });
  });

  it('is there for the agencies that own or run the system only', async () => {
    const [health, works, other] = [
      await add('Sở Y tế'),
      await add('Trung tâm CNTT'),
      await add('Sở Nội vụ'),
    ];
    const { id } = await createSystem(
      registry,
      { name: 'Cổng DVC', agencyId: health, operatorId: works, lawProfile: 'vn-2026' },
      'test',
    );
    const by = async (agencyId: number): Promise<DossierBy> => ({
      ...OPERATOR,
      scope: await scopeOfAgency(registry.db, agencyId),
    });
    const { id: dossierId } = await createDossier(registry, id, {}, await by(works));
    expect((await findDossier(registry.db, dossierId, (await by(health)).scope)).system.id).toBe(id);
    const outside = await by(other);
    await expect(findDossier(registry.db, dossierId, outside.scope)).rejects.toMatchObject({
      code: 'dossier-unknown',
    });
    await expect(createDossier(registry, id, {}, outside)).rejects.toMatchObject({ code: 'system-unknown' });
  });
});

describe('offices of an agency', () => {
  it('are written part by part, for a version', async () => {
    const by = { actor: 'user:an', scope: ALL };
    await setOffice(registry, 1, 'owner', { name: 'UBND tỉnh', phone: '0296 1' }, by);
    await setOffice(registry, 1, 'owner', { phone: null, email: 'ubnd@tinh.gov.vn' }, { ...by, version: 1 });
    await expect(setOffice(registry, 1, 'owner', {}, { ...by, version: 1 })).rejects.toMatchObject({
      code: 'version-conflict',
    });
    expect(await readOffices(registry.db, [1])).toEqual([
      {
        agencyId: 1,
        role: 'owner',
        version: 2,
        facts: { ...EMPTY_OFFICE, name: 'UBND tỉnh', email: 'ubnd@tinh.gov.vn' },
      },
      { agencyId: 1, role: 'specialised-unit', version: 0, facts: EMPTY_OFFICE },
    ]);
  });
});

describe('Mẫu 08 of the register', () => {
  it('comes out with no agent installed, and of the caller’s part of the tree only', async () => {
    const [health, science] = [await add('Sở Y tế'), await add('Sở KH&CN')];
    const one = await system('Hồ sơ sức khỏe', health);
    await system('Cổng DVC', science);
    await createDossier(registry, one, APPROVED, LEAD);
    const whole = await report(1, '2026-12-14');
    expect(whole.part1).toMatchObject({ managed: 2, approved: 1 });
    expect(whole.part3.map(({ name }) => name)).toEqual(['Cổng DVC', 'Hồ sơ sức khỏe']);
    expect((await report(health, '2026-12-14')).part3).toHaveLength(1);
    const scope = await scopeOfAgency(registry.db, health);
    const wanted = { agencyId: science, ...reportYear(2026), scope, nowMs: clock.ms };
    await expect(readMau08Facts(registry.db, wanted)).rejects.toMatchObject({ code: 'agency-unknown' });
  });

  it('knows who confirmed their rows, also when the whole report is made', async () => {
    const [health, science] = [await add('Sở Y tế'), await add('Sở KH&CN')];
    const one = await system('Hồ sơ sức khỏe', health);
    await system('Cổng DVC', science);
    const by = { actor: 'user:an', scope: await scopeOfAgency(registry.db, health) };
    expect(await confirmRows(registry, { agencyId: health, year: 2026, note: '' }, by)).toMatchObject({
      rows: 1,
    });
    const before = (await report(1, '2026-12-14')).confirmations;
    expect(before.confirmed).toMatchObject([{ agency: { id: health }, by: 'user:an', changed: false }]);
    expect(before.late.map(({ id }) => id)).toEqual([science]);
    await createDossier(registry, one, { proposedLevel: 2 }, OPERATOR);
    expect((await report(1, '2026-12-14')).confirmations.confirmed).toMatchObject([{ changed: true }]);
  });

  it('is right before, across and after a merge of two provinces', async () => {
    const [anGiang, kienGiang] = [await add('UBND tỉnh An Giang'), await add('UBND tỉnh Kiên Giang')];
    const harbour = await add('Sở Du lịch Kiên Giang', kienGiang);
    await system('Cổng DVC An Giang', anGiang);
    await system('Cổng DVC Kiên Giang', kienGiang);
    await system('Du lịch Phú Quốc', harbour);
    const plan = {
      kind: 'merge' as const,
      on: '2026-12-01',
      sources: [kienGiang],
      into: { agencyId: anGiang },
      twins: 'refuse' as const,
      reason: 'NQ 202/2025/QH15',
    };
    await planChange(registry, plan, { actor: 'user:lead', scope: ALL });
    clock.ms = Date.parse('2026-12-20T03:00:00Z');
    await applyDueChanges(registry);

    const names = async (agencyId: number, day: string) =>
      (await report(agencyId, day)).part3.map(({ name, owner }) => `${name}: ${owner}`);
    expect(await names(kienGiang, '2026-11-30')).toEqual([
      'Du lịch Phú Quốc: Sở Du lịch Kiên Giang',
      'Cổng DVC Kiên Giang: UBND tỉnh Kiên Giang',
    ]);
    expect(await names(anGiang, '2026-11-30')).toEqual(['Cổng DVC An Giang: UBND tỉnh An Giang']);
    const after = [
      'Du lịch Phú Quốc: Sở Du lịch Kiên Giang',
      'Cổng DVC An Giang: UBND tỉnh An Giang',
      'Cổng DVC Kiên Giang: UBND tỉnh An Giang',
    ];
    expect(await names(anGiang, '2026-12-14')).toEqual(after);
    expect(await names(kienGiang, '2026-12-14')).toEqual(after);
    expect((await report(anGiang, '2026-12-14')).annexes.changes).toEqual([
      {
        on: '2026-12-01',
        kind: 'merge',
        before: ['UBND tỉnh Kiên Giang'],
        after: ['UBND tỉnh An Giang'],
      },
    ]);
    expect((await report(anGiang, '2026-11-30')).annexes.changes).toEqual([]);
  });
});

describe('answers to the criteria', () => {
  it('propose the highest level with its clause; another one needs a reason', async () => {
    const id = await system('Cổng DVC');
    const { id: dossierId } = await createDossier(registry, id, {}, OPERATOR);
    const answers = { kinds: ['internal'], 'internal-information': ['private-or-personal'] };
    const { dossier, outcome } = await answerCriteria(registry, dossierId, answers, {
      ...OPERATOR,
      version: 1,
    });
    expect(dossier.facts.proposedLevel).toBe(2);
    expect(outcome.decided).toMatchObject([{ level: 2, clause: 'NĐ 331/2026 Đ12.1' }]);
    expect(await readAnswers(registry.db, dossierId, ALL)).toMatchObject({
      level: 2,
      actor: 'user:an',
      answers,
    });
    const lower = { proposedLevel: 1 };
    await expect(patchDossier(registry, dossierId, lower, OPERATOR)).rejects.toMatchObject({
      code: 'dossier-invalid',
    });
    await patchDossier(registry, dossierId, { ...lower, levelReason: 'chỉ thử nghiệm' }, OPERATOR);
    const wrong = answerCriteria(registry, dossierId, { kinds: ['nothing'] }, OPERATOR);
    await expect(wrong).rejects.toMatchObject({ code: 'dossier-invalid', subject: 'answers' });
  });
});

describe('deadlines', () => {
  const due = async () =>
    (await readDeadlines(registry, ALL)).map(({ kind, dueOn, daysLeft }) => [kind, dueOn, daysLeft]);

  it('count working days of the owner’s calendar by level, and follow what the papers say', async () => {
    const id = await system('Cổng DVC');
    const submitted = { status: 'submitted' as const, proposedLevel: 3, submittedOn: '2026-11-20' };
    const { id: dossierId } = await createDossier(registry, id, submitted, OPERATOR);
    // The 24th is a holiday.
    expect(await due()).toEqual([
      ['supplement', '2026-11-30', 8],
      ['appraisal', '2026-12-14', 22],
    ]);
    await setCalendar(registry, 1, { off: ['2026-11-23'] }, 'test');
    expect((await due())[0]).toEqual(['supplement', '2026-12-01', 9]);
    await patchDossier(
      registry,
      dossierId,
      { status: 'appraised', appraisedOn: '2026-11-20', plan: 'none', expectedFullOn: '2027-01-01' },
      OPERATOR,
    );
    expect((await due()).map(([kind]) => kind)).toEqual(['approval', 'plan-full']);
    const outside = { kind: 'some' as const, agencyIds: [999] };
    expect(await readDeadlines(registry, outside)).toEqual([]);
  });

  it('are told of before, told again when they have passed, and taken back when it is done', async () => {
    const id = await system('Cổng DVC');
    const plan = { proposedLevel: 1, expectedApprovalOn: '2026-12-01' };
    const { id: dossierId } = await createDossier(registry, id, plan, OPERATOR);
    const [warned] = await tellDeadlines(registry);
    expect(await tellDeadlines(registry)).toEqual([]);
    clock.ms = Date.parse('2026-12-02T03:00:00Z');
    const [closed, overdue] = await tellDeadlines(registry);
    expect(closed).toBe(warned);
    await patchDossier(registry, dossierId, { expectedApprovalOn: '2027-12-01' }, OPERATOR);
    expect(await tellDeadlines(registry)).toEqual([overdue]);
    const alerts = await registry.db.selectFrom('alert').select(['severity', 'state', 'message']).execute();
    expect(alerts.map(({ severity, state }) => `${severity} ${state}`).toSorted()).toEqual([
      'low closed',
      'medium closed',
    ]);
    expect(alerts[0]?.message).toBe('Cổng DVC: dự kiến phê duyệt: 2026-12-01');
  });
});

it('findings name the system, and are of the scope only', async () => {
  const health = await add('Sở Y tế');
  await system('Cổng DVC');
  await system('Hồ sơ', health);
  const scope = await scopeOfAgency(registry.db, health);
  expect(
    (await readFindings(registry, scope)).map(({ code, systemName }) => `${systemName} ${code}`),
  ).toEqual(['Hồ sơ system-without-dossier', 'Hồ sơ system-without-level']);
  expect(await readFindings(registry, ALL, { severity: 'warning' })).toEqual([]);
});
