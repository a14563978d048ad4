/** What commands do on Windows, over a stand-in for its programs (test/support/agent/windows-stand-in.ts), not over Windows itself. */
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { commandActionSchema, type CommandAction } from '#protocol/command.ts';
import type { ActionContext, Facts } from '../../../../agent/response/action.ts';
import { perform } from '../../../../agent/response/perform.ts';
import { isNeeded } from '../../../../agent/response/quarantine-file.ts';
import {
  isolationCommands,
  releaseTask,
  TASK_NAME,
} from '../../../../agent/response/windows/isolation-plan.ts';
import { windowsBundleFacts } from '../../../../agent/response/windows/windows-bundle-facts.ts';
import { makeFolder, removeFolder } from '../../../support/agent/spool-fixture.ts';
import { officePc } from '../../../support/agent/windows-hosts.ts';
import type { WindowsStandIn } from '../../../support/agent/windows-stand-in.ts';

const NOW = Date.parse('2026-11-26T08:00:00Z');
const LINE = { address: '10.1.2.3', port: 8443 };
const FIREWALL = 'SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy';
let folder: string;
let windows: WindowsStandIn;
beforeEach(() => {
  folder = makeFolder();
  windows = officePc(NOW);
});
afterEach(() => removeFolder(folder));

function act(command: CommandAction, more: Partial<ActionContext> = {}): Promise<Facts> {
  return perform(command, {
    id: '5b0c9c1e-0000-4000-8000-000000000001',
    dryRun: false,
    stateDir: folder,
    settings: { allow: [], isolateMsMax: 4 * 3_600_000, fileBytesMax: 1_000_000 },
    host: windows.host,
    clock: { now: () => NOW, monotonicMs: () => 0, sleep: () => Promise.resolve() },
    signal: new AbortController().signal,
    line: () => LINE,
    isAnswered: () => Promise.resolve(true),
    put: () => undefined,
    ...more,
  });
}

const isolate: CommandAction = { action: 'isolate', durationMs: 3_600_000 };

test('a host is closed for all but its collector, and a task of Windows opens it again', async () => {
  windows.setState(`HKLM\\${FIREWALL}\\StandardProfile\\EnableFirewall`, 'dword 0');
  let duringTrial = '';
  const facts = await act(isolate, {
    isAnswered: () => {
      duringTrial = windows.tasks.get(TASK_NAME) ?? '';
      return Promise.resolve(true);
    },
  });
  expect(facts).toMatchObject({
    collector: '10.1.2.3',
    seconds: 3_600,
    until: '2026-11-26T09:00:00.000Z',
    rules: 24,
  });
  expect(windows.rules).toHaveLength(24);
  expect(windows.rules.every((rule) => rule.includes('action=block'))).toBe(true);
  // The way back is there before anything is closed.
  const first = windows.asked.find((line) => /^(schtasks|netsh)/.test(line));
  expect(first).toMatch(/^schtasks \/create/);
  expect(duringTrial).toContain('<StartBoundary>2026-11-26T08:00:30.000Z</StartBoundary>');
  const task = windows.tasks.get(TASK_NAME) ?? '';
  expect(task).toContain(
    '<StartBoundary>2026-11-26T09:00:00.000Z</StartBoundary></TimeTrigger><BootTrigger/>',
  );
  expect(task).toContain('advfirewall set privateprofile state off');
  const profile = (): string | undefined =>
    windows.value(`HKLM\\${FIREWALL}\\StandardProfile`, 'EnableFirewall');
  expect(profile()).toBe('1');
  expect(fs.readdirSync(folder)).toEqual(['isolation.json']);
  // A second one prolongs it, and does not take the firewall for having been on.
  await act({ ...isolate, durationMs: 7_200_000 });
  expect(await act({ action: 'release' }, { dryRun: true })).toEqual({ isIsolated: true });
  expect(await act({ action: 'release' })).toEqual({ wasIsolated: true });
  expect([windows.rules, windows.tasks.size, profile(), fs.readdirSync(folder)]).toEqual([[], 0, '0', []]);
  expect(await act({ action: 'release' })).toEqual({ wasIsolated: false });
});

