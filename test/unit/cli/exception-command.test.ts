/** `vonggac exception` beside an idle data folder: what is asked for is listed, and who asked takes it back. */
import os from 'node:os';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { messagesIn, type Language } from '../../../collector/cli/language.ts';
import { runProgram } from '../../../collector/cli/program.ts';
import { dataFolder, prepareDataFolder } from '../../../collector/registry/data-folder.ts';
import { openRegistry } from '../../../collector/registry/database.ts';
import { requestException } from '../../../collector/registry/exceptions/exception-acts.ts';
import { temporaryFolder } from '../registry/registry-fixture.ts';

let folder: { path: string; remove: () => void };

beforeEach(async () => {
  folder = temporaryFolder();
  const data = dataFolder(folder.path);
  prepareDataFolder(data);
  const registry = await openRegistry({ file: data.registry });
  const term = { startsMs: null, expiresMs: Date.now() + 9_000_000, reviewMs: Date.now() + 5_000_000 };
  const wanted = {
    name: 'nightly backup',
    kind: 'rule' as const,
    condition: 'selection:\n  user.name: backup\ncondition: selection',
    window: null,
    agencyId: 1,
    agentId: null,
    groupId: null,
    rules: ['r1'],
    categories: null,
    takesAll: false,
    reason: 'rsync',
    ...term,
  };
  for (const actor of [`cli:${os.userInfo().username}`, 'user:lan'])
    await requestException(registry, wanted, { actor, scope: { kind: 'all' } });
  await registry.close();
});
afterEach(() => folder.remove());

async function vonggac(args: string[], language: Language = 'en') {
  const lines: string[] = [];
  const code = await runProgram(['exception', ...args], {
    m: messagesIn(language),
    language,
    env: { VONGGAC_DATA: folder.path },
    version: '1.2.3',
    print: (line) => lines.push(line),
    complain: (line) => lines.push(line),
  });
  return { code, out: lines.join('\n') };
}

test('a request is listed, and taken back by who asked, not by another', async () => {
  expect((await vonggac(['list'])).out).toMatch(/waits for approval +nightly backup +r1/);
  const withdraw = ['withdraw', '1', '--reason', 'not needed'];
  expect(await vonggac(withdraw, 'vi')).toEqual({ code: 0, out: messagesIn('vi').exception.withdrawn(1) });
  expect((await vonggac(['show', '1'])).out).toContain('not needed');
  expect((await vonggac(['history', '1'])).out).toMatch(/exception\.withdraw: not needed/);
  expect((await vonggac(withdraw)).code).toBe(1);
  const other = await vonggac(['withdraw', '2', '--reason', 'not needed']);
  expect(other).toMatchObject({ code: 1, out: expect.stringContaining('only who asked') });
});
