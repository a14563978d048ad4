/** A watch outside hears the collector while it is well, and nothing else. */
import { once } from 'node:events';
import http from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Heartbeat } from '../../../collector/notify/heartbeat.ts';

let server: http.Server;
let calls: string[];
let status: number;
let isWell: boolean;
let told: (string | undefined)[];
let heart: Heartbeat;

beforeEach(async () => {
  [calls, status, isWell, told] = [[], 200, true, []];
  server = http.createServer((request, reply) => {
    calls.push(`${request.method ?? ''} ${request.url ?? ''}`);
    reply.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end('ok');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  heart = new Heartbeat({
    url: `http://127.0.0.1:${port}/ping/1`,
    everyMs: 60_000,
    timeoutMs: 5_000,
    isWell: async () => isWell,
    onChange: (problem) => told.push(problem),
  });
});
afterEach(async () => {
  await heart.stop();
  server.closeAllConnections();
  server.close();
});

describe('the heartbeat', () => {
  it('is heard at once, and tells nobody here while all is well', async () => {
    heart.start();
    await heart.beat();
    await heart.beat();
    expect(calls).toEqual(['GET /ping/1', 'GET /ping/1']);
    expect(told).toEqual([]);
  });

  it('is silent while the collector cannot do its work', async () => {
    isWell = false;
    await heart.beat();
    await heart.beat();
    isWell = true;
    await heart.beat();
    expect(calls).toEqual(['GET /ping/1']);
    expect(told).toEqual([expect.stringContaining('not ready'), undefined]);
  });

  it('says why it is not heard, once, and follows nobody elsewhere', async () => {
    status = 302;
    await heart.beat();
    status = 404;
    await heart.beat();
    await heart.beat();
    expect(calls).toEqual(['GET /ping/1', 'GET /ping/1', 'GET /ping/1']);
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
    await heart.beat();
    expect(told).toEqual([
      'the watch answers 302',
      'the watch answers 404',
      expect.stringContaining('ECONNREFUSED'),
    ]);
  });
});
