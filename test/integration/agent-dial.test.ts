/** The ways to a collector: IPv6, link-local zones, names with several addresses, and proxies with their moods. */
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { enrol } from '../../agent/enrol.ts';
import type { Identity } from '../../agent/identity.ts';
import { makeLogger } from '../../agent/log.ts';
import { runAgent } from '../../agent/main.ts';
import { dial } from '../../agent/transport/dial.ts';
import { proxySettings } from '../../agent/transport/proxy.ts';
import type { ProxySettings } from '../../agent/transport/proxy.ts';
import { ScriptedSource, hastyClock } from '../support/agent/scripted-source.ts';
import { logItem, makeFolder, removeFolder } from '../support/agent/spool-fixture.ts';
import { startTestCollector } from '../support/agent/test-collector.ts';
import type { TestCollector, TestCollectorOptions } from '../support/agent/test-collector.ts';
import { startTestProxy } from '../support/agent/test-proxy.ts';
import type { TestProxy, TestProxyOptions } from '../support/agent/test-proxy.ts';

const MIB = 1_048_576;
const host = {
  hostname: 'may-01',
  platform: 'linux',
  osName: 'Debian',
  osVersion: '13',
  arch: 'x64',
  timeZone: 'Asia/Ho_Chi_Minh',
} as const;

let folder: string;
let collector: TestCollector | undefined;
let proxy: TestProxy | undefined;

beforeEach(() => {
  folder = makeFolder();
});

afterEach(async () => {
  await collector?.stop();
  await proxy?.stop();
  collector = undefined;
  proxy = undefined;
  removeFolder(folder);
});

async function begin(options: TestCollectorOptions = {}): Promise<TestCollector> {
  collector = await startTestCollector(options);
  return collector;
}

async function beginProxy(options: TestProxyOptions = {}): Promise<TestProxy> {
  proxy = await startTestProxy(options);
  return proxy;
}

function through(url: string): ProxySettings {
  const settings = proxySettings({ url, bypass: [] }, {});
  if (settings === undefined) throw new Error(`${url} is no proxy`);
  return settings;
}

function enrolAt(url: string, settings?: ProxySettings): Promise<Identity> {
  const { token = '' } = collector ?? {};
  const stateDir = path.join(folder, 'state');
  return enrol({
    url,
    token,
    stateDir,
    host,
    machineId: '',
    agentVersion: '0',
    now: Date.now,
    proxy: settings,
  });
}

/** Runs the agent until one record has arrived. */
async function deliverOne(identity: Identity, settings?: ProxySettings): Promise<void> {
  const stopping = new AbortController();
  const source = new ScriptedSource();
  source.push(logItem('bulk', ['x']));
  const end = runAgent({
    config: {
      stateDir: path.join(folder, 'state'),
      spool: { bytesMax: 64 * MIB, whenFull: 'hold' },
      proxy: settings,
    },
    identity,
    host,
    agentVersion: '0',
    sources: [{ source, canWait: true }],
    logger: makeLogger('silent'),
    signal: stopping.signal,
    clock: hastyClock(),
  });
  await collector?.until(() => (collector?.records(2).length ?? 0) > 0);
  stopping.abort();
  await expect(end).resolves.toEqual({ kind: 'stopped' });
  expect(collector?.faults).toEqual([]);
}

test('an agent without any source says that it is at work, and talks to its collector', async () => {
  const { url } = await begin();
  const identity = await enrolAt(url);
  const stopping = new AbortController();
  const watching = Promise.withResolvers<void>();
  const end = runAgent({
    config: { stateDir: path.join(folder, 'state'), spool: { bytesMax: 64 * MIB, whenFull: 'hold' } },
    identity,
    host,
    agentVersion: '0',
    sources: [],
    logger: makeLogger('silent'),
    signal: stopping.signal,
    clock: hastyClock(),
    onWatching: watching.resolve,
  });
  await watching.promise;
  await collector?.until(() => (collector?.records(0).length ?? 0) > 0);
  stopping.abort();
  await expect(end).resolves.toEqual({ kind: 'stopped' });
});

test('a collector on IPv6 is enrolled with and spoken to by its bracketed address', async () => {
  const { url } = await begin({ host: '::1' });
  expect(url).toMatch(/^https:\/\/\[::1\]:\d+$/);
  await deliverOne(await enrolAt(url));
});

