/**
 * Makes a backup while everything goes on. Invariants: the order is marks, control plane, events, so that a restored
 * copy knows every event whose mark it has, and its projector goes on from a place the events reach; losses declared
 * meanwhile are copied last; a folder becomes a backup by its name only when it is whole.
 */
import { copyFile, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { copyTree } from './copy-tree.ts';
import { digestFiles } from './digest-files.ts';
import { freeBytesOf, requireRoom } from './room.ts';
import {
  type HeldCopy,
  PARTS,
  readManifest,
  TREE_PARTS,
  type TreePart,
  writeManifest,
  type Manifest,
} from './manifest.ts';

export type BackupStep = 'control-plane' | 'events' | 'digests';

export interface BackupProgress {
  step: BackupStep;
  files: number;
  bytes: number;
  /** As much as `bytes` is expected to become, where that is known. */
  bytesTotal?: number | undefined;
}

/** What a backup will take. */
export interface BackupSize {
  /** Written into its folder. */
  folderBytes: number;
  /** Written by a server where it keeps the copy. */
  heldBytes: number;
  /** That place, as it is set. */
  place: string | undefined;
}

/** What a backup is made of; a running collector and an idle data folder each have their own. */
export interface BackupSource {
  version: string;
  fingerprint: string;
  /** Files that agents know the collector by. */
  identityFiles: readonly string[];
  /** Folders that are copied as they are. */
  trees: Readonly<Record<TreePart, string>>;
  size: () => Promise<BackupSize>;
  /** Copies the control plane to a file that does not exist yet. @returns the migrations it has had */
  copyRegistry: (to: string) => Promise<readonly string[]>;
  /** Events whose deletion may have been under way at some time since then. */
  deletedSince: (ms: number) => Promise<number>;
  /** Losses recorded at or after that time, as JSON values. */
  lossesSince: (ms: number) => Promise<readonly unknown[]>;
  /**
   * Both folders are named as the engine sees them: `partial` below its backup folder, which gets its name in the end,
   * `final` where a server keeps the copy. @returns `held` when a server does
   */
  copyStore: (
    folder: { partial: string; final: string },
    parts: { beforeEvents: () => Promise<void>; onProgress: (files: number, bytes: number) => void },
  ) => Promise<{ eventsMin: number; eventsMax: number; held?: HeldCopy | undefined }>;
}

export interface CreateBackupOptions {
  source: BackupSource;
  /** The engine's backup folder. */
  folder: string;
  name: string;
  now: () => number;
  freeBytes?: typeof freeBytesOf | undefined;
  onProgress: (progress: BackupProgress) => void;
}

/** Clocks of collectors side by side differ by less. */
const CLOCKS_MS = 600_000;

/** Ending of a backup that is being made, or was cut off. */
export const PARTIAL = '.partial';

/** Ending of a backup that is being packed by a command; its folder's time tells that it goes on. */
export const PACKING = '.packing';
const PACKING_MS_MAX = 86_400_000;

/** What was cut off before: nobody else makes backups here, but an earlier one may still be packed. */
async function removeLeftovers(folder: string, nowMs: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const { name: backup, ext } = path.parse(name);
    if (!BACKUP_NAME.test(backup) || (ext !== PARTIAL && ext !== PACKING)) continue;
    const place = path.join(folder, name);
    if (ext === PACKING && nowMs - (await stat(place)).mtimeMs < PACKING_MS_MAX) continue;
    await rm(place, { recursive: true, force: true });
  }
}

const BACKUP_NAME = /^vonggac-\d{4}-\d\d-\d\dT\d{6}Z$/;

/** Names of the whole backups in a folder, oldest first; none when there is no such folder. */
export async function listBackupNames(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.filter((name) => BACKUP_NAME.test(name)).sort();
}

/** A name that sorts by time and is a file's name everywhere. */
export function backupName(ms: number): string {
  return `vonggac-${new Date(ms).toISOString().slice(0, 19).replaceAll(':', '')}Z`;
}

/** @throws NoRoomError, StoreCopyError, SnapshotError, the system's error; what was begun is removed again */
export async function createBackup(options: CreateBackupOptions): Promise<Manifest> {
  const { source, now, onProgress, freeBytes = freeBytesOf } = options;
  const partialName = `${options.name}${PARTIAL}`;
  const partial = path.join(options.folder, partialName);
  const beganMs = now();
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  await removeLeftovers(options.folder, beganMs);
  const { folderBytes, heldBytes } = await source.size();
  await requireRoom('the backup', { folder: options.folder, bytes: folderBytes, freeBytes });
  await mkdir(partial, { mode: 0o700 });
  try {
    let registryMigrations: readonly string[] = [];
    const folders = {
      partial: `${partialName}/${PARTS.store}`,
      final: `${options.name}/${PARTS.store}`,
    };
    const { held, ...counted } = await source.copyStore(folders, {
      beforeEvents: async () => {
        onProgress({ step: 'control-plane', files: 0, bytes: 0 });
        registryMigrations = await source.copyRegistry(path.join(partial, PARTS.registry));
      },
      onProgress: (files, bytes) =>
        onProgress({ step: 'events', files, bytes, bytesTotal: folderBytes + heldBytes }),
    });
    // Retention may have taken away, before or after the copy, what was counted or would have been.
    const deleted = await source.deletedSince(beganMs - CLOCKS_MS);
    const eventsMin = Math.max(0, counted.eventsMin - deleted);
    const identity = path.join(partial, PARTS.identity);
    await mkdir(identity, { mode: 0o700 });
    for (const file of source.identityFiles) await copyFile(file, path.join(identity, path.basename(file)));
    // After the control plane: every file that it names is there, but for what was deleted on purpose meanwhile.
    for (const part of TREE_PARTS) await copyTree(source.trees[part], path.join(partial, PARTS[part]));
    const losses = JSON.stringify(await source.lossesSince(beganMs));
    await writeFile(path.join(partial, PARTS.losses), losses, { mode: 0o600 });
    const files = await digestFiles(partial, ({ filesDone, bytesDone }) =>
      onProgress({ step: 'digests', files: filesDone, bytes: bytesDone, bytesTotal: folderBytes }),
    );
    await writeManifest(partial, {
      version: source.version,
      beganMs,
      endedMs: now(),
      fingerprint: source.fingerprint,
      registryMigrations: [...registryMigrations],
      eventsMin,
      eventsMax: counted.eventsMax + deleted,
      files,
      ...(held === undefined ? {} : { held }),
    });
    await rename(partial, path.join(options.folder, options.name));
    return await readManifest(path.join(options.folder, options.name));
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}
