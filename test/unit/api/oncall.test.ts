/** Rosters, escalations and changed channels over the API. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { newChannelSchema } from '../../../collector/api/contract-notify.ts';
import { houseFacts } from '../../../collector/liveness/house-rules.ts';
import { rootAgencyId } from '../../../collector/registry/agencies.ts';
import { raiseHouseAlert } from '../../../collector/registry/house-alerts.ts';
import { createChannel, readSecrets } from '../../../collector/registry/notify-channels.ts';
import { hashSecret } from '../../../collector/registry/secrets.ts';
import { climbLadders, ladderCode } from '../../../collector/registry/oncall/ladders.ts';
import { alertState, bearer, buildWorld, type World } from './api-fixture.ts';

const KEY = Buffer.alloc(32, 1);
let world: World;
let root: number;
let channelId: number;
let headers: { authorization: string };

beforeEach(async () => {
  world = await buildWorld();
  root = await rootAgencyId(world.registry.db);
  headers = await bearer(world, 'soc-lead');
  const settings = { kind: 'webhook', url: 'https://gateway.example.vn/sms' };
  const channel = {
    name: 'sms',
    settings,
    secrets: { authorization: 'Bearer of-the-gateway' },
    agencyId: root,
  };
  const by = { actor: 'test', scope: { kind: 'all' } } as const;
  ({ id: channelId } = await createChannel(world.registry, KEY, newChannelSchema.parse(channel), by));
});
afterEach(() => world.close());

const ask = (
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  payload?: object,
  more = {},
) =>
  world.app.inject({
    method,
    url: `/api/v1/notifications${path}`,
    headers: { ...headers, ...more },
    ...(payload === undefined ? {} : { payload }),
  });

const PEOPLE = [{ name: 'Lan', phone: '+84 912 345 678' }];
const roster = (change = {}) => ({
  name: 'night',
  agencyId: root,
  settings: { layers: [{ startOn: '2026-01-05', people: PEOPLE }] },
  ...change,
});

it('a roster is made, asked who is on duty, changed at the version that was read, and kept while it is used', async () => {
  const made = await ask('POST', '/rosters', roster());
  expect([made.statusCode, made.headers['etag']]).toEqual([201, '"1"']);
  const { id: rosterId } = made.json<{ id: number }>();
  const duty = await ask('GET', `/rosters/${rosterId}/on-duty?at=2026-01-05T12:00:00Z`);
  expect(duty.json()).toMatchObject({ person: { name: 'Lan' } });
  expect((await ask('GET', `/rosters/${rosterId}/on-duty?at=2025-01-05T12:00:00Z`)).json().person).toBeNull();
  const renamed = await ask('PUT', `/rosters/${rosterId}`, roster({ name: 'nights' }), { 'if-match': '"1"' });
  expect(renamed.json()).toMatchObject({ name: 'nights', version: 2 });
  expect((await ask('PUT', `/rosters/${rosterId}`, roster(), { 'if-match': '"1"' })).statusCode).toBe(412);
  const settings = { steps: [{ afterMinutes: 0, channelId, rosterId }] };
  const ladder = await ask('POST', '/escalations', { name: 'ladder', agencyId: root, settings });
  expect(ladder.statusCode).toBe(201);
  expect((await ask('DELETE', `/rosters/${rosterId}`)).statusCode).toBe(409);
  expect((await ask('DELETE', `/escalations/${ladder.json<{ id: number }>().id}`)).statusCode).toBe(204);
  expect((await ask('DELETE', `/rosters/${rosterId}`)).statusCode).toBe(204);
});

it('what is wrong names the field, and a step leads to a channel and roster that are there', async () => {
  const wrong = await ask(
    'POST',
    '/rosters',
    roster({ settings: { layers: [{ startOn: '2026-01-05', people: [] }] } }),
  );
  expect([wrong.statusCode, wrong.json().field]).toEqual([400, 'settings.layers.0.people']);
  for (const step of [{ channelId: 99 }, { channelId, rosterId: 99 }]) {
    const settings = { steps: [{ afterMinutes: 0, ...step }] };
    expect((await ask('POST', '/escalations', { name: 'x', agencyId: root, settings })).statusCode).toBe(404);
  }
});

it('the code of a message takes its alerts on, without signing in, and a wrong one nothing', async () => {
  const { registry, clock } = world;
  const settings = {
    steps: [
      { afterMinutes: 0, channelId },
      { afterMinutes: 5, channelId },
    ],
  };
  await ask('POST', '/escalations', { name: 'ladder', agencyId: root, settings });
  const id = await registry.db.transaction().execute((trx) =>
    raiseHouseAlert(
      trx,
      {
        rule: houseFacts('vonggac:audit-head-unsent', 'high', { en: 'x', vi: 'x' }),
        entity: { finding: '1' },
        finding: '1',
        agencyId: root,
        agentId: null,
        hostname: null,
        message: 'm',
        matched: {},
        timeMs: clock.ms,
      },
      clock.ms,
    ),
  );
  await climbLadders(registry.db, KEY, clock.ms);
  const { ladderId } = await registry.db
    .selectFrom('notify_message')
    .select('ladder_id as ladderId')
    .executeTakeFirstOrThrow();
  const acknowledge = (code: string) =>
    world.app.inject({ method: 'POST', url: '/api/v1/notifications/acknowledge', payload: { code } });
  expect((await acknowledge('0123456789abcdef')).statusCode).toBe(404);
  expect((await acknowledge(ladderCode(KEY, ladderId ?? '', null))).json()).toEqual({ alerts: 1 });
  expect([await alertState(world, id ?? ''), world.changed]).toEqual(['acknowledged', [id]]);
  clock.ms += 6 * 60_000;
  await climbLadders(registry.db, KEY, clock.ms);
  const messages = await registry.db.selectFrom('notify_message').select('id').execute();
  expect(messages).toHaveLength(1);
});

it('a code has 128 bits, and a notice that is under way keeps the shorter one that people were sent', () => {
  const code = ladderCode(KEY, 'one', null);
  expect(code).toMatch(/^[0-9a-f]{32}$/);
  expect(ladderCode(KEY, 'one', hashSecret(code))).toBe(code);
  expect(ladderCode(KEY, 'one', hashSecret(code.slice(0, 16)))).toBe(code.slice(0, 16));
  expect(ladderCode(KEY, 'two', hashSecret(code.slice(0, 16)))).toHaveLength(32);
});

it('a channel is changed at its version, and a new address does not inherit the secrets of the old', async () => {
  const quiet = { window: { from: '22:00', to: '06:00' } };
  const changed = await ask('PATCH', `/channels/${channelId}`, { routing: { hours: 'off-hours', quiet } });
  expect(changed.json()).toMatchObject({
    version: 2,
    hasSecrets: true,
    routing: { hours: 'off-hours', quiet: { severityMin: 'critical' } },
  });
  const old = await ask('PATCH', `/channels/${channelId}`, { enabled: false }, { 'if-match': '"1"' });
  expect(old.statusCode).toBe(412);
  expect(await readSecrets(world.registry.db, channelId, KEY)).toMatchObject({
    authorization: expect.any(String),
  });
  const settings = { kind: 'webhook', url: 'https://elsewhere.example/' };
  const moved = await ask(
    'PATCH',
    `/channels/${channelId}`,
    { settings },
    { 'if-match': changed.headers['etag'] },
  );
  expect(moved.json()).toMatchObject({ hasSecrets: false, version: 3 });
});
