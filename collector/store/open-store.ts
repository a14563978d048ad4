/**
 * Opens the event store that the settings ask for: the embedded engine, or a ClickHouse server.
 * Invariant: close() ends everything that was started here.
 */
import { readFile } from 'node:fs/promises';
import type { EngineHandle, EngineLog } from '../engine/supervisor.ts';
import { startEngine } from '../engine/supervisor.ts';
import { ClickHouseStore } from './clickhouse-store.ts';
import type { StoreHome } from './connection.ts';
import { type EventStore, StoreUnavailableError } from './store.ts';

export interface OpenStoreOptions {
  dataDir: string;
  log: EngineLog;
  /** `http[s]://[user[:password]@]host:port[/database]`; without it the embedded engine is started. */
  clickhouseUrl?: string | undefined;
  /** Certificate authorities of the server, a PEM file. */
  clickhouseCaFile?: string | undefined;
  /** Memory of the embedded engine. */
  memoryBytesMax?: number | undefined;
}

export interface OpenedStore {
  store: EventStore;
  /** The embedded engine; absent with a server. */
  engine?: EngineHandle | undefined;
  close(): Promise<void>;
}

/** How long a statement waits for an engine that is being restarted. */
const RESTART_WAIT_MS_MAX = 5_000;

/** A server serves others too. */
const SERVER_SEARCH = { memoryBytesMax: 1_073_741_824, secondsMax: 30 };

/** Takes user, password and database out of the URL. @throws TypeError when it is not an http(s) URL */
export function parseClickHouseUrl(text: string, caPem?: Buffer): StoreHome {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new TypeError('VONGGAC_CLICKHOUSE_URL must look like https://user:password@host:8443/database');
  }
  const database = decodeURIComponent(url.pathname.slice(1));
  return {
    url: url.origin,
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
    ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
    ...(database === '' ? {} : { database }),
    ...(caPem === undefined ? {} : { caPem }),
  };
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

/** @throws EngineStartError, StoreUnavailableError, TypeError for a bad URL */
export async function openStore(options: OpenStoreOptions): Promise<OpenedStore> {
  const onProblem = (what: string, error: unknown): void => {
    options.log.warn({ part: 'store', err: error }, what);
  };
  if (options.clickhouseUrl !== undefined) {
    const caPem =
      options.clickhouseCaFile === undefined ? undefined : await readFile(options.clickhouseCaFile);
    const store = await ClickHouseStore.open({
      home: parseClickHouseUrl(options.clickhouseUrl, caPem),
      onProblem,
      search: SERVER_SEARCH,
    });
    return { store, close: () => store.close() };
  }
  const engine = await startEngine({
    dataDir: options.dataDir,
    log: options.log,
    ...(options.memoryBytesMax === undefined ? {} : { memoryBytesMax: options.memoryBytesMax }),
  });
  try {
    const store = await ClickHouseStore.open({
      home: { socketPath: engine.socketPath },
      ready: () => engineReady(engine),
      onProblem,
    });
    return {
      store,
      engine,
      close: async () => {
        await store.close();
        await engine.stop();
      },
    };
  } catch (error) {
    await engine.stop();
    throw error;
  }
}
