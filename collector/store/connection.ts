/**
 * The one door to ClickHouse: @clickhouse/client over HTTP, to the embedded engine's socket or to a server.
 * Invariants: settings travel with each statement; 64-bit integers come back as text; the client logs nothing
 * itself, since its log would repeat statements and parameters.
 */
import http from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate as yieldToLoop } from 'node:timers/promises';
import {
  ClickHouseLogLevel,
  type ClickHouseClient,
  type ClickHouseClientConfigOptions,
  type ClickHouseSettings,
  createClient,
} from '@clickhouse/client';
import type { ServerHome } from './clickhouse-home.ts';
import { renderForCluster, syncStatements, systemTable } from './cluster.ts';
import type { EncodedRows } from './encode-batch.ts';
import type { BoundQuery } from './event-query.ts';
import { toReadError } from './store-error.ts';

export type StoreHome =
  /** The embedded engine. */
  | { socketPath: string }
  /** A server or a cluster. */
  | ServerHome;

/** Below a server's keep-alive time (10 s by default). The engine tells its own, and the agent heeds it. */
const IDLE_SOCKET_MS = 5_000;
const REQUEST_MS_MAX = 120_000;
const CONNECTIONS_MAX = 16;
/** Checked and turned into their shape before everybody else's turn: some milliseconds. */
const ROWS_A_TURN = 1_000;

const COMPRESSION = {
  zstd: { request: { codec: 'zstd', level: 1 }, response: { codec: 'zstd' } },
  gzip: { request: { codec: 'gzip' }, response: { codec: 'gzip' } },
  none: { request: false, response: false },
} as const;

/** Of a cluster: an insert is stored when a majority of its shard's replicas has it, since agents delete on our word. */
const CLUSTER_INSERT: ClickHouseSettings = {
  distributed_foreground_insert: 1,
  insert_quorum: 'auto',
};

/**
 * Whom we trust and what we show. The vendor's option for a certificate of ours means that it stands for the password,
 * so with a password it goes into an agent instead (which also carries a password that is not ASCII).
 */
function trust({
  caPem,
  client,
  password,
}: ServerHome): Pick<ClickHouseClientConfigOptions, 'tls' | 'http_agent'> {
  if (caPem === undefined) return {};
  if (client !== undefined && password === undefined) {
    return { tls: { ca_cert: caPem, cert: client.certPem, key: client.keyPem } };
  }
  const shown = client === undefined ? {} : { cert: client.certPem, key: client.keyPem };
  return {
    http_agent: new https.Agent({ keepAlive: true, maxSockets: CONNECTIONS_MAX, ca: caPem, ...shown }),
  };
}

function open(home: StoreHome): ClickHouseClient {
  const common = {
    application: 'vonggac',
    request_timeout: REQUEST_MS_MAX,
    max_open_connections: CONNECTIONS_MAX,
    log: { level: ClickHouseLogLevel.OFF },
    clickhouse_settings: {
      output_format_json_quote_64bit_integers: 1,
      output_format_json_quote_denormals: 1,
      date_time_input_format: 'best_effort',
    } satisfies ClickHouseSettings,
  };
  if ('socketPath' in home) {
    // Node passes the agent's options on to net.connect; its types do not say so.
    const options: http.AgentOptions & { socketPath: string } = {
      socketPath: home.socketPath,
      keepAlive: true,
      maxSockets: CONNECTIONS_MAX,
    };
    const agent = new http.Agent(options);
    // The URL only names the host header; the agent connects to the socket.
    return createClient({
      ...common,
      url: 'http://engine',
      http_agent: agent,
      compression: { response: false },
    });
  }
  const { compression = 'zstd' } = home;
  return createClient({
    ...common,
    url: home.url,
    request_timeout: home.requestMsMax ?? REQUEST_MS_MAX,
    compression: COMPRESSION[compression],
    keep_alive: { enabled: true, idle_socket_ttl: IDLE_SOCKET_MS },
    ...(home.username === undefined ? {} : { username: home.username }),
    ...(home.password === undefined ? {} : { password: home.password }),
    ...(home.database === undefined ? {} : { database: home.database }),
    ...trust(home),
  });
}

