/** Every command that a file is named to says what is wrong with it in the user's language, and shows no stack. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { messagesIn, type Language } from '../../../collector/cli/language.ts';
import { runProgram } from '../../../collector/cli/program.ts';
import { temporaryFolder } from '../registry/registry-fixture.ts';

let folder: { path: string; remove: () => void };
beforeAll(async () => {
  folder = temporaryFolder();
  await vonggac(['agency', 'list']);
  await vonggac(['join-token', 'create']);
  mkdirSync(path.join(folder.path, 'a-folder'));
});
afterAll(() => folder.remove());

async function vonggac(args: readonly string[], language: Language = 'en') {
  const err: string[] = [];
  const exitCode = await runProgram(args, {
    m: messagesIn(language),
    language,
    env: { VONGGAC_DATA: folder.path },
    version: '1.2.3',
    print: () => undefined,
    complain: (line) => err.push(...line.split('\n')),
  });
  return { exitCode, err: err.join('\n') };
}

const ID = '5b0c9c1e-0000-4000-8000-000000000000';
const SENT = ['--number', '1/BC', '--on', '2026-12-18', '--channel', 'document-system'];
/** `FILE` stands for what is named. */
const COMMANDS: readonly (readonly string[])[] = [
  ['report', 'sent', ID, ...SENT, '--file', 'FILE'],
  ['report', 'verify', ID, 'FILE'],
  ['agent', 'move', '--from-file', 'FILE', '--agency', '1'],
  ['agency', 'import', 'FILE'],
  ['agency', 'split', '1', '--on', '2026-07-01', '--reason', 'x', '--plan', 'FILE'],
  ['audit', 'verify', '--file', 'FILE'],
  ['audit', 'verify', '--heads', 'FILE'],
  ['certificate', 'rotate', '--cert', 'FILE', '--key', 'FILE'],
  ['compliance', 'lists', 'set', 'software', 'FILE'],
  ['exception', 'request', '--reason', 'x', '--rule', 'y', '--condition', 'FILE'],
  ['hunt', '--sigma', 'FILE'],
  ['indicator', 'import', 'FILE'],
  ['policy', 'set', 'g', '--file', 'FILE'],
  ['rules', 'add', 'FILE', '--why', 'x'],
  ['sigma', 'check', 'FILE'],
  ['system', 'dossier', 'import', 'FILE'],
  ['system', 'dossier', 'document', 'add', 'FILE', '--system', '1'],
  ['vulnerability', 'import', 'FILE'],
  ['case', 'told', '1', '--receiver', 'x', '--channel', 'email', '--file', 'FILE'],
  ['exchange', 'validate', 'FILE'],
  ['bundle', 'verify', 'FILE'],
  ['notify', 'add', 'FILE'],
];

it.each(COMMANDS.map((words) => [words.join(' ')]))('%s', async (line) => {
  for (const [language, name, words] of [
    ['vi', 'missing', /không có|không đọc được/],
    ['en', 'missing', /no such file|there is no|not there|cannot (be )?read/],
  ] as const) {
    const file = path.join(folder.path, name);
    const { exitCode, err } = await vonggac(
      line.split(' ').map((word) => (word === 'FILE' ? file : word)),
      language,
    );
    expect(err).toContain(file);
    expect(err).toMatch(words);
    expect(err).not.toMatch(/^\s+at /m);
    expect([1, 2]).toContain(exitCode);
  }
});

it('says of a folder, a file that is too large and one that is there already what to do', async () => {
  const at = (name: string): string => path.join(folder.path, name);
  expect((await vonggac(['report', 'verify', ID, at('a-folder')])).err).toContain('a file is wanted');
  writeFileSync(at('large.csv'), Buffer.alloc(8_388_609));
  expect((await vonggac(['system', 'dossier', 'import', at('large.csv')], 'vi')).err).toContain(
    'chỉ nhận tối đa 8.388.608 byte',
  );
  writeFileSync(at('there.json'), '');
  const write = ['report', '--kind', 'mau-08', '--period', '2026', '--out', at('there.json')];
  expect(await vonggac(write, 'vi')).toMatchObject({
    exitCode: 2,
    err: expect.stringContaining('đã có tệp mang tên này'),
  });
});
