/** Event store and control plane, and the place among other collectors on the same two. */
import { randomBytes } from 'node:crypto';
import os from 'node:os';
import { type Registry, type RegistryHome, openRegistry } from '../registry/database.ts';
import { ensureFirstAdministrator } from '../registry/first-administrator.ts';
import { sealFactors } from '../registry/people/sealed-factor.ts';
import { closePresence } from '../registry/presence.ts';
import { chooseRegistryHome } from '../registry/registry-home.ts';
import { settleSealingKey } from '../registry/rotate-sealing-key.ts';
import { openSealingKey, SealError } from '../registry/sealed-secret.ts';
import { Membership } from '../side-by-side/membership.ts';
import { readServerHome } from '../store/clickhouse-home.ts';
import { openStore } from '../store/open-store.ts';
import type { StoreBackups } from '../store/store-backup.ts';
import type { EventStore } from '../store/store.ts';
import { backUpBeforeUpgrade } from '../services/backup/upgrade-backup.ts';
import { version } from '../version.ts';
import type { Ground } from './ground.ts';

export interface Stores {
  store: EventStore;
  /** Copies of the events; undefined where a server has no place for them. */
  backups: StoreBackups | undefined;
  backupFolder: string;
  registry: Registry;
  /** Where the control plane is. */
  home: RegistryHome;
  /** The file with the first administrator's password while it waits to be used. */
  initialPasswordFile: string | undefined;
  /**
   * Where both are on servers, enters among the collectors that may work beside this one. `onLost`: the others take over
   * what this one did.
   */
  join: (onLost: (error: Error) => void) => Promise<Membership | undefined>;
}

/** @param onUpgradeBackup a backup of that name is made before the databases are changed */
export async function openStores(ground: Ground, onUpgradeBackup: (name: string) => void): Promise<Stores> {
  const { config, parts, folder, log, now } = ground;
  const backupFolder = config.backupDir ?? folder.backup;
  const server = readServerHome(config);
  const home = chooseRegistryHome(folder.registry, config);
  let membership: Membership | undefined;
  const opened = await openStore({
    dataDir: folder.path,
    log,
    coldDir: config.coldDir,
    backupFolder,
    beforeMigrating: backUpBeforeUpgrade({
      folder,
      home,
      backupFolder,
      wanted: config.upgradeBackup === 'on',
      version: version(),
      now,
      log,
      onBegin: onUpgradeBackup,
    }),
    server,
    settledHead: () => membership?.settledHead() ?? Promise.resolve(Number.MAX_SAFE_INTEGER),
  });
  parts.runs('event store', () => opened.close());
  const registry = await openControlPlane(ground, home);
  parts.runs('control plane', () => registry.close());
  return {
    store: opened.store,
    backups: opened.backups,
    backupFolder,
    registry,
    home,
    initialPasswordFile: await ensureFirstAdministrator(registry, folder.path),
    join: async (onLost) => {
      if ('file' in home) return undefined;
      const entered = await Membership.enter({
        ownStore: server === undefined,
        db: registry.db,
        name: `${os.hostname()}:${process.pid}`,
        head: await opened.store.lastBatch(),
        outlastInserts: () => opened.store.outlastInserts(),
        atBurial: closePresence,
        onLost: (error) => {
          log.error({ err: error }, 'this collector ends: others take over what it did');
          onLost(error);
        },
        onFault: (what, error) => log.warn({ err: error }, what),
      });
      parts.runs('membership', () => entered.leave());
      if (server !== undefined) membership = entered;
      return membership;
    },
  };
}

async function openControlPlane({ folder, log, now }: Ground, home: RegistryHome): Promise<Registry> {
  let sealingKey: Buffer | undefined;
  const registry = await openRegistry({
    ...home,
    now,
    sealingKey: () => (sealingKey ??= openSealingKey(folder.notifyKey, randomBytes)),
    onLost: (error) => log.warn({ err: error }, 'a connection to the control plane broke'),
  });
  try {
    await settleSealingKey(registry.db, folder.notifyKey);
    await sealFactors(registry);
  } catch (error) {
    // Nobody's events wait for it; recovery codes go on to work.
    if (!(error instanceof SealError)) {
      await registry.close();
      throw error;
    }
    log.error({ err: error }, 'codes of second factors cannot be checked here');
  }
  return registry;
}