test('a collector that does not answer, or a rule that is not taken, leaves the host open', async () => {
  await expect(act(isolate, { isAnswered: () => Promise.resolve(false) })).rejects.toMatchObject({
    state: 'undone',
  });
  expect([windows.rules, windows.tasks.size, fs.readdirSync(folder)]).toEqual([[], 0, []]);
  const { host } = windows;
  let rules = 0;
  const failing = {
    ...host,
    run: (...asked: Parameters<typeof host.run>) => {
      if (asked[1][2] === 'add' && (rules += 1) === 9)
        return Promise.resolve({
          kind: 'ended' as const,
          code: 1,
          stdout: '',
          stderr: 'no',
          truncated: false,
        });
      return host.run(...asked);
    },
  };
  await expect(act(isolate, { host: failing })).rejects.toMatchObject({
    state: 'failed',
    message: /netsh ended with 1/,
  });
  expect([windows.rules, windows.tasks.size, fs.readdirSync(folder)]).toEqual([[], 0, []]);
});

test('where rules would count for nothing, or cut the collector off, nothing is done', async () => {
  expect(await act(isolate, { dryRun: true })).toMatchObject({ rules: 24 });
  await expect(act(isolate, { line: () => ({ address: '127.0.0.1', port: 1 }) })).rejects.toMatchObject({
    state: 'refused',
  });
  await expect(act(isolate, { line: () => undefined })).rejects.toMatchObject({ state: 'failed' });
  windows.setState(
    'HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall\\DomainProfile\\EnableFirewall',
    'dword 0',
  );
  await expect(act(isolate)).rejects.toMatchObject({ message: /group policy keeps the firewall off/ });
  expect(windows.asked.filter((line) => /^(schtasks|netsh)/.test(line))).toEqual([]);
});

/** Addresses of rules as ranges of numbers. */
function covers(rules: readonly string[][], address: bigint, isIpv6: boolean): boolean {
  const number = (text: string): bigint => {
    if (!text.includes(':')) return text.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
    const [left = '', right] = text.split('::');
    const words = (part: string | undefined): string[] =>
      part === undefined || part === '' ? [] : part.split(':');
    const zeros = right === undefined ? 0 : 8 - words(left).length - words(right).length;
    const all = [...words(left), ...Array.from({ length: zeros }, () => '0'), ...words(right)];
    return all.reduce((sum, word) => sum * 65_536n + BigInt(`0x${word}`), 0n);
  };
  const lists = rules
    .filter(
      (rule) =>
        rule.includes('protocol=tcp') && !rule.some((part) => /port=/.test(part)) && rule.includes('dir=out'),
    )
    .flatMap((rule) =>
      rule.filter((part) => part.startsWith('remoteip=')).flatMap((part) => part.slice(9).split(',')),
    );
  return lists
    .filter((range) => range.includes(':') === isIpv6)
    .some((range) => {
      if (range.includes('/')) {
        const [base = '', bits] = range.split('/');
        return address >> (128n - BigInt(bits ?? 0)) === number(base) >> (128n - BigInt(bits ?? 0));
      }
      const [from = '', to = from] = range.split('-');
      return address >= number(from) && address <= number(to);
    });
}

