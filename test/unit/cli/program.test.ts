import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseLanguage, messagesIn, type Language } from '../../../collector/cli/language.ts';
import { runProgram } from '../../../collector/cli/program.ts';
import { parseJoinToken } from '../../../collector/protocol/join-token.ts';
import { findApiToken } from '../../../collector/registry/api-tokens.ts';
import { listAudit } from '../../../collector/registry/audit.ts';
import { loadOrCreateCertificate } from '../../../collector/registry/certificate.ts';
import { dataFolder } from '../../../collector/registry/data-folder.ts';
import { lockDataFolder } from '../../../collector/registry/data-lock.ts';
import { openRegistry } from '../../../collector/registry/database.ts';
import { temporaryFolder } from '../registry/registry-fixture.ts';

let folder: { path: string; remove: () => void };
let dataDir: string;

beforeEach(() => {
  folder = temporaryFolder();
  dataDir = path.join(folder.path, 'data');
});
afterEach(() => folder.remove());

async function vonggac(
  args: readonly string[],
  language: Language = 'en',
  env: Readonly<Record<string, string>> = {},
): Promise<{ exitCode: number; out: string[]; err: string[] }> {
  const out: string[] = [];
  const err: string[] = [];
  const exitCode = await runProgram(args, {
    m: messagesIn(language),
    language,
    env: { VONGGAC_DATA: dataDir, ...env },
    version: '1.2.3',
    print: (line) => out.push(...line.split('\n')),
    complain: (line) => err.push(...line.split('\n')),
  });
  return { exitCode, out, err };
}

const COMMANDS = [
  [],
  ['start'],
  ['join-token'],
  ['join-token', 'create'],
  ['join-token', 'list'],
  ['join-token', 'revoke'],
  ['agent'],
  ['agent', 'list'],
  ['agent', 'show'],
  ['agent', 'revoke'],
  ['api-token'],
  ['api-token', 'create'],
  ['api-token', 'list'],
  ['api-token', 'revoke'],
  ['user'],
  ['user', 'create'],
  ['user', 'list'],
  ['user', 'reset-password'],
  ['user', 'disable'],
  ['user', 'invite'],
  ['user', 'show'],
  ['user', 'change'],
  ['user', 'sessions'],
  ['user', 'link'],
  ['oidc'],
  ['oidc', 'set'],
  ['agency'],
  ['agency', 'list'],
  ['agency', 'create'],
  ['calendar'],
  ['calendar', 'list'],
  ['calendar', 'show'],
  ['calendar', 'set'],
  ['calendar', 'clear'],
  ['group'],
  ['group', 'list'],
  ['group', 'profile'],
  ['status'],
  ['replay'],
  ['sigma'],
  ['sigma', 'match'],
];

describe('help', () => {
  it.each(COMMANDS.map((command) => [command.join(' '), command] as const))(
    'of "vonggac %s" is complete in both languages',
    async (_name, command) => {
      for (const language of ['en', 'vi'] as const) {
        const { exitCode, out, err } = await vonggac([...command, '--help'], language);
        expect([exitCode, err]).toEqual([0, []]);
        const text = out.join('\n');
        expect(text).toContain('--help');
        expect(text).toContain('--lang');
        // Nothing commander says by itself is left untranslated, and nothing is without words.
        const english = /\b(Usage|Options|Commands|Arguments|default|choices|display help)\b:?/;
        expect([language, language === 'vi' && english.test(text)]).toEqual([language, false]);
        expect(text).not.toMatch(/^ {2}(-\S+|[a-z-]+)( <\S+>)?$/m);
        expect(text).not.toContain('undefined');
      }
    },
  );

  it('names every exit code', async () => {
    const { out } = await vonggac(['--help']);
    expect(out.join('\n')).toMatch(/ {2}0 .*\n {2}1 .*\n {2}2 .*\n {2}3 .*\n {2}4 /);
  });

  it('of the version is the version', async () => {
    expect((await vonggac(['--version'])).out).toEqual(['1.2.3']);
  });
});

