/** One state for many rules over the API: looked at, let by a second person, taken back; and what is refused by field. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createAgency } from '../../../collector/registry/agencies.ts';
import { syncPack } from '../../../collector/registry/rules/sync-pack.ts';
import { readDocument } from '../../../collector/content/rule-document.ts';
import { readRule } from '../../../collector/registry/rules/rule-rows.ts';
import { addUser, bearer, buildWorld, signIn, type World } from './api-fixture.ts';

const ID = '11111111-1111-4111-8111-111111111111';
const TEXT = `title: Odd program
id: ${ID}
level: high
logsource: { product: windows, category: process_creation }
detection:
  selection: { Image: odd.exe }
  condition: selection
`;

let world: World;
beforeEach(async () => {
  world = await buildWorld();
  const read = readDocument({ text: TEXT, place: 'windows/odd.yml', line: 1 });
  if ('errors' in read) throw new Error(read.errors[0]?.message);
  await syncPack(world.registry, [{ origin: 'shipped', documents: [read] }]);
});
afterEach(() => world.close());

const post = (url: string, headers: Record<string, string>, payload: Record<string, unknown>) =>
  world.app.inject({ method: 'POST', url: `/api/v1${url}`, headers, payload });
const state = async (): Promise<string> => (await readRule(world.registry.db, ID)).state;

it('looks first, waits for another person, and is taken back', async () => {
  await addUser(world, 'an', 'administrator');
  await addUser(world, 'binh', 'administrator');
  const [an, binh] = [await signIn(world, 'an'), await signIn(world, 'binh')];
  const body = { filter: { folder: 'windows', level: ['high'] }, state: 'off', why: 'too noisy' };
  expect((await post('/rules/bulk/preview', an, body)).json()).toMatchObject({
    total: 1,
    changes: 1,
    needsApproval: ['high-or-critical'],
    sample: [{ id: ID, from: 'on', to: 'off' }],
  });
  expect(await state()).toBe('on');
  const asked = await post('/rules/bulk', an, body);
  expect([asked.statusCode, asked.json().state]).toEqual([201, 'waiting']);
  const { id } = asked.json();
  expect((await post(`/jobs/${id}/approve`, an, {})).statusCode).toBe(403);
  await post(`/jobs/${id}/approve`, binh, {});
  await world.jobs.settled();
  expect(await state()).toBe('off');
  expect((await post(`/jobs/${id}/undo`, an, {})).statusCode).toBe(201);
  await world.jobs.settled();
  expect(await state()).toBe('on');
});

it.each([
  [{ state: 'off', why: 'x' }, 'filter'],
  [{ filter: {}, ids: [ID], state: 'off', why: 'x' }, 'filter'],
  [{ filter: {}, state: 'away', why: 'x' }, 'state'],
  [{ filter: {}, state: 'off', why: ' ' }, 'why'],
  [{ filter: { level: ['worst'] }, state: 'off', why: 'x' }, 'filter.level.0'],
  [{ filter: { folder: '' }, state: 'off', why: 'x' }, 'filter.folder'],
  [{ filter: { "x' or 1=1": 1 }, state: 'off', why: 'x' }, "filter.x' or 1=1"],
])('refuses %j, naming the field', async (body, field) => {
  const response = await post('/rules/bulk', await bearer(world, 'administrator'), body);
  expect([response.statusCode, response.json().field]).toEqual([400, field]);
  expect(await state()).toBe('on');
});

it('is not for whoever sees a part of the tree, or may only read', async () => {
  const { id } = await createAgency(world.registry, { name: 'Sở Y tế', kind: 'department' }, 'test');
  const body = { filter: {}, state: 'off', why: 'x' };
  for (const who of [await bearer(world, 'soc-lead', id), await bearer(world, 'auditor')])
    for (const url of ['/rules/bulk', '/rules/bulk/preview'])
      expect((await post(url, who, body)).statusCode).toBe(403);
  expect(await state()).toBe('on');
});

it('counts rules by what they are, each facet by what the others leave', async () => {
  const an = await bearer(world, 'analyst');
  const facets = async (query: string) =>
    (await world.app.inject({ url: `/api/v1/rules/facets?${query}`, headers: an })).json();
  expect(await facets('')).toMatchObject({ total: 1, state: { on: 1 }, level: { high: 1 } });
  expect(await facets('state=off')).toMatchObject({ total: 0, state: { on: 1 }, level: {} });
  expect(await facets('product=windows&text=odd')).toMatchObject({ total: 1, product: { windows: 1 } });
});
