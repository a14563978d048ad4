/** Gives an engine that stands in for a ClickHouse server what an administrator would configure there for backups. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

export const BACKUP_DISK = 'backups';

/** Folder of the disk below the engine's data folder. */
export function backupDiskFolder(dataDir: string): string {
  return path.join(dataDir, 'backup-disk');
}

/** To be called before the engine starts: it reads `engine.d` beside its configuration, as a server reads `config.d`. */
export async function configureBackupDisk(dataDir: string): Promise<void> {
  const folder = path.join(dataDir, 'engine', 'engine.d');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await mkdir(backupDiskFolder(dataDir), { recursive: true, mode: 0o700 });
  await writeFile(
    path.join(folder, 'backup-disk.xml'),
    `<clickhouse>
  <storage_configuration><disks>
    <${BACKUP_DISK}><type>local</type><path>${backupDiskFolder(dataDir)}/</path></${BACKUP_DISK}>
  </disks></storage_configuration>
  <backups><allowed_disk>${BACKUP_DISK}</allowed_disk></backups>
</clickhouse>
`,
  );
}
