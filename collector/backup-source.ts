/** Puts together what a backup is made of and what it is restored into: the only place where both stores meet it. */
import { existsSync } from 'node:fs';
import { createBackup, type BackupProgress, type BackupSource } from './backup/create-backup.ts';
import { bytesOf } from './backup/manifest.ts';
import type { RestoreTarget } from './backup/restore-backup.ts';
import type { BackupOutcome } from './backup/runner.ts';
import { startEngine, type EngineLog } from './engine/supervisor.ts';
import { writeAudit } from './registry/audit.ts';
import { loadOrCreateCertificate } from './registry/certificate.ts';
import { dataFolder, type DataFolder } from './registry/data-folder.ts';
import { openRegistry, type Registry } from './registry/database.ts';
import { lossesSince, recordLosses } from './registry/loss-book.ts';
import { allMigrations } from './registry/migrations/all.ts';
import { checkSnapshot, snapshotRegistry } from './registry/snapshot.ts';
import { openBackups, openStore } from './store/open-store.ts';
import type { StoreBackups } from './store/store-backup.ts';

export interface BackupParts {
  dataDir: string;
  registry: Registry;
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
    identityFiles: [
      folder.certificate,
      folder.certificateKey,
      folder.nextCertificate,
      folder.nextCertificateKey,
      folder.certificateBook,
    ].filter((file) => existsSync(file)),
    copyRegistry: async (to) => {
      await snapshotRegistry(folder.registry, to);
      return checkSnapshot(to).migrations;
    },
    lossesSince: async () => [],
    copyStore: (name, { beforeEvents, onProgress }) =>
      backups.copyTo(name, { beforeEvents, onProgress: ({ files, bytes }) => onProgress(files, bytes) }),
  };
}

async function backupSource({ dataDir, registry, backups, version }: BackupParts): Promise<BackupSource> {
  const source = await offlineBackupSource({
    folder: dataFolder(dataDir),
    backups,
    version,
    now: registry.now,
  });
  return { ...source, lossesSince: (ms) => lossesSince(registry.db, ms) };
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

/** What a backup is restored into: SQLite and the embedded engine in a data folder. */
export function restoreTarget(options: { log: EngineLog; now: () => number; actor: string }): RestoreTarget {
  const { log, now, actor } = options;
  return {
    migrationsKnown: Object.keys(allMigrations(now)),
    finishRegistry: async (dataDir, losses, manifest) => {
      const file = dataFolder(dataDir).registry;
      checkSnapshot(file);
      const registry = await openRegistry({ file, now });
      try {
        await recordLosses(registry.db, losses);
        const detail = { madeMs: manifest.beganMs, version: manifest.version };
        await writeAudit(registry.db, now(), { actor, action: 'backup.restore', detail });
      } finally {
        await registry.close();
      }
    },
    restoreStore: async (dataDir, { backupFolder, name }, onProgress) => {
      const engine = await startEngine({ dataDir, log, backupFolder });
      try {
        const { backups, close } = openBackups({ socketPath: engine.socketPath });
        try {
          const done = await backups.copyFrom(name, ({ files, bytes }) => onProgress(files, bytes));
          return done.events;
        } finally {
          await close();
        }
      } finally {
        await engine.stop();
      }
    },
    check: async (dataDir) => {
      const registry = await openRegistry({ file: dataFolder(dataDir).registry, now });
      const opened = await openStore({ dataDir, log });
      try {
        const [events, marks, agents] = await Promise.all([
          opened.store.count(),
          opened.store.readMarks(),
          registry.db
            .selectFrom('agent')
            .select((e) => e.fn.countAll<number>().as('agents'))
            .executeTakeFirstOrThrow(),
        ]);
        return { events, agents: agents.agents, lanes: marks.length };
      } finally {
        await opened.close();
        await registry.close();
      }
    },
  };
}
