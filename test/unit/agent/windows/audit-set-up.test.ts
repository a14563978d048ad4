/** The audit set-up over a stand-in for Windows (test/support/agent/windows-stand-in.ts), not over Windows itself. */
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CommandContext } from '../../../../agent/commands/command.ts';
import {
  windowsAuditInstall,
  windowsAuditStatus,
  windowsAuditUninstall,
} from '../../../../agent/commands/windows-audit-command.ts';
import { checkAudit } from '../../../../agent/doctor/check-audit.ts';
import { messagesIn } from '../../../../agent/messages/language.ts';
import type { SourceItem } from '../../../../agent/sources/source.ts';
import { keepOnce } from '../../../../agent/windows-audit/keep-audit.ts';
import { parseAuditBackup, parseLogSettings } from '../../../../agent/windows-audit/setting-state.ts';
import { AUDIT_SETTINGS } from '../../../../agent/windows-audit/wanted-settings.ts';
import { makeFolder, removeFolder } from '../../../support/agent/spool-fixture.ts';
import { WindowsStandIn } from '../../../support/agent/windows-stand-in.ts';

let folder: string;
let windows: WindowsStandIn;
let said: string[];
let context: CommandContext;
const m = messagesIn('en');
const LOGON = '{0CCE9215-69AE-11D9-BED3-505054503030}';
const CREATION = '{0CCE922B-69AE-11D9-BED3-505054503030}';
const POWERSHELL = 'HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\PowerShell';
const SCRIPTS = `${POWERSHELL}\\ScriptBlockLogging`;
const TASKS = 'Microsoft-Windows-TaskScheduler/Operational';

beforeEach(() => {
  folder = makeFolder();
  said = [];
  const print = (line: string): void => void said.push(line);
  context = { m, print, complain: print, signal: new AbortController().signal };
  windows = new WindowsStandIn();
  for (const setting of AUDIT_SETTINGS) {
    if (setting.kind === 'policy') windows.policy.set(setting.guid, 0);
    if (setting.kind === 'log' && !setting.log.includes('Sysmon'))
      windows.logs.set(setting.log, { enabled: setting.log !== TASKS, bytes: 20_971_520 });
  }
  windows.policy.set(LOGON, 2);
  windows.set('HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows', 'here', { type: 'REG_SZ', data: 'before' });
  windows.set('HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa', 'LimitBlankPasswordUse', {
    type: 'REG_DWORD',
    data: '1',
  });
  windows.set('HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System', 'EnableLUA', {
    type: 'REG_DWORD',
    data: '1',
  });
});
afterEach(() => removeFolder(folder));

const options = (): { state: string } => ({ state: path.join(folder, 'state') });
const all = (): unknown => structuredClone([windows.registry, windows.policy, windows.logs]);

test('a dry run shows each change and makes none', async () => {
  const before = all();
  expect(await windowsAuditInstall({ ...options(), dryRun: true }, context, windows.host)).toBe(0);
  expect(said).toContain('Logon: failure -> success and failure (would be changed)');
  expect(said).toContain('Security: on, 20 MiB -> on, 256 MiB (would be changed)');
  expect(said).toContain(`${TASKS}: off, 20 MiB -> on, 32 MiB (would be changed)`);
  expect(said).toContain('PowerShell script block logging: not set -> 1 (would be changed)');
  expect(all()).toEqual(before);
  expect(fs.existsSync(path.join(folder, 'state'))).toBe(false);
});

test('what is set up is given back exactly as it was found, keys that were made included', async () => {
  const before = all();
  windows.logs.set('System', { enabled: true, bytes: 2 ** 30 });
  const found = all();
  expect(await windowsAuditInstall(options(), context, windows.host)).toBe(0);
  expect(windows.policy.get(LOGON)).toBe(3);
  expect(windows.policy.get(CREATION)).toBe(1);
  expect(windows.value(SCRIPTS, 'EnableScriptBlockLogging')).toBe('1');
  expect(windows.value(`${POWERSHELL}\\ModuleLogging\\ModuleNames`, '*')).toBe('*');
  // What is larger than asked for stays.
  expect(windows.logs.get('System')?.bytes).toBe(2 ** 30);
  expect(await windowsAuditStatus(options(), context, windows.host)).toBe(0);
  // A second time nothing is left to do, and what was found first stays what is given back.
  said.length = 0;
  expect(await windowsAuditInstall(options(), context, windows.host)).toBe(0);
  expect(said).toEqual(['everything is as it should be: nothing to change']);
  expect(await windowsAuditUninstall({ ...options(), dryRun: true }, context, windows.host)).toBe(0);
  expect(all()).not.toEqual(found);
  expect(await windowsAuditUninstall(options(), context, windows.host)).toBe(0);
  expect(all()).toEqual(found);
  expect(found).not.toEqual(before);
  said.length = 0;
  expect(await windowsAuditUninstall(options(), context, windows.host)).toBe(0);
  expect(said[0]).toMatch(/nothing was set up/);
});

