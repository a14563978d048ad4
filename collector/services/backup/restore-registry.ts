/** How a control plane is restored: as a file in the data folder, or into a schema of a PostgreSQL server. */
import { copyFile } from 'node:fs/promises';
import type { RestoreTarget } from '../../backup/restore-backup.ts';
import type { EngineLog } from '../../engine/supervisor.ts';
import { writeAudit } from '../../registry/audit.ts';
import { dataFolder } from '../../registry/data-folder.ts';
import { openRegistry, type Registry } from '../../registry/database.ts';
import { fillPostgres } from '../../registry/fill-postgres.ts';
import { forgetCollectors } from '../../registry/leases.ts';
import { recordLosses } from '../../registry/loss-book.ts';
import { allMigrations } from '../../registry/migrations/all.ts';
import { postgresPlace, type PostgresHome } from '../../registry/postgres-home.ts';
import { PostgresStaging } from '../../registry/postgres-staging.ts';
import { checkSnapshot } from '../../registry/snapshot.ts';

export interface RegistryTarget extends Pick<
  RestoreTarget,
  'occupied' | 'restoreRegistry' | 'takePlace' | 'abandon'
> {
  /** What was restored, opened as a collector would. */
  open(dataDir: string): Promise<Registry>;
}

export interface RegistryTargetOptions {
  now: () => number;
  /** For the audit trail. */
  actor: string;
  log: EngineLog;
}

type Copy = Parameters<RestoreTarget['restoreRegistry']>[1];

/** Adds to a restored control plane what its backup says beside it. */
async function finish(
  registry: Registry,
  actor: string,
  { losses, manifest }: Pick<Copy, 'losses' | 'manifest'>,
): Promise<void> {
  await recordLosses(registry.db, losses);
  await forgetCollectors(registry.db);
  const detail = { madeMs: manifest.beganMs, version: manifest.version };
  await writeAudit(registry.db, registry.now(), { actor, action: 'backup.restore', detail });
}

export function fileTarget({ now, actor }: RegistryTargetOptions): RegistryTarget {
  const open = (dataDir: string): Promise<Registry> =>
    openRegistry({ file: dataFolder(dataDir).registry, now });
  return {
    occupied: async () => [],
    restoreRegistry: async (dataDir, { file, ...copy }) => {
      const to = dataFolder(dataDir).registry;
      await copyFile(file, to);
      checkSnapshot(to);
      const registry = await open(dataDir);
      try {
        await finish(registry, actor, copy);
      } finally {
        await registry.close();
      }
    },
    open,
    takePlace: async () => [],
    abandon: async () => undefined,
  };
}

/** The schemas of a restore; names sort by time and need no quoting. */
function schemaName(what: 'restoring' | 'before_restore', stamp: string): string {
  return `vonggac_${what}_${stamp.replaceAll(/\D/g, '')}`;
}

export function postgresTarget(home: PostgresHome, options: RegistryTargetOptions): RegistryTarget {
  const { now, actor, log } = options;
  let staging: PostgresStaging | undefined;
  const staged = (): PostgresStaging => {
    if (staging === undefined) throw new Error('nothing was restored yet');
    return staging;
  };
  const open = (migrations = allMigrations(now)): Promise<Registry> =>
    openRegistry({ postgres: staged().home, now, migrations });
  return {
    occupied: async () => ((await PostgresStaging.isOccupied(home)) ? [postgresPlace(home)] : []),
    restoreRegistry: async (_dataDir, { file, ...copy }, onRows) => {
      const { migrations } = checkSnapshot(file);
      staging = await PostgresStaging.make(home, schemaName('restoring', new Date(now()).toISOString()));
      const had = Object.entries(allMigrations(now)).filter(([name]) => migrations.includes(name));
      const asItWas = await open(Object.fromEntries(had));
      try {
        await fillPostgres(asItWas.db, file, onRows);
      } finally {
        await asItWas.close();
      }
      const registry = await open();
      try {
        await finish(registry, actor, copy);
      } finally {
        await registry.close();
      }
    },
    open: () => open(),
    takePlace: async (stamp) => {
      const aside = schemaName('before_restore', stamp);
      const occupied = await staged().takePlace(aside);
      return occupied ? [`${postgresPlace(home)} (schema ${aside})`] : [];
    },
    abandon: async () => {
      try {
        await staging?.drop();
      } catch (error) {
        log.warn(
          { err: error },
          `the schema ${staging?.home.schema ?? ''} in ${postgresPlace(home)} could not be removed: drop it by hand`,
        );
      }
    },
  };
}
