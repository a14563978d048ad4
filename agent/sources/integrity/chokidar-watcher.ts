/** The watcher of trees that stands on chokidar, which is loaded when the first one is made. */
import path from 'node:path';
import type { TreeWatcherEvents, TreeWatcherFactory } from './tree-watcher.ts';

/** @param ignored asked for every path; see `TreeWatcherFactory`. */
export const createChokidarWatcher: TreeWatcherFactory = (bases, ignored, events) => {
  const started = startWatcher(bases, ignored, events);
  return {
    ready: started.then(({ ready }) => ready),
    close: async () => {
      await (await started).close();
    },
  };
};

async function startWatcher(
  bases: readonly string[],
  ignored: (path: string) => boolean,
  events: TreeWatcherEvents,
): Promise<{ ready: Promise<void>; close: () => Promise<void> }> {
  const { watch } = await import('chokidar');
  const watcher = watch([...bases], {
    ignored,
    ignoreInitial: true,
    followSymlinks: false,
    // Renames over a file are put together by the source, which compares states.
    atomic: false,
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
  // Not awaited here: the promise travels inside an object.
  return { ready, close: () => watcher.close() };
}

function watchedFolder(details: unknown): string | undefined {
  if (typeof details !== 'object' || details === null || !('watchedPath' in details)) return undefined;
  return typeof details.watchedPath === 'string' ? details.watchedPath : undefined;
}
