/**
 * The collector's local door: named operations as JSON over HTTP on a unix socket that only the collector's own user
 * can open (mode 0600, in a folder of mode 0700). Whoever can open it could as well write the data folder.
 */
import { existsSync, rmSync } from 'node:fs';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { z } from 'zod';
import { OPERATIONS } from '../cli/operations/all.ts';
import type { LiveCollector } from '../cli/operations/operation.ts';
import type { Registry } from '../registry/database.ts';
import { dataFolder } from '../registry/data-folder.ts';
import { RefusalError } from '../registry/refusal.ts';
import { version } from '../version.ts';
import { socketAddress } from './local-socket.ts';

export const OPERATION_PATH = '/operations/';
/** Of an answer: which version gave it. */
export const VERSION_HEADER = 'vonggac-version';
/** Of a request whose body is a file: the call, as JSON in base64url. */
export const CALL_HEADER = 'vonggac-call';
/** A policy's text, and what JSON adds to it. */
const BODY_BYTES_MAX = 2 * 1_048_576;
const CONNECTIONS_MAX = 64;
/** Also of a file that is read from a slow disk. */
const REQUEST_MS_MAX = 120_000;
const CLOSE_MS_MAX = 1_000;

const callSchema = z.strictObject({
  /** Name of the person at the terminal. */
  user: z.string().min(1).max(128),
  input: z.unknown(),
});

export const answerSchema = z.union([
  z.object({ result: z.unknown() }),
  z.object({ error: z.object({ code: z.string(), message: z.string() }) }),
]);
export type LocalAnswer = z.infer<typeof answerSchema>;

export interface LocalServerOptions {
  dataDir: string;
  registry: Registry;
  live: LiveCollector;
  /** A defect of ours in an operation. */
  onFault: (operation: string, error: unknown) => void;
}

class BodyTooLarge extends Error {}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new BodyTooLarge();
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

interface Call {
  call: unknown;
  content?: Readable | undefined;
}

/** What is asked, and the file that comes along. */
async function callOf(request: IncomingMessage): Promise<Call> {
  const { [CALL_HEADER]: call } = request.headers;
  if (typeof call !== 'string') return { call: await readBody(request) };
  return { call: JSON.parse(Buffer.from(call, 'base64url').toString('utf8')), content: request };
}

/** Who still sends hears the refusal only afterwards. */
async function drained(content: Readable | undefined): Promise<void> {
  if (content === undefined || content.destroyed || content.readableEnded) return;
  content.resume();
  await finished(content).catch(() => undefined); // it broke off: there is nobody to answer
}

function refusalOf(error: unknown): { status: number; code: string; message: string } | undefined {
  if (error instanceof RefusalError) return { status: 409, code: error.code, message: error.message };
  if (error instanceof z.ZodError) {
    const [issue] = error.issues;
    const place = issue?.path.join('.') ?? '';
    return {
      status: 400,
      code: 'bad-input',
      message: `${place}${place === '' ? '' : ': '}${issue?.message ?? ''}`,
    };
  }
  if (error instanceof BodyTooLarge)
    return { status: 413, code: 'bad-input', message: 'the request is too large' };
  if (error instanceof SyntaxError)
    return { status: 400, code: 'bad-input', message: 'the request is not JSON' };
  return undefined;
}

function send(response: ServerResponse, status: number, answer: LocalAnswer): void {
  const headers = { 'content-type': 'application/json', connection: 'close', [VERSION_HEADER]: version() };
  response.writeHead(status, headers);
  response.end(JSON.stringify(answer));
}

export class LocalServer {
  readonly #options: LocalServerOptions;
  readonly #server: http.Server;
  #release: () => void = () => undefined;

  constructor(options: LocalServerOptions) {
    this.#options = options;
    this.#server = http.createServer({ requestTimeout: REQUEST_MS_MAX }, (request, response) => {
      void this.#answer(request, response);
    });
    this.#server.maxConnections = CONNECTIONS_MAX;
  }

  /** The data folder's lock must be held: a socket file found there is a dead one's. */
  async listen(): Promise<void> {
    const { socket } = dataFolder(this.#options.dataDir);
    if (existsSync(socket)) rmSync(socket);
    const { address, release } = socketAddress(socket);
    this.#release = release;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.once('listening', resolve);
      // The file is made inside listen(), private from its first moment on.
      const umask = process.umask(0o177);
      try {
        this.#server.listen(address);
      } finally {
        process.umask(umask);
      }
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const name = (request.url ?? '').slice(OPERATION_PATH.length);
    const operation = OPERATIONS.get(name);
    if (request.method !== 'POST' || !request.url?.startsWith(OPERATION_PATH) || operation === undefined) {
      const message = `the running collector has no operation "${name}": command and collector differ in version`;
      send(response, 404, { error: { code: 'unknown-operation', message } });
      return;
    }
    let content: Readable | undefined;
    try {
      const called = await callOf(request);
      ({ content } = called);
      const { user, input } = callSchema.parse(called.call);
      const { registry, dataDir, live } = this.#options;
      const result = await operation.invoke(
        { registry, dataDir, live, actor: `cli:${user}`, content },
        input,
      );
      send(response, 200, { result: result ?? null });
    } catch (error) {
      await drained(content);
      const refusal = refusalOf(error);
      if (refusal === undefined) {
        this.#options.onFault(name, error);
        const message = error instanceof Error ? error.message : String(error);
        send(response, 500, { error: { code: 'failed', message } });
        return;
      }
      send(response, refusal.status, { error: { code: refusal.code, message: refusal.message } });
    }
  }

  /** Waits a moment for the answers under way, then cuts them off; the socket file goes. */
  async close(): Promise<void> {
    const force = setTimeout(() => this.#server.closeAllConnections(), CLOSE_MS_MAX);
    await new Promise<void>((resolve, reject) => {
      this.#server.close((error) => {
        if (error === undefined) resolve();
        else reject(error);
      });
    });
    clearTimeout(force);
    this.#release();
  }
}