describe('wrong use', () => {
  it.each([
    [['--nope'], 'unknown option --nope'],
    [['agent', 'list', '--nope'], 'unknown option --nope'],
    [['nope'], 'unknown command nope'],
    [['agent', 'nope'], 'unknown command nope'],
    [['agent', 'show'], 'missing argument id'],
    [['agent', 'list', 'extra'], 'too many arguments'],
    [['join-token', 'create', '--uses'], 'option --uses <n> needs a value'],
    [['join-token', 'create', '--uses', '0'], '--uses <n>: "0" is not a whole number above zero'],
    [['join-token', 'create', '--uses', '1.5'], '--uses <n>: "1.5"'],
    [['join-token', 'create', '--days', '-1'], '--days <n>: "-1" is not a number above zero'],
    [['join-token', 'create', '--uses', '999999999'], 'not valid: uses'],
    [['api-token', 'create'], 'option --role <role> is required'],
    [
      ['api-token', 'create', '--role', 'king'],
      '--role <role>: choices: administrator, soc-lead, analyst, agency-operator, agency-viewer, auditor, api',
    ],
    [['user', 'create', 'a b', '--role', 'agency-viewer'], 'not valid: username'],
    [['replay', 'file', '--source', 'x'], '--source <source>: choices:'],
    [['calendar', 'set', '7', '--days', 'weekdays'], '"weekdays" are not days of the week'],
    [['calendar', 'set', '7', '--hours', '18-7'], '"18-7" are not working hours'],
    [['calendar', 'set', '7', '--off', '2027-13-01'], '"2027-13-01" is not a date'],
    [['calendar', 'set', '7'], 'say what is to change'],
    [['group', 'profile', 'servers', 'sometimes'], '"sometimes" is none of: always, office, usual'],
    [['agent'], 'say which command'],
    [[], 'say which command'],
  ])('%j exits with 2 and says what is wrong', async (args, message) => {
    const { exitCode, out, err } = await vonggac(args);
    expect([exitCode, out]).toEqual([2, []]);
    expect(err.at(-1)).toContain(message);
  });

  it('of an id that no agent has is told without words of the schema', async () => {
    mkdirSync(dataDir);
    const registry = await openRegistry({ file: dataFolder(dataDir).registry, now: Date.now });
    await registry.close();
    const { exitCode, err } = await vonggac(['agent', 'show', 'zz']);
    expect({ exitCode, err }).toEqual({
      exitCode: 1,
      err: ['vonggac: there is no agent zz; "vonggac agent list" shows them'],
    });
  });

  it('called by npx, names commands to type by npx', async () => {
    const { err } = await vonggac(['status'], 'en', { npm_command: 'exec' });
    expect(err[0]).toContain('"npx vonggac start"');
  });

  it('is told in Vietnamese, help without a word of English around it', async () => {
    const help = (await vonggac(['agent', '--help'], 'vi')).out.join('\n');
    expect(help).toContain('Cách dùng: vonggac agent [tùy chọn] [lệnh]');
    expect(help).not.toMatch(/options|command\]/);
  });

  it('is told in Vietnamese', async () => {
    const { err } = await vonggac(['--nope'], 'vi');
    expect(err).toEqual(['vonggac: không có tùy chọn --nope; xem --help']);
  });
});

