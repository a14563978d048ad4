/**
 * Whose alerts, cases and clocks were on the last day of a period. Invariants: what a later merge or split moved counts where it
 * was; what closed before a merge within the period stays with the agency that ended, and counts with the one that took over.
 */
import type { RegistryDb } from '../database.ts';
import { listSuccessions } from '../agency-history.ts';
import type { ReportPeriod } from '../../report/period.ts';

/** The agencies, and those that merged into them within the period. A split is left out: each part would count the whole. */
export async function withMerged(
  db: RegistryDb,
  agencyIds: Iterable<number>,
  { from, day }: Pick<ReportPeriod, 'from' | 'day'>,
): Promise<number[]> {
  const found = new Set(agencyIds);
  const merges = await db
    .selectFrom('agency_change')
    .select('id')
    .where('kind', '=', 'merge')
    .where('on_date', '>', from)
    .where('on_date', '<=', day)
    .execute();
  const counted = new Set(merges.map(({ id }) => id));
  for (let open = [...found]; open.length > 0 && counted.size > 0;) {
    const into = new Set(open);
    const before = (await listSuccessions(db, open)).filter(
      ({ changeId, successorId, predecessorId }) =>
        counted.has(changeId) && into.has(successorId) && !found.has(predecessorId),
    );
    open = [...new Set(before.map(({ predecessorId }) => predecessorId))];
    for (const id of open) found.add(id);
  }
  return [...found].toSorted((a, b) => a - b);
}

export interface AffairsReach {
  /** Where rows may lie now. */
  agencyIds: number[];
  /** Whether a row belonged to it on the day. */
  has: (ref: string | number, agencyId: number) => boolean;
}

/** @param kind of AGENCY_HOLDINGS */
export async function affairsReach(
  db: RegistryDb,
  kind: 'alerts' | 'cases' | 'legal-clocks',
  { agencyIds, day }: { agencyIds: readonly number[]; day: string },
): Promise<AffairsReach> {
  const rows = await db
    .selectFrom('agency_change_item as item')
    .innerJoin('agency_change as change', 'change.id', 'item.change_id')
    .select(['item.ref', 'item.from_id', 'item.to_id'])
    .where('item.kind', '=', kind)
    .where('change.state', '=', 'applied')
    .where('change.on_date', '>', day)
    .orderBy('change.on_date', 'desc')
    .orderBy('change.id', 'desc')
    .execute();
  // Read backwards: the earliest move after the day says where it was, the latest where it is.
  const moved = new Map<string, { from: number; to: number }>();
  for (const { ref, from_id: from, to_id: to } of rows)
    moved.set(ref, { from, to: moved.get(ref)?.to ?? to });
  const own = new Set(agencyIds);
  const elsewhere = [...moved.values()].flatMap(({ from, to }) => (own.has(from) ? [to] : []));
  return {
    agencyIds: [...new Set([...own, ...elsewhere])],
    has: (ref, agencyId) => own.has(moved.get(String(ref))?.from ?? agencyId),
  };
}
