/** `vonggac agency` and what of `vonggac system` goes by it, as people type them, beside an idle data folder. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { messagesIn, type Language } from '../../../collector/cli/language.ts';
import { runProgram } from '../../../collector/cli/program.ts';
import { temporaryFolder } from '../registry/registry-fixture.ts';

let folder: { path: string; remove: () => void };
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

async function vonggac(args: readonly string[], language: Language = 'en') {
  const out: string[] = [];
  const err: string[] = [];
  const exitCode = await runProgram(args, {
    m: messagesIn(language),
    language,
    env: { VONGGAC_DATA: folder.path },
    version: '1.2.3',
    print: (line) => out.push(...line.split('\n')),
    complain: (line) => err.push(...line.split('\n')),
  });
  return { exitCode, out: out.join('\n'), err: err.join('\n') };
}

const MERGE = ['agency', 'merge', '--from', '3', '--into', '2', '--on', '2025-07-01', '--reason', 'NQ 202'];

test('two provinces become one, and two again', async () => {
  await vonggac(['agency', 'create', 'Tỉnh An Giang', '--kind', 'province']);
  await vonggac(['agency', 'create', 'Tỉnh Kiên Giang', '--kind', 'province']);
  await vonggac(['agency', 'add-code', '3', 'H33']);
  expect(await vonggac(MERGE)).toMatchObject({ exitCode: 2, err: expect.stringContaining('--dry-run') });
  const dry = await vonggac([...MERGE, '--dry-run'], 'vi');
  expect(dry).toMatchObject({ exitCode: 0, out: expect.stringContaining('kết thúc: 3 Tỉnh Kiên Giang') });
  expect(await vonggac([...MERGE, '--yes'])).toMatchObject({
    exitCode: 0,
    out: expect.stringContaining('agency reverse 1'),
  });
  expect((await vonggac(['agency', 'show', '3'])).out).toContain(
    'taken over by 2 Tỉnh An Giang on 2025-07-01',
  );
  expect((await vonggac(['agency', 'list'])).out).not.toContain('Kiên Giang');
  expect((await vonggac(['agency', 'list', '--as-of', '2025-06-30'])).out).toContain('Kiên Giang');
  expect((await vonggac(['agency', 'responsible', '3', '--on', '2025-07-01'])).out).toContain(
    'Tỉnh An Giang',
  );
  const refused = await vonggac(['join-token', 'create', '--agency', '3'], 'vi');
  expect(refused).toMatchObject({ exitCode: 1, err: expect.stringContaining('đã kết thúc') });
  expect((await vonggac(['agency', 'changes'])).out).toContain('NQ 202');
  expect(await vonggac(['agency', 'reverse', '1', '--dry-run'])).toMatchObject({ exitCode: 0 });
  expect(await vonggac(['agency', 'reverse', '1', '--yes'])).toMatchObject({ exitCode: 0 });
  expect((await vonggac(['agency', 'list'])).out).toContain('Kiên Giang');
});

test('files go in and out, with faults by line and column', async () => {
  await vonggac(['agency', 'create', 'Tỉnh An Giang', '--kind', 'province']);
  const file = path.join(folder.path, 'a.csv');
  writeFileSync(file, 'Tên cơ quan;Loại;Cấp trên\nSở Y tế;Sở;Tỉnh An Giang\nX;huyện;\n');
  const faulty = await vonggac(['agency', 'import', file]);
  expect(faulty).toMatchObject({ exitCode: 1, err: expect.stringContaining('line 3, column 2: "huyện"') });
  expect(await vonggac(['agency', 'import', file], 'vi')).toMatchObject({
    err: expect.stringContaining('dòng 3, cột 2: "huyện" không phải loại cơ quan'),
  });
  // What the register itself refuses is said in the words of its reason.
  writeFileSync(file, 'Tên cơ quan;Loại;Mã định danh\nSở Y tế;Sở;mã!\n');
  expect(await vonggac(['agency', 'import', file], 'vi')).toMatchObject({
    exitCode: 1,
    err: expect.stringMatching(/dòng 2, cột 3: mã định danh/u),
  });
  writeFileSync(file, 'Tên cơ quan;Loại;Cấp trên\nSở Y tế;Sở;Tỉnh An Giang\n');
  expect((await vonggac(['agency', 'import', file, '--dry-run'], 'vi')).out).toBe(
    'Sẽ thêm 1, sửa 0, giữ nguyên 0.',
  );
  expect((await vonggac(['agency', 'import', file])).out).toBe('Added 1, changed 0, left 0 as they are.');
  const exported = path.join(folder.path, 'out.csv');
  await vonggac(['agency', 'export', exported]);
  expect(readFileSync(exported, 'utf8')).toContain('Sở Y tế');
  expect(await vonggac(['agency', 'export', exported])).toMatchObject({ exitCode: 2 });
  writeFileSync(file, Buffer.from([0x54, 0xea, 0x6e]));
  expect(await vonggac(['agency', 'import', file])).toMatchObject({
    exitCode: 2,
    err: expect.stringContaining('UTF-8'),
  });
});

test('a register of systems begins with the starter catalogue, and gets rules', async () => {
  await vonggac(['agency', 'create', 'Tỉnh An Giang', '--kind', 'province']);
  const dry = await vonggac(['system', 'starter', '--agency', '2', '--dry-run']);
  expect(dry.out).toContain('Cổng dịch vụ công và một cửa điện tử');
  await vonggac(['system', 'starter', '--agency', '2']);
  expect((await vonggac(['system', 'starter', '--agency', '2'])).out).toContain(
    '0 systems are added, 25 are there already',
  );
  const rule = ['system', 'rule', 'add', '1', '--host', 'web-*'];
  expect((await vonggac([...rule, '--dry-run'])).out).toBe('The rule means 0 hosts now');
  expect((await vonggac(rule)).out).toContain('Rule 1 holds');
  expect((await vonggac(['system', 'rule', 'list', '1'])).out).toContain('{"hostnames":["web-*"]}');
  expect(await vonggac(['system', 'rule', 'add', '1'])).toMatchObject({ exitCode: 2 });
  expect((await vonggac(['system', 'rule', 'remove', '1', '1'])).exitCode).toBe(0);
});
