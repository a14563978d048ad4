/** One command for many hosts: servers stay out, two people let it go, each host has its own, and taking it back releases all. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { setAssetRole } from '../../../collector/registry/asset-roles.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { createJoinToken } from '../../../collector/registry/join-tokens.ts';
import { enrolRequest } from '../registry/registry-fixture.ts';
import { addUser, bearer, buildWorld, signIn, type World } from './api-fixture.ts';

let world: World;
let an: Record<string, string>;
let binh: Record<string, string>;
let ids: string[];

beforeEach(async () => {
  world = await buildWorld();
  const by = { actor: 'user:an', scope: { kind: 'all' as const } };
  ids = [];
  for (const name of ['pc-1', 'pc-2', 'srv-1']) {
    const request = enrolRequest(await createJoinToken(world.registry, {}, 'cli:root'));
    const outcome = await enrolAgent(
      world.registry,
      { ...request, machineId: name, host: { ...request.host, hostname: name } },
      '10.1.2.3',
    );
    if (!outcome.ok) throw new Error(outcome.fault);
    ids.push(outcome.agentId);
    if (name.startsWith('pc')) await setAssetRole(world.registry, outcome.agentId, 'workstation', by);
  }
  await addUser(world, 'an', 'analyst');
  await addUser(world, 'binh', 'soc-lead');
  an = await signIn(world, 'an');
  binh = await signIn(world, 'binh');
});
afterEach(() => world.close());

const post = (url: string, payload: object, headers: Record<string, string>) =>
  world.app.inject({ method: 'POST', url: `/api/v1${url}`, headers, payload });
const isolate = (change: object = {}) => ({
  agentIds: ids,
  command: { action: 'isolate', durationMs: 3_600_000 },
  reason: 'worm',
  ...change,
});
const commands = async (jobId: string) =>
  (await world.app.inject({ url: `/api/v1/responses?jobId=${jobId}`, headers: an })).json().responses as {
    hostname: string;
    state: string;
    decidedBy: string | null;
  }[];

test('a job of two people commands each workstation once, and is taken back as one', async () => {
  world.online.add(ids[0] ?? '');
  const preview = (await post('/responses/bulk/preview', isolate(), an)).json();
  expect(preview).toMatchObject({ total: 3, changes: 2, skipped: { server: 1 }, needsApproval: ['isolate'] });
  expect(
    preview.sample
      .map((one: { hostname: string; online: boolean; flag: string | null }) => [
        one.hostname,
        one.online,
        one.flag,
      ])
      .toSorted(),
  ).toEqual([
    ['pc-1', true, null],
    ['pc-2', false, null],
    ['srv-1', false, 'server'],
  ]);
  const job = (await post('/responses/bulk', isolate(), an)).json();
  expect([job.state, await commands(job.id)]).toEqual(['waiting', []]);
  expect((await post(`/jobs/${job.id}/approve`, {}, an)).statusCode).toBe(403);
  expect((await post(`/jobs/${job.id}/approve`, {}, binh)).statusCode).toBe(200);
  await world.jobs.settled();
  const done = await commands(job.id);
  const told = done.map(({ hostname, state, decidedBy }) => [hostname, state, decidedBy]);
  expect(told.toSorted((a, b) => String(a).localeCompare(String(b)))).toEqual([
    ['pc-1', 'approved', 'user:binh'],
    ['pc-2', 'approved', 'user:binh'],
  ]);
  const undo = await post(`/jobs/${job.id}/undo`, { reason: 'wrong' }, an);
  expect(undo.statusCode).toBe(201);
  await world.jobs.settled();
  expect(await commands(undo.json().id)).toMatchObject([
    { command: { action: 'release' } },
    { command: { action: 'release' } },
  ]);
});

test('servers are commanded only when that is asked, by two people; machines never ask', async () => {
  const servers = isolate({ includeServers: true, command: { action: 'collect-bundle' } });
  expect((await post('/responses/bulk/preview', servers, an)).json()).toMatchObject({
    changes: 3,
    needsApproval: ['servers'],
  });
  const harmless = (
    await post('/responses/bulk', isolate({ command: { action: 'collect-bundle' } }), an)
  ).json();
  await world.jobs.settled();
  expect(await commands(harmless.id)).toHaveLength(2);
  expect((await post('/responses/bulk', isolate(), await bearer(world, 'administrator'))).statusCode).toBe(
    403,
  );
});

test.each([
  [{ agentIds: undefined }, 'agentIds'],
  [{ agentIds: ["' or 1=1 --"] }, 'agentIds.0'],

  [{ command: { action: 'isolate', durationMs: 1 } }, 'command.durationMs'],
  [{ command: { action: 'restore-file', quarantineId: '6a2f41a3-0000-4000-8000-000000000000' } }, 'command'],
  [{ reason: '' }, 'reason'],
  [{ surprise: 1 }, 'surprise'],
])('%j is refused', async (change, field) => {
  const refused = await post('/responses/bulk', isolate(change), an);
  expect([refused.statusCode, refused.json().field]).toEqual([400, field]);
  expect((await world.app.inject({ url: '/api/v1/jobs', headers: an })).json().jobs).toEqual([]);
});