test("every address but the collector's is closed, at the ends of ranges too", () => {
  const rules = isolationCommands({ address: '10.1.2.255', port: 443 });
  const at = (10n << 24n) + (1n << 16n) + (2n << 8n) + 255n;
  expect([at - 1n, at, at + 1n, 1n, 2n ** 32n - 1n].map((one) => covers(rules, one, false))).toEqual([
    true,
    false,
    true,
    true,
    true,
  ]);
  expect(covers(rules, 2n ** 127n + 5n, true)).toBe(true);
  const six = isolationCommands({ address: 'fd00::1:0', port: 443 });
  const of6 = (0xfd00n << 112n) + 0x1_0000n;
  expect([of6 - 1n, of6, of6 + 1n, 0n, 2n ** 128n - 1n].map((one) => covers(six, one, true))).toEqual([
    true,
    false,
    true,
    true,
    true,
  ]);
  expect(covers(six, at, false)).toBe(true);
  expect(rules).toContainEqual(
    expect.arrayContaining(['remoteip=10.1.2.255', 'protocol=tcp', 'remoteport=1-442,444-65535']),
  );
  for (const bad of [
    { address: 'x dir=in', port: 1 },
    { address: '10.0.0.1', port: 0 },
  ])
    expect(() => isolationCommands(bad)).toThrow(RangeError);
  expect(releaseTask(NOW, 'C:\\A & B', [])).toContain('<Command>C:\\A &amp; B\\netsh.exe</Command>');
});

const kill: CommandAction = {
  action: 'kill-process',
  pid: 4_242,
  startedMs: NOW,
  executable: "C:\\Tệp 'lạ'\\mã.exe",
};

test("a process is ended by PowerShell's own handle, and nothing of a command is text in what runs", async () => {
  let script = '';
  const answer = (row: object): void =>
    void windows.programs.set('powershell', (_, stdin = '') => {
      script = stdin;
      return {
        kind: 'ended',
        code: 0,
        stdout: `<<kill ok [${JSON.stringify(row)}]>>`,
        stderr: '',
        truncated: false,
      };
    });
  answer({ Result: 'done', Path: 'C:\\x.exe', StartedMs: NOW });
  expect(await act(kill)).toEqual({ pid: 4_242, executable: 'C:\\x.exe', startedMs: NOW });
  expect(script).toMatch(/Stop-Process -Force/);
  expect(script).toMatch(/^[\x20-\x7e\n]+$/);
  expect(script).not.toContain('.exe');
  expect(script).toContain(`'${Array.from("c:\\tệp 'lạ'\\mã.exe", (char) => char.charCodeAt(0)).join(',')}'`);
  answer({ Result: 'would', Path: 'C:\\x.exe', StartedMs: NOW });
  await act(kill, { dryRun: true });
  expect(script).not.toContain('Stop-Process');
  for (const [result, wanted] of [
    ['gone', { state: 'failed', message: /there is no process/ }],
    ['other-file', { state: 'refused', message: /runs C:\\x\.exe, not/ }],
    ['other-start', { state: 'refused' }],
    ['stays', { state: 'failed' }],
  ] as const) {
    answer({ Result: result, Path: 'C:\\x.exe' });
    await expect(act(kill)).rejects.toMatchObject(wanted);
  }
  windows.programs.set('powershell', () => ({ kind: 'absent' }));
  await expect(act(kill)).rejects.toMatchObject({ state: 'failed', message: /powershell is not installed/ });
  windows.asked.length = 0;
  for (const refused of [
    { ...kill, pid: process.pid },
    { ...kill, executable: 'c:\\WINDOWS\\System32\\lsass.exe' },
  ])
    await expect(act(refused)).rejects.toMatchObject({ state: 'refused' });
  expect(windows.asked).toEqual([]);
});

