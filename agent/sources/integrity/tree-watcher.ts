/**
 * Notices that something below the watched folders may have changed. Hints only: the source looks for itself. One
 * implementation stands on chokidar; another may take its place where memory is short.
 */
import path from 'node:path';
import { watch as watchTree } from 'chokidar';

export interface TreeWatcherEvents {
  onHint: (path: string) => void;
  onError: (cause: unknown) => void;
}

export interface TreeWatcher {
  /** Resolves once changes are noticed everywhere that can be watched. */
  ready: Promise<void>;
  close(): Promise<void>;
}

/** @param ignored paths for which it answers true are not watched, nor anything below them. */
export type TreeWatcherFactory = (
  bases: readonly string[],
  ignored: (path: string) => boolean,
  events: TreeWatcherEvents,
) => TreeWatcher;

export const createChokidarWatcher: TreeWatcherFactory = (bases, ignored, events) => {
  const watcher = watchTree([...bases], {
    ignored,
    ignoreInitial: true,
    followSymlinks: false,
    // Renames over a file are put together by the source, which compares states.
    atomic: false,
    backend: 'native',
  });
  watcher.on('all', (_event, changed) => {
    events.onHint(changed);
  });
  // Tells changes of attributes that the event above leaves out.
  watcher.on('raw', (_event, name, details: unknown) => {
    const folder = watchedFolder(details);
    if (folder !== undefined && typeof name === 'string') events.onHint(path.join(folder, name));
  });
  watcher.on('error', (error) => {
    events.onError(error);
  });
  const ready = new Promise<void>((resolve) => {
    watcher.once('ready', resolve);
  });
  return { ready, close: () => watcher.close() };
};

function watchedFolder(details: unknown): string | undefined {
  if (typeof details !== 'object' || details === null || !('watchedPath' in details)) return undefined;
  return typeof details.watchedPath === 'string' ? details.watchedPath : undefined;
}
