/**
 * Leases of collectors that work side by side, in the control plane they share (PostgreSQL). Invariants: a lease is
 * kept by the database's clock, and its holder is buried by what another has seen; batch numbers are given out once, and `settledHead` is below every batch whose
 * insert may still land; a duty changes hands only after its holder was buried, and its term grows.
 */
import { sql } from 'kysely';
import type { RegistryDb } from './database.ts';

/** The database's clock, whole milliseconds. */
const NOW = sql<number>`floor(extract(epoch from clock_timestamp()) * 1000)::bigint`;

/** This collector's lease has run out: another may have taken over what it did. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

/** Another collector lives, and the two cannot work side by side. */
export class NeighbourError extends Error {
  override readonly name = 'NeighbourError';
}

const OWN_STORE = 'own-store';

/** @throws NeighbourError when one of them keeps its events where the other cannot read them */
async function requireCompatible(trx: RegistryDb, ownStore: boolean): Promise<void> {
  const neighbour = await trx
    .selectFrom('collector')
    .leftJoin('duty', (join) =>
      join.onRef('duty.collector_id', '=', 'collector.id').on('duty.name', '=', OWN_STORE),
    )
    .select(['collector.name', 'duty.term'])
    .where('collector.buried', '=', 0)
    .where('collector.expires_ms', '>', NOW)
    .orderBy('duty.term')
    .executeTakeFirst();
  if (neighbour === undefined || (!ownStore && neighbour.term === null)) return;
  throw new NeighbourError(
    `another collector (${neighbour.name}) works on this control plane: several need one event store for all, so set VONGGAC_CLICKHOUSE_URL for each`,
  );
}

/**
 * @param collector `head`: no batch at or below it is given out again; `ownStore`: its events lie where no other collector
 *   can read them
 * @throws NeighbourError
 */
export async function enterCollector(
  db: RegistryDb,
  collector: { id: string; name: string; leaseMs: number; head: number; ownStore: boolean },
): Promise<void> {
  const { id, name, leaseMs, head, ownStore } = collector;
  await db.transaction().execute(async (trx) => {
    await requireCompatible(trx, ownStore);
    if (ownStore) {
      await trx
        .insertInto('duty')
        .values({ name: OWN_STORE, collector_id: id, term: 1 })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ collector_id: id }))
        .execute();
    }
    await trx
      .insertInto('batch_counter')
      .values({ id: 1, last: head })
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet({ last: sql<number>`greatest(batch_counter.last, ${head}::bigint)` }),
      )
      .execute();
    await trx
      .insertInto('collector')
      .values({
        id,
        name,
        started_ms: NOW,
        expires_ms: sql<number>`${NOW} + ${leaseMs}::bigint`,
        buried: 0,
        open_batch: null,
      })
      .execute();
  });
}

/** @returns false when it had run out and others have buried this collector. */
export async function renewLease(db: RegistryDb, id: string, leaseMs: number): Promise<boolean> {
  const result = await db
    .updateTable('collector')
    .set({ expires_ms: sql<number>`${NOW} + ${leaseMs}::bigint` })
    .where('id', '=', id)
    .where('buried', '=', 0)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Ends the lease now, and says that this was meant: its end is negative. Others still see to what was begun. */
export async function endLease(db: RegistryDb, id: string): Promise<void> {
  await db
    .updateTable('collector')
    .set({ expires_ms: sql<number>`-${NOW}` })
    .where('id', '=', id)
    .execute();
}

/**
 * The next batch number, over all collectors. The one this collector had open before must be settled.
 * @throws LeaseLostError
 */
export async function claimBatch(db: RegistryDb, id: string): Promise<number> {
  // One statement: whoever reads the counter sees the claim as well.
  const { rows } = await sql<{ batch: number }>`
    with alive as (select id from collector where id = ${id} and buried = 0 and expires_ms > ${NOW} for update),
      next as (update batch_counter set last = last + 1 where id = 1 and exists (select from alive) returning last)
    update collector set open_batch = next.last from next where collector.id = ${id} returning next.last as batch`.execute(
    db,
  );
  const [row] = rows;
  if (row === undefined) throw new LeaseLostError('the lease of this collector has run out');
  return row.batch;
}

/** The batch is stored, or never will be. A later claim is left alone. */
export async function settleBatch(db: RegistryDb, id: string, batch: number): Promise<void> {
  await db
    .updateTable('collector')
    .set({ open_batch: null })
    .where('id', '=', id)
    .where('open_batch', '<=', batch)
    .execute();
}

/** Every batch up to it is stored or never will be. */
export async function settledHead(db: RegistryDb): Promise<number> {
  const { rows } = await sql<{ head: number }>`
    select coalesce((select min(open_batch) - 1 from collector where open_batch is not null),
      (select last from batch_counter where id = 1), 0) as head`.execute(db);
  return rows[0]?.head ?? 0;
}

/** Another collector that nobody has buried. */
export interface Neighbour {
  id: string;
  /** Changes with each renewal. */
  expiresMs: number;
  /** It has ended its lease itself. */
  hasLeft: boolean;
}

export async function neighbours(db: RegistryDb, ownId: string): Promise<Neighbour[]> {
  const rows = await db
    .selectFrom('collector')
    .select(['id', 'expires_ms'])
    .where('buried', '=', 0)
    .where('id', '<>', ownId)
    .execute();
  return rows.map(({ id, expires_ms }) => ({ id, expiresMs: expires_ms, hasLeft: expires_ms < 0 }));
}

/**
 * To be called when nothing that the collector had begun is under way any more. One that has renewed its lease since it
 * was seen is left alone.
 * @param also sees to what else it left, in the same transaction: before its agents are free
 */
export async function buryCollector(
  db: RegistryDb,
  { id, expiresMs }: Pick<Neighbour, 'id' | 'expiresMs'>,
  also: (trx: RegistryDb, id: string) => Promise<void> = async () => undefined,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('collector')
      .set({ buried: 1, open_batch: null })
      .where('id', '=', id)
      .where('expires_ms', '=', expiresMs)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows > 0n) await also(trx, id);
  });
}

/** Takes the duty when nobody has it or its holder is buried. @returns the term when it is this collector's. */
export async function takeDuty(db: RegistryDb, name: string, id: string): Promise<number | undefined> {
  return db.transaction().execute(async (trx) => {
    const held = await trx
      .selectFrom('duty')
      .leftJoin('collector', 'collector.id', 'duty.collector_id')
      .select(['duty.collector_id', 'duty.term', 'collector.buried'])
      .where('duty.name', '=', name)
      .executeTakeFirst();
    if (held?.collector_id === id) return held.term;
    if (held !== undefined && held.buried === 0) return undefined;
    const term = (held?.term ?? 0) + 1;
    await trx
      .insertInto('duty')
      .values({ name, collector_id: id, term })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ collector_id: id, term }))
      .execute();
    return term;
  });
}

/** To be asked inside the transaction that the duty writes. @throws LeaseLostError when another has it now */
export async function requireDuty(trx: RegistryDb, name: string, id: string, term: number): Promise<void> {
  const held = await trx
    .selectFrom('duty')
    .select(['collector_id', 'term'])
    .where('name', '=', name)
    .executeTakeFirst();
  if (held?.collector_id === id && held.term === term) return;
  throw new LeaseLostError(`another collector has the duty "${name}" now`);
}

/** In a restored copy: what the collectors of that time had under way is not under way here. */
export async function forgetCollectors(db: RegistryDb): Promise<void> {
  await db.updateTable('collector').set({ buried: 1, open_batch: null }).execute();
}