test('an account is disabled and given back as it was; the last administrator never', async () => {
  expect(await act({ action: 'disable-account', user: 'AN' }, { dryRun: true })).toMatchObject({
    user: 'an',
    wasLocked: false,
  });
  expect(windows.inactive.size).toBe(0);
  await act({ action: 'disable-account', user: 'an' });
  expect([...windows.inactive]).toEqual(['an']);
  expect(await act({ action: 'enable-account', user: 'an' })).toEqual({ user: 'an', staysLocked: false });
  expect(windows.inactive.size).toBe(0);
  await expect(act({ action: 'enable-account', user: 'an' })).rejects.toMatchObject({ state: 'refused' });
  // One that was off before stays off.
  await act({ action: 'disable-account', user: 'Quản trị viên' });
  expect(await act({ action: 'enable-account', user: 'Quản trị viên' })).toMatchObject({ staysLocked: true });
  expect(windows.inactive.has('Quản trị viên')).toBe(true);
  const [administrator = {}, an = {}] = windows.cim.get('users') ?? [];
  windows.cim.set('users', [{ ...administrator, Enabled: true }, an]);
  await expect(act({ action: 'disable-account', user: 'Quản trị viên' })).rejects.toMatchObject({
    state: 'refused',
    message: /last account that can administer/,
  });
  windows.cim.delete('groups');
  await expect(act({ action: 'disable-account', user: 'an' })).rejects.toMatchObject({ state: 'failed' });
});

test('paths and names of Windows are taken, and nothing that leads elsewhere', () => {
  const takes = (command: object): boolean => commandActionSchema.safeParse(command).success;
  const file = (name: string): boolean =>
    takes({ action: 'quarantine-file', path: name, sha256: 'a'.repeat(64) });
  expect(['C:\\Tải về\\x.exe', 'd:\\a', '/tmp/x'].map(file)).toEqual([true, true, true]);
  expect(['C:x', 'C:\\a:stream', '\\\\tep\\x', 'x', ''].map(file)).toEqual([
    false,
    false,
    false,
    false,
    false,
  ]);
  const user = (name: string): boolean => takes({ action: 'disable-account', user: name });
  expect(['an', 'Nguyễn Văn An', 'Quản trị viên', 'svc$', '_x'].map(user)).toEqual([
    true,
    true,
    true,
    true,
    true,
  ]);
  expect(['/active', '-x', 'a/b', '..\\x', ' an', 'an ', 'a:b', ''].map(user)).toEqual(
    Array.from({ length: 8 }, () => false),
  );
  expect(
    ['C:\\Windows\\System32\\ntdll.dll', 'c:\\windows\\system32\\config\\SAM', 'C:\\pagefile.sys'].map(
      isNeeded,
    ),
  ).toEqual([true, true, true]);
  expect(['C:\\Windows\\System32\\evil.exe', 'C:\\Users\\an\\x.exe'].map(isNeeded)).toEqual([false, false]);
});

test('a bundle holds what runs, what is connected and what starts, with its secrets masked', async () => {
  windows.cim.set('process', [
    {
      ProcessId: 7,
      Name: 'a.exe',
      ExecutablePath: path.join(folder, 'a.exe'),
      CommandLine: 'a.exe --password=hunter2hunter2',
      StartedMs: NOW,
    },
  ]);
  windows.cim.set('connection', [
    { LocalAddress: '10.0.0.5', RemoteAddress: '203.0.113.9', RemotePort: 443 },
  ]);
  fs.writeFileSync(path.join(folder, 'a.exe'), 'x');
  const now = Date.now();
  const found: { kind: string; facts: Facts }[] = [];
  for await (const fact of windowsBundleFacts(windows.host, now, [folder])) found.push(fact);
  expect(found.find(({ kind }) => kind === 'process')?.facts).toMatchObject({
    processId: 7,
    sha256: expect.stringMatching(/^2d711642/) as unknown,
  });
  expect(found.find(({ kind }) => kind === 'connection')?.facts).toMatchObject({
    remoteAddress: '203.0.113.9',
  });
  expect(found).toContainEqual({
    kind: 'unread',
    facts: { part: 'asked-name', reason: 'Không tìm thấy lớp' },
  });
  expect(new Set(found.map(({ kind }) => kind))).toEqual(
    new Set([
      'process',
      'connection',
      'unread',
      'startup-item',
      'share',
      'user',
      'group',
      'listening-port',
      'service',
      'scheduled-task',
      'firewall',
      'antivirus',
      'recent-file',
    ]),
  );
  expect(JSON.stringify(found)).not.toMatch(/hunter2hunter2|abcd1234efgh/);
});
