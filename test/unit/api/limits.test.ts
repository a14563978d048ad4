/** Quotas, bandwidth caps and agent groups over the API: who may see and change which, and what two people at once do to them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAgency, ensureAgentGroup } from '../../../collector/registry/agencies.ts';
import { listAudit } from '../../../collector/registry/audit.ts';
import { bearer, buildWorld, type World } from './api-fixture.ts';

let world: World;
let headers: { authorization: string };
/** An administrator of this agency only. */
let local: { authorization: string };
let mine: number;
let other: number;

beforeEach(async () => {
  world = await buildWorld();
  const { registry } = world;
  headers = await bearer(world, 'administrator');
  ({ id: mine } = await createAgency(registry, { name: 'Sở Y tế', kind: 'department' }, 'test'));
  ({ id: other } = await createAgency(registry, { name: 'Sở Xây dựng', kind: 'department' }, 'test'));
  local = await bearer(world, 'administrator', mine);
  await ensureAgentGroup(registry.db, 'servers', 0);
});
afterEach(() => world.close());

const ask = (
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  payload?: object,
  as: Record<string, string> = headers,
) =>
  world.app.inject({
    method,
    url: `/api/v1${url}`,
    headers: as,
    ...(payload === undefined ? {} : { payload }),
  });

const audited = async (): Promise<string[]> =>
  (await listAudit(world.registry, { limit: 20 }))
    .map(({ action, target }) => `${action} ${target}`)
    .filter((line) => line.startsWith('quota') || line.startsWith('bandwidth'));

const CAP = { fromHour: 7, toHour: 18, timeZone: 'Asia/Ho_Chi_Minh', bytesPerSecond: 32_000 };

describe('quotas', () => {
  it('are set, listed, changed and taken away, each on record and in force at once', async () => {
    const made = await ask('POST', '/quotas', { group: 'servers', perAgent: true, eventsPerSecond: 200 });
    expect(made.statusCode).toBe(201);
    const quota = made.json();
    expect(quota).toEqual({
      id: expect.any(Number),
      agencyId: null,
      group: 'servers',
      perAgent: true,
      eventsPerSecond: 200,
      bytesPerDay: null,
      slowing: 0,
      version: expect.any(Number),
    });
    const changed = await ask('PUT', `/quotas/${quota.id}`, { bytesPerDay: 5_000_000 });
    expect(changed.json()).toEqual({
      ...quota,
      eventsPerSecond: null,
      bytesPerDay: 5_000_000,
      version: expect.any(Number),
    });
    expect((await ask('GET', '/quotas')).json()).toEqual({ quotas: [changed.json()] });
    expect((await ask('DELETE', `/quotas/${quota.id}`)).statusCode).toBe(204);
    expect((await ask('DELETE', `/quotas/${quota.id}`)).statusCode).toBe(404);
    expect((await ask('GET', '/quotas')).json()).toEqual({ quotas: [] });
    expect(world.reloads).toBe(3);
    expect(await audited()).toEqual([
      `quota.clear quota:${quota.id}`,
      `quota.change quota:${quota.id}`,
      `quota.set quota:${quota.id}`,
    ]);
  });

  it('stay inside the part of the tree of whoever sets them; those of everybody are seen and not touched', async () => {
    const wanted = { perAgent: false, eventsPerSecond: 10 };
    const all = (await ask('POST', '/quotas', wanted)).json();
    const theirs = (await ask('POST', '/quotas', { ...wanted, agencyId: other })).json();
    const own = (await ask('POST', '/quotas', { ...wanted, agencyId: mine }, local)).json();
    const seen = (await ask('GET', '/quotas', undefined, local)).json().quotas;
    expect(seen.map(({ id }: { id: number }) => id)).toEqual([all.id, own.id]);
    const status = async (...request: Parameters<typeof ask>): Promise<number> =>
      (await ask(...request)).statusCode;
    expect(await status('POST', '/quotas', wanted, local)).toBe(403);
    expect(await status('POST', '/quotas', { ...wanted, agencyId: other }, local)).toBe(404);
    expect(await status('PUT', `/quotas/${all.id}`, { eventsPerSecond: 1 }, local)).toBe(403);
    expect(await status('DELETE', `/quotas/${all.id}`, undefined, local)).toBe(403);
    expect(await status('PUT', `/quotas/${theirs.id}`, { eventsPerSecond: 1 }, local)).toBe(404);
    expect(await status('DELETE', `/quotas/${theirs.id}`, undefined, local)).toBe(404);
    expect(await status('PUT', `/quotas/${own.id}`, { eventsPerSecond: 1 }, local)).toBe(200);
  });

  it.each([
    ['without a figure', { perAgent: false }, 400],
    ['with a figure of nothing', { perAgent: false, eventsPerSecond: 0 }, 400],
    ['for a group that is not there', { perAgent: false, group: 'x', eventsPerSecond: 1 }, 404],
    ['for an agency that is not there', { perAgent: false, agencyId: 999, eventsPerSecond: 1 }, 404],
  ])('%s are refused', async (_, wanted, status) => {
    expect((await ask('POST', '/quotas', wanted)).statusCode).toBe(status);
    expect(world.reloads).toBe(0);
  });
});

