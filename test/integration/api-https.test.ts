import { mkdirSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { once } from 'node:events';
import tls, { type PeerCertificate, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../collector/registry/certificate.ts';
import { revokeApiToken } from '../../collector/registry/api-tokens.ts';
import { alertOf, bearer, buildWorld, type World } from '../unit/api/api-fixture.ts';
import { temporaryFolder } from '../unit/registry/registry-fixture.ts';

let world: World;
let port: number;
let folder: { path: string; remove: () => void };
let closed = false;

beforeEach(async () => {
  folder = temporaryFolder();
  mkdirSync(path.join(folder.path, 'assets'));
  writeFileSync(path.join(folder.path, 'index.html'), '<!doctype html><title>Vọng Gác</title>');
  writeFileSync(path.join(folder.path, 'assets', 'main-abc.js'), 'export {};');
  writeFileSync(path.join(folder.path, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  world = await buildWorld({ consoleDir: folder.path, limits: { streamHeartbeatMs: 20 } });
  await world.app.listen({ host: '127.0.0.1', port: 0 });
  ({ port } = world.app.server.address() as AddressInfo);
  closed = false;
});
afterEach(async () => {
  if (!closed) await world.close();
  folder.remove();
});

/** A request over real TLS that pins the certificate, as agents do. */
async function request(
  url: string,
  headers: Record<string, string> = {},
  agent?: https.Agent,
): Promise<IncomingMessage> {
  const sent = https.request({
    host: '127.0.0.1',
    port,
    path: url,
    headers,
    ...(agent === undefined ? {} : { agent }),
    rejectUnauthorized: false,
  });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return response;
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
  return text;
}

/** Reads until the text holds `wanted`. */
async function readUntil(response: IncomingMessage, wanted: string): Promise<string> {
  let text = '';
  response.setEncoding('utf8');
  while (!text.includes(wanted)) {
    const [chunk] = (await once(response, 'data')) as [string];
    text += chunk;
  }
  return text;
}

describe('the server over TLS', () => {
  it('shows the certificate whose fingerprint agents pin, and it names this host', async () => {
    const response = await request('/healthz');
    const certificate: PeerCertificate = (response.socket as TLSSocket).getPeerCertificate();
    expect(fingerprintOf(certificate.raw)).toBe(world.fingerprint);
    expect(certificate.subjectaltname).toContain('IP Address:127.0.0.1');
    await textOf(response);
  });

  it('serves the console: its page for any path, hashed assets for ever, JSON for what the API lacks', async () => {
    // What is no file is a place of the console, whatever lies beside it on the disk.
    mkdirSync(path.join(folder.path, '.git'));
    writeFileSync(path.join(folder.path, '.git', 'HEAD'), 'ref: refs/heads/main');
    for (const url of [
      '/',
      '/alerts/some-id',
      '/administration/people/tran.binh',
      '/rules?x=1',
      '/.git/HEAD',
      '/.git/',
    ]) {
      const response = await request(url);
      expect([url, response.statusCode, response.headers['cache-control']]).toEqual([url, 200, 'no-cache']);
      expect(response.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(await textOf(response)).toContain('Vọng Gác');
    }
    const asset = await request('/assets/main-abc.js');
    expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(asset.headers['content-security-policy']).toContain("script-src 'self'");
    expect(await textOf(asset)).toBe('export {};');
    expect(await textOf(await request('/icon.svg'))).toContain('<svg');
    for (const url of [
      '/assets/none.js',
      '/assets/',
      '/assets/..',
      '/none.png',
      '/package.json',
      '/api/v1/none',
      '/assets/../../../etc/passwd',
      '/..%2f..%2fetc/passwd.x',
    ]) {
      const response = await request(url);
      expect(response.statusCode).toBeGreaterThanOrEqual(400);
      expect(JSON.parse(await textOf(response)).code).toMatch(/^(not-found|bad-request|forbidden)$/);
    }
  });

  it('streams what happens, with heartbeats, until the token is revoked', async () => {
    const headers = await bearer(world, 'agency-viewer');
    const response = await request('/api/v1/stream', headers);
    expect(response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    expect(response.headers['x-content-type-options']).toBe('nosniff');
    world.publish({ type: 'alert', alert: alertOf('live-1') });
    expect(await readUntil(response, 'live-1')).toContain('event: alert\ndata: {');
    await readUntil(response, ': \n\n');
    const [row] = await world.registry.db.selectFrom('api_token').select('id').execute();
    await revokeApiToken(world.registry, row?.id ?? '', 'test');
    await textOf(response); // ends
    expect((await request('/api/v1/stream', headers)).statusCode).toBe(401);
  });

  it('cuts off a client of the stream that does not read, and keeps its own memory', async () => {
    const headers = await bearer(world, 'agency-viewer');
    const slow = await request('/api/v1/stream', headers);
    slow.pause();
    const quick = await request('/api/v1/stream', headers);
    const closed = once(slow.socket, 'close');
    slow.socket.on('error', () => undefined);
    let read = 0;
    quick.on('data', (chunk: Buffer) => (read += chunk.length));
    const message = 'x'.repeat(60_000);
    const dropped = (): number => world.emitted.filter(({ event }) => event === 'stream.dropped').length;
    let published = 0;
    while (dropped() === 0 && published < 5_000) {
      world.publish({ type: 'alert', alert: alertOf(`a${published}`, { message }) });
      published += 1;
      // The reader's side of this same process has to have its turn.
      while (read < published * message.length) await once(quick, 'data');
    }
    expect(world.emitted).toEqual([{ event: 'stream.dropped', detail: { reason: 'slow' } }]);
    slow.resume();
    await closed;
    world.publish({ type: 'alert', alert: alertOf('after') });
    await readUntil(quick, 'after');
  });

  it('stops at once although a stream and an idle connection are open', async () => {
    const agent = new https.Agent({ keepAlive: true });
    await textOf(await request('/healthz', {}, agent));
    const stream = await request('/api/v1/stream', await bearer(world, 'agency-viewer'));
    const ended = textOf(stream);
    const before = performance.now();
    await world.close();
    closed = true;
    await ended;
    expect(performance.now() - before).toBeLessThan(3_000);
    agent.destroy();
  });

  it.each([
    ['the hybrid of X25519 and ML-KEM-768, which it has first', undefined, 'X25519MLKEM768'],
    ['X25519', 'X25519', 'X25519'],
    ['P-256', 'P-256', 'prime256v1'],
  ])('agrees on keys by %s', async (_what, ecdhCurve, name) => {
    const wish = ecdhCurve === undefined ? {} : { ecdhCurve };
    const socket = tls.connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...wish });
    await once(socket, 'secureConnect');
    expect(socket.getEphemeralKeyInfo()).toMatchObject({ name });
    socket.destroy();
  });

  it('speaks no TLS below 1.2', async () => {
    const socket = tls.connect({
      host: '127.0.0.1',
      port,
      rejectUnauthorized: false,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      // Without it the client refuses by itself, whatever the server would do.
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    const [error] = (await once(socket, 'error')) as [Error & { code?: string }];
    expect(error.code).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
  });

  it.each([
    ['what it likes', {}, 'TLSv1.3', /^TLS_AES_256_GCM/],
    [
      'the weaker suite first',
      { ciphers: 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384' },
      'TLSv1.3',
      /_256_/,
    ],
    ['1.2 at most', { maxVersion: 'TLSv1.2' }, 'TLSv1.2', /^ECDHE-.*(GCM|CHACHA20)/],
    ['1.2 without forward secrecy', { maxVersion: 'TLSv1.2', ciphers: 'AES256-GCM-SHA384' }, 'refused', /^$/],
    ['1.2 with CBC', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES256-SHA' }, 'refused', /^$/],
    [
      '1.2 with finite fields',
      { maxVersion: 'TLSv1.2', ciphers: 'DHE-RSA-AES256-GCM-SHA384' },
      'refused',
      /^$/,
    ],
  ] as const)('speaks with a client that asks for %s: %j by %s', async (_what, wish, version, suite) => {
    const socket = tls.connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...wish });
    const spoken = await once(socket, 'secureConnect').then(
      () => ({ version: socket.getProtocol(), suite: socket.getCipher().name }),
      () => ({ version: 'refused', suite: '' }),
    );
    socket.destroy();
    expect(spoken).toEqual({ version, suite: expect.stringMatching(suite) });
  });
});