test('a key that somebody uses meanwhile stays, and what cannot be changed is told', async () => {
  await windowsAuditInstall(options(), context, windows.host);
  windows.set(SCRIPTS, 'theirs', { type: 'REG_SZ', data: 'x' });
  windows.policy.delete(LOGON);
  said.length = 0;
  expect(await windowsAuditUninstall(options(), context, windows.host)).toBe(1);
  expect(said.join('\n')).toMatch(/Logon: cannot be read.*\n(?:.*\n)*.*not everything could be given back/);
  expect(windows.value(SCRIPTS, 'theirs')).toBe('x');
  expect(windows.value(SCRIPTS, 'EnableScriptBlockLogging')).toBeUndefined();
});

test('what may not be read is said, and is neither taken for absent nor changed', async () => {
  windows.set(SCRIPTS, 'EnableScriptBlockLogging', { type: 'REG_DWORD', data: '0' });
  windows.forbidden.add(
    'hkey_local_machine\\software\\policies\\microsoft\\windows\\powershell\\scriptblocklogging',
  );
  expect(await windowsAuditInstall(options(), context, windows.host)).toBe(1);
  expect(said.join('\n')).toMatch(/script block logging: cannot be read: .*ScriptBlockLogging/);
  expect(windows.value(SCRIPTS, 'EnableScriptBlockLogging')).toBe('0');
});

test('the status and the doctor say what is amiss', async () => {
  expect(await windowsAuditStatus(options(), context, windows.host)).toBe(1);
  expect(said.join('\n')).toMatch(/was not set up by this agent\n.*1 logs that this Windows does not have/);
  expect(said).toContain('Process Creation: not audited; should be success');
  expect(said.join('\n')).toMatch(/Sysmon is not here/);
  const config = { tails: [], watch: [], stateDir: folder };
  expect(await checkAudit(config, m, windows.host, 'win32')).toMatchObject([{ level: 'warn' }]);
  await windowsAuditInstall(options(), context, windows.host);
  expect(await checkAudit(config, m, windows.host, 'win32')).toMatchObject([{ level: 'ok' }]);
});

/** Looks at the same host again and again. @returns one look, and what it told */
function keeper(always: boolean, now: () => number, problems: string[]): () => Promise<SourceItem[]> {
  const positions = new Map<string, string>();
  return async () => {
    const items: SourceItem[] = [];
    const looks = keepOnce(
      { host: windows.host, stateDir: path.join(folder, 'state'), everyMs: 60_000, always },
      {
        positions: { get: (key) => positions.get(key), entries: () => positions.entries() },
        now,
        signal: context.signal,
        report: ({ message }) => problems.push(message),
      },
    );
    for await (const item of looks) {
      items.push(item);
      for (const { key, value } of item.positions)
        if (value === undefined) positions.delete(key);
        else positions.set(key, value);
    }
    return items.filter(({ records }) => records.length > 0);
  };
}

test('drift is put back and told, once a day; the first set-up is no drift', async () => {
  let now = Date.parse('2026-11-20T00:00:00Z');
  const problems: string[] = [];
  const untouched = all();
  expect(await keeper(false, () => now, problems)()).toEqual([]);
  expect(all()).toEqual(untouched);
  const kept = keeper(true, () => now, problems);
  expect(await kept()).toEqual([]);
  expect(windows.policy.get(CREATION)).toBe(1);
  windows.policy.set(CREATION, 0);
  windows.logs.set('Security', { enabled: true, bytes: 1_048_576 });
  const told = (await kept()).flatMap(({ records }) => records);
  expect(told).toMatchObject([
    {
      action: 'tampered',
      subject: 'windows-audit',
      detail: { setting: 'Process Creation', found: 'none', restored: true },
    },
    { action: 'tampered', detail: { setting: 'Security', wanted: 'on 268435456', restored: true } },
  ]);
  expect(windows.policy.get(CREATION)).toBe(1);
  windows.policy.set(CREATION, 0);
  expect(await kept()).toEqual([]);
  expect(windows.policy.get(CREATION)).toBe(1);
  now += 86_400_000;
  windows.policy.set(CREATION, 0);
  expect(await kept()).toHaveLength(1);
  expect(problems).toEqual([]);
});

test('answers of the programs are read whatever the language and the length', () => {
  const text =
    'Tên máy,Đích,Mục,GUID,x,,y\r\nMAY,System,"a, b",{0cce9215-69ae-11d9-bed3-505054503030},Thành công,,1\r\nMAY,System,c,{0CCE922B-69AE-11D9-BED3-505054503030},x,,9\r\n';
  expect([...parseAuditBackup(text)]).toEqual([[LOGON, 'success']]);
  expect(parseAuditBackup(','.repeat(1_000_000)).size).toBe(0);
  expect(parseLogSettings('<channel name="a" enabled="true"/>')).toBeUndefined();
});
