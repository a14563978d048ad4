import { beforeEach, describe, expect, it } from 'vitest';
import { keptInventory } from '../../../collector/services/compliance/kept-inventory.ts';
import type { ToldSince } from '../../../collector/store/assess-store.ts';
import type { FleetItem, FleetItemsQuery, FleetReader } from '../../../collector/store/fleet-store.ts';

/** More than are asked for one by one. */
const HOSTS = Array.from({ length: 300 }, (_, index) => `host-${String(index).padStart(3, '0')}`);
const QUERY = { agentIds: HOSTS, category: 'user', facts: ['admin'], limit: 1_000, fromMs: 0, atMs: 100 };

let asked: (readonly string[] | undefined)[];
let told: ToldSince;
let items: FleetItem[];
let cutFrom: string | undefined;
let fleet: FleetReader;

beforeEach(() => {
  asked = [];
  told = { agentIds: [], batch: 1 };
  cutFrom = undefined;
  items = ['host-001', 'host-002'].map((agentId) => ({
    agentId,
    key: 'an',
    timeMs: 50,
    facts: { admin: 'true' },
  }));
  fleet = keptInventory(
    {
      items: async ({ agentIds, fromMs, atMs }: FleetItemsQuery) => {
        asked.push(agentIds);
        const found = items.filter(
          ({ agentId, timeMs }) =>
            agentIds?.includes(agentId) !== false && timeMs >= fromMs && timeMs <= atMs,
        );
        return { items: found, cutFrom };
      },
    } as unknown as FleetReader,
    { toldSince: async () => told },
  );
});

const names = async (query: Partial<FleetItemsQuery> = {}) =>
  (await fleet.items({ ...QUERY, ...query })).items.map(({ agentId, key }) => `${agentId} ${key}`);

describe('inventories of all hosts', () => {
  it('are read in full once, and then of the hosts that told something since', async () => {
    expect(await names()).toEqual(['host-001 an', 'host-002 an']);
    expect(await names({ atMs: 110 })).toEqual(['host-001 an', 'host-002 an']);
    items = items.filter(({ agentId }) => agentId !== 'host-001');
    items.push({ agentId: 'host-000', key: 'binh', timeMs: 115, facts: {} });
    told = { agentIds: ['host-000', 'host-001'], batch: 2 };
    expect(await names({ atMs: 120 })).toEqual(['host-000 binh', 'host-002 an']);
    expect(asked).toEqual([undefined, ['host-000', 'host-001']]);
  });

  it('let go of what is older than what is asked for', async () => {
    await names();
    expect(await names({ atMs: 160, fromMs: 60 })).toEqual([]);
  });

  it('are read in full when many told something, and for a moment before, which keeps the newest', async () => {
    await names();
    told = { agentIds: undefined, batch: 3 };
    await names({ atMs: 110 });
    await names({ atMs: 40 });
    told = { agentIds: [], batch: 3 };
    await names({ atMs: 120 });
    expect(asked).toEqual([undefined, undefined, undefined]);
  });

  it('are asked anew when an answer was cut, and of few hosts always', async () => {
    cutFrom = 'host-002';
    expect((await fleet.items(QUERY)).cutFrom).toBe('host-002');
    await names({ atMs: 110 });
    await names({ agentIds: ['host-001'] });
    expect(asked).toEqual([undefined, undefined, ['host-001']]);
  });
});
