/** Inventories as the API and the command line show them: the store's records with the hosts of the registry. */
import { findItems } from '../inventory/find-items.ts';
import { diffStates } from '../inventory/state-diff.ts';
import { stateAt } from '../inventory/state-at.ts';
import type { AgencyScope } from '../registry/agencies.ts';
import { agentPages, agentsOfHost, type AgentRecord } from '../registry/agents.ts';
import type { Registry } from '../registry/database.ts';
import { isoTime } from '../registry/iso-time.ts';
import type { InventoryReader } from '../store/inventory-store.ts';
import {
  INVENTORY_ITEMS_MAX,
  type InventoryDiffView,
  type InventoryFoundView,
  type InventoryView,
} from './contract-inventory.ts';

export interface InventoryPorts {
  registry: Registry;
  inventory: InventoryReader;
}

/** Items of both moments that a comparison holds in memory. */
const COMPARED_MAX = 2 * INVENTORY_ITEMS_MAX;
/** Items of that name that are looked at over all hosts. */
const EXAMINED_MAX = 50_000;

/** Every agent that reported from the machine: a host that was set up anew has one history. */
async function agentIdsOf(registry: Registry, agent: AgentRecord): Promise<string[]> {
  return (await agentsOfHost(registry, agent.hostId)).map(({ id }) => id);
}

export interface InventoryShown {
  view: Omit<InventoryView, 'next'>;
  /** Place of the last item, where there are more. */
  last: { category: string; key: string } | undefined;
}

export async function showInventory(
  { registry, inventory }: InventoryPorts,
  agent: AgentRecord,
  query: {
    atMs: number;
    category?: string | undefined;
    limit: number;
    after?: { category: string; key: string } | undefined;
  },
): Promise<InventoryShown> {
  const state = await stateAt(inventory, { ...query, agentIds: await agentIdsOf(registry, agent) });
  const last = state.items.at(-1);
  return {
    view: {
      agentId: agent.id,
      hostname: agent.hostname,
      at: isoTime(query.atMs),
      categories: state.categories.map(({ toldMs, items, ...rest }) => ({
        ...rest,
        toldAt: toldMs === undefined ? null : isoTime(toldMs),
        items: items ?? null,
      })),
      items: state.items.map(({ toldMs, ...item }) => ({ ...item, toldAt: isoTime(toldMs) })),
    },
    last: state.more && last !== undefined ? { category: last.category, key: last.key } : undefined,
  };
}

export async function diffInventory(
  { registry, inventory }: InventoryPorts,
  agent: AgentRecord,
  query: { fromMs: number; toMs: number; category?: string | undefined },
): Promise<InventoryDiffView> {
  const { fromMs, toMs, category } = query;
  const common = { agentIds: await agentIdsOf(registry, agent), category, limit: COMPARED_MAX };
  const from = await stateAt(inventory, { ...common, atMs: fromMs });
  const to = await stateAt(inventory, { ...common, atMs: toMs });
  return {
    agentId: agent.id,
    hostname: agent.hostname,
    from: isoTime(fromMs),
    to: isoTime(toMs),
    ...diffStates(from, to),
    more: from.more || to.more,
  };
}

export async function findInventory(
  { registry, inventory }: InventoryPorts,
  query: {
    category: string;
    name: string;
    facts: readonly { name: string; value: string }[];
    versionBelow?: string | undefined;
    atMs: number;
    scope: AgencyScope;
    agencyId?: number | undefined;
    limit: number;
  },
): Promise<InventoryFoundView> {
  const { scope, agencyId, limit, ...asked } = query;
  const agents = await agentsIn(registry, scope, agencyId);
  const everyone = scope.kind === 'all' && agencyId === undefined;
  const found = await findItems(inventory, {
    ...asked,
    limit: EXAMINED_MAX,
    agentIds: everyone ? undefined : [...agents.keys()],
  });
  // Of a machine that was set up anew, the agent that told last counts.
  const speaks = new Map<string, string>();
  const standing = found.standing.flatMap(({ agentId, complete }) => {
    const agent = agents.get(agentId);
    if (agent === undefined || speaks.has(agent.hostId)) return [];
    speaks.set(agent.hostId, agentId);
    return [{ agentId, hostname: agent.hostname, complete }];
  });
  const items = found.items.flatMap(({ toldMs, ...item }) => {
    const agent = agents.get(item.agentId);
    if (agent === undefined || (speaks.get(agent.hostId) ?? agent.id) !== agent.id) return [];
    const { hostname, agencyId: ofAgency, agencyName } = agent;
    return [{ ...item, toldAt: isoTime(toldMs), hostname, agencyId: ofAgency, agencyName }];
  });
  return {
    at: isoTime(query.atMs),
    items: items.slice(0, limit),
    more: found.more || items.length > limit,
    hostsComplete: standing.filter(({ complete }) => complete).length,
    hostsIncomplete: standing.flatMap(({ complete, ...host }) => (complete ? [] : [host])),
  };
}

/** Agents of the scope whose hosts are still of the house. */
async function agentsIn(
  registry: Registry,
  scope: AgencyScope,
  agencyId: number | undefined,
): Promise<Map<string, AgentRecord>> {
  const agents = new Map<string, AgentRecord>();
  for await (const page of agentPages(registry, scope, { agencyId, states: ['active', 'replaced'] })) {
    for (const agent of page) agents.set(agent.id, agent);
  }
  return agents;
}

/** `name=value` with commas between, as facts. @returns the part that is none, as text */
export function parseWhere(text: string | undefined): { name: string; value: string }[] | string {
  const facts: { name: string; value: string }[] = [];
  for (const part of (text ?? '').split(',').filter((one) => one.trim() !== '')) {
    const equals = part.indexOf('=');
    if (equals < 1) return part;
    facts.push({ name: part.slice(0, equals).trim(), value: part.slice(equals + 1).trim() });
  }
  return facts;
}
