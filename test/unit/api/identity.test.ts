import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseJoinToken } from '../../../collector/protocol/join-token.ts';
import { hardwareDigest } from '../../../collector/protocol/hardware.ts';
import { createAgency } from '../../../collector/registry/agencies.ts';
import { readAgent } from '../../../collector/registry/agents.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { enrolRequest } from '../registry/registry-fixture.ts';
import { bearer, buildWorld, type World } from './api-fixture.ts';

let world: World;
let headers: { authorization: string };

beforeEach(async () => {
  world = await buildWorld();
  headers = await bearer(world, 'administrator');
});
afterEach(() => world.close());

const ask = (method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object, as = headers) =>
  world.app.inject({
    method,
    url: `/api/v1${url}`,
    headers: as,
    ...(payload === undefined ? {} : { payload }),
  });

async function enrolled(token: string, uuid?: string): Promise<string> {
  const parsed = parseJoinToken(token);
  if (parsed === undefined) throw new Error('no token');
  const hardware =
    uuid === undefined
      ? []
      : [{ kind: 'product-uuid' as const, digest: hardwareDigest('product-uuid', uuid) }];
  const outcome = await enrolAgent(world.registry, enrolRequest(parsed, { hardware }), '10.1.2.3');
  if (!outcome.ok) throw new Error(outcome.fault);
  return outcome.agentId;
}

const tokenOf = async (wanted: object = {}): Promise<string> =>
  (await ask('POST', '/join-tokens', wanted)).json().token;

describe('join tokens over the API', () => {
  it('are made, shown once, listed with their users, and revoked', async () => {
    const made = await ask('POST', '/join-tokens', { uses: 2, days: 1, group: 'servers', note: 'UBND' });
    expect(made.statusCode).toBe(201);
    const { id, token } = made.json();
    expect(parseJoinToken(token)).toMatchObject({ id, fingerprint: world.fingerprint });
    const agentId = await enrolled(token);
    const list = await ask('GET', '/join-tokens');
    expect(list.json().joinTokens).toMatchObject([
      {
        id,
        note: 'UBND',
        group: 'servers',
        approve: false,
        uses: 1,
        usedBy: [{ agentId, address: '10.1.2.3' }],
      },
    ]);
    expect(list.body).not.toContain(parseJoinToken(token)?.secret);
    expect((await ask('GET', `/join-tokens/${id}/uses`)).json()).toMatchObject({
      uses: [{ agentId }],
      next: null,
    });
    expect((await ask('DELETE', `/join-tokens/${id}`)).statusCode).toBe(204);
    expect((await ask('GET', '/join-tokens')).json().joinTokens).toMatchObject([{ state: 'revoked' }]);
  });

  it('stay inside the part of the tree of whoever makes them', async () => {
    const { registry } = world;
    const health = await createAgency(registry, { name: 'Sở Y tế', kind: 'department' }, 'test');
    const other = await createAgency(registry, { name: 'Sở Xây dựng', kind: 'department' }, 'test');
    const { id } = (await ask('POST', '/join-tokens', { agencyId: other.id })).json();
    const local = await bearer(world, 'administrator', health.id);
    expect((await ask('POST', '/join-tokens', { agencyId: other.id }, local)).statusCode).toBe(404);
    expect((await ask('GET', '/join-tokens', undefined, local)).json().joinTokens).toEqual([]);
    expect((await ask('DELETE', `/join-tokens/${id}`, undefined, local)).statusCode).toBe(404);
    const own = (await ask('POST', '/join-tokens', {}, local)).json();
    expect((await ask('GET', '/join-tokens', undefined, local)).json().joinTokens).toMatchObject([
      { id: own.id, agencyId: health.id },
    ]);
  });
});

describe('agents over the API', () => {
  it('are approved, moved and revoked, several at a time', async () => {
    const token = await tokenOf({ uses: 2, approve: true });
    const ids = [await enrolled(token), await enrolled(token)];
    const waiting = (await ask('GET', '/agents?state=pending')).json().agents;
    expect(waiting).toHaveLength(2);
    expect((await ask('POST', '/agents/approve', { ids })).json()).toMatchObject({
      changed: ids,
      refused: [],
    });
    expect((await ask('GET', '/agents?state=active')).json().agents).toHaveLength(2);
    expect((await ask('GET', '/agents?state=online')).json().agents).toEqual([]);
    expect((await ask('POST', '/agents/move', { ids })).statusCode).toBe(400);
    const moved = await ask('POST', '/agents/move', { ids, group: 'servers' });
    expect(moved.json()).toMatchObject({
      changed: ids,
      agents: [{ group: 'servers' }, { group: 'servers' }],
    });
    await ask('POST', '/agents/revoke', { ids, reason: 'sold' });
    expect((await ask('GET', '/agents?state=revoked&group=servers')).json().agents).toHaveLength(2);
  });

  it('outside the scope neither show nor move', async () => {
    const health = await createAgency(world.registry, { name: 'Sở Y tế', kind: 'department' }, 'test');
    const id = await enrolled(await tokenOf());
    const local = await bearer(world, 'administrator', health.id);
    expect((await ask('GET', `/agents/${id}`, undefined, local)).statusCode).toBe(404);
    const acts = await ask('POST', '/agents/revoke', { ids: [id] }, local);
    expect(acts.json()).toMatchObject({ changed: [], refused: [{ id }] });
    expect(await readAgent(world.registry, id)).toMatchObject({ state: 'active' });
  });

  it('set up anew are proposed, and take their host over', async () => {
    const token = await tokenOf({ uses: 4 });
    const old = await enrolled(token, 'u1');
    const other = await enrolled(token, 'u2');
    world.clock.ms += 1_000;
    const now = await enrolled(token, 'u1');
    const again = await enrolled(token, 'u2');
    expect((await ask('GET', '/same-hosts')).json().proposals).toMatchObject([
      { agentId: expect.any(String), agreeing: ['product-uuid'], alive: false },
      { agentId: expect.any(String) },
    ]);
    expect((await ask('POST', '/same-hosts/accept', { ids: [now] })).json()).toEqual({
      decided: [now],
      refused: [],
    });
    expect((await ask('POST', '/same-hosts/reject', { ids: [again] })).json()).toEqual({
      decided: [again],
      refused: [],
    });
    expect((await ask('POST', '/same-hosts/accept', { ids: [again] })).json()).toMatchObject({
      decided: [],
      refused: [{ id: again }],
    });
    expect((await ask('GET', `/agents/${now}`)).json()).toMatchObject({
      hostId: old,
      successorOf: old,
      others: [{ id: old, state: 'replaced' }],
    });
    expect((await ask('GET', `/agents?hostId=${old}`)).json().agents).toHaveLength(2);
    await ask('GET', `/events?hostId=${old}`);
    expect(world.searches.at(-1)?.agentIds).toEqual([now, old]);
    expect((await ask('GET', `/agents/${other}`)).json()).toMatchObject({ state: 'offline', others: [] });
  });
});
