/**
 * The one door to ClickHouse: @clickhouse/client over HTTP, to the embedded engine's socket or to a server.
 * Invariants: settings travel with each statement; 64-bit integers come back as text; the client logs nothing
 * itself, since its log would repeat statements and parameters.
 */
import http from 'node:http';
import { Readable } from 'node:stream';
import {
  ClickHouseLogLevel,
  type ClickHouseClient,
  type ClickHouseSettings,
  createClient,
} from '@clickhouse/client';
import type { EncodedRows } from './encode-batch.ts';
import type { BoundQuery } from './event-query.ts';
import { toReadError } from './store-error.ts';

export type StoreHome =
  /** The embedded engine. */
  | { socketPath: string }
  /** A server: `https://host:8443`; certificate authorities as PEM. */
  | {
      url: string;
      username?: string | undefined;
      password?: string | undefined;
      database?: string | undefined;
      caPem?: Buffer | undefined;
    };

/** Below a server's keep-alive time (10 s by default). The engine tells its own, and the agent heeds it. */
const IDLE_SOCKET_MS = 5_000;
const REQUEST_MS_MAX = 120_000;
const CONNECTIONS_MAX = 16;

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
  return createClient({
    ...common,
    url: home.url,
    compression: { request: { codec: 'zstd', level: 1 }, response: { codec: 'zstd' } },
    keep_alive: { enabled: true, idle_socket_ttl: IDLE_SOCKET_MS },
    ...(home.username === undefined ? {} : { username: home.username }),
    ...(home.password === undefined ? {} : { password: home.password }),
    ...(home.database === undefined ? {} : { database: home.database }),
    ...(home.caPem === undefined ? {} : { tls: { ca_cert: home.caPem } }),
  });
}

export class Connection {
  readonly #client: ClickHouseClient;

  constructor(home: StoreHome) {
    this.#client = open(home);
  }

  /**
   * All rows of a read.
   * @throws StoreUnavailableError, or ClickHouse's error
   */
  async rows<T>(
    { query, params }: BoundQuery,
    toRow: (row: unknown) => T,
    settings: ClickHouseSettings = {},
  ): Promise<T[]> {
    try {
      const result = await this.#client.query({
        query,
        query_params: params,
        format: 'JSONEachRow',
        // The answer starts when the result is complete, so a failure has its own code and no half answer.
        clickhouse_settings: { ...settings, wait_end_of_query: 1 },
      });
      const rows = await result.json();
      return rows.map((row) => toRow(row));
    } catch (error) {
      throw toReadError(error);
    }
  }

  /** A statement without a result. @throws StoreUnavailableError, or ClickHouse's error */
  async command(
    query: string,
    params: Record<string, unknown> = {},
    settings: ClickHouseSettings = {},
  ): Promise<void> {
    try {
      await this.#client.command({ query, query_params: params, clickhouse_settings: settings });
    } catch (error) {
      throw toReadError(error);
    }
  }

  /**
   * One INSERT of an ArrowStream; resolves with the number of rows the engine says it wrote.
   * @throws the client's error, as it is
   */
  async insertArrow(table: string, rows: EncodedRows, settings: ClickHouseSettings): Promise<number> {
    const { stream, summary } = await this.#client.exec({
      query: `INSERT INTO ${table} (${rows.columns.join(', ')}) FORMAT ArrowStream`,
      values: Readable.from([rows.bytes]),
      clickhouse_settings: { ...settings, wait_end_of_query: 1 },
    });
    stream.resume();
    return Number(summary?.written_rows ?? 0);
  }

  async close(): Promise<void> {
    await this.#client.close();
  }
}
