/**
 * Makes a backup while everything goes on. Invariants: the order is marks, control plane, events, so that a restored
 * copy knows every event whose mark it has, and its projector goes on from a place the events reach; losses declared
 * meanwhile are copied last; a folder becomes a backup by its name only when it is whole.
 */
import { copyFile, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { digestFiles } from './digest-files.ts';
import { type HeldCopy, PARTS, readManifest, writeManifest, type Manifest } from './manifest.ts';

export type BackupStep = 'control-plane' | 'events' | 'digests';

export interface BackupProgress {
  step: BackupStep;
  files: number;
  bytes: number;
}

/** What a backup is made of; a running collector and an idle data folder each have their own. */
export interface BackupSource {
  version: string;
  fingerprint: string;
  /** Files that agents know the collector by. */
  identityFiles: readonly string[];
  /** Copies the control plane to a file that does not exist yet. @returns the migrations it has had */
  copyRegistry: (to: string) => Promise<readonly string[]>;
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
  onProgress: (progress: BackupProgress) => void;
}

/** Ending of a backup that is being made, or was cut off. */
export const PARTIAL = '.partial';

/** What was cut off before: nobody else makes backups here. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (BACKUP_NAME.test(name.slice(0, -PARTIAL.length)) && name.endsWith(PARTIAL)) {
      await rm(path.join(folder, name), { recursive: true, force: true });
    }
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

/** @throws StoreCopyError, SnapshotError, the system's error; what was begun is removed again */
export async function createBackup(options: CreateBackupOptions): Promise<Manifest> {
  const { source, now, onProgress } = options;
  const partialName = `${options.name}${PARTIAL}`;
  const partial = path.join(options.folder, partialName);
  const beganMs = now();
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  await removeLeftovers(options.folder);
  await mkdir(partial, { mode: 0o700 });
  try {
    let registryMigrations: readonly string[] = [];
    const folders = {
      partial: `${partialName}/${PARTS.store}`,
      final: `${options.name}/${PARTS.store}`,
    };
    const { eventsMin, eventsMax, held } = await source.copyStore(folders, {
      beforeEvents: async () => {
        onProgress({ step: 'control-plane', files: 0, bytes: 0 });
        registryMigrations = await source.copyRegistry(path.join(partial, PARTS.registry));
      },
      onProgress: (files, bytes) => onProgress({ step: 'events', files, bytes }),
    });
    const identity = path.join(partial, PARTS.identity);
    await mkdir(identity, { mode: 0o700 });
    for (const file of source.identityFiles) await copyFile(file, path.join(identity, path.basename(file)));
    const losses = JSON.stringify(await source.lossesSince(beganMs));
    await writeFile(path.join(partial, PARTS.losses), losses, { mode: 0o600 });
    const files = await digestFiles(partial, ({ filesDone, bytesDone }) =>
      onProgress({ step: 'digests', files: filesDone, bytes: bytesDone }),
    );
    await writeManifest(partial, {
      version: source.version,
      beganMs,
      endedMs: now(),
      fingerprint: source.fingerprint,
      registryMigrations: [...registryMigrations],
      eventsMin,
      eventsMax,
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
