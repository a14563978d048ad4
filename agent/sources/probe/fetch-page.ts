/**
 * One page as a browser gets it: redirects followed, body uncompressed, certificate looked at but not insisted on (that
 * is judged apart). Time, bytes, redirects and addresses are bounded; all of it ends at one deadline.
 */
import http from 'node:http';
import type { Socket } from 'node:net';
import { proxyFor } from '../../transport/proxy.ts';
import { connect, connectToProxy } from './connect.ts';
import type { ConnectOptions } from './connect.ts';
import { CookieJar } from './cookie-jar.ts';
import { decodeText } from './decode-text.ts';
import { ProbeError } from './probe-error.ts';
import { readBody } from './read-body.ts';
import { parseTarget } from './target.ts';
import type { Target } from './target.ts';
import { handshake } from './tls-handshake.ts';
import type { TlsFacts } from './tls-facts.ts';

export interface FetchOptions extends Omit<ConnectOptions, 'host' | 'port'> {
  redirectsMax: number;
  bytesMax: number;
  userAgent: string;
  referer?: string | undefined;
  /** Authorities of one's own, PEM. */
  caPem?: string | undefined;
  /** Milliseconds that only go forward. */
  monotonicMs: () => number;
}

export interface Hop {
  url: string;
  status: number;
}

export interface Page {
  status: number;
  /** Where it was found, and by which way. */
  url: string;
  redirects: readonly Hop[];
  /** Undefined behind a proxy. */
  address: string | undefined;
  contentType: string;
  server: string;
  text: string;
  bytes: number;
  cut: boolean;
  /** It could not be uncompressed, so its text says nothing. */
  unreadable: boolean;
  /** From the first packet to the first byte of the last answer, and to the last byte. */
  firstByteMs: number;
  totalMs: number;
  /** Of the first hop over TLS. */
  tls: TlsFacts | undefined;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const HEADER_BYTES_MAX = 32_768;

/** @throws ProbeError */
export async function fetchPage(target: Target, options: FetchOptions): Promise<Page> {
  const deadline = AbortSignal.timeout(options.timeoutMs);
  const signal = AbortSignal.any([deadline, options.signal]);
  try {
    return await follow(target, { ...options, signal });
  } catch (error) {
    if (options.signal.aborted) throw new ProbeError('broken', 'stopped', { cause: error });
    if (!deadline.aborted) throw error;
    const begun = error instanceof ProbeError && error.failure === 'no-answer';
    const text = `no complete answer within ${options.timeoutMs} ms`;
    throw new ProbeError(begun ? 'no-answer' : 'too-slow', text, { cause: error });
  }
}

async function follow(target: Target, options: FetchOptions): Promise<Page> {
  const startedMs = options.monotonicMs();
  const jar = new CookieJar();
  const redirects: Hop[] = [];
  let at = target;
  let tls: TlsFacts | undefined;
  for (;;) {
    const answer = await ask(at, options, jar);
    tls ??= answer.tls;
    const { response } = answer;
    const status = response.statusCode ?? 0;
    jar.take(at.host, response.headers['set-cookie'] ?? []);
    const { location } = response.headers;
    if (!REDIRECTS.has(status) || location === undefined) {
      const firstByteMs = options.monotonicMs() - startedMs;
      const { address } = answer;
      const body = await readBody(response, options.bytesMax);
      const contentType = response.headers['content-type'] ?? '';
      return {
        status,
        url: at.url,
        redirects,
        address,
        contentType,
        server: [response.headers.server ?? ''].flat().join(', '),
        text: body.unreadable ? '' : decodeText(body.bytes, contentType),
        bytes: body.bytes.length,
        cut: body.cut,
        unreadable: body.unreadable,
        firstByteMs,
        totalMs: options.monotonicMs() - startedMs,
        tls,
      };
    }
    response.destroy();
    redirects.push({ url: at.url, status });
    if (redirects.length > options.redirectsMax) {
      throw new ProbeError('too-many-redirects', `more than ${options.redirectsMax} redirects`);
    }
    at = next(at, location);
  }
}

function next(at: Target, location: string): Target {
  const url = URL.parse(location, at.url);
  const target = url === null ? undefined : parseTarget(url.href);
  if (target === undefined || (target.scheme !== 'http' && target.scheme !== 'https')) {
    const shown = location.slice(0, 200);
    throw new ProbeError('bad-redirect', `it redirects to what is no address of a page: ${shown}`);
  }
  return target;
}

interface Answer {
  response: http.IncomingMessage;
  address: string | undefined;
  tls: TlsFacts | undefined;
}

async function ask(target: Target, options: FetchOptions, jar: CookieJar): Promise<Answer> {
  const { host, port, scheme } = target;
  const place = { ...options, host, port };
  const proxy = proxyFor(options.proxy, host, port);
  if (scheme === 'http' && proxy !== undefined) {
    const socket = await connectToProxy(proxy, place);
    const authorization = proxy.authorization;
    const extra = authorization === undefined ? {} : { 'proxy-authorization': authorization };
    const response = await send(socket, target.url, target, options, jar, extra);
    if (response.statusCode === 407) {
      response.destroy();
      throw new ProbeError('proxy', 'the proxy asks for a user and password that it accepts (HTTP 407)');
    }
    return { response, address: undefined, tls: undefined };
  }
  const raw = await connect(place);
  const address = proxy === undefined ? raw.remoteAddress : undefined;
  const { pathname, search } = new URL(target.url);
  if (scheme === 'http') {
    return { response: await send(raw, pathname + search, target, options, jar), address, tls: undefined };
  }
  const { socket, facts } = await handshake(raw, { ...place, caPem: options.caPem });
  return { response: await send(socket, pathname + search, target, options, jar), address, tls: facts };
}

function send(
  socket: Socket,
  path: string,
  target: Target,
  options: FetchOptions,
  jar: CookieJar,
  extra: Readonly<Record<string, string>> = {},
): Promise<http.IncomingMessage> {
  const { signal, userAgent, referer } = options;
  const cookie = jar.header(target.host);
  return new Promise((resolve, reject) => {
    const onAbort = (): void => void socket.destroy(new Error('the time is over'));
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('close', () => signal.removeEventListener('abort', onAbort));
    const request = http.request(
      {
        createConnection: () => socket,
        method: 'GET',
        path,
        maxHeaderSize: HEADER_BYTES_MAX,
        headers: {
          host: new URL(target.url).host,
          'user-agent': userAgent,
          accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
          'accept-language': 'vi,en;q=0.7',
          'accept-encoding': 'gzip, deflate, br',
          ...(referer === undefined ? {} : { referer }),
          ...(cookie === '' ? {} : { cookie }),
          ...extra,
          connection: 'close',
        },
      },
      resolve,
    );
    // What it sends after the answer has come ends with the body.
    request.on('upgrade', (_, upgraded) => void upgraded.destroy(new Error('it changed the protocol')));
    request.on('error', (cause) => {
      const failure = signal.aborted ? 'no-answer' : 'broken';
      reject(new ProbeError(failure, `no answer that makes sense: ${cause.message}`, { cause }));
    });
    if (signal.aborted) onAbort();
    request.end();
  });
}
