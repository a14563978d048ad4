/**
 * The backup that is made, and read back, before this version changes databases of an earlier one. This collector does
 * not run on them at that moment; others may. Invariant: no migration of data that is there begins without it, unless
 * the operator said so or a server has no place for it, which is logged.
 */
import { backupName, type BackupSource, createBackup } from '../../backup/create-backup.ts';
import { NoRoomError } from '../../backup/room.ts';
import { liveSource, offlineBackupSource, serverParts } from './backup-source.ts';
import type { DataFolder } from '../../registry/data-folder.ts';
import type { RegistryDb, RegistryHome } from '../../registry/database.ts';
import { allMigrations } from '../../registry/migrations/all.ts';
import { pendingOnPostgres, withUnmigrated } from '../../registry/pending-postgres.ts';
import { pendingMigrations } from '../../registry/snapshot.ts';
import type { StoreBackups } from '../../store/store-backup.ts';
import type { Logger } from '../../telemetry/log.ts';

/** There is no room for the backup; the message says what to do. */
export class UpgradeBackupError extends Error {
  override readonly name = 'UpgradeBackupError';
}

export interface UpgradeBackupOptions {
  folder: DataFolder;
  /** Where the control plane is. */
  home: RegistryHome;
  backupFolder: string;
  /** False when the operator has a backup already. */
  wanted: boolean;
  version: string;
  now: () => number;
  log: Logger;
  /** It may take long: people must hear of it. */
  onBegin: (name: string) => void;
}

type BeforeMigrating = (pending: readonly string[], backups: StoreBackups | undefined) => Promise<void>;

/** @returns what openStore awaits before it migrates. */
export function backUpBeforeUpgrade(options: UpgradeBackupOptions): BeforeMigrating {
  const { folder, home, now } = options;
  const known = Object.keys(allMigrations(now));
  return async (pendingStore, backups) => {
    if ('file' in home) {
      const pending = pendingMigrations(home.file, known);
      await backUp(options, { pending, pendingStore, backups });
      return;
    }
    await withUnmigrated(home.postgres, async (db) => {
      const pending = await pendingOnPostgres(db, known);
      await backUp(options, { pending, pendingStore, backups, db });
    });
  };

  async function sourceOf(backups: StoreBackups, db: RegistryDb | undefined): Promise<BackupSource> {
    const { version } = options;
    const source = await offlineBackupSource({ folder, backups, version, now });
    return db === undefined
      ? source
      : { ...source, ...liveSource(db), ...serverParts({ db, now }, backups, folder.attachments) };
  }

  async function backUp(
    { wanted, log, backupFolder, onBegin }: UpgradeBackupOptions,
    found: {
      /** Undefined when there is no control plane yet. */
      pending: readonly string[] | undefined;
      pendingStore: readonly string[];
      backups: StoreBackups | undefined;
      db?: RegistryDb;
    },
  ): Promise<void> {
    const { backups } = found;
    const pending = [...(found.pending ?? []), ...found.pendingStore];
    if (pending.length === 0) return;
    if (!wanted) {
      log.warn({ pending }, 'the databases are changed without a backup, as the settings say');
      return;
    }
    if (backups === undefined) {
      log.warn(
        { pending },
        'the databases are changed without a backup: VONGGAC_CLICKHOUSE_BACKUP names no place where the server may put one',
      );
      return;
    }
    if (found.pending === undefined) {
      log.warn({ pending }, 'the events are changed without a backup: there is no control plane beside them');
      return;
    }
    const name = backupName(now());
    onBegin(name);
    log.info({ pending, name }, 'this version changes the databases: making a backup first');
    const source = await sourceOf(backups, found.db);
    try {
      await createBackup({ source, folder: backupFolder, name, now, onProgress: () => undefined });
    } catch (error) {
      if (!(error instanceof NoRoomError)) throw error;
      throw new UpgradeBackupError(
        `this version changes the databases, and before that ${error.message} (VONGGAC_BACKUP). With a backup of your own set VONGGAC_UPGRADE_BACKUP=off`,
        { cause: error },
      );
    }
    log.info({ name }, 'the backup is made and read back');
  }
}
