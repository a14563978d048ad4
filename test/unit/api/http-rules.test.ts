/** What the server does with HTTP itself, whatever the route: over a real connection where the bytes matter. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isStrictHost } from '../../../collector/api/strict-transport.ts';
import { addUser, bearer, buildWorld, signIn, type World } from './api-fixture.ts';

let world: World;
let headers: { authorization: string };
let port: number;

beforeAll(async () => {
  world = await buildWorld({ limits: { loginsPerMinute: 1_000 } });
  headers = await bearer(world, 'administrator');
  await world.app.listen({ host: '127.0.0.1', port: 0 });
  ({ port } = world.app.server.address() as AddressInfo);
});
afterAll(() => world.close());

/** @returns what the server answers to these very bytes, until it ends the connection */
async function raw(lines: readonly string[]): Promise<string> {
  const socket = tls.connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  socket.write(lines.join('\r\n'));
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  socket.on('error', () => undefined); // it was ended
  await once(socket, 'close');
  return text;
}

it.each([
  ['a length and a transfer coding', ['content-length: 5', 'transfer-encoding: chunked']],
  ['two lengths', ['content-length: 5', 'content-length: 6']],
  ['a folded header', ['x-a: 1', ' folded']],
  ['a space before the colon', ['content-length : 5']],
])('a request with %s is none, and what comes after it is not looked at', async (_what, wrong) => {
  const answer = await raw([
    'POST /api/v1/login HTTP/1.1',
    'host: soc.example.vn',
    ...wrong,
    '',
    '0',
    '',
    'GET /api/v1/oidc HTTP/1.1',
    'host: soc.example.vn',
    'connection: close',
    '',
    '',
  ]);
  expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400']);
});

it('TRACE and CONNECT are not there', async () => {
  const asked = (method: string) =>
    raw([`${method} /api/v1/oidc HTTP/1.1`, 'host: soc.example.vn', 'connection: close', '', '']);
  expect(await asked('TRACE')).toMatch(/^HTTP\/1\.1 (400|404|405)/);
  expect(await asked('CONNECT')).not.toMatch(/^HTTP\/1\.1 2/);
});

it('plain HTTP is neither answered nor led elsewhere', async () => {
  const answer = await fetch(`http://127.0.0.1:${port}/`).then(
    ({ status }) => status,
    () => 'no answer',
  );
  expect(answer).toBe('no answer');
});

it('other sites may not read anything', async () => {
  for (const method of ['GET', 'OPTIONS'] as const) {
    const { headers: told } = await world.app.inject({
      method,
      url: '/api/v1/alerts',
      headers: { ...headers, origin: 'https://evil.example', 'access-control-request-method': 'GET' },
    });
    expect(Object.keys(told).filter((name) => name.startsWith('access-control'))).toEqual([]);
  }
});

it('what is not asked for is refused by name: unknown fields, fields said twice, fields of prototypes', async () => {
  await addUser(world, 'admin', 'administrator');
  const admin = await signIn(world, 'admin');
  const made = (payload: string) =>
    world.app.inject({
      method: 'POST',
      url: '/api/v1/users',
      headers: { ...admin, 'content-type': 'application/json' },
      payload,
    });
  const more = await made('{"username": "x", "role": "analyst", "passwordHash": "!"}');
  expect([more.statusCode, more.body]).toEqual([400, expect.stringContaining('passwordHash')]);
  for (const name of ['__proto__', 'constructor'])
    expect(
      (await made(`{"username": "x", "role": "analyst", "${name}": {"prototype": {"a": 1}}}`)).statusCode,
    ).toBe(400);
  const twice = await world.app.inject({ url: '/api/v1/alerts?limit=1&limit=2', headers });
  expect(twice.statusCode).toBe(400);
});

it('what is not permitted is in the log, with who asked for what', async () => {
  await addUser(world, 'viewer', 'agency-viewer');
  const viewer = await signIn(world, 'viewer');
  const answer = await world.app.inject({
    method: 'POST',
    url: '/api/v1/users',
    headers: viewer,
    payload: {},
  });
  expect(answer.statusCode).toBe(403);
  const line = world.log.find((text) => text.includes('user:viewer') && text.includes('not permitted')) ?? '';
  expect(JSON.parse(line)).toMatchObject({ actor: 'user:viewer', method: 'POST', route: '/api/v1/users' });
});

it('browsers are told to stay with HTTPS under real names that an authority vouches for', () => {
  const issued = { authority: 'ab' };
  expect(isStrictHost('soc.example.vn', issued)).toBe(true);
  for (const host of ['localhost', '127.0.0.1', '::1', 'pc-12', '', '.'])
    expect([host, isStrictHost(host, issued)]).toEqual([host, false]);
  expect(isStrictHost('soc.example.vn', { authority: undefined })).toBe(false);
});

it('whatever is answered says how a browser may use it', async () => {
  const strict = await buildWorld({ authority: 'ab' });
  try {
    for (const url of ['/api/v1/me', '/api/v1/nowhere', '/healthz', '/metrics', '/', '/tra-loi/x', '/%00']) {
      const { headers: told } = await strict.app.inject({ url, headers: { host: 'soc.example.vn' } });
      const policy = String(told['content-security-policy']);
      expect([url, told['strict-transport-security']]).toEqual([url, 'max-age=31536000; includeSubDomains']);
      expect([url, told['x-content-type-options'], told['referrer-policy']]).toEqual([
        url,
        'nosniff',
        'no-referrer',
      ]);
      for (const part of ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"])
        expect([url, policy.includes(part)]).toEqual([url, true]);
      expect([url, policy.includes('http'), /unsafe-eval|\*/.test(policy)]).toEqual([url, false, false]);
    }
    const { headers: bare } = await strict.app.inject({ url: '/api/v1/me', headers: { host: '192.0.2.1' } });
    expect(bare['strict-transport-security']).toBeUndefined();
  } finally {
    await strict.close();
  }
});
