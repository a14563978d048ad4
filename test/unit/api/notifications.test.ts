/** Channels by the API: secrets go in and never come out, a test says what the receiver said. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rootAgencyId } from '../../../collector/registry/agencies.ts';
import { bearer, buildWorld, type World } from './api-fixture.ts';

const URL = '/api/v1/notifications/channels';
let world: World;
beforeEach(async () => {
  world = await buildWorld();
});
afterEach(async () => world.app.close());

const channel = async (change: Record<string, unknown> = {}) => ({
  name: 'truc-ban',
  settings: {
    kind: 'email',
    host: 'mail.example.vn',
    from: 'soc@example.vn',
    to: ['truc@example.vn'],
    user: 'soc',
  },
  secrets: { password: 'mat-khau-rat-dai' },
  agencyId: await rootAgencyId(world.registry.db),
  ...change,
});

test('a channel is added, tested, listed and removed, and never tells its secret', async () => {
  const headers = await bearer(world, 'administrator');
  const added = await world.app.inject({ method: 'POST', url: URL, headers, payload: await channel() });
  expect([added.statusCode, added.json()]).toEqual([
    201,
    expect.objectContaining({ name: 'truc-ban', hasSecrets: true, severityMin: 'high', windowMs: 600_000 }),
  ]);
  const { id } = added.json();
  const tested = await world.app.inject({ method: 'POST', url: `${URL}/${id}/test`, headers, payload: {} });
  expect(tested.json()).toEqual({ taken: true, answer: '250 ok', refused: [] });
  const listed = await world.app.inject({ url: URL, headers });
  expect(listed.json().channels).toMatchObject([{ id, settings: { port: 587, security: 'starttls' } }]);
  const again = await world.app.inject({ method: 'POST', url: URL, headers, payload: await channel() });
  expect(again.statusCode).toBe(409);
  for (const said of [added.body, listed.body, again.body, ...world.log]) {
    expect(said).not.toContain('mat-khau-rat-dai');
  }
  const removed = await world.app.inject({ method: 'DELETE', url: `${URL}/${id}`, headers });
  expect(removed.statusCode).toBe(204);
  expect((await world.app.inject({ url: `${URL}/${id}`, headers })).statusCode).toBe(404);
  const messages = await world.app.inject({ url: '/api/v1/notifications/messages?state=dead', headers });
  expect(messages.json()).toEqual({ messages: [] });
});

test.each([
  [{ settings: { kind: 'webhook', url: 'http://example.vn/' } }],
  [{ settings: { kind: 'webhook', url: 'https://a:b@example.vn/' } }],
  [{ settings: { kind: 'webhook', url: 'https://example.vn/', template: '{"a":"{{secrets}}"}' } }],
  [{ settings: { kind: 'email', host: 'mail', from: 'a@b.vn', to: ['a@b.vn\r\nBcc: c@d.vn'] } }],
  [
    {
      settings: {
        kind: 'email',
        host: 'mail',
        from: 'a@b.vn',
        to: ['a@b.vn'],
        user: 'soc',
        security: 'none',
      },
    },
  ],
  [{ settings: { kind: 'syslog', target: 'file:/etc/passwd' } }],
  [{ secrets: { signingKey: 'short' } }],
  [{ secrets: { authorization: 'a\r\nHost: b' } }],
])('%j is refused before anything is written', async (change) => {
  const headers = await bearer(world, 'administrator');
  const answer = await world.app.inject({
    method: 'POST',
    url: URL,
    headers,
    payload: await channel(change),
  });
  expect([answer.statusCode, answer.json().code]).toEqual([400, 'bad-request']);
  expect((await world.app.inject({ url: URL, headers })).json()).toEqual({ channels: [] });
});
