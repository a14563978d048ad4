/** How an event store is restored: into an engine in the data folder, or into a database of a ClickHouse server. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { BackupDamagedError, type HeldCopy } from '../../backup/manifest.ts';
import type { RestoreTarget, StoreCopyPlace } from '../../backup/restore-backup.ts';
import { coldFolderOf } from '../../engine/cold-disk.ts';
import { startEngine, type EngineLog } from '../../engine/supervisor.ts';
import type { ServerHome } from '../../store/clickhouse-home.ts';
import { type OpenedStore, openBackups, openStore } from '../../store/open-store.ts';
import { ServerScratch, requireEmptyDatabase } from '../../store/server-scratch.ts';
import { StoreCopyError } from '../../store/store-copy-error.ts';

export interface StoreTarget extends Pick<RestoreTarget, 'restoreStore' | 'abandon'> {
  /** @throws ServerUnfitError when the restore would meet other data there */
  requireRoom(): Promise<void>;
  /** What was restored, opened as a collector would. */
  open(dataDir: string): Promise<OpenedStore>;
  /** It stays. */
  keep(): void;
}

/** What the embedded engine calls its database. */
const EMBEDDED_DATABASE = 'default';

/** @param coldDir - second disk for old days, which takes what the first has no room for; a drill has none */
export function embeddedTarget(log: EngineLog, coldDir: string | undefined): StoreTarget {
  /** What was begun on the second disk. */
  let cold: string | undefined;
  return {
    requireRoom: async () => undefined,
    restoreStore: async (dataDir, { backupFolder, name, held }, onProgress) => {
      if (held !== undefined && !existsSync(path.join(backupFolder, name))) {
        throw new BackupDamagedError(
          `the events of this backup lie on a ClickHouse server, at ${held.place} in the folder ${held.folder}: set VONGGAC_CLICKHOUSE_URL, or copy that folder to ${path.join(backupFolder, name)}`,
        );
      }
      const engine = await startEngine({ dataDir, log, backupFolder, coldDir });
      try {
        cold = await coldFolderOf(path.join(dataDir, 'engine'));
        const { backups, close } = openBackups({
          socketPath: engine.socketPath,
          storagePolicy: engine.coldPolicy,
        });
        try {
          const from = { folder: name, database: held?.database ?? EMBEDDED_DATABASE };
          const done = await backups.copyFrom(from, ({ files, bytes }) => onProgress(files, bytes));
          return done.events;
        } finally {
          await close();
        }
      } finally {
        await engine.stop();
      }
    },
    open: (dataDir) => openStore({ dataDir, log, coldDir }),
    keep: () => {
      cold = undefined;
    },
    abandon: async () => {
      if (cold !== undefined) await rm(cold, { recursive: true, force: true });
    },
  };
}

const DRILL = 'vonggac_drill_';

/** Of a copy that a server keeps: sees that it is there and its tables are. @throws StoreCopyError, StoreUnavailableError */
export async function verifyHeld(server: ServerHome, held: HeldCopy, nowMs: number): Promise<void> {
  const { backup } = server;
  if (backup === undefined) throw noPlace(held.place, held.folder);
  const scratch = new ServerScratch(server, { database: `${DRILL}${stampOf(nowMs)}` });
  await scratch.make();
  try {
    const { backups, close } = openBackups({ ...scratch.home, backup });
    try {
      await backups.copyFrom(held, () => undefined, { structureOnly: true });
    } finally {
      await close();
    }
  } finally {
    await scratch.drop();
  }
}

function stampOf(ms: number): string {
  return new Date(ms).toISOString().replaceAll(/\D/g, '');
}

function noPlace(place: string | undefined, folder: string): StoreCopyError {
  return new StoreCopyError(
    `set VONGGAC_CLICKHOUSE_BACKUP${place === undefined ? '' : `=${place}`}, the place where the server finds the copy of the events (folder ${folder})`,
  );
}

/**
 * @param practice - into a database made for it, which is dropped in the end; otherwise into the one of the settings,
 *   which must be empty
 */
export function serverTarget(
  server: ServerHome,
  { log, now, practice }: { log: EngineLog; now: () => number; practice: boolean },
): StoreTarget {
  const scratch = new ServerScratch(
    server,
    practice ? { database: `${DRILL}${stampOf(now())}` } : 'the database of the settings',
  );
  let begun = false;
  return {
    requireRoom: async () => {
      if (!practice) await requireEmptyDatabase(server);
    },
    restoreStore: async (_dataDir, { name, held }: StoreCopyPlace, onProgress) => {
      const { backup } = server;
      if (backup === undefined) throw noPlace(held?.place, held?.folder ?? name);
      await scratch.make();
      begun = true;
      // The policy of an embedded engine is none of the server's.
      const storagePolicy = server.storagePolicy ?? (held === undefined ? 'default' : undefined);
      const { backups, close } = openBackups({ ...scratch.home, backup, storagePolicy });
      try {
        const from = {
          folder: held?.folder ?? name,
          database: held?.database ?? EMBEDDED_DATABASE,
        };
        const done = await backups.copyFrom(from, ({ files, bytes }) => onProgress(files, bytes));
        return done.events;
      } finally {
        await close();
      }
    },
    open: (dataDir) => openStore({ dataDir, log, server: scratch.home }),
    keep: () => {
      begun = false;
    },
    abandon: async () => {
      if (!begun) return;
      begun = false;
      try {
        await scratch.drop();
      } catch (error) {
        log.warn({ err: error }, `what was restored on ${server.url} could not be removed: drop it by hand`);
      }
    },
  };
}
