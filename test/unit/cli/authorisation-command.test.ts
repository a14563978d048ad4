/** `vonggac response authorisations` beside an idle data folder: two people bring one into force, anybody there ends it. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { messagesIn, type Language } from '../../../collector/cli/language.ts';
import { runProgram } from '../../../collector/cli/program.ts';
import { dataFolder, prepareDataFolder } from '../../../collector/registry/data-folder.ts';
import { openRegistry } from '../../../collector/registry/database.ts';
import { createUser } from '../../../collector/registry/users.ts';
import { temporaryFolder } from '../registry/registry-fixture.ts';

const PASSWORD = 'correct-horse-battery';
const CHEAP = { memoryKib: 64, passes: 1 };
const SIGNED = {
  agencyId: 1,
  title: 'Ủy quyền cô lập ban đêm',
  signer: 'Giám đốc Sở',
  documentSha256: 'ab'.repeat(32),
  validFrom: '2026-12-01T00:00:00+07:00',
  validTo: '2027-06-01T00:00:00+07:00',
  rules: ['ransom'],
};
let folder: { path: string; remove: () => void };
let file: string;

beforeEach(async () => {
  vi.stubEnv('VONGGAC_PASSWORD', PASSWORD);
  folder = temporaryFolder();
  const data = dataFolder(folder.path);
  prepareDataFolder(data);
  const registry = await openRegistry({ file: data.registry });
  for (const [username, role] of [
    ['an', 'analyst'],
    ['binh', 'administrator'],
  ] as const)
    await createUser(
      registry,
      { username, password: PASSWORD, role, mustChangePassword: false },
      'test',
      CHEAP,
    );
  await registry.close();
  file = path.join(folder.path, 'signed.json');
  writeFileSync(file, JSON.stringify(SIGNED));
});
afterEach(() => {
  vi.unstubAllEnvs();
  folder.remove();
});

async function vonggac(args: string[], language: Language = 'en') {
  const lines: string[] = [];
  const code = await runProgram(['response', 'authorisations', ...args], {
    m: messagesIn(language),
    language,
    env: { VONGGAC_DATA: folder.path },
    version: '1.2.3',
    print: (line) => void lines.push(line),
    complain: (line) => lines.push(line),
  });
  return { code, out: lines.join('\n') };
}

it('is written down by one, brought into force by another, shown, and ended', async () => {
  expect((await vonggac([])).out).toBe(messagesIn('en').response.authorisation.none);
  const made = await vonggac(['request', file, '--user', 'an']);
  expect(made).toMatchObject({ code: 0, out: expect.stringContaining('waits for a second person') });
  const id = made.out.slice(0, 8);
  expect(await vonggac(['approve', id, '--user', 'an'])).toMatchObject({
    code: 1,
    out: expect.stringContaining('role'),
  });
  vi.stubEnv('VONGGAC_PASSWORD', 'wrong-wrong-wrong');
  expect((await vonggac(['approve', id, '--user', 'binh'], 'vi')).out).toContain('sai tên hoặc mật khẩu');
  vi.stubEnv('VONGGAC_PASSWORD', PASSWORD);
  expect((await vonggac(['approve', id, '--user', 'binh'])).out).toContain('in force');
  expect((await vonggac([], 'vi')).out).toMatch(/CƠ QUAN[^]*đang có hiệu lực +1 +isolate \(chỉ báo\)/);
  expect(JSON.parse((await vonggac(['list', '--state', 'active', '--json'])).out)).toMatchObject([
    { signer: 'Giám đốc Sở', requestedBy: 'user:an', decidedBy: 'user:binh', dryRun: true },
  ]);
  expect((await vonggac(['show', id])).out).toMatch(/by rules ransom[^]*Nothing was done/);
  expect(await vonggac(['resume', id, '--user', 'binh'])).toMatchObject({
    code: 1,
    out: expect.stringContaining('is active'),
  });
  expect((await vonggac(['end', id])).code).toBe(2);
  expect((await vonggac(['end', id, '--reason', 'thôi'])).out).toMatch(/ended[^]*thôi/);
  expect((await vonggac(['end', id, '--reason', 'thôi'], 'vi')).out).toContain('trạng thái');
  expect((await vonggac(['show', 'ffff'], 'vi')).out).toContain('không có ủy quyền này');
});

it('who asked cannot approve, and anybody who approves may reject', async () => {
  const id = (await vonggac(['request', file, '--user', 'binh'])).out.slice(0, 8);
  expect(await vonggac(['approve', id, '--user', 'binh'])).toMatchObject({
    code: 1,
    out: expect.stringContaining('second person'),
  });
  expect((await vonggac(['reject', id, '--user', 'binh'])).out).toContain('rejected');
});

it('says what is wrong with a file', async () => {
  for (const [text, why] of [
    ['{"title": ', 'JSON'],
    [JSON.stringify({ ...SIGNED, rules: [] }), 'rules'],
    [JSON.stringify({ ...SIGNED, validTo: '2026-01-01T00:00:00+07:00' }), 'ends before'],
  ] as const) {
    writeFileSync(file, text);
    const { code, out } = await vonggac(['request', file, '--user', 'an']);
    expect([code, out]).toEqual([2, expect.stringContaining(why)]);
  }
});
