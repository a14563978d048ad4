/** Puts together what a backup is restored into: the only place where both stores meet the restore. */
import type { RestoreTarget } from './backup/restore-backup.ts';
import { startEngine, type EngineLog } from './engine/supervisor.ts';
import { allMigrations } from './registry/migrations/all.ts';
import type { PostgresHome } from './registry/postgres-home.ts';
import { fileTarget, postgresTarget } from './restore-registry.ts';
import { openBackups, openStore } from './store/open-store.ts';

/** Where the settings keep what is restored: the data folder, unless they name servers. */
export interface RestoreHomes {
  postgres?: PostgresHome | undefined;
}

export function restoreTarget(options: {
  homes: RestoreHomes;
  log: EngineLog;
  now: () => number;
  actor: string;
}): RestoreTarget {
  const { homes, log, now } = options;
  const registryTarget =
    homes.postgres === undefined ? fileTarget(options) : postgresTarget(homes.postgres, options);
  return {
    migrationsKnown: Object.keys(allMigrations(now)),
    occupied: registryTarget.occupied,
    restoreRegistry: registryTarget.restoreRegistry,
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
      const registry = await registryTarget.open(dataDir);
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
    takePlace: registryTarget.takePlace,
    abandon: registryTarget.abandon,
  };
}
