/** What is told of Windows, over a stand-in for its programs (test/support/agent/windows-hosts.ts), not over Windows itself. */
import { X509Certificate } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { InventoryItem, Picture } from '../../../../agent/sources/inventory/inventory-item.ts';
import { tidy } from '../../../../agent/sources/inventory/inventory-item.ts';
import { windowsCollectors } from '../../../../agent/sources/inventory/collect/windows/windows-collectors.ts';
import { accessListOf, sidOf } from '../../../../agent/windows/file-shares.ts';
import { makeFolder, removeFolder } from '../../../support/agent/spool-fixture.ts';
import { makeCertificate } from '../../../support/agent/certificate.ts';
import {
  AN,
  neglectedServer,
  officePc,
  storedBlob,
  timeService,
  UNSET_CLOCK,
} from '../../../support/agent/windows-hosts.ts';
import type { WindowsStandIn } from '../../../support/agent/windows-stand-in.ts';

const NOW = Date.parse('2026-11-26T08:00:00Z');
let folder: string;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => removeFolder(folder));

const profile = (): string => path.join(folder, 'hồ sơ', 'an');

async function look(windows: WindowsStandIn): Promise<Map<string, Picture | string>> {
  const told = new Map<string, Picture | string>();
  const signal = new AbortController().signal;
  for (const collector of windowsCollectors(
    windows.host,
    () => NOW,
    [folder, path.join(folder, 'gone')],
    [profile()],
  )) {
    const looked = collector.collect({ signal, turn: () => Promise.resolve() });
    told.set(collector.category, await looked.catch((error: unknown) => String(error)));
  }
  return told;
}

function items(told: Map<string, Picture | string>, category: string): Record<string, unknown> {
  const found = told.get(category);
  if (found === undefined || typeof found === 'string') throw new Error(`${category}: ${found}`);
  return Object.fromEntries(
    found.items.map((item: InventoryItem) => tidy(item)).map(({ key, detail }) => [key, detail]),
  );
}

