/** Getting a page from a server that means no good: size, time, redirects, compression and addresses are bounded. */
import http from 'node:http';
import net from 'node:net';
import zlib from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { addressGuard } from '../../../../../agent/sources/probe/address-guard.ts';
import { fetchPage } from '../../../../../agent/sources/probe/fetch-page.ts';
import type { FetchOptions, Page } from '../../../../../agent/sources/probe/fetch-page.ts';
import { ProbeError } from '../../../../../agent/sources/probe/probe-error.ts';
import { parseTarget } from '../../../../../agent/sources/probe/target.ts';
import { NO_PROXY, proxySettings } from '../../../../../agent/transport/proxy.ts';
import { page, startTestSite } from '../../../../support/probe/test-site.ts';
import type { Answer, TestSite } from '../../../../support/probe/test-site.ts';
import { startTestProxy } from '../../../../support/agent/test-proxy.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function site(answer: Answer): Promise<TestSite> {
  const started = await startTestSite(answer);
  stops.push(started.stop);
  return started;
}

function get(url: string, options: Partial<FetchOptions> = {}): Promise<Page> {
  const target = parseTarget(url);
  if (target === undefined) throw new RangeError(url);
  return fetchPage(target, {
    guard: addressGuard('target', target.host),
    proxy: NO_PROXY,
    timeoutMs: 5_000,
    signal: new AbortController().signal,
    redirectsMax: 5,
    bytesMax: 100_000,
    userAgent: 'test',
    monotonicMs: () => performance.now(),
    ...options,
  });
}

async function failureOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ProbeError) return error.failure;
    throw error;
  }
  return 'none';
}

describe('a page', () => {
  test.each([
    ['gzip', (text: string) => zlib.gzipSync(text)],
    ['br', (text: string) => zlib.brotliCompressSync(text)],
    ['deflate', (text: string) => zlib.deflateSync(text)],
    ['identity', (text: string) => Buffer.from(text)],
  ])('compressed as %s', async (encoding, compress) => {
    const { url } = await site((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-encoding': encoding });
      response.end(compress('<p>Ủy ban nhân dân</p>'));
    });
    const got = await get(url);
    expect(got).toMatchObject({ status: 200, text: '<p>Ủy ban nhân dân</p>', cut: false, unreadable: false });
  });

  test('in an encoding that it names itself, and in one that nobody knows', async () => {
    const head = '<meta charset="windows-1258"><p>';
    const { url } = await site((request, response) => {
      response.setHeader('content-type', request.url === '/x' ? 'text/html; charset=x-none' : 'text/html');
      response.end(Buffer.concat([Buffer.from(head), Buffer.from([0xc2, 0xe2, 0x79])]));
    });
    expect((await get(url)).text).toBe(`${head}Âây`);
    expect((await get(`${url}x`)).text).toContain('\ufffd');
  });

  test('redirects are followed with the cookies that were set on the way', async () => {
    const { url } = await site((request, response) => {
      if (request.headers.cookie !== 'D1N=abc') {
        response
          .writeHead(302, { location: request.url ?? '/', 'set-cookie': 'D1N=abc; Path=/; HttpOnly' })
          .end();
        return;
      }
      page('<p>ok</p>')(request, response);
    });
    const got = await get(url);
    expect(got.text).toBe('<p>ok</p>');
    expect(got.redirects).toEqual([{ url, status: 302 }]);
  });

  test('through a proxy: plain pages are asked of it, without asking it for a way', async () => {
    const { url } = await site(page('<p>behind</p>'));
    const proxy = http.createServer((request, response) => {
      http.get(request.url ?? '', (answer) => answer.pipe(response));
    });
    proxy.listen(0, '127.0.0.1');
    await new Promise((resolve) => proxy.once('listening', resolve));
    stops.push(async () => void proxy.close());
    const { port } = proxy.address() as net.AddressInfo;
    const settings = proxySettings({ url: `http://127.0.0.1:${port}`, bypass: [] }, {});
    expect((await get(url, { proxy: settings ?? NO_PROXY })).text).toBe('<p>behind</p>');
  });

  test('a proxy that wants a password says nothing about the page', async () => {
    const proxy = await startTestProxy({ credentials: 'eDp5' });
    stops.push(proxy.stop);
    const settings = proxySettings({ url: `http://127.0.0.1:${proxy.port}`, bypass: [] }, {}) ?? NO_PROXY;
    expect(await failureOf(get('https://portal.example/', { proxy: settings }))).toBe('proxy');
  });
});

