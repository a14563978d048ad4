/** Kept filters of alerts over the API: whose they are is told to who sees no personal data, too. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addUser, bearer, buildWorld, signIn, type World } from './api-fixture.ts';

let world: World;
beforeAll(async () => {
  world = await buildWorld();
  await addUser(world, 'xem', 'agency-viewer');
  await addUser(world, 'an', 'analyst');
});
afterAll(() => world.close());

const ask = async (who: string, method: 'GET' | 'POST', body?: object) =>
  world.app.inject({
    method,
    url: '/api/v1/alert-views',
    headers: await signIn(world, who),
    ...(body === undefined ? {} : { payload: body }),
  });

test('are one’s own, and one sees that they are', async () => {
  const kept = await ask('xem', 'POST', { name: 'Ca trực', filter: { state: 'open', severity: 'high' } });
  expect(kept.statusCode).toBe(201);
  expect(kept.json()).toMatchObject({ own: true, createdBy: 'xem', shared: false, version: 1 });
  await ask('an', 'POST', { name: 'Của tổ', filter: { text: 'ssh' }, shared: true });
  const { views } = (await ask('xem', 'GET')).json<{ views: object[] }>();
  expect(views).toMatchObject([
    { name: 'Ca trực', own: true },
    { name: 'Của tổ', own: false, createdBy: 'an' },
  ]);
});

test('are what a list of alerts takes, and shared by who may change alerts', async () => {
  for (const filter of [{ severity: 'awful' }, { nonsense: 'x' }, { agencyId: 'one' }]) {
    const refused = await ask('an', 'POST', { name: 'x', filter });
    expect([refused.statusCode, refused.json().code]).toEqual([400, 'bad-request']);
  }
  const refused = await ask('xem', 'POST', { name: 'x', filter: {}, shared: true });
  expect([refused.statusCode, refused.json().code]).toEqual([403, 'forbidden']);
});

test('about a person by name are hidden from who reads no personal data, and never kept as what stands in its place', async () => {
  await ask('an', 'POST', { name: 'Về một người', filter: { user: 'nguyen.an' }, shared: true });
  const { views } = (await ask('xem', 'GET')).json<{ views: { name: string; filter: object }[] }>();
  expect(views.find(({ name }) => name === 'Về một người')?.filter).toEqual({ user: '[user]' });
  const refused = await ask('xem', 'POST', { name: 'x', filter: { user: '[user]' } });
  expect([refused.statusCode, refused.json().field]).toEqual([400, 'filter.user']);
});

test('are for people', async () => {
  const refused = await world.app.inject({
    url: '/api/v1/alert-views',
    headers: await bearer(world, 'analyst'),
  });
  expect(refused.statusCode).toBe(403);
});
