/** `vonggac system dossier`, `vonggac system deadlines` and `vonggac compliance attest` beside an idle data folder. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { messagesIn, type Language } from '../../../collector/cli/language.ts';
import { runProgram } from '../../../collector/cli/program.ts';
import { dataFolder, prepareDataFolder } from '../../../collector/registry/data-folder.ts';
import { openRegistry } from '../../../collector/registry/database.ts';
import { createSystem } from '../../../collector/registry/systems.ts';
import { createUser } from '../../../collector/registry/users.ts';
import { xlsxOf } from '../../support/xlsx-bytes.ts';
import { CHEAP, temporaryFolder } from '../registry/registry-fixture.ts';

let folder: { path: string; remove: () => void };

beforeAll(async () => {
  folder = temporaryFolder();
  const data = dataFolder(folder.path);
  prepareDataFolder(data);
  const registry = await openRegistry({ file: data.registry, now: Date.now });
  for (const name of ['Cổng DVC', 'Một cửa'])
    await createSystem(registry, { name, agencyId: 1, lawProfile: 'vn-2026' }, 'test');
  const lead = { username: 'binh', password: 'correct-horse-battery', mustChangePassword: false };
  await createUser(registry, { ...lead, role: 'soc-lead', agencyId: 1 }, 'test', CHEAP);
  await registry.close();
});
afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(() => folder.remove());

async function vonggac(words: string[], language: Language = 'en') {
  const out: string[] = [];
  const err: string[] = [];
  const exitCode = await runProgram(words, {
    m: messagesIn(language),
    language,
    env: { VONGGAC_DATA: folder.path },
    version: '1.2.3',
    print: (line) => out.push(...line.split('\n')),
    complain: (line) => err.push(...line.split('\n')),
  });
  return { exitCode, out, err };
}
const dossier = (...words: string[]) => vonggac(['system', 'dossier', ...words]);

test('a dossier is filled in, answered for, checked and reminded of', async () => {
  expect((await dossier('show', '1')).out[0]).toContain('has no dossier');
  await dossier('set', '1', 'status=submitted', 'submittedOn=2026-11-20', 'rented=yes', 'providerName=VNPT');
  expect(
    (await dossier('answer', '1', 'kinds=internal', 'internal-information=private-or-personal')).out,
  ).toEqual([
    'The answers lead to level 2 (NĐ 331/2026 Đ12.1).',
    expect.stringContaining('Still to be answered: '),
  ]);
  const shown = (await dossier('show', '1')).out;
  expect(shown[0]).toBe('Dossier 1: sent for appraisal (version 2)');
  expect(shown).toContain('  proposedLevel: 2');
  expect(shown).toContain('  rented: true');
  const { exitCode, out } = await vonggac(['system', 'dossier', 'check', '--system', '1'], 'vi');
  expect(exitCode).toBe(1);
  expect(out.join('\n')).toContain('Hệ thống thuê dịch vụ nhưng thiếu nhà cung cấp hoặc số hợp đồng');
  await dossier(
    'set',
    '1',
    'contractNumber=12',
    'expectedApprovalOn=2999-01-01',
    'plan=full',
    '--reason',
    'đủ',
  );
  expect((await dossier('check', '--system', '1')).exitCode).toBe(0);
  const due = (await vonggac(['system', 'deadlines'])).out.join('\n');
  expect(due).toMatch(/2999-01-01 +\d+ +1 Cổng DVC .*expected approval/);
  expect((await dossier('history', '1')).out.at(1)).toMatch(/3 .* đủ$/);
});

test('what is no field or no value is refused with its name', async () => {
  expect((await dossier('set', '1', 'colour=red')).err.join(' ')).toContain('"colour=red" is no field=value');
  expect((await dossier('set', '1', 'proposedLevel=7')).err.join(' ')).toContain('proposedLevel: ');
  expect((await dossier('set', '1', 'approvedOn=yesterday')).exitCode).toBe(2);
  expect((await dossier('show', '99')).exitCode).toBe(1);
});

test('a table is looked at, taken in and taken back', async () => {
  const file = path.join(folder.path, 'mau-08.xlsx');
  const rows = [
    ['STT', 'Tên HTTT', 'Cấp độ', 'Tình trạng', 'Dự kiến phê duyệt'],
    [1, 'Một cửa', 'III', 'Dự thảo', 'Quý I/2027'],
    [2, 'Trang tin', 1, 'tốt'],
  ];
  writeFileSync(file, xlsxOf([{ name: 'Phần 3', rows }]));
  const look = await dossier('import', file, '--dry-run');
  expect(look.exitCode).toBe(1);
  expect(look.out[0]).toBe(
    'Sheet "Phần 3", headings in row 1, 2 systems: A=index, B=name, C=level, D=status, E=expectedApprovalOn',
  );
  expect(look.err).toEqual([
    'Phần 3!D3 error: "tốt" is not a status of a dossier',
    'Phần 3!E2 warning: "Quý I/2027" is taken for 2027-03-31',
  ]);
  expect((await dossier('import', file)).err.at(-1)).toContain('Nothing was written');
  expect((await dossier('import', file, '--skip-bad')).out.at(-1)).toContain('Taken in as import 1');
  expect((await dossier('show', '2')).out).toContain('  expectedApprovalOn: 2027-03-31');
  expect((await dossier('undo', '1')).exitCode).toBe(0);
  expect((await dossier('imports')).out[1]).toContain('(undo)');
  expect((await dossier('show', '2')).out[0]).toContain('has no dossier');
  expect((await dossier('import', path.join(folder.path, 'none.xlsx'))).exitCode).toBe(2);
});

test('who answers for an agency is written down, and its rows are confirmed', async () => {
  await dossier('office', '1', 'head=Nguyễn Văn An', 'phone=0296 3');
  expect((await dossier('office', '1')).out).toEqual([
    'owner',
    '  head: Nguyễn Văn An',
    '  phone: 0296 3',
    'specialised-unit',
  ]);
  expect((await dossier('confirm', '1', '--year', '2026')).out[0]).toContain('confirms its 2 rows');
  const report = (await vonggac(['system', 'dossier', 'mau-08', '--year', '2026'], 'vi')).out;
  expect(report[1]).toMatch(/^2 hệ thống, /);
  expect(report[2]).toContain('Cơ quan chủ quản: đã xác nhận');
});

test('an attestation is proposed here, and accepted by a person who signs in', async () => {
  const about = [
    '--system',
    '1',
    '--control',
    'GV-01',
    '--signer',
    'Nguyễn Văn An',
    '--signed-on',
    '2026-11-20',
  ];
  const added = await vonggac(['compliance', 'attest', 'add', ...about, '--statement', 'Đã phê duyệt']);
  expect(added.out).toEqual(['Attestation 1: waits for a second person']);
  vi.stubEnv('VONGGAC_PASSWORD', 'correct-horse-battery');
  const accept = ['compliance', 'attest', 'accept', '1', '--user', 'binh'];
  expect((await vonggac(accept)).out).toEqual(['Attestation 1: accepted']);
  expect((await vonggac(accept, 'vi')).err[0]).toContain('không còn ở trạng thái đó');
  const listed = (await vonggac(['compliance', 'attest', 'list', '--state', 'accepted'])).out;
  expect(listed[1]).toMatch(/GV-01 +accepted +Nguyễn Văn An +2026-11-20/);
  const none = await vonggac(['compliance', 'attest', 'list', '--state', 'rejected']);
  expect(none.out).toEqual(['there is no such attestation']);
});
