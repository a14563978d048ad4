/**
 * The backup that is made, and read back, before this version changes databases of an earlier one. Nothing runs on them
 * at that moment. Invariant: no migration of data that is there begins without it, unless the operator said so.
 */
import { statfs } from 'node:fs/promises';
import { backupName, createBackup } from './backup/create-backup.ts';
import { offlineBackupSource } from './backup-source.ts';
import type { DataFolder } from './registry/data-folder.ts';
import { allMigrations } from './registry/migrations/all.ts';
import { pendingMigrations } from './registry/snapshot.ts';
import type { StoreBackups } from './store/store-backup.ts';
import type { Logger } from './telemetry/log.ts';

/** There is no room for the backup; the message says what to do. */
export class UpgradeBackupError extends Error {
  override readonly name = 'UpgradeBackupError';
}

const GIB = 1_073_741_824;
/** The copy of the control plane, the digests and merges meanwhile. */
const SPARE = 1.1;

export interface UpgradeBackupOptions {
  folder: DataFolder;
  backupFolder: string;
  /** False when the operator has a backup already. */
  wanted: boolean;
  version: string;
  now: () => number;
  log: Logger;
  /** It may take long: people must hear of it. */
  onBegin: (name: string) => void;
}

/** @returns what openStore awaits before it migrates. */
export function backUpBeforeUpgrade(
  options: UpgradeBackupOptions,
): (pending: readonly string[], backups: StoreBackups) => Promise<void> {
  const { folder, backupFolder, wanted, version, now, log } = options;
  return async (pendingStore, backups) => {
    const pendingRegistry = pendingMigrations(folder.registry, Object.keys(allMigrations(now)));
    const pending = [...(pendingRegistry ?? []), ...pendingStore];
    if (pending.length === 0) return;
    if (!wanted) {
      log.warn({ pending }, 'the databases are changed without a backup, as the settings say');
      return;
    }
    if (pendingRegistry === undefined) {
      log.warn(
        { pending },
        'the control plane is a server: it and the events are changed without a backup of ours',
      );
      return;
    }
    await refuseWithoutRoom(backups, backupFolder);
    const name = backupName(now());
    options.onBegin(name);
    log.info({ pending, name }, 'this version changes the databases: making a backup first');
    const source = await offlineBackupSource({ folder, backups, version, now });
    await createBackup({ source, folder: backupFolder, name, now, onProgress: () => undefined });
    log.info({ name }, 'the backup is made and read back');
  };
}

/** @throws UpgradeBackupError */
async function refuseWithoutRoom(backups: StoreBackups, backupFolder: string): Promise<void> {
  const needed = (await backups.bytes()) * SPARE;
  const { bavail, bsize } = await statfs(backupFolder);
  if (bavail * bsize >= needed) return;
  const gib = (bytes: number): string => (bytes / GIB).toFixed(1);
  throw new UpgradeBackupError(
    `this version changes the databases, and the backup before that needs ${gib(needed)} GiB where ${gib(bavail * bsize)} GiB are free in ${backupFolder}: set VONGGAC_BACKUP to a larger disk, or VONGGAC_UPGRADE_BACKUP=off if you have a backup`,
  );
}
