import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAgency } from '../../../collector/registry/agencies.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { createJoinToken } from '../../../collector/registry/join-tokens.ts';
import type { ToldRecord } from '../../../collector/store/inventory-store.ts';
import { enrolRequest } from '../registry/registry-fixture.ts';
import { bearer, buildWorld, type World } from './api-fixture.ts';

let world: World;
let headers: { authorization: string };
let agentId: string;
let order = 0;

beforeEach(async () => {
  world = await buildWorld();
  headers = await bearer(world, 'agency-viewer');
  const token = await createJoinToken(world.registry, { uses: 1 }, 'test');
  const outcome = await enrolAgent(world.registry, enrolRequest(token), '127.0.0.1');
  if (!outcome.ok) throw new Error(outcome.fault);
  ({ agentId } = outcome);
});
afterEach(() => world.close());

function tell(
  at: string,
  category: string,
  key: string,
  change: string,
  facts: ToldRecord['facts'] = {},
): void {
  order += 1;
  const record = {
    agentId,
    category,
    key,
    change,
    snapshot: 's',
    batch: order,
    row: 0,
    timeMs: Date.parse(at),
    facts,
  };
  world.inventory.push(record);
}

const get = async (url: string, as = headers) => world.app.inject({ url: `/api/v1${url}`, headers: as });

describe('the inventory of a host', () => {
  beforeEach(() => {
    tell('2026-11-01T00:00:00Z', 'package', 'bash', 'present', { name: 'bash', version: '5.1' });
    tell('2026-11-01T00:00:00Z', 'user', 'root', 'present', { uid: 0 });
    tell('2026-11-01T00:00:00Z', 'collection', 'package', 'present', {
      state: 'partial',
      items: 1,
      unread: 'rpm: no',
    });
    tell('2026-11-02T00:00:00Z', 'package', 'bash', 'changed', { name: 'bash', version: '5.2' });
    tell('2026-11-03T00:00:00Z', 'package', 'bash', 'removed');
  });

  it('is what it was at the moment, with how far it is known', async () => {
    const body = (await get(`/agents/${agentId}/inventory?at=2026-11-02T12:00:00Z&category=package`)).json();
    expect(body).toMatchObject({
      agentId,
      at: '2026-11-02T12:00:00.000Z',
      categories: [
        {
          category: 'package',
          state: 'partial',
          unread: 'rpm: no',
          toldAt: '2026-11-01T00:00:00.000Z',
          items: 1,
        },
      ],
      items: [
        { category: 'package', key: 'bash', toldAt: '2026-11-02T00:00:00.000Z', facts: { version: '5.2' } },
      ],
      next: null,
    });
    const now = (await get(`/agents/${agentId}/inventory`)).json();
    expect(now.items).toMatchObject([{ category: 'user', key: 'root' }]);
  });

  it('is paged', async () => {
    const first = (await get(`/agents/${agentId}/inventory?limit=1&at=2026-11-02T12:00:00Z`)).json();
    expect(first.items).toMatchObject([{ key: 'bash' }]);
    const url = `/agents/${agentId}/inventory?limit=1&at=2026-11-02T12:00:00Z&after=${first.next}`;
    expect((await get(url)).json()).toMatchObject({ items: [{ key: 'root' }], next: null });
  });

  it('is compared between two moments', async () => {
    const url = `/agents/${agentId}/inventory/diff?from=2026-11-01T12:00:00Z&to=2026-11-02T12:00:00Z`;
    expect((await get(url)).json()).toMatchObject({
      changes: [
        {
          key: 'bash',
          change: 'changed',
          facts: ['version'],
          before: { version: '5.1' },
          after: { version: '5.2' },
        },
      ],
      unknown: [],
      more: false,
    });
    expect((await get(url.replace('from', 'to').replace('&to', '&from'))).statusCode).toBe(400);
  });

  it('is looked through over all hosts', async () => {
    const at = 'at=2026-11-02T12:00:00Z';
    const found = (await get(`/inventory/find?category=package&key=bash&${at}`)).json();
    expect(found).toMatchObject({
      items: [{ agentId, key: 'bash', facts: { version: '5.2' } }],
      hostsComplete: 0,
      hostsIncomplete: [{ agentId }],
      more: false,
    });
    const items = async (query: string): Promise<unknown[]> =>
      (await get(`/inventory/find?category=package&${at}&${query}`)).json().items;
    expect(await items('versionBelow=5.3')).toHaveLength(1);
    expect(await items('versionBelow=5.2')).toHaveLength(0);
    expect(await items('where=name=bash')).toHaveLength(1);
    expect(await items('where=name=zsh')).toHaveLength(0);
    expect((await get('/inventory/find?category=package&where=name')).json()).toMatchObject({
      field: 'where',
    });
    expect((await get('/inventory/find?category=nothing')).statusCode).toBe(400);
    expect((await get('/inventory/find?category=package')).json().items).toEqual([]);
  });

  it('of another agency does not exist', async () => {
    const other = await createAgency(world.registry, { name: 'Xã Khác', kind: 'commune' }, 'test');
    const elsewhere = await bearer(world, 'agency-viewer', other.id);
    expect((await get(`/agents/${agentId}/inventory`, elsewhere)).statusCode).toBe(404);
    expect(
      (await get(`/agents/${agentId}/inventory/diff?from=2026-11-01T00:00:00Z`, elsewhere)).statusCode,
    ).toBe(404);
    const url = '/inventory/find?category=package&key=bash&at=2026-11-02T12:00:00Z';
    expect((await get(url, elsewhere)).json().items).toEqual([]);
    expect((await get('/agents/nobody/inventory')).statusCode).toBe(404);
  });
});
