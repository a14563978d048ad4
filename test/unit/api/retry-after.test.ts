import fastify from 'fastify';
import { expect, test } from 'vitest';
import { ApiError, type ApiErrorCode } from '../../../collector/api/errors.ts';
import { sendProblem } from '../../../collector/api/problem.ts';

test.each<[ApiErrorCode, string | undefined]>([
  ['too-many-requests', '2'],
  ['storage-unavailable', '2'],
  ['provider-away', '2'],
  ['not-found', undefined],
  ['server-error', undefined],
])('%s says when to ask again: %s', async (code, seconds) => {
  const app = fastify();
  app.get('/', (_request, reply) => sendProblem(reply, new ApiError(code), 'r'));
  const answer = await app.inject('/');
  expect(answer.headers['retry-after']).toBe(seconds);
});

test('a route that knows better is not overruled', async () => {
  const app = fastify();
  app.get('/', (_request, reply) =>
    sendProblem(reply.header('retry-after', '17'), new ApiError('too-many-requests'), 'r'),
  );
  expect((await app.inject('/')).headers['retry-after']).toBe('17');
});
