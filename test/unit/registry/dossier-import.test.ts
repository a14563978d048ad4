import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAgency } from '../../../collector/registry/agencies.ts';
import { applyDueChanges, planChange } from '../../../collector/registry/agency-changes.ts';
import { readAgencyFinder } from '../../../collector/registry/compliance/agency-finder.ts';
import {
  type ImportBy,
  importDossiers,
  type ImportWanted,
} from '../../../collector/registry/compliance/dossier-import.ts';
import {
  createDossier,
  listDossiers,
  patchDossier,
} from '../../../collector/registry/compliance/dossiers.ts';
import { listImports, undoImport } from '../../../collector/registry/compliance/undo-import.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { createSystem, listSystems } from '../../../collector/registry/systems.ts';
import { type Cell, xlsxOf } from '../../support/xlsx-bytes.ts';
import { memoryRegistry, type TestClock } from './registry-fixture.ts';

const ALL = { kind: 'all' } as const;
const LEAD: ImportBy = { actor: 'user:lead', scope: ALL, approves: true, agencyId: 1 };
const HEADINGS = [
  'STT',
  'Tên HTTT',
  'Chủ quản',
  'Đơn vị vận hành',
  'Cấp độ',
  'Tình trạng',
  'QĐ phê duyệt',
  'Quy chế',
  'Dự kiến phê duyệt',
];
const PORTAL: Cell[] = [
  1,
  'Cổng DVC',
  'SỞ Y TẾ tỉnh An Giang',
  'Trung tâm CNTT',
  3,
  'Đã phê duyệt',
  '12/QĐ-UBND, 02/10/2025',
  '5/QĐ-SYT, 1/9/2025',
];
const NEWS: Cell[] = [2, 'Trang tin', 'Sở Y tế', 'VNPT An Giang', 1, 'Dự thảo', null, null, 'Quý I/2027'];

let registry: Registry;
let clock: TestClock;
let health: number;
let works: number;

const add = async (name: string, parentId = 1): Promise<number> =>
  (await createAgency(registry, { name, kind: 'department', parentId }, 'test')).id;

beforeEach(async () => {
  ({ registry, clock } = await memoryRegistry());
  health = await add('Sở Y tế');
  works = await add('Trung tâm CNTT', health);
});
afterEach(() => registry.close());

const fileOf = (...rows: Cell[][]): Buffer => xlsxOf([{ name: 'Phần 3', rows: [HEADINGS, ...rows] }]);
const take = (bytes: Buffer, change: Partial<ImportWanted> = {}, by = LEAD) =>
  importDossiers(
    registry,
    { bytes, name: 'mau08.xlsx', columns: {}, skipBad: false, dryRun: false, ...change },
    by,
  );
const systems = async () =>
  (await listSystems(registry, ALL)).map(({ name, agencyId, operatorId, level }) => [
    name,
    agencyId,
    operatorId,
    level,
  ]);

