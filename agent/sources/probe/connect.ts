/** A raw connection to what a probe asks: straight and guarded, or through the agent's proxy. */
import dns from 'node:dns';
import net from 'node:net';
import { formatHostPort } from '../../transport/address.ts';
import { describe, dial } from '../../transport/dial.ts';
import { proxyFor } from '../../transport/proxy.ts';
import type { Proxy, ProxySettings } from '../../transport/proxy.ts';
import { ConnectError } from '../../transport/transport.ts';
import { AddressRefusedError } from './address-guard.ts';
import type { AddressGuard } from './address-guard.ts';
import { ProbeError } from './probe-error.ts';

export interface ConnectOptions {
  host: string;
  port: number;
  guard: AddressGuard;
  proxy: ProxySettings;
  timeoutMs: number;
  signal: AbortSignal;
  /** How names are resolved; left out: by the system. */
  lookup?: net.LookupFunction | undefined;
}

/**
 * Behind a proxy it is the proxy that resolves names, so only literal addresses are guarded there.
 * @throws ProbeError
 */
export async function connect(options: ConnectOptions): Promise<net.Socket> {
  const { host, port, guard, proxy, timeoutMs, signal } = options;
  const via = proxyFor(proxy, host, port);
  if (net.isIP(host) !== 0 && !guard(host, host)) throw refused(host, host);
  let refusal: ProbeError | undefined;
  const guarded = guardedLookup(options, (error) => {
    refusal = error;
  });
  try {
    return await dial({
      url: `https://${formatHostPort(host, port)}`,
      proxy,
      connectMsMax: timeoutMs,
      signal,
      ...(via === undefined ? { lookup: guarded } : {}),
    });
  } catch (error) {
    throw refusal ?? explain(error, host);
  }
}

/** To the proxy itself: for plain http it is asked for the page, not for a way. @throws ProbeError */
export async function connectToProxy(proxy: Proxy, options: ConnectOptions): Promise<net.Socket> {
  try {
    return await dial({
      url: `https://${formatHostPort(proxy.host, proxy.port)}`,
      connectMsMax: options.timeoutMs,
      signal: options.signal,
    });
  } catch (cause) {
    throw new ProbeError('proxy', describe(cause), { cause });
  }
}

function refused(host: string, address: string): ProbeError {
  const shown = host === address ? address : `${host} (${address})`;
  const message = `${shown} is no public address: not asked; "privateAddresses" of the probe decides`;
  return new ProbeError('address-refused', message, { cause: new AddressRefusedError(message) });
}

function guardedLookup(
  { guard, lookup = dns.lookup }: ConnectOptions,
  onRefused: (error: ProbeError) => void,
): net.LookupFunction {
  return (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, [], 0);
      const all = typeof found === 'string' ? [{ address: found, family: net.isIP(found) }] : found;
      const allowed = all.filter(({ address }) => guard(host, address));
      const [first] = allowed;
      if (first === undefined) {
        const refusal = refused(host, all[0]?.address ?? '');
        onRefused(refusal);
        return callback(refusal, [], 0);
      }
      if (options.all === true) return callback(null, allowed);
      callback(null, first.address, first.family);
    });
  };
}

function explain(error: unknown, host: string): ProbeError {
  const cause = error instanceof Error ? error.cause : undefined;
  const text = describe(error);
  if (!(error instanceof ConnectError)) return new ProbeError('broken', text, { cause: error });
  switch (error.problem) {
    case 'proxy-unreachable':
    case 'proxy-auth':
      return new ProbeError('proxy', text, { cause: error });
    case 'proxy-refused':
      // A gateway that says it got no answer speaks of the target; every other refusal is the proxy's own.
      return new ProbeError(/\(HTTP 50[234]\)/.test(text) ? 'no-answer' : 'proxy', text, { cause: error });
    case 'proxy-timeout':
      return new ProbeError('no-answer', text, { cause: error });
    case 'unreachable':
      break;
  }
  const code = codeOf(cause);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'ENODATA') {
    return new ProbeError('name-unknown', `the name ${host} is not resolved (${code})`, { cause: error });
  }
  return new ProbeError(code === 'ECONNREFUSED' ? 'refused' : 'no-answer', text, { cause: error });
}

function codeOf(error: unknown): string | undefined {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
