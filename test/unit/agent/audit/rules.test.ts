import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseRules, parseStatus, readAuditState } from '../../../../agent/audit/audit-state.ts';
import { applyRules, planRules, RULES_FOLDER, RULES_NAME } from '../../../../agent/audit/install-rules.ts';
import { conflictsIn } from '../../../../agent/audit/rule-conflicts.ts';
import { ruleSet, type RuleSetOptions } from '../../../../agent/audit/rule-set.ts';
import { watchPlaces } from '../../../../agent/audit/watch-places.ts';
import type { Host } from '../../../../agent/host/host.ts';
import { makeFolder, removeFolder } from '../../../support/agent/spool-fixture.ts';

let root: string;

beforeEach(() => {
  root = makeFolder();
});

afterEach(() => removeFolder(root));

const FOLDERS = new Set(['/etc', '/etc/ssh', '/srv/own', '/srv/www', '/srv/www/in']);
const FILES = new Set(['/etc/passwd', '/etc/shadow']);

function rules(more: Partial<RuleSetOptions> = {}): string[] {
  const text = ruleSet({
    architecture: 'x64',
    kindOf: (file) => (FOLDERS.has(file) ? 'folder' : FILES.has(file) ? 'file' : undefined),
    watch: ['/etc', '/srv/www', '/srv/www/in', '/srv/none'],
    own: { folders: ['/srv/own'], program: '/opt/agent/node' },
    connections: false,
    ...more,
  });
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

const ausyscall = ['/usr/sbin', '/sbin', '/usr/bin']
  .map((folder) => `${folder}/ausyscall`)
  .find((file) => fs.existsSync(file));

// auditctl stops at the first call that the machine does not have.
test.skipIf(ausyscall === undefined).each([
  ['x64', { b64: 'x86_64', b32: 'i386' }],
  ['arm64', { b64: 'aarch64', b32: 'arm' }],
] as const)('every call that is named on %s is there', (architecture, tables) => {
  const named = new Set(
    rules({ architecture, connections: true }).flatMap((line) => {
      const [, arch = '', calls = ''] = /-F arch=(b64|b32) -S (\S+)/.exec(line) ?? [];
      return calls
        .split(',')
        .filter(Boolean)
        .map((call) => `${arch === 'b64' ? tables.b64 : tables.b32} ${call}`);
    }),
  );
  expect(named.size).toBeGreaterThan(20);
  for (const pair of named) {
    const [table = '', call = ''] = pair.split(' ');
    const asked = spawnSync(ausyscall ?? '', [table, call, '--exact'], { encoding: 'utf8' });
    expect(`${pair}: ${asked.stdout.trim()}`).toMatch(/: \d+$/);
  }
  expect([...named].some((pair) => / (open|unlink|rename|chmod)$/.test(pair))).toBe(architecture === 'x64');
});

describe('the rules', () => {
  test('name what is there, and nothing else', () => {
    const all = rules();
    expect(all).toContain(
      '-a always,exit -F arch=b64 -F path=/etc/passwd -F perm=wa -F key=vonggac-identity',
    );
    expect(all).toContain('-a always,exit -F arch=b32 -F dir=/etc/ssh -F perm=wa -F key=vonggac-sshd');
    expect(all.filter((line) => line.includes('gshadow') || line.includes('/srv/none'))).toEqual([]);
  });

  test('catch programs on both architectures, the privileged ones first', () => {
    const starts = rules().filter((line) => line.includes('execve'));
    expect(starts.map((line) => /arch=(\S+).*key=(\S+)/.exec(line)?.slice(1).join(' '))).toEqual([
      'b64 vonggac-setid',
      'b32 vonggac-setid',
      'b64 vonggac-exec',
      'b32 vonggac-exec',
    ]);
    expect(starts.every((line) => line.includes('-F success=1'))).toBe(true);
  });

  test('come in the order of the special to the general', () => {
    const keys = rules().map((line) => /key=(\S+)$/.exec(line)?.[1]);
    expect(keys[0]).toBe('vonggac-self');
    expect(keys.indexOf('vonggac-identity')).toBeLessThan(keys.indexOf('vonggac-fim'));
    expect(keys.at(-1)).toBe('vonggac-fim');
  });

  test('watch a folder once, with all in it', () => {
    const watched = rules().filter((line) => line.endsWith('vonggac-fim'));
    expect(watched.map((line) => /dir=(\S+)/.exec(line)?.[1])).toEqual([
      '/etc',
      '/etc',
      '/srv/www',
      '/srv/www',
    ]);
  });

  test('leave the agent alone in its own folder', () => {
    expect(rules()[0]).toBe(
      '-a always,exit -F arch=b64 -F dir=/srv/own -F perm=wa -F exe!=/opt/agent/node -F key=vonggac-self',
    );
  });

  test('ask for connections only when told to', () => {
    const asks = (lines: readonly string[]): boolean => lines.some((line) => line.includes('-S connect'));
    expect(asks(rules())).toBe(false);
    expect(asks(rules({ connections: true }))).toBe(true);
  });

  test('name no call that arm64 never had', () => {
    const calls = rules({ architecture: 'arm64' }).flatMap(
      (line) => /-S (\S+)/.exec(line)?.[1]?.split(',') ?? [],
    );
    expect(calls).toContain('fchmodat');
    expect(calls).not.toContain('chmod');
  });

  test('pass over a path that auditctl could not read', () => {
    const strange = ['/srv/a b', '/srv/"x', "/srv/'x", '/srv/é', '/srv/a\n-D'];
    expect(rules({ watch: strange, kindOf: () => 'file' }).filter((line) => line.endsWith('fim'))).toEqual(
      [],
    );
  });
});

test('a pattern of the watch set stands for the places that are there', () => {
  for (const folder of ['home/an/.ssh', 'home/binh/.ssh', 'home/chi', 'var/www/html'])
    fs.mkdirSync(path.join(root, folder), { recursive: true });
  expect(watchPlaces(root, '/home/*/.ssh')).toEqual(['/home/an/.ssh', '/home/binh/.ssh']);
  expect(watchPlaces(root, '/var/www/**/*.php')).toEqual(['/var/www']);
  expect(watchPlaces(root, '/var/www')).toEqual(['/var/www']);
  expect(watchPlaces(root, '/none/*/x')).toEqual([]);
});

test.each([
  ['-e 2', [{ kind: 'locks' }]],
  ['  -f   2 ', [{ kind: 'panics' }]],
  ['-a task,never', [{ kind: 'silences', rule: '-a task,never' }]],
  ['-A never,exit', [{ kind: 'silences', rule: '-A never,exit' }]],
  ['-a never,exit -F exe=/usr/bin/x', []],
  ['-r 500', [{ kind: 'limits-rate', perSecond: 500 }]],
  ['-r 0', []],
  ['-b 320', [{ kind: 'small-backlog', records: 320 }]],
  ['-b 8192', []],
  ['# -e 2', []],
  ['-D', []],
])('%s in a rule file: %j', (line, want) => {
  expect(conflictsIn('/f', `# x\n${line}\n`)).toEqual(want.map((conflict) => ({ ...conflict, file: '/f' })));
});

const STATUS = 'enabled 1\nfailure 1\npid 77\nrate_limit 0\nbacklog_limit 8192\nlost 3\nbacklog 0\n';
const LIST = `-w /etc/x -p wa -k other
-a always,exit -F arch=b64 -S execve -F key=vonggac-exec
-a always,exit -F arch=b32 -S execve -F key=vonggac-exec
-w /etc/passwd -p wa -k vonggac-identity
`;

test('what auditctl says is read', () => {
  expect(parseStatus(STATUS)).toEqual({
    enabled: 1,
    pid: 77,
    rateLimit: 0,
    backlogLimit: 8_192,
    lost: 3,
    backlog: 0,
  });
  expect(parseRules(LIST)).toEqual({
    rules: new Map([
      ['vonggac-exec', 2],
      ['vonggac-identity', 1],
    ]),
    foreignRules: 1,
  });
  expect(parseRules('No rules\n')).toEqual({ rules: new Map(), foreignRules: 0 });
});

describe('installing', () => {
  const calls: string[] = [];
  let answers: Record<string, { code?: number; stdout?: string; stderr?: string } | 'absent'>;
  let host: Host;

  beforeEach(() => {
    calls.length = 0;
    answers = { 'auditctl -s': { stdout: STATUS }, 'auditctl -l': { stdout: LIST } };
    host = {
      root,
      run: (name, args) => {
        const call = [name, ...args].join(' ');
        calls.push(call.replace(root, ''));
        const answer = answers[call.replace(root, '')] ?? {};
        if (answer === 'absent') return Promise.resolve({ kind: 'absent' });
        const { code = 0, stdout = '', stderr = '' } = answer;
        return Promise.resolve({ kind: 'ended', code, stdout, stderr, truncated: false });
      },
    };
    fs.mkdirSync(path.join(root, RULES_FOLDER), { recursive: true });
  });

  const file = (): string => path.join(root, RULES_FOLDER, RULES_NAME);
  const FILE = `${RULES_FOLDER}/${RULES_NAME}`;

  test('needs the folder that auditd brings', () => {
    expect(planRules({ root: '/nowhere' })).toMatchObject({ kind: 'no-folder' });
  });

  test('sees what is there, and what others have', () => {
    fs.writeFileSync(path.join(root, RULES_FOLDER, '99-finalize.rules'), '-e 2\n');
    fs.writeFileSync(file(), '-e 2\n');
    expect(planRules(host)).toMatchObject({
      kind: 'plan',
      before: '-e 2\n',
      conflicts: [{ kind: 'locks', file: path.join(root, RULES_FOLDER, '99-finalize.rules') }],
    });
  });

  test('replaces our rules in the kernel, by key, and no others', async () => {
    const result = await applyRules(host, { file: file(), before: undefined }, '-a x\n');
    expect(result).toEqual({ kind: 'loaded' });
    expect(fs.readFileSync(file(), 'utf8')).toBe('-a x\n');
    expect(fs.statSync(file()).mode & 0o777).toBe(0o640);
    expect(calls).toEqual([
      'auditctl -s',
      'auditctl -l',
      'augenrules',
      'auditctl -D -k vonggac-exec',
      'auditctl -D -k vonggac-identity',
      `auditctl -R ${FILE}`,
    ]);
  });

  test('takes them away again', async () => {
    fs.writeFileSync(file(), '-a x\n');
    expect(await applyRules(host, { file: file(), before: '-a x\n' }, undefined)).toEqual({ kind: 'loaded' });
    expect(fs.existsSync(file())).toBe(false);
    expect(calls.some((call) => call.includes('-R'))).toBe(false);
  });

  test('undoes what cannot be loaded', async () => {
    fs.writeFileSync(file(), 'old\n');
    answers[`auditctl -R ${FILE}`] = { code: 1, stderr: 'There was an error in line 3' };
    const result = await applyRules(host, { file: file(), before: 'old\n' }, 'new\n');
    expect(result).toEqual({ kind: 'failed', reason: 'auditctl ended with 1: There was an error in line 3' });
    expect(fs.readFileSync(file(), 'utf8')).toBe('old\n');
  });

  test('says that locked rules wait for the next start, and touches none of the kernel', async () => {
    answers['auditctl -s'] = { stdout: STATUS.replace('enabled 1', 'enabled 2') };
    expect(await applyRules(host, { file: file(), before: undefined }, 'x\n')).toEqual({ kind: 'locked' });
    expect(calls).toEqual(['auditctl -s', 'auditctl -l', 'augenrules']);
  });

  test('writes the file where there is no auditctl', async () => {
    answers['auditctl -s'] = 'absent';
    expect(await applyRules(host, { file: file(), before: undefined }, 'x\n')).toEqual({
      kind: 'no-program',
    });
    expect(fs.existsSync(file())).toBe(true);
    expect(await readAuditState(host)).toEqual({ kind: 'absent' });
  });
});
