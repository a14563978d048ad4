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

/** Watch sets of a platform; none yet where the agent has no knowledge of it. */
export function defaultWatchSets(platform: NodeJS.Platform): WatchOptions[] {
  return platform === 'linux' ? [...LINUX] : [];
}
