/**
 * A raw connection to a collector, straight or through an HTTP proxy's CONNECT. Whether it is the right collector
 * is not asked here (pinned-socket.ts): TLS goes end to end, and a proxy sees nothing of it.
 */
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { formatHostPort, mustParseAddress } from './address.ts';
import { proxyFor, proxyName } from './proxy.ts';
import type { Proxy, ProxySettings } from './proxy.ts';
import { ConnectError } from './transport.ts';
import type { ConnectProblem } from './transport.ts';

export interface DialTarget {
  /** https: or wss: URL (address.ts); only host and port are used. */
  url: string;
  /** Left out: straight. */
  proxy?: ProxySettings | undefined;
  connectMsMax: number;
  signal?: AbortSignal | undefined;
  /** How names are resolved; left out: by the system. */
  lookup?: net.LookupFunction | undefined;
}

/**
 * A name may have several addresses, of either family: each is tried for so long before the next joins. Node's own
 * 250 ms are less than a satellite's or an overloaded line's round trip.
 */
const ADDRESS_MS_MAX = 2_000;

/** @throws ConnectError */
export async function dial(target: DialTarget): Promise<net.Socket> {
  const { host, port } = mustParseAddress(target.url);
  const proxy = target.proxy === undefined ? undefined : proxyFor(target.proxy, host, port);
  const where = formatHostPort(host, port);
  const timeout = AbortSignal.timeout(target.connectMsMax);
  const signal = target.signal === undefined ? timeout : AbortSignal.any([timeout, target.signal]);
  const late = (): ConnectError | undefined => {
    if (target.signal?.aborted === true) return new ConnectError('stopped');
    if (!timeout.aborted) return undefined;
    if (proxy === undefined)
      return new ConnectError(`${where} did not answer within ${target.connectMsMax} ms`);
    const text = `the proxy ${proxyName(proxy)} did not open the way to ${where} within ${target.connectMsMax} ms`;
    return new ConnectError(text, { problem: 'proxy-timeout' });
  };
  if (proxy === undefined) {
    try {
      return await connectTcp(host, port, target.lookup, signal);
    } catch (cause) {
      throw late() ?? new ConnectError(`cannot connect to ${where}: ${describe(cause)}`, { cause });
    }
  }
  let socket: net.Socket;
  try {
    socket = await connectTcp(proxy.host, proxy.port, target.lookup, signal);
  } catch (cause) {
    const text = `cannot connect to the proxy ${proxyName(proxy)}: ${describe(cause)}`;
    throw late() ?? new ConnectError(text, { cause, problem: 'proxy-unreachable' });
  }
  try {
    return await openTunnel(socket, proxy, where, signal);
  } catch (error) {
    socket.on('error', () => undefined);
    socket.destroy();
    throw late() ?? error;
  }
}

/** Name of the proxy on the way to a collector; undefined when it is reached straight. */
export function proxyTo(settings: ProxySettings | undefined, url: string): string | undefined {
  const { host, port } = mustParseAddress(url);
  const proxy = settings && proxyFor(settings, host, port);
  return proxy && proxyName(proxy);
}

async function connectTcp(
  host: string,
  port: number,
  lookup: net.LookupFunction | undefined,
  signal: AbortSignal,
): Promise<net.Socket> {
  const socket = net.connect({
    host,
    port,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: ADDRESS_MS_MAX,
    lookup,
  });
  try {
    await once(socket, 'connect', { signal });
    return socket;
  } catch (error) {
    // A late error has been answered already; without a listener it would end the process.
    socket.on('error', () => undefined);
    socket.destroy();
    throw error;
  }
}

function openTunnel(
  socket: net.Socket,
  proxy: Proxy,
  where: string,
  signal: AbortSignal,
): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const name = proxyName(proxy);
    const onAbort = (): void => void socket.destroy();
    const refuse = (text: string, problem: ConnectProblem, cause?: unknown): void => {
      signal.removeEventListener('abort', onAbort);
      reject(new ConnectError(text, { cause, problem }));
    };
    const broken = (cause: unknown): void =>
      refuse(
        `the proxy ${name} broke off while it opened the way to ${where}: ${describe(cause)}`,
        'proxy-refused',
        cause,
      );
    const request = http.request({
      createConnection: () => socket,
      method: 'CONNECT',
      path: where,
      headers: {
        host: where,
        ...(proxy.authorization === undefined ? {} : { 'proxy-authorization': proxy.authorization }),
      },
    });
    request.on('connect', (response, _, early: Buffer) => {
      const status = response.statusCode ?? 0;
      if (status === 407) {
        refuse(`the proxy ${name} asks for a user and password that it accepts (HTTP 407)`, 'proxy-auth');
      } else if (status < 200 || status > 299) {
        refuse(`the proxy ${name} refuses the way to ${where} (HTTP ${status})`, 'proxy-refused');
      } else {
        signal.removeEventListener('abort', onAbort);
        // In TLS the server speaks second, so this is empty unless the proxy adds something: then TLS refuses it.
        if (early.length > 0) socket.unshift(early);
        resolve(socket);
      }
    });
    request.on('error', broken);
    request.on('close', () => broken(new Error('it closed the connection')));
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    request.end();
  });
}

/** An AggregateError (one per address tried) has no message of its own. */
export function describe(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(describe).join('; ');
  return error instanceof Error ? error.message : String(error);
}
