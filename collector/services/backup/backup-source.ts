/** Puts together what a backup is made of: the only place where both stores and the backup meet. */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import {
  createBackup,
  type BackupProgress,
  type BackupSize,
  type BackupSource,
} from '../../backup/create-backup.ts';
import { treeBytes } from '../../backup/copy-tree.ts';
import { bytesOf } from '../../backup/manifest.ts';
import type { BackupOutcome } from '../../backup/runner.ts';
import { loadOrCreateCertificate } from '../../registry/certificate.ts';
import { dataFolder, identityFiles, type DataFolder } from '../../registry/data-folder.ts';
import type { Registry, RegistryDb, RegistryHome } from '../../registry/database.ts';
import { lossesSince } from '../../registry/loss-book.ts';
import { rowsDeletedSince } from '../../registry/retention-book.ts';
import { checkSnapshot, snapshotRegistry } from '../../registry/snapshot.ts';
import { serverBytes, snapshotPostgres } from '../../registry/snapshot-postgres.ts';
import type { StoreBackups } from '../../store/store-backup.ts';

export interface BackupParts {
  dataDir: string;
  registry: Registry;
  /** Where that control plane is. */
  home: RegistryHome;
  backups: StoreBackups;
  version: string;
}

/** Of a data folder whose control plane nobody has open: no loss can be declared meanwhile. */
export async function offlineBackupSource(parts: {
  folder: DataFolder;
  backups: StoreBackups;
  version: string;
  now: () => number;
}): Promise<BackupSource> {
  const { folder, backups, version, now } = parts;
  const { fingerprint } = await loadOrCreateCertificate({ dataDir: folder.path, now });
  return {
    version,
    fingerprint,
    identityFiles: identityFiles(folder),
    trees: { attachments: folder.attachments, reportTrust: folder.reportTrust },
    size: async () =>
      sizeOf(backups, (await fileBytes(folder.registry)) + (await treeBytes(folder.attachments))),
    copyRegistry: async (to) => {
      await snapshotRegistry(folder.registry, to);
      return checkSnapshot(to).migrations;
    },
    // Nobody works on them.
    deletedSince: async () => 0,
    lossesSince: async () => [],
    copyStore: async ({ partial, final }, { beforeEvents, onProgress }) => {
      const { place } = backups;
      const folder = place === undefined ? partial : final;
      const copy = await backups.copyTo(folder, {
        beforeEvents,
        onProgress: ({ files, bytes }) => onProgress(files, bytes),
      });
      const { eventsMin, eventsMax, database, files, bytes } = copy;
      const held = place === undefined ? undefined : { place, folder, database, files, bytes };
      return { eventsMin, eventsMax, held };
    },
  };
}

async function backupSource(parts: BackupParts): Promise<BackupSource> {
  const { dataDir, registry, home, backups, version } = parts;
  const folder = dataFolder(dataDir);
  const source = await offlineBackupSource({ folder, backups, version, now: registry.now });
  return {
    ...source,
    ...liveSource(registry.db),
    ...('file' in home ? {} : serverParts(registry, backups, folder.attachments)),
  };
}

/** What others may do to a control plane while it is copied. */
export function liveSource(db: RegistryDb): Pick<BackupSource, 'deletedSince' | 'lossesSince'> {
  return {
    deletedSince: (ms) => rowsDeletedSince(db, ms),
    lossesSince: (ms) => lossesSince(db, ms),
  };
}

/** Of a control plane on PostgreSQL, of this version or an earlier one. */
export function serverParts(
  registry: Pick<Registry, 'db' | 'now'>,
  backups: StoreBackups,
  attachments: string,
): Pick<BackupSource, 'copyRegistry' | 'size'> {
  return {
    copyRegistry: async (to) => {
      await snapshotPostgres(registry, to);
      return checkSnapshot(to).migrations;
    },
    size: async () => sizeOf(backups, (await serverBytes(registry)) + (await treeBytes(attachments))),
  };
}

async function sizeOf(backups: StoreBackups, registryBytes: number): Promise<BackupSize> {
  const { place } = backups;
  const bytes = await backups.bytes();
  return place === undefined
    ? { folderBytes: registryBytes + bytes, heldBytes: 0, place }
    : { folderBytes: registryBytes, heldBytes: bytes, place };
}

/** Of a control plane's file, with what is not in it yet; of one that is only being made, nothing. */
async function fileBytes(file: string): Promise<number> {
  let bytes = 0;
  for (const part of [file, `${file}-wal`]) if (existsSync(part)) bytes += (await stat(part)).size;
  return bytes;
}

/** What a backup of it would take. @throws StoreUnavailableError, or the control plane's error */
export async function backupSize(parts: BackupParts): Promise<BackupSize> {
  return (await backupSource(parts)).size();
}

/** @throws what createBackup throws */
export async function makeBackup(
  parts: BackupParts,
  options: { folder: string; name: string; onProgress: (progress: BackupProgress) => void },
): Promise<BackupOutcome> {
  const { registry } = parts;
  const manifest = await createBackup({ source: await backupSource(parts), now: registry.now, ...options });
  const { eventsMin, eventsMax } = manifest;
  return { bytes: bytesOf(manifest), eventsMin, eventsMax };
}