test('a PC is told in the rows that Linux has, by two starts of PowerShell', async () => {
  const windows = officePc(NOW);
  fs.writeFileSync(path.join(folder, 'báo cáo.lnk'), '');
  const told = await look(windows);
  expect(windows.asked.filter((line) => line.startsWith('powershell'))).toHaveLength(2);
  expect([...told.values()].filter((each) => typeof each === 'string')).toEqual([]);
  expect(items(told, 'os')).toMatchObject({
    os: {
      name: 'Windows 11 Pro',
      version: '10.0.26200.7171',
      kernel: '10.0.26200',
      platform: 'win32',
      prettyName: 'Windows 11 Pro 25H2 (10.0.26200.7171)',
      role: 'client',
      domainJoined: true,
      domain: 'tinh.gov.vn',
      support: 'supported',
    },
  });
  expect(items(told, 'package')).toEqual({
    'msi:Bộ gõ Tiếng Việt': {
      name: 'Bộ gõ Tiếng Việt',
      version: '4.6.1',
      vendor: 'UniKey',
      manager: 'msi',
      architecture: 'x64',
      installedOn: '2026-01-02',
    },
    'registry:7-Zip': { name: '7-Zip', version: '25.01', manager: 'registry', architecture: 'x86' },
    [`registry:7-Zip 19.00 ${AN}`]: { name: '7-Zip', version: '19.00', manager: 'registry', user: AN },
  });
  expect(items(told, 'patch-level')).toMatchObject({
    kernel: { running: '10.0.26200.7171', rebootNeeded: false },
    sources: { servers: 'kho.tinh.gov.vn' },
    updates: { manager: 'windows-update', lastInstalledAt: '2026-11-16', installed: 2 },
    'hotfix KB5068861': { installedOn: '2026-11-16' },
  });
  expect(items(told, 'user')).toMatchObject({
    an: {
      admin: false,
      enabled: true,
      lastLogonAt: '2026-11-25',
      passwordChangedAt: '2026-11-06',
      uid: '1001',
    },
    'Quản trị viên': { admin: true, enabled: false, lastLogonAt: 'never' },
  });
  expect(items(told, 'group')).toMatchObject({
    'Người quản trị': { admin: true, count: 1, sid: 'S-1-5-32-544' },
  });
  expect(items(told, 'share')).toEqual({
    'smb Công văn': {
      kind: 'smb',
      name: 'Công văn',
      path: 'D:\\Công văn',
      clients: 'S-1-1-0(ro)',
      writable: false,
      guest: true,
    },
  });
  expect(items(told, 'mount')).toMatchObject({
    'C:': { encrypted: true, usedPercent: 60, network: false },
    'Z:': { network: true, source: '\\\\tep\\chung' },
  });
  expect(Object.keys(items(told, 'mount'))).not.toContain('E:');
  expect(items(told, 'listening-port')).toMatchObject({
    'tcp 0.0.0.0:445': { process: 'System' },
    'tcp [::]:445': { port: 445 },
    'udp [fe80::1]:546': { protocol: 'udp' },
  });
  expect(Object.keys(items(told, 'listening-port'))).toHaveLength(3);
  expect(items(told, 'usb-device')).toEqual({
    '0781:5581 4C530001': expect.objectContaining({ storage: true, kinds: 'storage' }) as unknown,
    '046d:c077 at 5&1AB&0&2': expect.objectContaining({ storage: false, port: '5&1AB&0&2' }) as unknown,
  });
  expect(items(told, 'antivirus')).toMatchObject({
    'Microsoft Defender': { running: true, realTime: true, signaturesAt: '2026-11-25T08:00:00.000Z' },
    'Bkav Pro': { running: false, upToDate: false },
  });
  expect(items(told, 'firewall')).toMatchObject({ Domain: { active: true, inputPolicy: 'block' } });
  expect(items(told, 'scheduled-task')).toMatchObject({
    '\\Sao lưu': {
      schedule: 'Daily Logon',
      command: 'robocopy.exe C:\\a D:\\b',
      elevated: true,
      enabled: true,
    },
  });
  expect(items(told, 'neighbour')).toMatchObject({
    '10.0.0.1 Ethernet': { gateway: true, mac: '52:54:00:00:00:01' },
  });
  expect(Object.keys(items(told, 'neighbour'))).toHaveLength(1);
  expect(items(told, 'route')).toHaveProperty(['default via 10.0.0.1 dev Ethernet']);
  expect(items(told, 'clock')).toEqual({
    clock: {
      service: 'w32time',
      type: 'NTP',
      running: true,
      synchronised: true,
      stratum: 4,
      offsetMs: 254,
      source: '10.0.0.123',
    },
  });
  expect(items(told, 'access-control')).toMatchObject({
    uac: { state: 'enabled' },
    'secure-boot': { state: 'disabled' },
  });
  // Secrets in command lines are masked, whoever tells them.
  const all = JSON.stringify([...told.values()]);
  expect(all).toContain('Zalo.exe');
  expect(all).not.toMatch(/abcd1234efgh|x1y2z3w4/);
  expect(items(told, 'startup-item')).toHaveProperty([`${folder}\\báo cáo.lnk`]);
});