const linkLocal = Object.entries(os.networkInterfaces()).flatMap(([name, addresses = []]) =>
  addresses.flatMap((entry) =>
    entry.family === 'IPv6' && entry.scopeid !== 0 ? [{ name, address: entry.address }] : [],
  ),
)[0];

test.skipIf(linkLocal === undefined)(
  'a link-local address works with its zone (skipped where no interface has one)',
  async () => {
    const { name, address } = linkLocal ?? { name: '', address: '' };
    const { port } = await begin({ host: `${address}%${name}` });
    const identity = await enrolAt(`https://[${address}%${name}]:${port}`);
    expect(identity.url).toBe(`https://[${address}%25${name}]:${port}`);
    await deliverOne(identity);
  },
);

test('a name of which one address is dead is reached by the other', async () => {
  const { port } = await begin({ host: '::1' });
  const addresses = [
    { address: '127.0.0.1', family: 4 },
    { address: '::1', family: 6 },
  ];
  const lookup: net.LookupFunction = (_, __, answer) => answer(null, addresses);
  const socket = await dial({ url: `https://soc.example.vn:${port}`, connectMsMax: 5_000, lookup });
  expect(socket.remoteAddress).toBe('::1');
  socket.destroy();
});

describe('through a proxy', () => {
  test('enrolment and session go through its tunnel, with its password, and TLS stays pinned', async () => {
    const { url, port } = await begin();
    const credentials = Buffer.from('an:b@c').toString('base64');
    const { asked, port: proxyPort } = await beginProxy({ credentials });
    const settings = through(`http://an:b%40c@127.0.0.1:${proxyPort}`);
    await deliverOne(await enrolAt(url, settings), settings);
    expect(asked.length).toBeGreaterThanOrEqual(2);
    expect(new Set(asked.map(({ target }) => target))).toEqual(new Set([`127.0.0.1:${port}`]));
  });

  test('a collector on IPv6 is asked for in brackets', async () => {
    const { url, port } = await begin({ host: '::1' });
    const { asked, port: proxyPort } = await beginProxy();
    const settings = through(`http://127.0.0.1:${proxyPort}`);
    await deliverOne(await enrolAt(url, settings), settings);
    expect(asked[0]?.target).toBe(`[::1]:${port}`);
  });

  test.each<[string, TestProxyOptions, string, RegExp]>([
    ['wants a password', { credentials: 'eDp5' }, 'proxy-auth', /HTTP 407/],
    ['refuses the address', { refuseWith: 403 }, 'proxy-refused', /refuses the way to .* \(HTTP 403\)/],
    ['cannot reach it', { refuseWith: 502 }, 'proxy-refused', /HTTP 502/],
    ['hangs up', { hangsUp: true }, 'proxy-refused', /broke off/],
    ['says nothing', { mute: true }, 'proxy-timeout', /within 300 ms/],
  ])('one that %s is named as the problem', async (_, options, problem, message) => {
    const { url } = await begin();
    const { port } = await beginProxy(options);
    const dialled = dial({ url, proxy: through(`http://127.0.0.1:${port}`), connectMsMax: 300 });
    await expect(dialled).rejects.toMatchObject({ name: 'ConnectError', problem });
    await expect(dialled).rejects.toThrow(message);
    expect(collector?.requests).toEqual([]);
  });

  test('one that is not there is told apart from a collector that is not there', async () => {
    const closed = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => closed.once('listening', resolve));
    const { port } = closed.address() as net.AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const settings = through(`http://an:secret@127.0.0.1:${port}`);
    const dialled = dial({ url: 'https://soc.example.vn', proxy: settings, connectMsMax: 5_000 });
    await expect(dialled).rejects.toMatchObject({ problem: 'proxy-unreachable' });
    await expect(dialled).rejects.not.toThrow(/secret/);
    await expect(dial({ url: `https://127.0.0.1:${port}`, connectMsMax: 5_000 })).rejects.toMatchObject({
      problem: 'unreachable',
    });
  });

  test('a stop does not wait for it', async () => {
    const { url } = await begin();
    const { port, asked } = await beginProxy({ mute: true });
    const stopping = new AbortController();
    const dialled = dial({
      url,
      proxy: through(`http://127.0.0.1:${port}`),
      connectMsMax: 60_000,
      signal: stopping.signal,
    });
    await expect.poll(() => asked.length).toBe(1);
    stopping.abort();
    await expect(dialled).rejects.toThrow('stopped');
  });
});
