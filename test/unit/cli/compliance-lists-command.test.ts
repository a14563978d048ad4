/** `vonggac compliance lists`: from a file of lines to what holds, and back. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { messagesIn, type Language } from '../../../collector/cli/language.ts';
import { runProgram } from '../../../collector/cli/program.ts';
import { dataFolder, prepareDataFolder } from '../../../collector/registry/data-folder.ts';
import { openRegistry } from '../../../collector/registry/database.ts';
import { temporaryFolder } from '../registry/registry-fixture.ts';

let folder: { path: string; remove: () => void };
let file: string;

beforeEach(async () => {
  folder = temporaryFolder();
  const data = dataFolder(folder.path);
  prepareDataFolder(data);
  await (await openRegistry({ file: data.registry, now: Date.now })).close();
  file = path.join(folder.path, 'list.txt');
});
afterEach(() => folder.remove());

async function lists(text: string, language: Language = 'en') {
  const out: string[] = [];
  const err: string[] = [];
  const exitCode = await runProgram(['compliance', 'lists', ...text.split(' ')], {
    m: messagesIn(language),
    language,
    env: { VONGGAC_DATA: folder.path },
    version: '1.2.3',
    print: (line) => out.push(...line.split('\n')),
    complain: (line) => err.push(...line.split('\n')),
  });
  return { exitCode, out, err };
}

test('a list is given from lines, shown as such, and dropped', async () => {
  writeFileSync(file, '# phòng máy chủ\n10.0.0.0/8\n\n203.113.1.1; 2999-12-30 # VPN\n');
  expect(await lists(`set admin-sources ${file}`)).toMatchObject({
    exitCode: 0,
    out: ['The list admin-sources for everybody has 2 entries now; assessments go by it from now on.'],
  });
  expect((await lists('show admin-sources')).out[0]).toBe('10.0.0.0/8');
  expect((await lists('show admin-sources')).out[1]).toMatch(/^203\.113\.1\.1; 2999-12-3[01]$/);
  const table = (await lists('list', 'vi')).out;
  expect(table.find((line) => line.startsWith('admin-sources'))).toMatch(
    /địa chỉ được phép quản trị +tất cả +2 /,
  );
  expect(table.find((line) => line.startsWith('vpn'))).toContain('chưa ai lập');
  expect((await lists('drop admin-sources')).exitCode).toBe(2);
  expect((await lists('drop admin-sources --yes')).exitCode).toBe(0);
  const { exitCode, err } = await lists('show admin-sources', 'vi');
  expect([exitCode, err.join(' ')]).toEqual([1, expect.stringContaining('chưa ai lập danh sách này')]);
});

test('what is wrong is said, and nothing is changed', async () => {
  writeFileSync(file, '10.0.0.0/8; someday\n');
  expect((await lists(`set vpn ${file}`)).err.join(' ')).toContain('line 1: "someday" is no day');
  writeFileSync(file, 'not an address\n');
  expect((await lists(`set vpn ${file}`)).err.join(' ')).toContain('"not an address"');
  expect((await lists(`set nothing ${file}`)).exitCode).toBe(2);
  expect((await lists(`set vpn ${file} --agency 1 --system 1`)).err.join(' ')).toContain('not both');
  const { lists: given } = JSON.parse((await lists('list --json')).out.join('')) as { lists: unknown[] };
  expect(given).toEqual([]);
});
