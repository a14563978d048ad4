/**
 * Notices that something below the watched folders may have changed. Hints only: the source looks for itself.
 */
export interface TreeWatcherEvents {
  onHint: (path: string) => void;
  /** More happened than there was room to tell: everything watched has to be compared once. */
  onMissed: () => void;
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
