/**
 * Whether the way to a collector leads through an HTTP proxy, and which: from the settings, else from HTTPS_PROXY
 * and NO_PROXY of the environment. Its password never appears in a message.
 */
import net from 'node:net';
import { formatHostPort } from './address.ts';

export interface Proxy {
  host: string;
  port: number;
  /** Value of a Proxy-Authorization header. */
  authorization?: string | undefined;
}

export interface ProxySettings {
  proxy: Proxy | undefined;
  /** Hosts that are reached directly. */
  bypass: (host: string, port: number) => boolean;
}

const PORT_DEFAULT = 80;

export const NO_PROXY: ProxySettings = { proxy: undefined, bypass: () => true };

/** @param text `http://[user:password@]host[:port]`. @returns undefined when it is not. */
export function parseProxy(text: string): Proxy | undefined {
  const url = URL.parse(text.includes('://') ? text : `http://${text}`);
  // A proxy spoken to in TLS would need trust of its own; what goes through it is TLS anyway.
  if (url === null || url.protocol !== 'http:' || url.hostname === '' || url.pathname.length > 1)
    return undefined;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = url.port === '' ? PORT_DEFAULT : Number.parseInt(url.port, 10);
  if (url.username === '' && url.password === '') return { host, port };
  try {
    const user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    return { host, port, authorization: `Basic ${Buffer.from(user, 'utf8').toString('base64')}` };
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

type Rule = (host: string, port: number) => boolean;

/**
 * The usual reading of NO_PROXY: names with everything below them, `*`, addresses, CIDR blocks; each may end in a port.
 * @param text separated by commas or blanks.
 */
export function parseNoProxy(text: string): Rule {
  const rules = text
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map(noProxyRule);
  return (host, port) => rules.some((rule) => rule(host.toLowerCase(), port));
}

function noProxyRule(entry: string): Rule {
  if (entry === '*') return () => true;
  const block = /^\[?([^/\]]+)\]?\/(\d{1,3})$/.exec(entry);
  if (block !== null) return blockRule(block[1] ?? '', Number(block[2]));
  const literal = entry.replace(/^\[(.*)\]$/, '$1');
  if (net.isIP(literal) !== 0) return blockRule(literal, net.isIPv6(literal) ? 128 : 32);
  const [, bracketed, named, digits] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(entry) ?? [];
  const name = (bracketed ?? named ?? entry).toLowerCase().replace(/^\*?\./, '');
  const onPort = digits === undefined ? undefined : Number(digits);
  const matches =
    net.isIP(name) === 0
      ? (host: string): boolean => host === name || host.endsWith(`.${name}`)
      : blockRule(name, net.isIPv6(name) ? 128 : 32);
  return (host, port) => (onPort === undefined || port === onPort) && matches(host, port);
}

function blockRule(address: string, prefix: number): Rule {
  const family = net.isIPv6(address) ? 'ipv6' : 'ipv4';
  if (net.isIP(address) === 0 || prefix > (family === 'ipv6' ? 128 : 32)) return () => false;
  const list = new net.BlockList();
  list.addSubnet(address, prefix, family);
  return (host) => {
    const bare = host.replace(/%.*$/, '');
    return net.isIP(bare) !== 0 && list.check(bare, net.isIPv6(bare) ? 'ipv6' : 'ipv4');
  };
}

const loopback = parseNoProxy('localhost 127.0.0.0/8 ::1');

/**
 * @param configured undefined: the environment decides; null: no proxy whatever the environment says.
 * @returns undefined when an address of a proxy is not one.
 */
export function proxySettings(
  configured: { url: string; bypass: readonly string[] } | null | undefined,
  env: Readonly<Record<string, string | undefined>>,
): ProxySettings | undefined {
  if (configured === null) return NO_PROXY;
  if (configured !== undefined) {
    const proxy = parseProxy(configured.url);
    return proxy && { proxy, bypass: parseNoProxy(configured.bypass.join(',')) };
  }
  const text = env['HTTPS_PROXY'] ?? env['https_proxy'] ?? '';
  if (text.trim() === '') return NO_PROXY;
  const proxy = parseProxy(text.trim());
  const listed = parseNoProxy(env['NO_PROXY'] ?? env['no_proxy'] ?? '');
  // A proxy of the environment is meant for the outside.
  return proxy && { proxy, bypass: (host, port) => loopback(host, port) || listed(host, port) };
}

export function proxyFor({ proxy, bypass }: ProxySettings, host: string, port: number): Proxy | undefined {
  return proxy === undefined || bypass(host, port) ? undefined : proxy;
}

/** Without its credentials. */
export function proxyName({ host, port }: Proxy): string {
  return formatHostPort(host, port);
}
