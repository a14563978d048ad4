/** What hosts had at a moment, asked of the running collector's store. */
import { z } from 'zod';
import {
  INVENTORY_ITEMS_MAX,
  inventoryDiffSchema,
  inventoryFoundSchema,
  inventorySchema,
} from '../../api/contract-inventory.ts';
import { diffInventory, findInventory, showInventory } from '../../api/inventory-view.ts';
import { INVENTORY_CATEGORIES } from '../../protocol/record-names.ts';
import { resolveHost } from '../../registry/resolve-host.ts';
import { defineOperation, liveOf, type OperationContext } from './operation.ts';

/** Agent's id, its first characters, or the host's name. */
const host = z.string().min(1).max(256);
const category = z.enum(INVENTORY_CATEGORIES).optional();

const ports = (context: OperationContext) => ({
  registry: context.registry,
  inventory: liveOf(context).store.inventory,
});

export const inventoryShow = defineOperation({
  name: 'inventory-show',
  needs: 'collector',
  input: z.strictObject({ host, atMs: z.number(), category }),
  output: inventorySchema,
  async run(context, { host: name, ...query }) {
    const agent = await resolveHost(context.registry, name);
    const items: z.infer<typeof inventorySchema>['items'] = [];
    const shown = await showInventory(ports(context), agent, { ...query, limit: INVENTORY_ITEMS_MAX });
    items.push(...shown.view.items);
    let { last } = shown;
    // The local socket has no pages: what a host can have fits into its answer.
    while (last !== undefined) {
      const next = await showInventory(ports(context), agent, {
        ...query,
        limit: INVENTORY_ITEMS_MAX,
        after: last,
      });
      items.push(...next.view.items);
      ({ last } = next);
    }
    return { ...shown.view, items, next: null };
  },
});

export const inventoryDiff = defineOperation({
  name: 'inventory-diff',
  needs: 'collector',
  input: z.strictObject({ host, fromMs: z.number(), toMs: z.number(), category }),
  output: inventoryDiffSchema,
  async run(context, { host: name, ...query }) {
    return diffInventory(ports(context), await resolveHost(context.registry, name), query);
  },
});

export const inventoryFind = defineOperation({
  name: 'inventory-find',
  needs: 'collector',
  input: z.strictObject({
    category: z.enum(INVENTORY_CATEGORIES),
    name: z.string().min(1).max(1_024),
    facts: z.array(z.strictObject({ name: z.string(), value: z.string() })).max(20),
    versionBelow: z.string().max(256).optional(),
    atMs: z.number(),
    agencyId: z.number().optional(),
  }),
  output: inventoryFoundSchema,
  async run(context, query) {
    const scope = { kind: 'all' } as const;
    return findInventory(ports(context), { ...query, scope, limit: INVENTORY_ITEMS_MAX });
  },
});
