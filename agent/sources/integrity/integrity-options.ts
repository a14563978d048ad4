/** What the integrity source is told, and what it takes where nothing is said. */
import type { FileActors } from '../../file-actors.ts';
import type { MaintenanceWindow } from '../../maintenance-config.ts';
import { openDpkgFiles } from './packages/dpkg-files.ts';
import type { PackageFiles } from './packages/package-files.ts';
import { openServicingFiles } from './packages/servicing-files.ts';
import { openRpmFiles } from './packages/rpm-files.ts';
import type { TripwireAction } from './tripwire-action.ts';
import { createChokidarWatcher } from './chokidar-watcher.ts';
import { createFolderTreeWatcher } from './folder-tree-watcher.ts';
import { createRecursiveWatcher } from './recursive-watcher.ts';
import type { ScanTimes } from './scan-times.ts';
import type { TreeWatcherFactory } from './tree-watcher.ts';
import type { WatchOptions } from './watch-set.ts';
import { monotonicNow } from '../../monotonic-now.ts';

export interface BaselineSummary {
  /** Sets whose baseline is new. */
  sets: string[];
  paths: number;
  durationMs: number;
}

export interface IntegrityOptions {
  watch: readonly WatchOptions[];
  /** Only this agent knows it: authenticates the baseline. */
  key: Uint8Array;
  /** Default `integrity`. */
  name?: string | undefined;
  /** Larger files are not hashed; default 256 MiB. */
  hashBytesMax?: number | undefined;
  /** A path must be quiet for so long before it is looked at; default 250 ms. */
  coalesceMs?: number | undefined;
  /** ... but no longer than this after its first change; default 1,000 ms. */
  coalesceMsMax?: number | undefined;
  /** Full comparisons while running; default every 6 h. */
  scan?: ScanTimes | undefined;
  /** Comparison by attributes while not everything can be watched; default 60 s. */
  fallbackScanMs?: number | undefined;
  /** How long the watcher may take to be ready before the first scan goes ahead; default 60 s. */
  watcherReadyMs?: number | undefined;
  /** How often it is written down that all is seen; default 60 s. */
  heartbeatMs?: number | undefined;
  /** How often the place of a long scan is written down; default 15 s. */
  placeMs?: number | undefined;
  /** Paths in all sets; default 500,000. */
  pathsMax?: number | undefined;
  /** Default: a notice per folder on Linux, one per set on Windows, chokidar elsewhere. */
  createWatcher?: TreeWatcherFactory | undefined;
  /** Milliseconds that only go forward; default `monotonicNow`. */
  monotonic?: (() => number) | undefined;
  /** Told when the baseline of a set was made for the first time. */
  onBaseline?: ((summary: BaselineSummary) => void) | undefined;
  /** Folder of passwd and group; default /etc. */
  etc?: string | undefined;
  /** Where the baseline lies, for records about itself; default `spool.db`. */
  baselineFile?: string | undefined;
  /** When this agent was enrolled: a first baseline long after it is suspicious. */
  enrolledAt?: number | undefined;
  /** Who changed what, where audit tells. */
  actors?: FileActors | undefined;
  /** How long a record waits for audit; default 1 s. */
  actorWaitMs?: number | undefined;
  /** Folders that get decoy files. */
  decoys?: { folders: readonly string[] } | undefined;
  tripwire?:
    | {
        /** Default 25 files. */
        filesMin?: number | undefined;
        /** Default 60 s. */
        windowMs?: number | undefined;
        /** `suspend`: stop the process that does it; default `none`. */
        action?: 'none' | 'suspend' | undefined;
        /** Programs that are never stopped. */
        spare?: readonly string[] | undefined;
      }
    | undefined;
  /** In place of `tripwire.action`. */
  tripwireAction?: TripwireAction | undefined;
  maintenance?: { windows: readonly MaintenanceWindow[] } | undefined;
  /** What the package manager knows; default: dpkg, rpm or Windows' own of this host. */
  packages?: ((breathe: () => Promise<void>) => PackageFiles | undefined) | undefined;
  /** Folder in which commands to the source lie, and what it says of itself; left out: none. */
  deskFolder?: string | undefined;
  /** Table of mounts; default /proc/self/mountinfo. */
  mountInfo?: string | undefined;
}

type Optional = 'name' | 'actors' | 'enrolledAt' | 'tripwireAction' | 'deskFolder' | 'tripwire';
export type IntegritySettings = {
  [Key in Exclude<keyof IntegrityOptions, Optional>]-?: Exclude<IntegrityOptions[Key], undefined>;
} & Pick<IntegrityOptions, 'actors' | 'enrolledAt' | 'tripwireAction' | 'deskFolder'> & {
    tripwire: { filesMin: number; windowMs: number; action: 'none' | 'suspend'; spare: readonly string[] };
  };

const HOUR_MS = 3_600_000;

export function integritySettings(options: IntegrityOptions): IntegritySettings {
  return {
    watch: options.watch,
    key: options.key,
    hashBytesMax: options.hashBytesMax ?? 256 * 1_048_576,
    coalesceMs: options.coalesceMs ?? 250,
    coalesceMsMax: options.coalesceMsMax ?? 1_000,
    scan: options.scan ?? { jitterMs: HOUR_MS },
    fallbackScanMs: options.fallbackScanMs ?? 60_000,
    watcherReadyMs: options.watcherReadyMs ?? 60_000,
    heartbeatMs: options.heartbeatMs ?? 60_000,
    placeMs: options.placeMs ?? 15_000,
    pathsMax: options.pathsMax ?? 500_000,
    createWatcher: options.createWatcher ?? defaultWatcher(process.platform),
    monotonic: options.monotonic ?? monotonicNow,
    onBaseline: options.onBaseline ?? (() => undefined),
    etc: options.etc ?? '/etc',
    baselineFile: options.baselineFile ?? 'spool.db',
    enrolledAt: options.enrolledAt,
    actors: options.actors,
    actorWaitMs: options.actorWaitMs ?? 1_000,
    decoys: options.decoys ?? { folders: [] },
    tripwire: {
      filesMin: options.tripwire?.filesMin ?? 25,
      windowMs: options.tripwire?.windowMs ?? 60_000,
      action: options.tripwire?.action ?? 'none',
      spare: options.tripwire?.spare ?? [],
    },
    tripwireAction: options.tripwireAction,
    maintenance: options.maintenance ?? { windows: [] },
    packages: options.packages ?? defaultPackages(process.platform),
    deskFolder: options.deskFolder,
    mountInfo: options.mountInfo ?? '/proc/self/mountinfo',
  };
}

function defaultPackages(platform: NodeJS.Platform): IntegritySettings['packages'] {
  if (platform === 'win32') return openServicingFiles;
  return (breathe) => openDpkgFiles({ breathe }) ?? openRpmFiles();
}

/**
 * On Linux chokidar holds 6 KB per file (20,000 files: 122 MB against 12 MB), and on Windows one handle sees a whole tree; on
 * other systems it knows their ways. It is loaded only where it is used.
 */
function defaultWatcher(platform: NodeJS.Platform): TreeWatcherFactory {
  if (platform === 'linux') return createFolderTreeWatcher;
  return platform === 'win32' ? createRecursiveWatcher : createChokidarWatcher;
}