test('backups are told by Windows Server Backup, File History, products and tasks; that Windows keeps its own is none', async () => {
  const windows = officePc(NOW);
  const history = path.join(profile(), 'AppData/Local/Microsoft/Windows/FileHistory/Configuration');
  fs.mkdirSync(history, { recursive: true });
  for (const name of ['Config1.xml', 'Catalog1.edb']) fs.writeFileSync(path.join(history, name), '');
  const day = new Date('2026-11-24T03:00:00Z');
  fs.utimesSync(path.join(history, 'Catalog1.edb'), day, day);
  windows.cim.set('backup', [
    {
      NextBackupTime: `/Date(${NOW + 3_600_000})/`,
      LastSuccessfulBackupTime: `/Date(${NOW - 86_400_000})/`,
      LastSuccessfulBackupTargetLabel: 'NAS 2026',
      NumberOfVersions: 101,
    },
    // Installed, and never set up.
    { NextBackupTime: '/Date(-62135596800000)/', LastSuccessfulBackupTime: '/Date(-62135596800000)/' },
  ]);
  windows.cim.set('services', [
    { Name: 'VeeamEndpointBackupSvc', State: 'Running', StartMode: 'Auto', PathName: 'C:\\veeam.exe' },
    { Name: 'AcrSch2Svc', State: 'Stopped', StartMode: 'Disabled', PathName: 'C:\\acronis.exe' },
  ]);
  const task = (TaskPath: string, TaskName: string, action: string): object => ({
    TaskPath,
    TaskName,
    State: 'Ready',
    Actions: [action],
    Triggers: ['MSFT_TaskDailyTrigger'],
  });
  windows.cim.set('tasks', [
    task('\\', 'Sao lưu CSDL', 'sqlcmd.exe --password=x1y2z3w4abcd -Q "BACKUP DATABASE hs"'),
    task('\\', 'Chép phim', 'robocopy.exe C:\\phim D:\\phim'),
    task('\\Microsoft\\Windows\\Registry\\', 'RegIdleBackup', 'backup.exe'),
  ]);
  const jobs = items(await look(windows), 'backup-job');
  expect(jobs).toEqual({
    'windows-server-backup NAS 2026 planned': {
      tool: 'windows-server-backup',
      place: 'NAS 2026',
      schedule: 'planned',
      lastRunAt: '2026-11-25',
      evidence: 'Get-WBSummary',
    },
    'veeam service VeeamEndpointBackupSvc': { tool: 'veeam', place: 'service VeeamEndpointBackupSvc' },
    'sqlcmd task \\Sao lưu CSDL Daily': expect.objectContaining({ tool: 'sqlcmd' }) as unknown,
    [`file-history ${profile()}`]: {
      tool: 'file-history',
      place: profile(),
      lastRunAt: '2026-11-24',
      evidence: history,
    },
  });
  expect(JSON.stringify(jobs)).not.toContain('x1y2z3w4abcd');
  expect(items(await look(neglectedServer(NOW)), 'backup-job')).toMatchObject({
    'windows-server-backup NAS cũ': { lastRunAt: '2026-05-10' },
  });
});

test('certificates are told by the stores of the machine, roots only where they were added', async () => {
  const windows = officePc(NOW);
  const soon = await makeCertificate(
    { notBefore: new Date(NOW - 86_400_000), notAfter: new Date(NOW + 86_400_000) },
    ['may-01.tinh.gov.vn'],
  );
  const root = await makeCertificate();
  const der = ({ cert }: { cert: string }): Buffer => new X509Certificate(cert).raw;
  const add = (store: string, name: string, hex: string): void =>
    windows.setState(`${store}\\Certificates\\${name}\\Blob`, `bytes ${hex}`);
  const title = Buffer.from('Cổng dịch vụ công\0', 'utf16le');
  const machine = 'HKLM\\SOFTWARE\\Microsoft\\SystemCertificates';
  add(`${machine}\\MY`, 'A', storedBlob(der(soon), { 2: Buffer.alloc(40), 11: title }));
  add(`${machine}\\ROOT`, 'B', storedBlob(der(root)));
  // A length that runs beyond the end, and nothing at all.
  add(`${machine}\\ROOT`, 'C', '20000000 01000000 ffffff7f 3082'.replaceAll(' ', ''));
  add(`HKU\\${AN}\\Software\\Microsoft\\SystemCertificates\\Root`, 'D', storedBlob(der(root)));
  const told = await look(windows);
  const thumbprint = (of: { cert: string }): string =>
    new X509Certificate(of.cert).fingerprint.replaceAll(':', '').toLowerCase();
  expect(items(told, 'certificate')).toMatchObject({
    [`LocalMachine\\My\\${thumbprint(soon)}`]: {
      kind: 'own',
      title: 'Cổng dịch vụ công',
      hasKey: true,
      validity: 'expires-soon',
      names: 'DNS:may-01.tinh.gov.vn',
      fingerprint: soon.fingerprint,
    },
    [`LocalMachine\\Root\\${thumbprint(root)}`]: { kind: 'root', hasKey: false, selfSigned: true },
    [`${AN}\\Root\\${thumbprint(root)}`]: { kind: 'root' },
  });
  expect(items(told, 'certificate')).not.toHaveProperty([
    `LocalMachine\\Root\\${thumbprint(root)}`,
    'validity',
  ]);
  expect(told.get('certificate')).toMatchObject({ unread: [{ part: 'LocalMachine\\Root' }] });
});