export class Connection {
  readonly #client: ClickHouseClient;
  readonly #cluster: string | undefined;

  constructor(home: StoreHome) {
    this.#client = open(home);
    this.#cluster = 'cluster' in home ? home.cluster : undefined;
  }

  /**
   * All rows of a read. Given up by the signal, it ends in the engine too: the embedded one and a server stop a read whose
   * client has gone.
   * @throws the signal's reason, StoreUnavailableError, or ClickHouse's error
   */
  async rows<T>(
    { query, params }: BoundQuery,
    toRow: (row: unknown) => T,
    settings: ClickHouseSettings = {},
    signal?: AbortSignal,
  ): Promise<T[]> {
    const read = await this.#read(query, params, settings, signal);
    const rows: T[] = [];
    for (const row of read) {
      rows.push(toRow(row));
      if (rows.length % ROWS_A_TURN === 0) await yieldToLoop();
    }
    return rows;
  }

  async #read(
    query: string,
    params: Record<string, unknown>,
    settings: ClickHouseSettings,
    signal?: AbortSignal,
  ): Promise<unknown[]> {
    try {
      const result = await this.#client.query({
        ...(signal === undefined ? {} : { abort_signal: signal }),
        query,
        query_params: params,
        format: 'JSONEachRow',
        // The answer starts when the result is complete, so a failure has its own code and no half answer.
        clickhouse_settings: { ...settings, wait_end_of_query: 1 },
      });
      return await result.json();
    } catch (error) {
      throw toReadError(error);
    }
  }

  /** The answer to a statement that takes no FORMAT. @throws StoreUnavailableError, or ClickHouse's error */
  async answer(query: string): Promise<string> {
    try {
      const { stream } = await this.#client.exec({ query });
      return (await text(stream)).trim();
    } catch (error) {
      throw toReadError(error);
    }
  }

  /**
   * A statement without a result; on a cluster, one that changes tables is rendered for it.
   * @throws StoreUnavailableError, ClusterStatementError, or ClickHouse's error
   */
  async command(
    query: string,
    params: Record<string, unknown> = {},
    settings: ClickHouseSettings = {},
  ): Promise<void> {
    const cluster = this.#cluster;
    const statements = cluster === undefined ? [query] : renderForCluster(query, cluster);
    const clickhouse_settings = { ...this.#insertSettings(), ...settings };
    try {
      for (const statement of statements) {
        await this.#client.command({ query: statement, query_params: params, clickhouse_settings });
      }
    } catch (error) {
      throw toReadError(error);
    }
  }

  #insertSettings(): ClickHouseSettings {
    return this.#cluster === undefined ? {} : CLUSTER_INSERT;
  }

  /** A system table of this node, or of all nodes of the cluster. */
  systemTable(name: string): string {
    return systemTable(name, this.#cluster);
  }

  /**
   * Resolves when a read from whichever node finds what was stored before. At once where there is one node.
   * @throws StoreUnavailableError, or ClickHouse's error
   */
  async catchUp(): Promise<void> {
    if (this.#cluster === undefined) return;
    for (const statement of syncStatements(this.#cluster)) await this.command(statement);
  }

  /**
   * One INSERT of an ArrowStream; resolves with the number of rows the engine says it wrote.
   * @throws the client's error, as it is
   */
  async insertArrow(table: string, rows: EncodedRows, settings: ClickHouseSettings): Promise<number> {
    const { stream, summary } = await this.#client.exec({
      query: `INSERT INTO ${table} (${rows.columns.join(', ')}) FORMAT ArrowStream`,
      values: Readable.from(rows.chunks),
      clickhouse_settings: { ...this.#insertSettings(), ...settings, wait_end_of_query: 1 },
    });
    stream.resume();
    return Number(summary?.written_rows ?? 0);
  }

  async close(): Promise<void> {
    await this.#client.close();
  }
}
