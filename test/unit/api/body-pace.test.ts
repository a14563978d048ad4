/** Bodies over a real connection: in time, or at a pace where the route takes large ones; slower or endless ones end it. */
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dataFolder } from '../../../collector/registry/data-folder.ts';
import { addUser, buildWorld, signIn, type World } from './api-fixture.ts';

const LIMITS = { bodyMsMax: 250, pacedBytesPerSecondMin: 20_000, paceMs: 150 };
const EVERY_MS = 15;

let world: World;
let port: number;
let an: Record<string, string>;
let number: string;

beforeAll(async () => {
  world = await buildWorld({ limits: { loginsPerMinute: 1_000, ...LIMITS } });
  await addUser(world, 'an', 'analyst');
  an = await signIn(world, 'an');
  const made = await world.app.inject({
    method: 'POST',
    url: '/api/v1/cases',
    headers: an,
    payload: { title: 'Vụ', severity: 'high', class: 'malware' },
  });
  ({ number } = made.json());
  await world.app.listen({ host: '127.0.0.1', port: 0 });
  ({ port } = world.app.server.address() as AddressInfo);
});
afterAll(() => world.close());

const uploadOf = (name: string): string => `/api/v1/cases/${number}/attachments?name=${name}`;

interface Sending {
  url: string;
  headers?: Record<string, string>;
  /** Bytes of each piece, one after the other, {@link EVERY_MS} apart; then nothing more. */
  pieces: readonly number[];
  ends: boolean;
}

/** @returns the status, and how long it took; 0: the connection ended without one */
async function send({
  url,
  headers = an,
  pieces,
  ends,
}: Sending): Promise<{ status: number; tookMs: number }> {
  const beganMs = performance.now();
  const call = https.request({
    host: '127.0.0.1',
    port,
    path: url,
    method: 'POST',
    rejectUnauthorized: false,
    agent: false,
    headers: { 'content-type': 'application/octet-stream', 'transfer-encoding': 'chunked', ...headers },
  });
  let status = 0;
  call.on('response', (response) => {
    status = response.statusCode ?? 0;
    response.resume();
  });
  call.on('error', () => undefined); // the server ended the connection
  const left = [...pieces];
  const timer = setInterval(() => {
    const bytes = left.shift();
    if (bytes !== undefined) call.write(Buffer.alloc(bytes, 1));
    else if (ends) {
      clearInterval(timer);
      call.end();
    }
  }, EVERY_MS);
  await once(call, 'close');
  clearInterval(timer);
  return { status, tookMs: performance.now() - beganMs };
}

const filesOf = (): string[] =>
  readdirSync(dataFolder(world.dataDir).attachments, { recursive: true, encoding: 'utf8' }).filter(
    (name) => path.basename(name).length === 32,
  );

it('takes a file as long as it goes on, though it takes longer than other bodies may', async () => {
  const { status, tookMs } = await send({
    url: uploadOf('slow.bin'),
    pieces: Array.from({ length: 40 }, () => 1_000),
    ends: true,
  });
  expect(status).toBe(201);
  expect(tookMs).toBeGreaterThan(2 * LIMITS.bodyMsMax);
});

it.each([
  ['stops', [1_000, 1_000], 408],
  ['trickles', Array.from({ length: 400 }, () => 10), 408],
])('ends an upload that %s, and keeps nothing of it', async (_how, pieces, status) => {
  const before = filesOf();
  expect((await send({ url: uploadOf('cut.bin'), pieces, ends: false })).status).toBe(status);
  await expect.poll(filesOf).toEqual(before);
});

it('holds all other bodies to a time', async () => {
  const headers = { ...an, 'content-type': 'application/json' };
  const trickle = {
    url: '/api/v1/cases',
    headers,
    pieces: Array.from({ length: 400 }, () => 1),
    ends: false,
  };
  expect((await send(trickle)).status).toBe(408);
});

it('ends a connection on which a body goes on after the answer', async () => {
  const endless = Array.from({ length: 1_000 }, () => 4_000);
  const { status, tookMs } = await send({ url: uploadOf('x'), headers: {}, pieces: endless, ends: false });
  expect(status).toBe(401);
  expect(tookMs).toBeLessThan(endless.length * EVERY_MS);
});

it('lets one person send a few files at once, and refuses more', async () => {
  const slow = { url: uploadOf('n.bin'), pieces: Array.from({ length: 20 }, () => 1_000), ends: true };
  const statuses = (await Promise.all(Array.from({ length: 6 }, () => send(slow)))).map(
    ({ status }) => status,
  );
  expect(statuses.toSorted((a, b) => a - b)).toEqual([201, 201, 201, 201, 429, 429]);
});
