/**
 * Opens the event store that the settings ask for: the embedded engine, or a ClickHouse server.
 * Invariant: close() ends everything that was started here.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineHandle, EngineLog } from '../engine/supervisor.ts';
import { EngineStartError, startEngine } from '../engine/supervisor.ts';
import type { BackupPlace } from './backup-place.ts';
import { checkServer } from './check-server.ts';
import type { ServerHome } from './clickhouse-home.ts';
import { ClickHouseStore } from './clickhouse-store.ts';
import { Connection } from './connection.ts';
import { ClickHouseBackups, type StoreBackups } from './store-backup.ts';
import { type EventStore, StoreUnavailableError } from './store.ts';

export interface OpenStoreOptions {
  dataDir: string;
  log: EngineLog;
  /** A server or cluster; without it the embedded engine is started. */
  server?: ServerHome | undefined;
  /** With other collectors on the same server: no batch at or below it is still to come. */
  settledHead?: (() => Promise<number>) | undefined;
  /** Memory of the embedded engine. */
  memoryBytesMax?: number | undefined;
  /**
   * Awaited before migrations change events that are there; told the migrations' names, none included, and how copies
   * are made, unless a server has no place for them.
   */
  beforeMigrating?:
    ((pending: readonly string[], backups: StoreBackups | undefined) => Promise<void>) | undefined;
  /** Folder on a second disk for old days of the embedded engine. */
  coldDir?: string | undefined;
  /** Where the embedded engine may write backups; `backup` in the data folder by default. */
  backupFolder?: string | undefined;
}

export interface OpenedStore {
  store: EventStore;
  /** Copies of the tables; absent with a server for which no place of backups is set. */
  backups?: StoreBackups | undefined;
  /** The embedded engine; absent with a server. */
  engine?: EngineHandle | undefined;
  close(): Promise<void>;
}

/** How long a statement waits for an engine that is being restarted. */
const RESTART_WAIT_MS_MAX = 5_000;

/** How long the engine of a collector that was killed may take to end, which it does by itself. */
const LEFTOVER_MS_MAX = 45_000;
const LEFTOVER_LOOK_MS = 200;

/** A server serves others too. */
const SERVER_SEARCH = { memoryBytesMax: 1_073_741_824, secondsMax: 30 };

/** @throws EngineStartError */
async function startWhenFree(options: Parameters<typeof startEngine>[0]): Promise<EngineHandle> {
  const startedMs = performance.now();
  for (;;) {
    try {
      return await startEngine(options);
    } catch (error) {
      const isLeftover = error instanceof EngineStartError && error.reason === 'folder-in-use';
      if (!isLeftover || performance.now() - startedMs > LEFTOVER_MS_MAX) throw error;
      options.log.warn({ part: 'store' }, 'an engine still has the data folder; waiting for its end');
      await sleep(LEFTOVER_LOOK_MS);
    }
  }
}

/** Resolves when the engine runs; rejects when it does not within the time. */
async function engineReady(engine: EngineHandle): Promise<void> {
  if (engine.state === 'running') return;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new StoreUnavailableError('The embedded ClickHouse is being started again.'));
    }, RESTART_WAIT_MS_MAX);
  });
  try {
    await Promise.race([engine.whenRunning(), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function checkServerAt(home: ServerHome): Promise<void> {
  const connection = new Connection(home);
  try {
    await checkServer(connection, home);
  } finally {
    await connection.close();
  }
}

/** @throws EngineStartError, ColdDiskError, StoreUnavailableError, ServerUnfitError */
export async function openStore(options: OpenStoreOptions): Promise<OpenedStore> {
  const onProblem = (what: string, error: unknown): void => {
    options.log.warn({ part: 'store', err: error }, what);
  };
  if (options.server !== undefined) {
    await checkServerAt(options.server);
    return openServer(options.server, options, onProblem);
  }
  const engine = await startWhenFree({
    dataDir: options.dataDir,
    log: options.log,
    coldDir: options.coldDir,
    ...(options.memoryBytesMax === undefined ? {} : { memoryBytesMax: options.memoryBytesMax }),
    ...(options.backupFolder === undefined ? {} : { backupFolder: options.backupFolder }),
  });
  const copies = openBackups({ socketPath: engine.socketPath });
  const { beforeMigrating } = options;
  try {
    const store = await ClickHouseStore.open({
      home: { socketPath: engine.socketPath },
      storagePolicy: engine.coldPolicy,
      ready: () => engineReady(engine),
      onProblem,
      ...(beforeMigrating === undefined
        ? {}
        : { beforeMigrating: (pending) => beforeMigrating(pending, copies.backups) }),
    });
    return {
      store,
      backups: copies.backups,
      engine,
      close: async () => {
        await copies.close();
        await store.close();
        await engine.stop();
      },
    };
  } catch (error) {
    await copies.close();
    await engine.stop();
    throw error;
  }
}

async function openServer(
  server: ServerHome,
  { beforeMigrating, settledHead }: OpenStoreOptions,
  onProblem: (what: string, error: unknown) => void,
): Promise<OpenedStore> {
  const { backup } = server;
  const copies = backup === undefined ? undefined : openBackups({ ...server, backup });
  try {
    const store = await ClickHouseStore.open({
      home: server,
      storagePolicy: server.storagePolicy,
      onProblem,
      search: SERVER_SEARCH,
      settledHead,
      ...(beforeMigrating === undefined
        ? {}
        : { beforeMigrating: (pending) => beforeMigrating(pending, copies?.backups) }),
    });
    return {
      store,
      backups: copies?.backups,
      close: async () => {
        await copies?.close();
        await store.close();
      },
    };
  } catch (error) {
    await copies?.close();
    throw error;
  }
}

/** The embedded engine, or a server with the place where it puts backups. */
export type BackupHome =
  /** `storagePolicy`: of tables that are restored; the engine's own disk by default. */
  { socketPath: string; storagePolicy?: string | undefined } | (ServerHome & { backup: BackupPlace });

/** Copies of the tables, through a connection of their own. */
export function openBackups(home: BackupHome): { backups: StoreBackups; close: () => Promise<void> } {
  const connection = new Connection(home);
  const { storagePolicy } = home;
  // On one disk again, whatever the copied database had, unless there is a second one to take what the first cannot.
  const options =
    'backup' in home
      ? { place: home.backup, cluster: home.cluster, storagePolicy }
      : { storagePolicy: storagePolicy ?? 'default' };
  return { backups: new ClickHouseBackups(connection, options), close: () => connection.close() };
}
