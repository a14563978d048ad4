/** Tags of many alerts at once. */
import type { RegistryTransaction } from './database.ts';

const ROWS_MAX = 100;

function add(to: Map<string, string[]>, id: string, tag: string): void {
  const tags = to.get(id) ?? [];
  tags.push(tag);
  to.set(id, tags);
}

/** @returns which tags each alert did not have before */
export async function addBulkTags(
  trx: RegistryTransaction,
  ids: readonly string[],
  tags: readonly string[],
): Promise<Map<string, string[]>> {
  const added = new Map<string, string[]>();
  if (ids.length === 0 || tags.length === 0) return added;
  const rows = await trx
    .selectFrom('alert_tag')
    .select(['alert_id', 'tag'])
    .where('alert_id', 'in', ids)
    .where('tag', 'in', tags)
    .execute();
  const has = new Set(rows.map(({ alert_id, tag }) => `${alert_id} ${tag}`));
  for (const id of ids) for (const tag of new Set(tags)) if (!has.has(`${id} ${tag}`)) add(added, id, tag);
  await insertOwnTags(trx, added);
  return added;
}

/** @returns which tags of people each alert had */
export async function removeBulkTags(
  trx: RegistryTransaction,
  ids: readonly string[],
  tags: readonly string[],
): Promise<Map<string, string[]>> {
  const removed = new Map<string, string[]>();
  if (ids.length === 0 || tags.length === 0) return removed;
  const rows = await trx
    .deleteFrom('alert_tag')
    .where('alert_id', 'in', ids)
    .where('tag', 'in', tags)
    .where('own', '=', 1)
    .returning(['alert_id', 'tag'])
    .execute();
  for (const { alert_id: id, tag } of rows) add(removed, id, tag);
  return removed;
}

/** Those that are there already stay as they are. */
export async function insertOwnTags(
  trx: RegistryTransaction,
  tagsOf: ReadonlyMap<string, readonly string[]>,
): Promise<void> {
  const rows = [...tagsOf].flatMap(([id, tags]) => tags.map((tag) => ({ alert_id: id, tag, own: 1 })));
  for (let at = 0; at < rows.length; at += ROWS_MAX) {
    await trx
      .insertInto('alert_tag')
      .values(rows.slice(at, at + ROWS_MAX))
      .onConflict((conflict) => conflict.columns(['alert_id', 'tag']).doNothing())
      .execute();
  }
}
