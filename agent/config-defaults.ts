/** What is watched and followed when nothing is configured. What is absent is waited for. */
import type { TailConfig } from './config.ts';
import type { WatchConfig } from './integrity-config.ts';
import { usualLogs } from './discover/known-logs.ts';
import { defaultWatchSets } from './sources/integrity/default-watch.ts';

const SCAN_JITTER_MS = 3_600_000;

/** Folders watched on this platform when the settings name none. */
export function defaultWatch(platform: NodeJS.Platform): WatchConfig[] {
  return defaultWatchSets(platform).map(
    ({ path, mode, excludes, includes, depthMax, xattrs, difference, scan }) => ({
      path,
      mode: mode ?? 'realtime',
      excludes: [...(excludes ?? [])],
      includes: includes === undefined ? undefined : [...includes],
      depthMax,
      xattrs,
      difference,
      scan:
        scan === undefined ? undefined : { everyMs: scan.everyMs, jitterMs: scan.jitterMs ?? SCAN_JITTER_MS },
      optional: true,
    }),
  );
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