describe('an import of last year’s table', () => {
  it('is looked at first, taken in as one act, and twice is once', async () => {
    const bytes = fileOf(PORTAL, NEWS);
    const look = await take(bytes, { dryRun: true });
    expect(look).toMatchObject({ id: null, counts: { created: 2, changed: 0 } });
    expect(await systems()).toEqual([]);
    const done = await take(bytes);
    expect(done.rows.map(({ action, name, owner }) => [action, name, owner])).toEqual([
      ['create', 'Cổng DVC', 'Sở Y tế'],
      ['create', 'Trang tin', 'Sở Y tế'],
    ]);
    expect(done.problems.map(({ row, column, severity }) => `${row}${column} ${severity}`)).toEqual([
      '3I warning', // a quarter
      '3D warning', // no agency of that name
    ]);
    expect(await systems()).toEqual([
      ['Cổng DVC', health, works, 3],
      ['Trang tin', health, null, null],
    ]);
    const [, news] = await listSystems(registry, ALL);
    expect(await listDossiers(registry.db, news?.id ?? 0, ALL)).toMatchObject([
      {
        facts: {
          status: 'draft',
          proposedLevel: 1,
          operatorText: 'VNPT An Giang',
          expectedApprovalOn: '2027-03-31',
        },
      },
    ]);
    expect((await take(bytes)).counts).toEqual({ created: 0, changed: 0, unchanged: 2, skipped: 0 });
    expect(await listImports(registry.db, ALL, 10)).toHaveLength(1);
  });

  it('shows what it changes, and an empty cell changes nothing', async () => {
    await take(fileOf(PORTAL));
    const { rows } = await take(fileOf([1, 'cổng dvc', 'Sở Y tế', null, null, null, null, '6/QĐ-SYT']), {
      dryRun: true,
    });
    expect(rows).toMatchObject([
      { action: 'change', changes: { regulationNumber: ['5/QĐ-SYT', '6/QĐ-SYT'] } },
    ]);
    expect(Object.keys(rows[0]?.changes ?? {})).toEqual(['regulationNumber']);
  });

  it('writes nothing while there is an error, unless bad rows are to be left out', async () => {
    const bytes = fileOf(
      PORTAL,
      [2, 'Thư', 'Sở Bí ẩn', null, 2, 'Dự thảo'],
      [3, 'Cổng DVC', 'Sở Y tế', null, 3, 'Dự thảo'],
    );
    const refused = await take(bytes);
    expect(refused).toMatchObject({ id: null, counts: { skipped: 2 } });
    expect(refused.problems.map(({ row, column, text }) => [`${row}${column}`, text.vi])).toEqual([
      ['3C', 'không có cơ quan "Sở Bí ẩn"'],
      ['4B', 'trùng với dòng 2'],
    ]);
    expect(await systems()).toEqual([]);
    await take(bytes, { skipBad: true });
    expect(await systems()).toHaveLength(1);
  });

  it('by who may not approve refuses rows that are approved', async () => {
    const { id, problems } = await take(
      fileOf(PORTAL, NEWS),
      { skipBad: true },
      { ...LEAD, approves: false },
    );
    expect(problems.filter(({ severity }) => severity === 'error')).toMatchObject([{ row: 2, column: 'F' }]);
    expect(id).not.toBeNull();
    expect(await systems()).toEqual([['Trang tin', health, null, null]]);
  });

  it('is taken back as one act: what it began goes, what it changed is as it was', async () => {
    const wanted = { name: 'Cổng DVC', agencyId: health, lawProfile: 'vn-2026' as const };
    const { id: systemId } = await createSystem(registry, wanted, 'test');
    await createDossier(registry, systemId, { proposedLevel: 2, note: 'cũ' }, LEAD);
    const { id } = await take(fileOf(PORTAL, NEWS));
    clock.ms += 60_000;
    expect(await undoImport(registry, id ?? 0, LEAD)).toMatchObject({ undoneBy: 'user:lead' });
    expect(await systems()).toEqual([['Cổng DVC', health, null, null]]);
    expect(await listDossiers(registry.db, systemId, ALL)).toMatchObject([
      { version: 3, facts: { status: 'draft', proposedLevel: 2, note: 'cũ', approvalNumber: null } },
    ]);
    await expect(undoImport(registry, id ?? 0, LEAD)).rejects.toMatchObject({
      code: 'dossier-import-changed',
    });
  });

  it('stays when something of it was changed since', async () => {
    const { id } = await take(fileOf(PORTAL, NEWS));
    const [portal] = await listSystems(registry, ALL);
    const [dossier] = await listDossiers(registry.db, portal?.id ?? 0, ALL);
    await patchDossier(registry, dossier?.id ?? 0, { note: 'đã xem' }, LEAD);
    await expect(undoImport(registry, id ?? 0, LEAD)).rejects.toMatchObject({
      code: 'dossier-import-changed',
    });
    expect(await systems()).toHaveLength(2);
  });

  it('takes the owner from the group or the sheet where no cell says it', async () => {
    const headings = ['STT', 'Tên HTTT', 'Cấp độ', 'Tình trạng'];
    const science = await add('Sở Khoa học và Công nghệ');
    const grouped = {
      name: 'Khối sở',
      rows: [headings, ['I', 'Sở Khoa học và Công nghệ'], [1, 'LGSP', 3, 'Dự thảo']],
    };
    const named = { name: 'so y te', rows: [headings, [1, 'Hồ sơ sức khỏe', 2, 'Dự thảo']] };
    const { rows } = await take(
      xlsxOf([grouped, named, { name: 'Khác', rows: [headings, [1, 'Thư', 2, 'Dự thảo']] }]),
    );
    expect(rows.map(({ name, owner }) => [name, owner])).toEqual([
      ['LGSP', 'Sở Khoa học và Công nghệ'],
      ['Hồ sơ sức khỏe', 'Sở Y tế'],
      ['Thư', 'Cơ quan chủ quản'],
    ]);
    expect(new Set((await systems()).map(([, agencyId]) => agencyId))).toEqual(new Set([1, health, science]));
  });

  it('finds agencies of before by what took over from them', async () => {
    const old = await add('Sở Thông tin và Truyền thông');
    const science = await add('Sở Khoa học và Công nghệ');
    const plan = {
      kind: 'merge' as const,
      on: '2026-11-20',
      sources: [old],
      into: { agencyId: science },
      twins: 'refuse' as const,
      reason: 'NQ',
    };
    await planChange(registry, plan, { actor: 'user:lead', scope: ALL });
    await applyDueChanges(registry);
    const { rows, problems } = await take(
      fileOf([1, 'LGSP', 'Sở Thông tin và Truyền thông', null, 3, 'Dự thảo']),
    );
    expect(rows).toMatchObject([{ action: 'create', owner: 'Sở Khoa học và Công nghệ' }]);
    expect(problems).toMatchObject([{ row: 2, column: 'C', severity: 'warning' }]);
    const finder = await readAgencyFinder(registry.db, ALL, '2026-11-22');
    expect(finder.find('so khoa hoc va cong nghe')).toMatchObject({ kind: 'found', id: science });
    expect(finder.find('Sở')).toEqual({ kind: 'unknown' });
  });
});
