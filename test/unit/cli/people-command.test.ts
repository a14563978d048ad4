/** `vonggac user` and `vonggac oidc` beside an idle data folder, and what a person proves on the command line. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { asPerson } from '../../../collector/cli/as-person.ts';
import { OperationError } from '../../../collector/cli/client.ts';
import { messagesIn, type Language } from '../../../collector/cli/language.ts';
import { runProgram } from '../../../collector/cli/program.ts';
import { personOf } from '../../../collector/cli/operations/response.ts';
import { dataFolder, prepareDataFolder } from '../../../collector/registry/data-folder.ts';
import { openRegistry } from '../../../collector/registry/database.ts';
import { beginSecondFactor, confirmSecondFactor } from '../../../collector/registry/second-factor.ts';
import { createSession } from '../../../collector/registry/sessions.ts';
import { totpAt } from '../../../collector/registry/totp.ts';
import { createUser } from '../../../collector/registry/users.ts';
import { memoryRegistry, temporaryFolder } from '../registry/registry-fixture.ts';

let folder: { path: string; remove: () => void };

beforeEach(async () => {
  folder = temporaryFolder();
  const data = dataFolder(folder.path);
  prepareDataFolder(data);
  const registry = await openRegistry({ file: data.registry });
  const wanted = { username: 'an', password: 'correct-horse-battery', role: 'analyst' as const };
  const { id } = await createUser(registry, { ...wanted, mustChangePassword: false }, 'test');
  await createSession(registry, id, { address: '192.0.2.1', client: 'a browser' });
  await registry.close();
});
afterEach(() => folder.remove());

async function vonggac(text: string, language: Language = 'en') {
  const lines: string[] = [];
  const code = await runProgram(text.split(' '), {
    m: messagesIn(language),
    language,
    env: { VONGGAC_DATA: folder.path },
    version: '1.2.3',
    print: (line) => lines.push(line),
    complain: (line) => lines.push(line),
  });
  return { code, out: lines.join('\n') };
}

describe('vonggac user', () => {
  it('shows, changes, signs out, disables, lets in again and unlocks', async () => {
    expect((await vonggac('user show an')).out).toMatch(/^an\n[^]*role +analyst[^]*second factor +no/);
    expect((await vonggac('user sessions an')).out).toMatch(/192\.0\.2\.1 +a browser/);
    expect((await vonggac('user change an')).code).toBe(2);
    expect((await vonggac('user change an --role soc-lead')).code).toBe(0);
    expect((await vonggac('user sessions an', 'vi')).out).toBe(messagesIn('vi').people.noSessions);
    expect((await vonggac('user sign-out an')).out).toBe('Sessions closed: 0.');
    for (const act of ['disable', 'enable', 'unlock', 'reset-factor'])
      expect([act, (await vonggac(`user ${act} an`)).code]).toEqual([act, 0]);
    expect(JSON.parse((await vonggac('user show an --json')).out)).toMatchObject({
      role: 'soc-lead',
      state: 'active',
    });
    expect((await vonggac('user show nobody')).code).toBe(1);
    expect((await vonggac('user link an someone')).code).toBe(3);
  });

  it('invites, whose secret is the last line', async () => {
    const invited = await vonggac('user invite binh --role auditor');
    expect(invited.out.split('\n').at(-1)).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect((await vonggac('user list')).out).toMatch(/binh +auditor +invited/);
  });
});

describe('vonggac oidc', () => {
  it('sets what groups give, and refuses a list that is none', async () => {
    const file = path.join(folder.path, 'groups.json');
    const groups = [{ name: 'soc', role: 'analyst', agencyId: 1 }];
    writeFileSync(file, JSON.stringify({ groups }));
    expect(await vonggac(`oidc set ${file}`)).toMatchObject({ code: 0 });
    expect((await vonggac('oidc groups')).out).toMatch(/GROUP[^]*soc +analyst +1/);
    writeFileSync(file, JSON.stringify({ groups: [...groups, { name: 'x', role: 'king', agencyId: 1 }] }));
    expect(await vonggac(`oidc set ${file}`)).toMatchObject({
      code: 2,
      out: expect.stringContaining('groups.1.role'),
    });
  });
});

describe('a person on the command line', () => {
  it('is asked for the code of their second factor, which then counts once', async () => {
    const { registry, clock } = await memoryRegistry();
    const password = 'correct-horse-battery';
    await createUser(
      registry,
      { username: 'lan', password, role: 'soc-lead', mustChangePassword: false },
      'test',
    );
    const { secret } = await beginSecondFactor(registry, 'lan');
    const code = (): string => totpAt(secret, Math.floor(clock.ms / 30_000));
    await confirmSecondFactor(registry, { username: 'lan', code: code(), keepSession: '' });
    clock.ms += 30_000;
    const prove = (given?: string) =>
      personOf(registry, { username: 'lan', password, code: given }, 'response:approve', 'cli:test');
    await expect(prove()).rejects.toMatchObject({ code: 'second-factor-needed' });
    await expect(prove('000000')).rejects.toMatchObject({ code: 'login-refused' });
    expect(await prove(code())).toMatchObject({ actor: 'user:lan' });
    await expect(prove(code())).rejects.toMatchObject({ code: 'login-refused' });
    await registry.close();
  });

  it('gives password and code by the environment where nobody sits at a terminal', async () => {
    vi.stubEnv('VONGGAC_PASSWORD', 'a password');
    vi.stubEnv('VONGGAC_CODE', '123456');
    const context = { m: messagesIn('en'), language: 'en' as const, dataDir: folder.path };
    const asked: unknown[] = [];
    const silent = { ...context, print: () => undefined, complain: () => undefined };
    await asPerson(silent, { user: 'lan' }, async (person) => asked.push(person));
    expect(asked).toEqual([{ username: 'lan', password: 'a password', code: '123456' }]);
    const refused = asPerson(silent, { user: 'lan' }, () =>
      Promise.reject(new OperationError('login-refused', 'no')),
    );
    await expect(refused).rejects.toThrow('no');
    vi.unstubAllEnvs();
  });
});
