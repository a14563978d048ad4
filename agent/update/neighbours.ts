/**
 * Hands out payloads to neighbours, and loads from them, over plain HTTP: nothing of it is secret, and what comes is hostile until its
 * digest fits. Invariants: only whole payloads by their digests; so many at once, all together at a bounded rate; refusals are counted.
 */
import http from 'node:http';
import os from 'node:os';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import { formatHostPort } from '../transport/address.ts';
import { TokenBucket } from '../transport/token-bucket.ts';
import type { PayloadFiles, PayloadSource } from './payload-file.ts';
import type { UpdateSettings } from './update-config.ts';
import { bytesOf } from './update-line.ts';

const PATH = /^\/payload\/([0-9a-f]{64})$/;
const RANGE = /^bytes=(\d{1,12})-$/;
const HEADERS_MS_MAX = 10_000;
const SILENCE_MS_MAX = 60_000;
const ADDRESSES_MAX = 4;

export function loadFromNeighbour(url: string, sha256: string, signal: AbortSignal): PayloadSource {
  const { hostname, port } = new URL(url);
  const request = {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port),
    path: `/payload/${sha256}`,
  };
  return (from) => bytesOf({ ...request, agent: false }, from, signal);
}

export interface NeighbourServerOptions {
  files: PayloadFiles;
  settings: UpdateSettings['share'];
  clock: Clock;
  logger: Logger;
}

export class NeighbourServer {
  readonly #options: NeighbourServerOptions;
  readonly #server: http.Server;
  readonly #bucket: TokenBucket;
  #peers = 0;
  #refused = 0;
  #urls: readonly string[] = [];

  constructor(options: NeighbourServerOptions) {
    const { clock, settings } = options;
    this.#options = options;
    this.#bucket = new TokenBucket(() => clock.monotonicMs());
    this.#server = http.createServer({ headersTimeout: HEADERS_MS_MAX, requestTimeout: HEADERS_MS_MAX });
    // Those that wait to be refused are bounded, too.
    this.#server.maxConnections = settings.peersMax * 4;
    this.#server.setTimeout(SILENCE_MS_MAX);
    this.#server.on('request', (request, response) => {
      void this.#answer(request, response).catch((error: unknown) => {
        options.logger.warn({ err: error }, 'a neighbour could not be served');
        response.destroy();
      });
    });
  }

  /** Where neighbours reach this host; none while it does not listen. */
  get urls(): readonly string[] {
    return this.#urls;
  }

  /** Neighbours that were refused since there were too many. */
  get refused(): number {
    return this.#refused;
  }

  /** Without it the host gets its updates all the same. */
  async start(): Promise<void> {
    const { settings, logger } = this.#options;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#server.once('error', reject);
        this.#server.listen(
          { port: settings.port, ...(settings.host === undefined ? {} : { host: settings.host }) },
          resolve,
        );
      });
    } catch (error) {
      logger.error({ err: error, port: settings.port }, 'updates cannot be handed out to neighbours');
      return;
    }
    const { port, address } = this.#server.address() as AddressInfo;
    const isForAll = address === '::' || address === '0.0.0.0';
    this.#urls = (isForAll ? ownAddresses() : [address])
      .slice(0, ADDRESSES_MAX)
      .map((host) => `http://${formatHostPort(host, port)}`);
    logger.info({ urls: this.#urls }, 'updates are handed out to neighbours');
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => void this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { files, settings, clock } = this.#options;
    response.shouldKeepAlive = false;
    const sha256 = request.method === 'GET' ? PATH.exec(request.url ?? '')?.[1] : undefined;
    const bytes = sha256 === undefined ? undefined : files.bytesOf(sha256);
    const from = Number(RANGE.exec(request.headers.range ?? 'bytes=0-')?.[1] ?? Number.NaN);
    if (sha256 === undefined || bytes === undefined) return void response.writeHead(404).end();
    if (!(from < bytes)) return void response.writeHead(416).end();
    if (this.#peers >= settings.peersMax) {
      this.#refused += 1;
      return void response.writeHead(503, { 'retry-after': '60' }).end();
    }
    this.#peers += 1;
    try {
      response.writeHead(from === 0 ? 200 : 206, {
        'content-type': 'application/octet-stream',
        'content-length': bytes - from,
        'content-range': `bytes ${from}-${bytes - 1}/${bytes}`,
      });
      for await (const piece of files.read(sha256, from)) {
        if (response.destroyed) return;
        const isTaken = response.write(piece);
        this.#bucket.take(piece.length, settings.bytesPerSecondMax);
        if (!isTaken) await drained(response);
        const waitMs = this.#bucket.waitMs(settings.bytesPerSecondMax);
        if (waitMs > 0) await clock.sleep(waitMs);
      }
      response.end();
    } finally {
      this.#peers -= 1;
    }
  }
}

/** Or gone. */
function drained(response: http.ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.once('drain', done);
    response.once('close', done);
    if (response.destroyed) done();
  });
}

/** As neighbours may know them: neither loopback nor link-local. */
function ownAddresses(): string[] {
  return Object.values(os.networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(
      ({ internal, address }) => !internal && !address.startsWith('fe80') && !address.startsWith('169.254.'),
    )
    .map(({ address }) => address);
}