describe('without a running collector', () => {
  it('a listing of what is not there says so, and makes no folder', async () => {
    for (const args of [
      ['agent', 'list'],
      ['status'],
      ['user', 'disable', 'x'],
      ['join-token', 'revoke', 'x'],
    ]) {
      const { exitCode, err } = await vonggac(args);
      expect([args, exitCode, err.length]).toEqual([args, 3, 1]);
      expect(err[0]).toContain(dataDir);
    }
    expect(existsSync(dataDir)).toBe(false);
  });

  it('a join token is made, whole, as the last line, with the certificate it pins', async () => {
    const { exitCode, out } = await vonggac([
      'join-token',
      'create',
      '--uses',
      '3',
      '--days',
      '2',
      '--group',
      'pc',
    ]);
    expect([exitCode, out.length]).toEqual([0, 2]);
    const token = parseJoinToken(out.at(-1) ?? '');
    const { fingerprint } = await loadOrCreateCertificate({ dataDir, now: Date.now });
    expect(token?.fingerprint).toBe(fingerprint);
    const listed = JSON.parse((await vonggac(['join-token', 'list', '--json'])).out.join('\n'));
    expect(listed).toMatchObject([{ id: token?.id, state: 'usable', usesMax: 3, group: 'pc' }]);
    expect(listed[0].expiresMs - listed[0].createdMs).toBe(2 * 86_400_000);
    expect((await vonggac(['join-token', 'revoke', token?.id ?? ''])).exitCode).toBe(0);
    expect((await vonggac(['join-token', 'list'])).out.join('\n')).toContain('revoked');
  });

  it('an API token is made as the last line, and works', async () => {
    const { out } = await vonggac([
      'api-token',
      'create',
      '--role',
      'agency-viewer',
      '--days',
      '1',
      '--name',
      'ci',
    ]);
    const registry = await openRegistry({ file: dataFolder(dataDir).registry });
    expect(await findApiToken(registry, { value: out.at(-1) ?? '' }, false)).toMatchObject({
      role: 'agency-viewer',
      name: 'ci',
    });
    await registry.close();
  });

  it('people and agencies are managed, and every act is audited with who did it', async () => {
    expect((await vonggac(['agency', 'create', 'Sở Y tế', '--kind', 'department'])).out).toEqual([
      'Agency 2 is added: Sở Y tế',
    ]);
    const made = await vonggac(['user', 'create', 'Lan', '--role', 'analyst', '--agency', '2']);
    expect(made.out.at(-1)).toMatch(/^(\w{5}-){3}\w{5}$/);
    await vonggac(['user', 'create', 'boss', '--role', 'administrator']);
    expect((await vonggac(['user', 'create', 'LAN', '--role', 'agency-viewer'])).exitCode).toBe(1);
    const reset = await vonggac(['user', 'reset-password', 'lan']);
    expect(reset.out.at(-1)).not.toBe(made.out.at(-1));
    expect((await vonggac(['user', 'disable', 'boss'])).err[0]).toContain('last administrator');
    expect((await vonggac(['user', 'disable', 'lan'])).exitCode).toBe(0);
    expect((await vonggac(['user', 'list'], 'vi')).out.join('\n')).toMatch(/lan +phân tích viên +đã khóa/);
    const registry = await openRegistry({ file: dataFolder(dataDir).registry });
    const audit = await listAudit(registry, { limit: 100 });
    await registry.close();
    expect(audit.map(({ action }) => action).toReversed()).toEqual([
      'agency.create',
      'user.create',
      'user.create',
      'user.reset-password',
      'user.disable',
    ]);
    expect(audit.every(({ actor }) => /^cli:\S+$/.test(actor))).toBe(true);
    expect(JSON.stringify(audit)).not.toContain(made.out.at(-1));
  });

  it('a refusal is told in the user’s language', async () => {
    await vonggac(['join-token', 'create']);
    expect((await vonggac(['agent', 'show', 'abcd'], 'vi')).err).toEqual([
      'vonggac: không có tác nhân này; xem "vonggac agent list"',
    ]);
    expect((await vonggac(['agent', 'show', 'abcd%'])).exitCode).toBe(1);
  });

  it('a data folder that another process holds is left alone', async () => {
    await vonggac(['join-token', 'create']);
    const folderOfData = dataFolder(dataDir);
    const lock = lockDataFolder(folderOfData, 4_242);
    const before = readFileSync(folderOfData.registry);
    const { callOperation } = await import('../../../collector/cli/client.ts');
    const { agentList } = await import('../../../collector/cli/operations/agent.ts');
    await expect(callOperation(agentList, {}, { dataDir, busyMsMax: 0 })).rejects.toThrow('process 4242');
    expect(readFileSync(folderOfData.registry).equals(before)).toBe(true);
    lock.release();
  });

  it('a data folder that is a file is refused with what to do', async () => {
    writeFileSync(dataDir, '');
    const { exitCode, err } = await vonggac(['join-token', 'create']);
    expect([exitCode, err[0]]).toEqual([1, expect.stringContaining('is a file; choose another')]);
  });
});

describe('the language', () => {
  it.each([
    [['--lang', 'vi'], { LANG: 'en_US.UTF-8' }, 'vi'],
    [['status', '--lang=en'], { LANG: 'vi_VN.UTF-8' }, 'en'],
    [[], { LANG: 'vi_VN.UTF-8' }, 'vi'],
    [[], { LC_ALL: 'vi', LANG: 'en_US' }, 'vi'],
    [[], { LC_ALL: '', LANG: 'vi_VN' }, 'vi'],
    [[], { LANG: 'vie_X' }, 'en'],
    [[], {}, 'en'],
    [['--lang', 'fr'], { LANG: 'vi_VN' }, 'vi'],
  ] as const)('of %j in %j is %s', (argv, env, language) => {
    expect(chooseLanguage(argv, env)).toBe(language);
  });
});
