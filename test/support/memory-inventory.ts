/** Records of inventories in memory, for tests of what asks for them. */
import { type InventoryReader, isAfter, type ToldRecord } from '../../collector/store/inventory-store.ts';

/** @param records in the order in which they were told */
export function memoryInventory(records: readonly ToldRecord[] = []): InventoryReader {
  const until = (atMs: number, agentIds: readonly string[] | undefined): ToldRecord[] =>
    records.filter(({ agentId, timeMs }) => timeMs <= atMs && (agentIds?.includes(agentId) ?? true));
  const newest = (all: readonly ToldRecord[], nameOf: (record: ToldRecord) => string): ToldRecord[] => {
    const last = new Map<string, ToldRecord>();
    for (const record of all) {
      const before = last.get(nameOf(record));
      if (before === undefined || isAfter(record, before)) last.set(nameOf(record), record);
    }
    return [...last.values()].sort((left, right) => (nameOf(left) < nameOf(right) ? -1 : 1));
  };
  return {
    categories: async ({ atMs, agentIds, category }) =>
      newest(
        until(atMs, agentIds).filter(
          (record) => record.category === 'collection' && (category === undefined || record.key === category),
        ),
        ({ agentId, key }) => `${agentId} ${key}`,
      ).map((last) => ({ agentId: last.agentId, category: last.key, last, full: last })),
    items: async ({ atMs, agentIds, categories, limit, after }) =>
      newest(
        until(atMs, agentIds).filter(({ category }) => categories.includes(category)),
        ({ category, key }) => `${category} ${key}`,
      )
        .filter(({ change }) => change !== 'removed')
        .filter(
          ({ category, key }) =>
            after === undefined || `${category} ${key}` > `${after.category} ${after.key}`,
        )
        .slice(0, limit),
    find: async ({ atMs, agentIds, category, name, facts = [], limit }) =>
      newest(
        until(atMs, agentIds).filter((record) => record.category === category),
        ({ agentId, key }) => `${agentId} ${key}`,
      )
        .filter(({ key }) => name === '*' || key === name)
        .filter((record) => facts.every((fact) => String(record.facts[fact.name]) === fact.value))
        .slice(0, limit),
  };
}
