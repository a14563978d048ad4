/**
 * ClickHouse's HTTP interface over the embedded engine, as far as @clickhouse/client uses it.
 * Invariants: a request leaves no trace in the next one; the bytes of an insert are never part of an SQL text;
 * a failure carries X-ClickHouse-Exception-Code; a client that goes away takes its statement with it.
 */
import { randomUUID } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { Transform } from 'node:stream';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createBrotliCompress, createGzip, createZstdCompress } from 'node:zlib';
import { faultPoint } from '../telemetry/fault-point.ts';
import type { ChdbEngine, StatementContext } from './chdb-engine.ts';
import { EngineError, toEngineError } from './chdb-engine.ts';
import type { EngineOptions } from './engine-options.ts';
import { BodyRefusedError, readBody } from './request-body.ts';
import type { RequestParameters } from './request-parameters.ts';
import { readParameters } from './request-parameters.ts';
import { Slots, SlotsFullError } from './slots.ts';
import type { SpoolFolder } from './spool-folder.ts';
import { sqlString } from './sql-literal.ts';
import type { SqlStatement } from './sql-statement.ts';
import { parseStatement, SqlRefusedError } from './sql-statement.ts';

/** Formats whose pieces may be sent one after the other. */
const STREAMED = new Set([
  'JSONEachRow',
  'JSONCompactEachRow',
  'JSONStringsEachRow',
  'JSONCompactStringsEachRow',
  'TabSeparated',
  'TSV',
  'CSV',
  'RowBinary',
]);
/** Formats that an insert's body may have; each is read from a file. */
const INSERTED = new Set(['ArrowStream', 'JSONEachRow']);

const KEEP_ALIVE_MS = 60_000;
const CLOSE_MS_MAX = 500;
const HEADER_BYTES_MAX = 1_048_576;
const WAITING_MAX = 256;

const LOGICAL = {
  badArguments: 36,
  notImplemented: 48,
  unknownFormat: 73,
  tooManyQueries: 202,
  notEnoughSpace: 243,
  cannotWrite: 75,
} as const;

/** HTTP status of an exception, as the server answers it; 500 for what is not listed. */
const STATUS_BY_CODE: Readonly<Record<number, number>> = {
  6: 400,
  26: 400,
  27: 400,
  36: 400,
  46: 404,
  47: 404,
  48: 501,
  60: 404,
  62: 400,
  73: 404,
  81: 404,
  115: 404,
  159: 408,
  202: 503,
  243: 507,
  456: 400,
  457: 400,
};

function toFailure(error: unknown): { status: number; code: number; message: string } {
  if (error instanceof SqlRefusedError) {
    return { status: error.code === 48 ? 501 : 400, code: error.code, message: error.message };
  }
  if (error instanceof BodyRefusedError) {
    return { status: error.status, code: error.code, message: error.message };
  }
  if (error instanceof SlotsFullError) {
    return { status: 503, code: LOGICAL.tooManyQueries, message: error.message };
  }
  const errno = error instanceof Error && 'code' in error ? error.code : undefined;
  if (errno === 'ENOSPC' || errno === 'EDQUOT') {
    return { status: 507, code: LOGICAL.notEnoughSpace, message: `no space for the insert's body: ${errno}` };
  }
  if (typeof errno === 'string' && errno.startsWith('E')) {
    return {
      status: 500,
      code: LOGICAL.cannotWrite,
      message: `the insert's body could not be kept: ${errno}`,
    };
  }
  const engine = toEngineError(error);
  return { status: STATUS_BY_CODE[engine.code] ?? 500, code: engine.code, message: engine.message };
}

/** The answer's encoder, by what the client accepts. */
function compressor(accept: string | undefined): { name: string; transform: Transform } | undefined {
  const accepted = new Set((accept ?? '').split(',').map((part) => part.trim().split(';')[0]));
  if (accepted.has('zstd')) {
    return {
      name: 'zstd',
      transform: createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 1 } }),
    };
  }
  if (accepted.has('gzip')) return { name: 'gzip', transform: createGzip({ level: 3 }) };
  if (accepted.has('br')) {
    return {
      name: 'br',
      transform: createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
    };
  }
  return undefined;
}

/** Sessions are lent again, so a parameter left out must not find an earlier request's value. */
function requireParameters(placeholders: ReadonlySet<string>, params: ReadonlyMap<string, string>): void {
  for (const name of placeholders) {
    if (!params.has(name)) {
      throw new SqlRefusedError(456, `Substitution ${name} is not set`);
    }
  }
}

