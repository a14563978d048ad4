/** What hides detections where a change would put hosts: rules that are off and exceptions of who takes over, which will hold for them too. */
import { sql } from 'kysely';
import { AGENCY_HOLDINGS, countHolding, sampleHolding, type HeldThing } from './agency-holdings.ts';
import type { Carry } from './agency-change-takes.ts';
import { DEPTH_MAX } from './agency-scope.ts';
import type { RegistryDb } from './database.ts';

const SAMPLE_MAX = 10;
/** Kind of AGENCY_HOLDINGS -> which of them hide something. */
const HIDES = new Map([
  ['rule-scopes', sql<boolean>`is_on = 0`],
  ['exceptions', sql<boolean>`state = 'approved'`],
]);

export interface Reach {
  kind: string;
  count: number;
  sample: HeldThing[];
}

/** @param carries who takes what from whom; agencies that the change begins have decided nothing */
export async function reachOf(db: RegistryDb, carries: readonly Carry[]): Promise<Reach[]> {
  const parents = new Map(
    (await db.selectFrom('agency').select(['id', 'parent_id']).execute()).map(({ id, parent_id }) => [
      id,
      parent_id,
    ]),
  );
  const above = (agencyId: number): Set<number> => {
    const path = new Set<number>();
    for (let at: number | null = agencyId; at !== null && path.size < DEPTH_MAX; at = parents.get(at) ?? null)
      path.add(at);
    return path;
  };
  const fresh = new Set<number>();
  for (const { from, to } of carries)
    if (typeof to === 'number') for (const id of above(to).difference(above(from))) fresh.add(id);
  const found: Reach[] = [];
  if (fresh.size === 0) return found;
  for (const holding of AGENCY_HOLDINGS) {
    const living = HIDES.get(holding.kind);
    if (living === undefined) continue;
    const hiding = { ...holding, living };
    const ids = [...fresh];
    const count = [...(await countHolding(db, hiding, ids)).values()].reduce((sum, n) => sum + n, 0);
    if (count > 0)
      found.push({ kind: holding.kind, count, sample: await sampleHolding(db, hiding, ids, SAMPLE_MAX) });
  }
  return found;
}
