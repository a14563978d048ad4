/** Puts together what a backup is restored into: the only place where both stores meet the restore. */
import type { RestoreTarget } from '../../backup/restore-backup.ts';
import type { EngineLog } from '../../engine/supervisor.ts';
import { allMigrations } from '../../registry/migrations/all.ts';
import type { PostgresHome } from '../../registry/postgres-home.ts';
import { fileTarget, postgresTarget } from './restore-registry.ts';
import { embeddedTarget, serverTarget } from './restore-store.ts';
import type { ServerHome } from '../../store/clickhouse-home.ts';

/** Where the settings keep what is restored: the data folder, unless they name servers. */
export interface RestoreHomes {
  postgres?: PostgresHome | undefined;
  clickhouse?: ServerHome | undefined;
  /** Second disk of the embedded engine. */
  coldDir?: string | undefined;
}

export interface RestoreTargetOptions {
  homes: RestoreHomes;
  log: EngineLog;
  now: () => number;
  /** For the audit trail. */
  actor: string;
  /** A drill: everything is restored beside what is used, and removed again. */
  practice: boolean;
}

export function restoreTarget(options: RestoreTargetOptions): RestoreTarget {
  const { homes, log, now, practice } = options;
  const registryTarget =
    homes.postgres === undefined ? fileTarget(options) : postgresTarget(homes.postgres, options);
  const storeTarget =
    homes.clickhouse === undefined
      ? embeddedTarget(log, practice ? undefined : homes.coldDir)
      : serverTarget(homes.clickhouse, options);
  return {
    migrationsKnown: Object.keys(allMigrations(now)),
    practice,
    occupied: async () => {
      await storeTarget.requireRoom();
      return registryTarget.occupied();
    },
    restoreRegistry: registryTarget.restoreRegistry,
    restoreStore: storeTarget.restoreStore,
    check: async (dataDir) => {
      const registry = await registryTarget.open(dataDir);
      try {
        const opened = await storeTarget.open(dataDir);
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
        }
      } finally {
        await registry.close();
      }
    },
    takePlace: async (stamp) => {
      const movedTo = await registryTarget.takePlace(stamp);
      storeTarget.keep();
      return movedTo;
    },
    abandon: async () => {
      await registryTarget.abandon();
      await storeTarget.abandon();
    },
  };
}