export class HttpDoor {
  readonly #engine: ChdbEngine;
  readonly #spool: SpoolFolder;
  readonly #options: EngineOptions;
  readonly #slots: Slots;
  readonly #server: Server;

  constructor(engine: ChdbEngine, spool: SpoolFolder, options: EngineOptions) {
    this.#engine = engine;
    this.#spool = spool;
    this.#options = options;
    this.#slots = new Slots(options.queriesMax, WAITING_MAX);
    this.#server = createServer(
      { maxHeaderSize: HEADER_BYTES_MAX, keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 },
      (request, response) => {
        void this.#serve(request, response);
      },
    );
  }

  /** Starts to serve on the socket, which the process's umask must have made private from the first moment. */
  async listen(socketPath: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(socketPath, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    await chmod(socketPath, 0o600);
  }

  /** Stops taking connections, kills what runs and waits until it has ended. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
    this.#server.closeIdleConnections();
    this.#engine.killAll();
    // What runs is answered that it was killed; a client that does not listen is not waited for.
    const cut = setTimeout(() => {
      this.#server.closeAllConnections();
    }, CLOSE_MS_MAX);
    await closed;
    clearTimeout(cut);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://engine');
    const parameters = readParameters(url.searchParams);
    const queryId = parameters.queryId ?? randomUUID();
    response.setHeader(
      'X-ClickHouse-Query-Id',
      /^[\x21-\x7e]{1,256}$/.test(queryId) ? queryId : 'unprintable',
    );
    response.setHeader('X-ClickHouse-Timezone', 'UTC');
    try {
      if (request.method === 'GET' && (url.pathname === '/ping' || url.pathname === '/replicas_status')) {
        response.end('Ok.\n');
        return;
      }
      if (url.pathname !== '/' || (request.method !== 'GET' && request.method !== 'POST')) {
        response.statusCode = 404;
        response.end(`There is no handle ${url.pathname}\n`);
        return;
      }
      await this.#handle(request, response, parameters);
    } catch (error) {
      this.#fail(request, response, error);
    }
  }

  #fail(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    // What was sent already cannot be taken back: the cut line tells the client.
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    const { status, code, message } = toFailure(error);
    response.statusCode = status;
    response.setHeader('X-ClickHouse-Exception-Code', String(code));
    response.setHeader('Content-Type', 'text/plain; charset=UTF-8');
    if (!request.complete) response.setHeader('Connection', 'close');
    const text = message.startsWith('Code: ')
      ? message
      : `Code: ${code}. DB::Exception: ${message}. (VONGGAC_ENGINE_DOOR)`;
    response.end(`${text}\n`, () => {
      if (!request.complete) request.destroy();
    });
  }

  async #handle(
    request: IncomingMessage,
    response: ServerResponse,
    parameters: RequestParameters,
  ): Promise<void> {
    if (request.headers['content-type']?.startsWith('multipart/') === true) {
      throw new SqlRefusedError(LOGICAL.notImplemented, 'multipart bodies are not served here');
    }
    const startedNs = process.hrtime.bigint();
    const { chunks, bytes } = await readBody(request, this.#options.bodyBytesMax);
    const statement = parseStatement(parameters.query ?? Buffer.concat(chunks).toString('utf8'));
    if (parameters.query !== undefined && bytes > 0 && statement.kind !== 'insert-data') {
      throw new SqlRefusedError(LOGICAL.badArguments, 'a body is taken only with INSERT ... FORMAT');
    }
    const context: StatementContext = {
      settings: parameters.settings,
      params: parameters.params,
      database: parameters.database,
      readonly: request.method === 'GET' || parameters.settings.get('readonly') === '1',
      tag: randomUUID(),
      format: parameters.format ?? 'TabSeparated',
      leavesTraces: statement.kind === 'command',
    };
    if (statement.kind !== 'insert-data') requireParameters(statement.placeholders, parameters.params);
    parameters.settings.delete('readonly');
    const abandoned = (): void => {
      if (!response.writableFinished) this.#engine.kill(context.tag);
    };
    response.once('close', abandoned);
    try {
      switch (statement.kind) {
        case 'insert-data':
          await this.#insertData(response, statement, chunks, context, startedNs);
          return;
        case 'insert-select': {
          const rows = await this.#engine.insert(statement.sql, context);
          this.#finishInsert(response, rows, startedNs);
          return;
        }
        case 'read':
        case 'command':
          await this.#run(request, response, statement, parameters, context);
          return;
        default:
          statement satisfies never;
      }
    } finally {
      response.off('close', abandoned);
    }
  }

  async #insertData(
    response: ServerResponse,
    statement: Extract<SqlStatement, { kind: 'insert-data' }>,
    chunks: readonly Buffer[],
    context: StatementContext,
    startedNs: bigint,
  ): Promise<void> {
    if (context.readonly) throw new SqlRefusedError(164, 'Cannot execute query in readonly mode');
    if (!INSERTED.has(statement.format)) {
      throw new SqlRefusedError(
        LOGICAL.unknownFormat,
        `inserts in format ${statement.format} are not served here: use ArrowStream or JSONEachRow`,
      );
    }
    const rows = await this.#spool.withFile(chunks, async (file) => {
      faultPoint('engine.before-insert');
      const columns = statement.columns?.slice(1, -1) ?? '*';
      const source = `file(${sqlString(file)}, ${sqlString(statement.format)}${await this.#structure(statement, context)})`;
      const written = await this.#engine.insert(
        `${statement.head} SELECT ${columns} FROM ${source}`,
        context,
      );
      faultPoint('engine.after-insert');
      return written;
    });
    this.#finishInsert(response, rows, startedNs);
  }

  /** ArrowStream carries its own types; text is read with the types of the table. */
  async #structure(
    statement: Extract<SqlStatement, { kind: 'insert-data' }>,
    context: StatementContext,
  ): Promise<string> {
    if (statement.format === 'ArrowStream') return '';
    const { bytes } = await this.#engine.run(`DESCRIBE TABLE ${statement.table}`, {
      ...context,
      settings: new Map(),
      params: new Map(),
      format: 'JSONCompactEachRow',
    });
    const lines = Buffer.from(bytes).toString('utf8').trimEnd().split('\n');
    const columns = lines.map((line) => {
      const row: unknown = JSON.parse(line);
      if (!Array.isArray(row))
        throw new EngineError(49, 'Code: 49. DB::Exception: bad DESCRIBE answer. (LOGICAL_ERROR)');
      return `\`${String(row[0]).replaceAll('`', '\\`')}\` ${String(row[1])}`;
    });
    return `, ${sqlString(columns.join(', '))}`;
  }

  #finishInsert(response: ServerResponse, rows: number, startedNs: bigint): void {
    response.setHeader(
      'X-ClickHouse-Summary',
      JSON.stringify({
        read_rows: String(rows),
        read_bytes: '0',
        written_rows: String(rows),
        written_bytes: '0',
        total_rows_to_read: '0',
        result_rows: String(rows),
        result_bytes: '0',
        elapsed_ns: String(process.hrtime.bigint() - startedNs),
      }),
    );
    response.end();
  }

  async #run(
    request: IncomingMessage,
    response: ServerResponse,
    statement: Extract<SqlStatement, { kind: 'read' | 'command' }>,
    parameters: RequestParameters,
    context: StatementContext,
  ): Promise<void> {
    const release = await this.#slots.take();
    try {
      const format = (statement.kind === 'read' ? statement.format : undefined) ?? context.format;
      response.setHeader('X-ClickHouse-Format', format);
      const streams = statement.kind === 'read' && statement.selects && STREAMED.has(format);
      if (streams && !parameters.waitEndOfQuery) {
        await this.#send(request, response, parameters, this.#engine.stream(statement.sql, context));
        return;
      }
      const settings = new Map([
        ['max_result_bytes', String(this.#options.resultBytesMax)],
        ['result_overflow_mode', 'throw'],
        ...context.settings,
      ]);
      const result = await this.#engine.run(statement.sql, { ...context, settings });
      response.setHeader(
        'X-ClickHouse-Summary',
        JSON.stringify({ read_rows: String(result.rowsRead), read_bytes: String(result.bytesRead) }),
      );
      await this.#send(request, response, parameters, [result.bytes]);
    } finally {
      release();
    }
  }

  /** Sends the pieces; the first is awaited before the headers, so that most failures have their status. */
  async #send(
    request: IncomingMessage,
    response: ServerResponse,
    parameters: RequestParameters,
    pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<void> {
    const list = (async function* () {
      yield* pieces;
    })();
    const first = await list.next();
    const body = Readable.from(
      (async function* () {
        if (first.done !== true) yield first.value;
        yield* list;
      })(),
    );
    const encoding = parameters.compress ? compressor(request.headers['accept-encoding']) : undefined;
    if (encoding === undefined) {
      await pipeline(body, response);
      return;
    }
    response.setHeader('Content-Encoding', encoding.name);
    await pipeline(body, encoding.transform, response);
  }
}
