/** Inventories: what a host had at a moment, what changed between two, and which hosts have something. */
import { z } from 'zod';
import { inScope } from '../../registry/agencies.ts';
import { type AgentRecord, readAgent } from '../../registry/agents.ts';
import { errorSchema } from '../contract.ts';
import {
  inventoryDiffQuerySchema,
  inventoryDiffSchema,
  inventoryFindQuerySchema,
  inventoryFoundSchema,
  inventoryQuerySchema,
  inventorySchema,
} from '../contract-inventory.ts';
import { cursorCodec } from '../cursor.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { diffInventory, findInventory, parseWhere, showInventory } from '../inventory-view.ts';
import { principalOf, type Principal } from '../principal.ts';
import { Turns } from '../turns.ts';

const params = z.strictObject({ id: z.string().min(1).max(64) });
const cursor = cursorCodec(
  'inventory',
  z.strictObject({ category: z.string().max(64), key: z.string().max(4_096) }),
);
const TURNS = { runningMax: 3, runningPerKeyMax: 2, waitingPerKeyMax: 8 } as const;

export function addInventoryRoutes(app: ApiServer, deps: ApiDependencies): void {
  const turns = new Turns(TURNS, deps.engineTurns);
  const ports = { registry: deps.registry, inventory: deps.store.inventory };

  const agentOf = async (id: string, { scope }: Principal): Promise<AgentRecord> => {
    const agent = await readAgent(deps.registry, id);
    if (agent === undefined || !inScope(scope, agent.agencyId)) {
      throw new ApiError('not-found', { message: 'there is no such agent' });
    }
    return agent;
  };
  const momentOf = (text: string | undefined): number => (text === undefined ? deps.now() : Date.parse(text));

  app.get(
    '/agents/:id/inventory',
    {
      config: { access: 'event:read' },
      schema: {
        summary: 'What a host had at a moment: its packages, users, ports and the rest',
        params,
        querystring: inventoryQuerySchema,
        response: { 200: inventorySchema, '4xx': errorSchema, '5xx': errorSchema },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const agent = await agentOf(request.params.id, principal);
      const { at, category, limit, after } = request.query;
      const query = {
        atMs: momentOf(at),
        category,
        limit,
        after: after === undefined ? undefined : cursor.decode(after),
      };
      const { view, last } = await turns.run(principal.actor, () => showInventory(ports, agent, query));
      return { ...view, next: last === undefined ? null : cursor.encode(last) };
    },
  );

  app.get(
    '/agents/:id/inventory/diff',
    {
      config: { access: 'event:read' },
      schema: {
        summary: 'What changed on a host between two moments',
        params,
        querystring: inventoryDiffQuerySchema,
        response: { 200: inventoryDiffSchema, '4xx': errorSchema, '5xx': errorSchema },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const agent = await agentOf(request.params.id, principal);
      const { from, to, category } = request.query;
      const query = { fromMs: Date.parse(from), toMs: momentOf(to), category };
      if (query.fromMs > query.toMs)
        throw new ApiError('bad-request', { message: '`from` is after `to`', field: 'from' });
      return turns.run(principal.actor, () => diffInventory(ports, agent, query));
    },
  );

  app.get(
    '/inventory/find',
    {
      config: { access: 'event:read' },
      schema: {
        summary: 'Which hosts have an item: by name, version and facts, now or at a moment',
        querystring: inventoryFindQuerySchema,
        response: { 200: inventoryFoundSchema, '4xx': errorSchema, '5xx': errorSchema },
      },
    },
    async (request) => {
      const { scope, actor } = principalOf(request);
      const { category, key, versionBelow, where, at, agencyId, limit } = request.query;
      const facts = parseWhere(where);
      if (typeof facts === 'string') {
        throw new ApiError('bad-request', { message: `"${facts}" is not name=value`, field: 'where' });
      }
      const query = { category, name: key, facts, versionBelow, atMs: momentOf(at), scope, agencyId, limit };
      return turns.run(actor, () => findInventory(ports, query));
    },
  );
}
