/** What is watched when nobody has said otherwise: where persistence and tampering show, without what changes daily. */
import type { WatchOptions } from './watch-set.ts';

/** Editors, package managers and daemons make and remove these all day. */
const NOISE = [
  '*.swp',
  '*.swx',
  '*.swo',
  '*~',
  '.#*',
  '4913',
  '*.dpkg-new',
  '*.dpkg-tmp',
  '*.rpmnew.tmp',
  '*.lock',
];

const LINUX: readonly WatchOptions[] = [
  {
    path: '/etc',
    excludes: [
      ...NOISE,
      '/etc/mtab',
      '/etc/adjtime',
      '/etc/ld.so.cache',
      '/etc/cups/subscriptions.conf*',
      '/etc/printcap',
      '/etc/lvm/{archive,backup,cache}',
      '/etc/.pwd.lock',
      '/etc/blkid.tab*',
    ],
  },
  { path: '/usr/local/bin', excludes: NOISE },
  { path: '/usr/local/sbin', excludes: NOISE },
  { path: '/root/.ssh', excludes: NOISE },
  { path: '/home/*/.ssh', excludes: NOISE },
  { path: '/var/spool/cron', excludes: NOISE },
  { path: '/boot', excludes: [...NOISE, '/boot/grub/grubenv', '/boot/grub2/grubenv'] },
];

/** Programs that anybody can start before a sign-in, and those on which signing in and the services stand. */
const FIRST_PROGRAMS = [
  'sethc',
  'utilman',
  'osk',
  'narrator',
  'magnify',
  'displayswitch',
  'atbroker',
  'winlogon',
  'userinit',
  'logonui',
  'lsass',
  'lsaiso',
  'services',
  'svchost',
  'smss',
  'csrss',
  'wininit',
  'cmd',
  'taskmgr',
  'wevtutil',
  'reg',
  'spoolsv',
  'taskhostw',
  'dllhost',
].map((name) => `${name}.exe`);
const STARTUP = 'Microsoft\\Windows\\Start Menu\\Programs\\StartUp';
/** Where much else is written: one notice of the kernel for all would be one for each of that. */
const OFTEN = { mode: 'scheduled', scan: { everyMs: 600_000, jitterMs: 60_000 } } as const;
const HOURLY = { mode: 'scheduled', scan: { everyMs: 3_600_000 } } as const;

function windowsSets(env: Readonly<Record<string, string | undefined>>): WatchOptions[] {
  const system = `${env['SystemRoot'] ?? 'C:\\Windows'}\\System32`;
  const drive = env['SystemDrive'] ?? 'C:';
  const programData = env['ProgramData'] ?? `${drive}\\ProgramData`;
  const users = `${drive}\\Users\\*`;
  const sets: WatchOptions[] = [
    { path: `${system}\\drivers\\etc`, difference: true },
    { path: `${system}\\drivers`, includes: ['*.sys'], ...HOURLY },
    { path: system, includes: FIRST_PROGRAMS, depthMax: 1, ...HOURLY },
    { path: `${system}\\Tasks`, difference: true },
    { path: `${system}\\GroupPolicy`, difference: true },
    { path: `${system}\\WindowsPowerShell\\v1.0`, includes: ['*profile.ps1'], depthMax: 1, ...HOURLY },
    { path: `${system}\\inetsrv\\config`, includes: ['*.config'], depthMax: 1, difference: true },
    { path: `${programData}\\${STARTUP}` },
    { path: `${programData}\\ssh`, excludes: ['logs', '*.log'], difference: true },
    { path: `${drive}\\inetpub\\wwwroot`, difference: true },
    { path: `${users}\\AppData\\Roaming\\${STARTUP}`, ...OFTEN },
    { path: `${users}\\.ssh`, ...OFTEN },
    { path: `${users}\\Documents\\WindowsPowerShell`, includes: ['*.ps1'], depthMax: 1, ...OFTEN },
    { path: `${users}\\Documents\\PowerShell`, includes: ['*.ps1'], depthMax: 1, ...OFTEN },
  ];
  return sets.map((set) => ({ ...set, xattrs: true, excludes: [...NOISE, ...(set.excludes ?? [])] }));
}

/** Watch sets of a platform; none yet where the agent has no knowledge of it. */
export function defaultWatchSets(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>> = process.env,
): WatchOptions[] {
  if (platform === 'win32') return windowsSets(env);
  return platform === 'linux' ? [...LINUX] : [];
}
