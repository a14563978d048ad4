import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  auditInstallCommand,
  auditStatusCommand,
  auditUninstallCommand,
} from '../../../../agent/commands/audit-command.ts';
import { defaultWatch } from '../../../../agent/config-defaults.ts';
import { checkAudit } from '../../../../agent/doctor/check-audit.ts';
import type { CommandContext } from '../../../../agent/commands/command.ts';
import { hostAt } from '../../../../agent/host/host.ts';
import { messagesIn } from '../../../../agent/messages/language.ts';
import { makeFolder, removeFolder } from '../../../support/agent/spool-fixture.ts';

let root: string;
let said: string[];
let context: CommandContext;
const m = messagesIn('en');

beforeEach(() => {
  root = makeFolder();
  said = [];
  const print = (line: string): void => void said.push(line);
  context = { m, print, complain: print, signal: new AbortController().signal };
});

afterEach(() => removeFolder(root));

function makeRules(text = ''): void {
  fs.mkdirSync(path.join(root, 'etc/audit/rules.d'), { recursive: true });
  fs.writeFileSync(path.join(root, 'etc/audit/rules.d/audit.rules'), text);
  fs.writeFileSync(path.join(root, 'etc/passwd'), '');
}

const own = (): string => path.join(root, 'etc/audit/rules.d/60-vonggac.rules');
const options = (): { root: string; state: string } => ({ root, state: path.join(root, 'state') });

test('a dry run shows each rule and writes nothing', async () => {
  makeRules('-e 2\n');
  expect(await auditInstallCommand({ ...options(), dryRun: true }, context)).toBe(0);
  expect(said).toContain(
    '+ -a always,exit -F arch=b64 -F path=/etc/passwd -F perm=wa -F key=vonggac-identity',
  );
  expect(said.at(-1)).toMatch(/audit\.rules locks the rules/);
  expect(fs.existsSync(own())).toBe(false);
});

test('install, what has changed since, and uninstall', async () => {
  makeRules();
  expect(await auditInstallCommand(options(), context)).toBe(0);
  expect(said.join('\n')).toMatch(/is written: \d+ rules/);
  fs.writeFileSync(path.join(root, 'etc/shadow'), '');
  said.length = 0;
  await auditInstallCommand({ ...options(), dryRun: true, json: true }, context);
  const told: unknown = JSON.parse(said[0] ?? '');
  expect(told).toMatchObject({ dryRun: true, load: null, conflicts: [] });
  expect(said[0]).toContain('+ -a always,exit -F arch=b64 -F path=/etc/shadow');
  expect(said[0]).not.toContain('/etc/passwd');
  expect(await auditUninstallCommand({ ...options(), dryRun: true }, context)).toBe(0);
  expect(fs.existsSync(own())).toBe(true);
  expect(await auditUninstallCommand(options(), context)).toBe(0);
  expect(fs.existsSync(own())).toBe(false);
  expect(fs.existsSync(path.join(root, 'etc/audit/rules.d/audit.rules'))).toBe(true);
  said.length = 0;
  expect(await auditUninstallCommand(options(), context)).toBe(0);
  expect(said[0]).toMatch(/nothing to take away/);
});

test('connections stay as they were chosen, until told otherwise', async () => {
  makeRules();
  await auditInstallCommand({ ...options(), connections: true }, context);
  await auditInstallCommand(options(), context);
  expect(fs.readFileSync(own(), 'utf8')).toContain('vonggac-connect');
  await auditInstallCommand({ ...options(), connections: false }, context);
  expect(fs.readFileSync(own(), 'utf8')).not.toContain('vonggac-connect');
});

test('without auditd it says what to install', async () => {
  expect(await auditInstallCommand(options(), context)).toBe(1);
  expect(said[0]).toMatch(/apt install auditd/);
});

test('the status says what is amiss', async () => {
  makeRules();
  expect(await auditStatusCommand(options(), context)).toBe(1);
  expect(said.join('\n')).toMatch(/not installed.*\n.*60-vonggac\.rules is not there/);
});

test('the doctor looks at the log that is read, and says nothing where none is', async () => {
  const settings = { stateDir: root, watch: [] };
  const tail = {
    path: path.join(root, 'audit.log'),
    channel: 'linux-audit',
    encoding: 'utf-8',
    startAt: 'end',
  } as const;
  expect(await checkAudit({ ...settings, tails: [] }, m, hostAt(root))).toEqual([]);
  expect(await checkAudit({ ...settings, tails: [{ ...tail, optional: true }] }, m, hostAt(root))).toEqual([
    { name: 'audit', level: 'ok', message: m.audit.state.notHere },
  ]);
  const [missing] = await checkAudit({ ...settings, tails: [{ ...tail, optional: false }] }, m, hostAt(root));
  expect(missing).toEqual({ name: 'audit', level: 'warn', message: m.audit.logAbsent(tail.path) });
});

/** As the install above has it from the settings' defaults. */
const DEFAULT_WATCH = defaultWatch('linux');

test.each([
  ['running, all loaded', { enabled: 1, pid: 5, lost: 0 }, 1_000, ['ok', 'ok', 'ok', 'ok']],
  ['records lost', { enabled: 1, pid: 5, lost: 9 }, 1_000, ['ok', 'ok', 'ok', 'warn']],
  ['nobody takes the records', { enabled: 1, pid: 0, lost: 0 }, 1_000, ['ok', 'warn', 'ok', 'ok']],
  ['only some rules loaded', { enabled: 1, pid: 5, lost: 0 }, 2, ['ok', 'ok', 'warn', 'ok', 'ok']],
  ['switched off', { enabled: 0, pid: 5, lost: 0 }, 1_000, ['ok', 'warn', 'ok', 'ok', 'ok']],
])('the doctor: %s', async (_, { enabled, pid, lost }, loaded, levels) => {
  makeRules();
  await auditInstallCommand(options(), context);
  const log = path.join(root, 'audit.log');
  fs.writeFileSync(log, '');
  const stdout = {
    '-s': `enabled ${enabled}\npid ${pid}\nlost ${lost}\nbacklog_limit 64\n`,
    '-l': '-a always,exit -F arch=b64 -S execve -F key=vonggac-exec\n'.repeat(loaded),
  };
  const host = {
    root,
    run: (name: string, args: readonly string[]) =>
      Promise.resolve({
        kind: 'ended' as const,
        code: 0,
        stdout: args[0] === '-s' ? stdout['-s'] : stdout['-l'],
        stderr: name === 'auditctl' ? '' : 'unexpected',
        truncated: false,
      }),
  };
  const tail = {
    path: log,
    channel: 'linux-audit',
    encoding: 'utf-8',
    startAt: 'end',
    optional: true,
  } as const;
  const { watch, stateDir } = { watch: DEFAULT_WATCH, stateDir: path.join(root, 'state') };
  const checks = await checkAudit({ tails: [tail], watch, stateDir }, m, host);
  expect(checks.map(({ level }) => level)).toEqual(levels);
});
