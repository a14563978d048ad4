/** How an event store is restored: into an engine in the data folder, or into a database of a ClickHouse server. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { BackupDamagedError, type HeldCopy } from './backup/manifest.ts';
import type { RestoreTarget, StoreCopyPlace } from './backup/restore-backup.ts';
import { startEngine, type EngineLog } from './engine/supervisor.ts';
import type { ServerHome } from './store/clickhouse-home.ts';
import { type OpenedStore, openBackups, openStore } from './store/open-store.ts';
import { ServerScratch, requireEmptyDatabase } from './store/server-scratch.ts';
import { StoreCopyError } from './store/store-copy-error.ts';

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

export function embeddedTarget(log: EngineLog): StoreTarget {
  return {
    requireRoom: async () => undefined,
    restoreStore: async (dataDir, { backupFolder, name, held }, onProgress) => {
      if (held !== undefined && !existsSync(path.join(backupFolder, name))) {
        throw new BackupDamagedError(
          `the events of this backup lie on a ClickHouse server, at ${held.place} in the folder ${held.folder}: set VONGGAC_CLICKHOUSE_URL, or copy that folder to ${path.join(backupFolder, name)}`,
        );
      }
      const engine = await startEngine({ dataDir, log, backupFolder });
      try {
        const { backups, close } = openBackups({ socketPath: engine.socketPath });
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
    open: (dataDir) => openStore({ dataDir, log }),
    keep: () => undefined,
    abandon: async () => undefined,
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
      const { backups, close } = openBackups({ ...scratch.home, backup });
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
