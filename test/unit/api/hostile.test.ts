import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, buildWorld, type World } from './api-fixture.ts';

let world: World;
let headers: { authorization: string };

beforeAll(async () => {
  world = await buildWorld({
    limits: {
      loginsPerMinute: 100_000,
      enrolmentsPerMinute: 100_000,
      refusedPerMinute: 100_000,
      requestsPerMinute: 100_000,
    },
  });
  headers = await bearer(world, 'administrator');
});
afterAll(() => world.close());

const PATHS = [
  '/api/v1/login',
  '/api/v1/password',
  '/api/v1/alerts',
  '/api/v1/alerts/x',
  '/api/v1/events',
  '/api/v1/events/x',
  '/api/v1/agents',
  '/agent/v1/enrol',
  '/api/nowhere',
];
const METHODS = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS'] as const;
const NAMES = ['limit', 'after', 'from', 'to', 'text', 'state', 'agentId', '__proto__', 'constructor', 'x[]'];

const query = fc.array(fc.tuple(fc.constantFrom(...NAMES), fc.string({ unit: 'binary', maxLength: 40 })), {
  maxLength: 4,
});
const body = fc.oneof(
  fc.json({ maxDepth: 4 }),
  fc.string({ maxLength: 100 }),
  fc.record({ username: fc.anything(), password: fc.anything() }).map((value) => {
    try {
      return JSON.stringify(value) ?? '';
    } catch {
      return ''; // what JSON cannot say cannot be sent
    }
  }),
);

describe('whatever is sent', () => {
  it('is answered by a coded error or an honest answer, never by a fault of ours', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...METHODS),
        fc.constantFrom(...PATHS),
        query,
        body,
        fc.constantFrom('application/json', 'text/plain', 'application/json; charset=utf-16', 'x/y', ''),
        async (method, path, parameters, payload, contentType) => {
          const search = parameters
            .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value.toWellFormed())}`)
            .join('&');
          const response = await world.app.inject({
            method,
            url: search === '' ? path : `${path}?${search}`,
            headers: { ...headers, 'content-type': contentType },
            ...(method === 'GET' || method === 'OPTIONS' ? {} : { payload }),
          });
          expect(response.statusCode).toBeLessThan(500);
          if (response.statusCode < 400) return;
          // Enrolment speaks the agents' protocol, everything else RFC 9457.
          const answer = response.json();
          const { code, message } = answer.error ?? { code: answer.code, message: answer.detail };
          expect([typeof code, typeof message]).toEqual(['string', 'string']);
        },
      ),
      { numRuns: 400 },
    );
  });

  it.each([
    '/api/v1/alerts/..%2f..%2fetc',
    '//api/v1/alerts',
    '/api/v1/alerts?after=%00',
    '/%00',
    '/api/v1/\\..\\x',
  ])('as the path %j does no harm', async (url) => {
    const response = await world.app.inject({ url, headers });
    expect([200, 400, 404, 503]).toContain(response.statusCode);
  });

  it('in the way of headers cannot split a response', async () => {
    const response = await world.app.inject({
      url: '/api/v1/alerts/x%0d%0aset-cookie:%20a=b',
      headers: { ...headers, 'x-request-id': 'x\u0001y' },
    });
    expect(response.headers['set-cookie']).toBeUndefined();
    expect(response.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});
