/** What is watched and followed when nothing is configured. What is absent is waited for. */
import type { TailConfig } from './config.ts';
import type { WatchConfig } from './integrity-config.ts';
import { usualLogs } from './discover/known-logs.ts';
import { defaultWatchSets } from './sources/integrity/default-watch.ts';

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
  const files = platform === 'linux' ? usualLogs() : [];
  // History stays where it is: years of old lines over a thin line help nobody.
  return files.map((file) => ({
    path: file,
    channel: 'auto',
    encoding: 'auto',
    startAt: 'end',
    optional: true,
  }));
}