test.each([
  ['that follows nobody', timeService(UNSET_CLOCK), { running: true, synchronised: false, stratum: 0 }, []],
  [
    'whose service is stopped',
    timeService(['Đã xảy ra lỗi: Dịch vụ chưa khởi động. (0x80070426)'], 1),
    { running: false, synchronised: false },
    [],
  ],
  [
    'whose service does not answer',
    timeService(['Đã xảy ra lỗi: Truy nhập bị từ chối. (0x80070005)'], 1),
    { source: '10.0.0.123' },
    [{ part: 'w32time', reason: 'w32tm does not say how the clock is kept (0x80070005)' }],
  ],
])('a clock %s is told so', async (_what, answer, facts, unread) => {
  const windows = officePc(NOW);
  windows.programs.set('w32tm', () => answer);
  const told = await look(windows);
  expect(items(told, 'clock')).toEqual({
    clock: { service: 'w32time', type: 'NTP', source: '10.0.0.123', ...facts },
  });
  expect(told.get('clock')).toMatchObject({ unread });
});

test('a server that nobody looked after shows what is amiss', async () => {
  const told = await look(neglectedServer(NOW));
  expect(items(told, 'os')).toMatchObject({
    os: { version: '6.3.9600.7171', support: 'ended', role: 'server', domainJoined: false },
  });
  expect(items(told, 'share')).toMatchObject({
    'smb Công văn': { guest: true, writable: true, clients: 'S-1-5-32-546(rw)' },
  });
  expect(items(told, 'mount')).toMatchObject({ 'C:': { encrypted: false } });
  // Servers have no Security Center: what it would say is not missed.
  expect(told.get('antivirus')).toMatchObject({ unread: [] });
});

test('where PowerShell is not allowed, the registry still tells, and the rest says why', async () => {
  const windows = officePc(NOW);
  windows.programs.set('powershell', () => ({ kind: 'absent' }));
  windows.forbidden.add(
    'hkey_local_machine\\software\\wow6432node\\microsoft\\windows\\currentversion\\uninstall',
  );
  const told = await look(windows);
  expect(told.get('user')).toMatch(/users: the program powershell is not installed/);
  expect(told.get('os')).toMatchObject({ unread: [{ part: 'domain' }] });
  expect(items(told, 'os')).toMatchObject({ os: { version: '10.0.26200.7171' } });
  expect(told.get('package')).toMatchObject({
    unread: [{ reason: expect.stringMatching(/WOW6432Node/) as unknown }],
  });
  expect(told.get('patch-level')).toMatchObject({ unread: [{ part: 'hotfixes' }] });
  expect(Object.keys(items(told, 'patch-level'))).toEqual(['kernel', 'sources']);
});

test('access lists are read within their bounds, whatever they claim', () => {
  expect(sidOf(Buffer.from('010500000000000515000000', 'hex'))).toBeUndefined();
  expect(sidOf(Buffer.from('01020000000000052000000020020000', 'hex'))).toBe('S-1-5-32-544');
  expect(accessListOf(Buffer.alloc(4))).toEqual([]);
  // No list at all: everybody may do everything.
  expect(accessListOf(Buffer.alloc(20))).toBeUndefined();
  const claims = Buffer.alloc(40);
  claims.writeUInt32LE(20, 16);
  claims.writeUInt16LE(65_535, 24);
  expect(accessListOf(claims)).toEqual([]);
});