describe('a hostile server', () => {
  test('sends more than it may: the rest is not read', async () => {
    const { url } = await site((_, response) => {
      response.setHeader('content-type', 'text/html');
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    expect(await get(url)).toMatchObject({ bytes: 100_000, cut: true });
  });

  test('sends a bomb: it is uncompressed up to the limit', async () => {
    const bomb = zlib.gzipSync(Buffer.alloc(50_000_000));
    const { url } = await site((_, response) => {
      response.setHeader('content-encoding', 'gzip');
      response.end(bomb);
    });
    expect(await get(url)).toMatchObject({ bytes: 100_000, cut: true });
  });

  test('drips: the deadline ends it', async () => {
    const { url } = await site((_, response) => {
      response.write('a');
      const timer = setInterval(() => response.write('a'), 20);
      response.on('close', () => clearInterval(timer));
    });
    expect(await failureOf(get(url, { timeoutMs: 300 }))).toBe('too-slow');
  });

  test('says nothing', async () => {
    const { url } = await site(() => undefined);
    expect(await failureOf(get(url, { timeoutMs: 200 }))).toMatch(/too-slow|no-answer/);
  });

  test.each([
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['headers without end', `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(20_000)}`],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx'],
  ])('speaks %s', async (_, answer) => {
    const server = net.createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end(answer);
    });
    server.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    stops.push(async () => void server.close());
    const { port } = server.address() as net.AddressInfo;
    expect(await failureOf(get(`http://127.0.0.1:${port}/`, { timeoutMs: 2_000 }))).toBe('broken');
  });

  test('redirects for ever', async () => {
    const { url } = await site((request, response) => {
      response.writeHead(302, { location: `${request.url ?? ''}x` }).end();
    });
    expect(await failureOf(get(url))).toBe('too-many-redirects');
  });

  test.each([
    'file:///etc/passwd',
    'gopher://127.0.0.1/',
    'tcp://127.0.0.1:22',
    'http://u:p@127.0.0.1/',
    'http://[',
  ])('redirects to %s', async (location) => {
    const { url } = await site((_, response) => void response.writeHead(302, { location }).end());
    expect(await failureOf(get(url))).toBe('bad-redirect');
  });

  test.each([
    'http://127.0.0.2/',
    'http://10.0.0.1/',
    'http://169.254.169.254/latest',
    'http://[::1]/',
    'http://[::ffff:10.0.0.1]/',
  ])('redirects into the inside, to %s', async (location) => {
    const { url } = await site((_, response) => void response.writeHead(302, { location }).end());
    expect(await failureOf(get(url))).toBe('address-refused');
  });

  test('compresses in a way nobody asked for', async () => {
    const { url } = await site((_, response) => {
      response.setHeader('content-encoding', 'x-own');
      response.end('x');
    });
    expect(await get(url)).toMatchObject({ unreadable: true, text: '' });
  });
});

describe('which addresses may be asked', () => {
  const publicAddresses = ['8.8.8.8', '203.162.4.191', '2606:4700::1111', '64:ff9b::808:808'];
  const inside = [
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '100.64.0.1',
    'fd00::1',
    '64:ff9b::a00:1',
    '224.0.0.1',
  ];
  const near = ['127.0.0.1', '169.254.169.254', '0.0.0.0', '::1', '::', 'fe80::1%eth0', '::ffff:127.0.0.1'];

  test('the public ones, whatever the setting', () => {
    for (const mode of ['refuse', 'target', 'any'] as const) {
      const guard = addressGuard(mode, 'portal.example');
      expect(publicAddresses.filter((address) => !guard('other.example', address))).toEqual([]);
    }
  });

  test('of the inside, by setting: none; those of the named host; all', () => {
    const all = [...inside, ...near];
    const allowed = (mode: 'refuse' | 'target' | 'any', host: string): string[] =>
      all.filter((address) => addressGuard(mode, 'portal.example')(host, address));
    expect(allowed('refuse', 'portal.example')).toEqual([]);
    expect(allowed('target', 'portal.example')).toEqual(inside);
    expect(allowed('target', 'other.example')).toEqual([]);
    expect(allowed('any', 'other.example')).toEqual(all);
  });

  test('a name that comes to mean the inside is refused by its answer', async () => {
    const lookup: net.LookupFunction = (_, options, callback) =>
      options.all === true
        ? callback(null, [{ address: '127.0.0.1', family: 4 }])
        : callback(null, '127.0.0.1', 4);
    expect(await failureOf(get('http://portal.example/', { lookup }))).toBe('address-refused');
  });
});
