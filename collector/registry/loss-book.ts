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
