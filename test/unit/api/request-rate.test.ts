/** Requests in a minute: of one person or token on all connections together, and of those whom nobody knows. */
import { afterEach, expect, it } from 'vitest';
import { bearer, buildWorld, type World } from './api-fixture.ts';

let world: World;
afterEach(() => world.close());

it('are limited per token, whatever address it comes from; others go on', async () => {
  world = await buildWorld({ limits: { requestsPerMinute: 3, refusedPerMinute: 3 } });
  const busy = await bearer(world, 'analyst');
  const other = await bearer(world, 'analyst');
  const ask = (headers: Record<string, string>, remoteAddress: string) =>
    world.app.inject({ url: '/api/v1/alerts', headers, remoteAddress });
  for (const at of [1, 2, 3]) expect((await ask(busy, `10.0.0.${at}`)).statusCode).toBe(200);
  const refused = await ask(busy, '10.0.0.4');
  expect([refused.statusCode, refused.json().code]).toEqual([429, 'too-many-requests']);
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect((await ask(other, '10.0.0.1')).statusCode).toBe(200);
});

it('without a credential that holds are limited per address, and who is known goes on from there', async () => {
  world = await buildWorld({ limits: { requestsPerMinute: 100, refusedPerMinute: 3 } });
  const known = await bearer(world, 'analyst');
  const guess = (at: number) =>
    world.app.inject({ url: '/api/v1/alerts', headers: { authorization: `Bearer guess-${at}` } });
  const answers: number[] = [];
  for (const at of [1, 2, 3, 4, 5]) answers.push((await guess(at)).statusCode);
  expect(answers).toEqual([401, 401, 401, 429, 429]);
  expect((await world.app.inject({ url: '/api/v1/alerts', headers: known })).statusCode).toBe(200);
});
