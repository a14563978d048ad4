/** Losses that agents have declared: which sequences will never come, and why. */
import type { LossTable } from './alert-tables.ts';
import type { RegistryDb } from './database.ts';

/** Writes a declared loss down, once. */
export async function recordLoss(db: RegistryDb, loss: LossTable): Promise<void> {
  await db
    .insertInto('loss')
    .values(loss)
    .onConflict((conflict) =>
      conflict.columns(['agent_id', 'epoch', 'lane', 'from_seq', 'to_seq']).doNothing(),
    )
    .execute();
}

/** Number of events declared lost, by reason. */
export async function countLosses(db: RegistryDb): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('loss')
    .select([
      'reason',
      (eb) => eb.fn.sum<number>(eb('to_seq', '-', eb.ref('from_seq'))).as('span'),
      (eb) => eb.fn.countAll<number>().as('ranges'),
    ])
    .groupBy('reason')
    .execute();
  return new Map(rows.map((row) => [row.reason, Number(row.span) + Number(row.ranges)]));
}
