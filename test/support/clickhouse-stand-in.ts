/**
 * Stands in for a ClickHouse server: the embedded engine's own HTTP door behind TCP, with what lies around a real
 * server: TLS, client certificates, users, a balancer, and a network that fails in the ways networks fail.
 */
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';

/** What happens to the next requests that it applies to. */
export type Fault =
  | { kind: 'none' }
  /** The connection is cut when so many bytes of an insert have passed. */
  | { kind: 'cut-insert'; afterBytes: number }
  /** The insert is carried out; its answer never arrives. */
  | { kind: 'cut-answer' }
  /** A balancer without a server behind it. */
  | { kind: 'status'; status: number; body: string }
  /** No answer until `release` resolves. */
  | { kind: 'hold'; release: Promise<void> };

export interface StandInOptions {
  tls?: { cert: string; key: string; clientCa?: string };
  user?: { name: string; password: string };
}

export interface StandIn {
  url: string;
  port: number;
  /** Applies to the next `times` inserts (or any requests with `all`, after `skip` of them), then all is well again. */
  fail(fault: Fault, options?: { times?: number; all?: boolean; skip?: number }): void;
  /** Requests seen since the start. */
  requests: number;
  close(): Promise<void>;
}

const WRONG_PASSWORD =
  'Code: 516. DB::Exception: reader: Authentication failed: password is incorrect, or there is no user with such name. (AUTHENTICATION_FAILED) (version 26.7.2.1 (official build))';

function isInsert(request: IncomingMessage): boolean {
  return /^\s*INSERT\b/i.test(new URL(request.url ?? '/', 'http://x').searchParams.get('query') ?? '');
}

function admits(request: IncomingMessage, user: { name: string; password: string }): boolean {
  const [scheme, value = ''] = (request.headers.authorization ?? '').split(' ');
  if (scheme !== 'Basic') return false;
  return Buffer.from(value, 'base64').toString('utf8') === `${user.name}:${user.password}`;
}

export async function startStandIn(socketPath: string, options: StandInOptions = {}): Promise<StandIn> {
  let fault: Fault = { kind: 'none' };
  let times = 0;
  let skipped = 0;
  let insertsOnly = true;

  const next = (request: IncomingMessage): Fault => {
    if (times === 0 || (insertsOnly && !isInsert(request))) return { kind: 'none' };
    if (skipped > 0) {
      skipped -= 1;
      return { kind: 'none' };
    }
    times -= 1;
    return fault;
  };

  const pass = (request: IncomingMessage, response: ServerResponse, chosen: Fault): void => {
    const { authorization: _used, ...headers } = request.headers;
    const upstream = http.request({ socketPath, method: request.method, path: request.url, headers });
    const cut = (): void => {
      upstream.destroy();
      response.destroy();
    };
    upstream.on('error', cut);
    response.on('close', () => upstream.destroy());
    upstream.on('response', (answer) => {
      if (chosen.kind === 'cut-answer') {
        answer.resume().on('end', cut);
        return;
      }
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    let passed = 0;
    request.on('data', (chunk: Buffer) => {
      passed += chunk.length;
      if (chosen.kind === 'cut-insert' && passed > chosen.afterBytes) {
        upstream.write(chunk.subarray(0, chunk.length >> 1));
        cut();
      } else upstream.write(chunk);
    });
    request.on('end', () => upstream.end());
    request.on('error', cut);
  };

  const standIn: StandIn = {
    url: '',
    port: 0,
    requests: 0,
    fail: (wanted, chosen = {}) => {
      fault = wanted;
      times = chosen.times ?? 1;
      skipped = chosen.skip ?? 0;
      insertsOnly = chosen.all !== true;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    standIn.requests += 1;
    if (options.user !== undefined && !admits(request, options.user)) {
      response.writeHead(403, { 'x-clickhouse-exception-code': '516' });
      response.end(WRONG_PASSWORD);
      return;
    }
    const chosen = next(request);
    if (chosen.kind === 'status') {
      response.writeHead(chosen.status, { 'content-type': 'text/html' });
      response.end(chosen.body);
      return;
    }
    if (chosen.kind === 'hold') await chosen.release;
    pass(request, response, chosen);
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void =>
    void answer(request, response);
  const { tls } = options;
  const server =
    tls === undefined
      ? http.createServer(listener)
      : https.createServer(
          {
            cert: tls.cert,
            key: tls.key,
            ...(tls.clientCa === undefined
              ? {}
              : { ca: tls.clientCa, requestCert: true, rejectUnauthorized: true }),
          },
          listener,
        );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  standIn.port = port;
  standIn.url = `${tls === undefined ? 'http' : 'https'}://localhost:${port}`;
  return standIn;
}
