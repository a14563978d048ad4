/** What is watched and followed when nothing is configured. What is absent is waited for. */
import type { TailConfig } from './config.ts';
import type { WatchConfig } from './integrity-config.ts';
import { defaultWatchSets } from './sources/integrity/default-watch.ts';

const LINUX_TAILS: readonly string[] = [
  '/var/log/auth.log',
  '/var/log/secure',
  '/var/log/syslog',
  '/var/log/messages',
  '/var/log/dpkg.log',
  '/var/log/nginx/*access*.log',
  '/var/log/nginx/*error*.log',
  '/var/log/apache2/*access*.log',
  '/var/log/apache2/*error*.log',
  '/var/log/httpd/*access_log',
  '/var/log/httpd/*error_log',
];

/** Folders watched on this platform when the settings name none. */
export function defaultWatch(platform: NodeJS.Platform): WatchConfig[] {
  return defaultWatchSets(platform).map(({ path, excludes, includes, xattrs, difference }) => ({
    path,
    mode: 'realtime',
    excludes: [...(excludes ?? [])],
    includes: includes === undefined ? undefined : [...includes],
    xattrs,
    difference,
    optional: true,
  }));
}

/** Logs read on this platform when the settings name none. */
export function defaultTails(platform: NodeJS.Platform): TailConfig[] {
  const files = platform === 'linux' ? LINUX_TAILS : [];
  // History stays where it is: years of old lines over a thin line help nobody.
  return files.map((file) => ({
    path: file,
    channel: 'auto',
    encoding: 'auto',
    startAt: 'end',
    optional: true,
  }));
}
