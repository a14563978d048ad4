/** `vonggac installed`, beside an idle data folder. */
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

async function run(args: readonly string[], language: Language = 'vi') {
  const out: string[] = [];
  const err: string[] = [];
  const exitCode = await runProgram(args, {
    m: messagesIn(language),
    language,
    env: { VONGGAC_DATA: path.join(folder.path, 'data') },
    version: '1.2.3',
    print: (line) => out.push(...line.split('\n')),
    complain: (line) => err.push(...line.split('\n')),
  });
  return { exitCode, out: out.join('\n'), err: err.join('\n') };
}

test('a list goes in, is told with its numbers, and comes out as it went in', async () => {
  expect((await run(['agency', 'create', 'UBND xã An Bình', '--kind', 'commune'])).exitCode).toBe(0);
  const file = path.join(folder.path, 'may.csv');
  writeFileSync(
    file,
    'Cơ quan;Tên máy;Vị trí\r\nUBND xã An Bình;PC-01;Phòng 1\r\nUBND xã An Bình;PC-02;\r\n',
  );
  expect((await run(['installed', 'import', file, '--dry-run'])).exitCode).toBe(0);
  expect((await run(['installed'])).out).toContain('chưa khai máy nào');
  expect((await run(['installed', 'import', file])).exitCode).toBe(0);
  const all = await run(['installed']);
  expect(all.out).toContain('đã cài 0/2 máy; còn 2 máy chưa cài');
  expect((await run(['installed', '--missing'])).out).toMatch(/PC-01 +Phòng 1 +chưa cài/);
  expect((await run(['installed', 'count', '2', '5', '--source', 'Kiểm kê'])).exitCode).toBe(0);
  expect((await run(['installed', '--agency', '2'], 'en')).out).toContain('0 of 5 installed; 5 are not');
  const copy = path.join(folder.path, 'ra.csv');
  expect((await run(['installed', 'export', copy])).exitCode).toBe(0);
  expect((await run(['installed', '--csv'])).out).toContain('UBND xã An Bình;PC-02');
  expect(readFileSync(copy, 'utf8')).toContain('chưa cài');
  expect((await run(['installed', 'import', copy])).out).toContain('2');
  expect((await run(['installed', '--json'])).out).toContain('"expected": 5');
});

test('what is wrong with a file is told by line and column, and nothing is taken', async () => {
  await run(['agency', 'create', 'UBND xã An Bình', '--kind', 'commune']);
  const file = path.join(folder.path, 'sai.csv');
  writeFileSync(file, 'Tên máy;Địa chỉ MAC\r\nPC-01;xx\r\n');
  const { exitCode, err } = await run(['installed', 'import', file]);
  expect(exitCode).toBe(1);
  expect(err).toContain('AA-BB-CC-11-22-33');
  expect(err).toMatch(/2/);
  expect((await run(['installed', 'count', '99', '4'])).exitCode).not.toBe(0);
});