describe('bandwidth caps', () => {
  it('are set, listed, changed and taken away, each on record and in force at once', async () => {
    const made = await ask('POST', '/bandwidth-caps', { agencyId: mine, prefix: null, ...CAP }, local);
    expect(made.statusCode).toBe(201);
    const cap = made.json();
    const night = { ...CAP, fromHour: 18, toHour: 7, bytesPerSecond: 64_000 };
    const changed = await ask('PUT', `/bandwidth-caps/${cap.id}`, night, local);
    expect(changed.json()).toEqual({ ...cap, ...night, version: expect.any(Number) });
    expect((await ask('GET', '/bandwidth-caps')).json()).toEqual({ caps: [changed.json()] });
    expect((await ask('DELETE', `/bandwidth-caps/${cap.id}`, undefined, local)).statusCode).toBe(204);
    expect(world.reloads).toBe(3);
    expect(await audited()).toEqual([
      `bandwidth.clear bandwidth:${cap.id}`,
      `bandwidth.change bandwidth:${cap.id}`,
      `bandwidth.set bandwidth:${cap.id}`,
    ]);
  });

  it('changed to the hours of another one of the site take its place', async () => {
    const site = { agencyId: null, prefix: '10.20.0.0/16' };
    await ask('POST', '/bandwidth-caps', { ...site, ...CAP });
    const night = (await ask('POST', '/bandwidth-caps', { ...site, ...CAP, fromHour: 18, toHour: 7 })).json();
    await ask('PUT', `/bandwidth-caps/${night.id}`, CAP);
    expect((await ask('GET', '/bandwidth-caps')).json()).toEqual({
      caps: [{ id: night.id, ...site, ...CAP, version: expect.any(Number) }],
    });
  });

  it('of an address are for whoever sees everything', async () => {
    const site = { agencyId: null, prefix: '10.20.0.0/16' };
    const { id } = (await ask('POST', '/bandwidth-caps', { ...site, ...CAP })).json();
    expect((await ask('POST', '/bandwidth-caps', { ...site, ...CAP }, local)).statusCode).toBe(403);
    expect((await ask('PUT', `/bandwidth-caps/${id}`, CAP, local)).statusCode).toBe(403);
    expect((await ask('DELETE', `/bandwidth-caps/${id}`, undefined, local)).statusCode).toBe(403);
  });

  it.each([
    ['of no site', { agencyId: null, prefix: null, ...CAP }],
    ['of two sites', { agencyId: 1, prefix: '10.0.0.0/8', ...CAP }],
    ['of an address that is none', { agencyId: null, prefix: '10.0.0.0/33', ...CAP }],
    ['of no hours', { agencyId: 1, prefix: null, ...CAP, toHour: 7 }],
    ['in no time zone', { agencyId: 1, prefix: null, ...CAP, timeZone: 'Asia/Huế' }],
    ['of nothing', { agencyId: 1, prefix: null, ...CAP, bytesPerSecond: 0 }],
  ])('%s are refused', async (_, wanted) => {
    expect((await ask('POST', '/bandwidth-caps', wanted)).statusCode).toBe(400);
  });
});

describe('two people at once', () => {
  const tagged = (version: number) => ({ ...headers, 'if-match': `"${version}"` });

  it.each([
    ['quota', '/quotas', { perAgent: false, eventsPerSecond: 10 }, { eventsPerSecond: 20 }],
    ['cap', '/bandwidth-caps', { agencyId: null, prefix: '10.20.0.0/16', ...CAP }, { ...CAP, toHour: 19 }],
  ])('write over no %s that they have not seen', async (_, url, wanted, change) => {
    const first = (await ask('POST', url, wanted)).json();
    const again = await ask('POST', url, wanted, { ...headers, 'if-none-match': '*' });
    expect(again.statusCode).toBe(412);
    const changed = (await ask('PUT', `${url}/${first.id}`, change, tagged(first.version))).json();
    expect(changed.version).not.toBe(first.version);
    expect((await ask('PUT', `${url}/${first.id}`, change, tagged(first.version))).statusCode).toBe(412);
    expect((await ask('DELETE', `${url}/${first.id}`, undefined, tagged(first.version))).statusCode).toBe(
      412,
    );
    expect((await ask('DELETE', `${url}/${first.id}`, undefined, tagged(changed.version))).statusCode).toBe(
      204,
    );
  });

  it('see what the other said of a group; one who administers a part does not change it', async () => {
    const [group] = (await ask('GET', '/agent-groups')).json().groups;
    expect(group).toEqual({ name: 'servers', agents: 0, profile: null, version: expect.any(Number) });
    expect((await ask('GET', '/agent-groups', undefined, local)).json().groups).toEqual([]);
    const put = (profile: string | null, as: Record<string, string>) =>
      ask('PUT', '/agent-groups/servers/profile', { profile }, as);
    expect((await put('always', local)).statusCode).toBe(403);
    expect((await put('at night', headers)).statusCode).toBe(400);
    expect((await put('always', tagged(group.version))).json()).toMatchObject({ profile: 'always' });
    expect((await put('office', tagged(group.version))).statusCode).toBe(412);
    const nobody = await ask('PUT', '/agent-groups/x/profile', { profile: 'office' });
    expect(nobody.statusCode).toBe(404);
  });
});
